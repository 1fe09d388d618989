import { query } from "./_generated/server";
import { v } from "convex/values";
export const a = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) => {
    // expect read/text-match
    const all = await ctx.db.query("recipes").collect();
    return all.filter((r) => r.title.toLowerCase().includes(term.toLowerCase()));
  },
});
export const b = query({
  args: { owner: v.string(), term: v.string() },
  handler: async (ctx, { owner, term }) => {
    // expect read/text-match
    const all = await ctx.db
      .query("recipes")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .collect();
    return all.filter((r) => r.title.startsWith(term));
  },
});
export const c = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) => {
    const re = new RegExp(term, "i");
    // expect read/text-match
    const all = await ctx.db.query("recipes").collect();
    return all.filter((r) => re.test(r.title));
  },
});
export const d = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) => {
    // expect read/text-match
    const all = await ctx.db.query("recipes").collect();
    return all.filter((r) => r.title.indexOf(term) !== -1 || r.body.includes(term));
  },
});
export const e = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) => {
    const found = [];
    // expect read/text-match
    for await (const r of ctx.db.query("recipes")) if (r.body.match(term)) found.push(r);
    return found;
  },
});
// Trap: array membership is not text
export const tagged = query({
  args: { owner: v.string(), tag: v.string() },
  handler: async (ctx, { owner, tag }) => {
    const all = await ctx.db
      .query("recipes")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .collect();
    return all.filter((r) => r.tags.includes(tag));
  },
});
// Trap: the list of kinds includes the row's
export const kinds = query({
  args: { owner: v.string(), kinds: v.array(v.string()) },
  handler: async (ctx, { owner, kinds }) => {
    const all = await ctx.db
      .query("recipes")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .collect();
    return all.filter((r) => kinds.includes(r.kind));
  },
});
// Trap: the search index
export const searched = query({
  args: { term: v.string(), owner: v.string() },
  handler: async (ctx, { term, owner }) =>
    ctx.db
      .query("recipes")
      .withSearchIndex("search_body", (q) => q.search("body", term).eq("owner", owner))
      .take(20),
});
export const f1 = query({
  args: { term: v.string(), owner: v.string() },
  handler: async (ctx, { term, owner }) => {
    // expect read/search-filter-field
    return ctx.db
      .query("recipes")
      .withSearchIndex("search_body", (q) => q.search("body", term))
      .filter((q) => q.eq(q.field("owner"), owner))
      .take(20);
  },
});
export const f2 = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) => {
    // expect read/search-filter-field
    const rows = await ctx.db
      .query("recipes")
      .withSearchIndex("search_body", (q) => q.search("body", term))
      .take(50);
    return rows.filter((r) => r.kind === "cake");
  },
});
// Trap: neq cannot be a search filter
export const f3 = query({
  args: { term: v.string() },
  handler: async (ctx, { term }) =>
    ctx.db
      .query("recipes")
      .withSearchIndex("search_body", (q) => q.search("body", term))
      .filter((q) => q.neq(q.field("kind"), "cake"))
      .take(20),
});
