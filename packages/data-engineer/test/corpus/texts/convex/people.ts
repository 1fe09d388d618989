import { query } from "./_generated/server";
import { v } from "convex/values";
export const byFullName = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const needle = t.trim().toLowerCase();
    // expect read/text-match
    const people = await ctx.db.query("people").collect();
    return people.filter((p) => `${p.first} ${p.last}`.toLowerCase().includes(needle));
  },
});
export const byPrefix = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    // expect read/text-match use=search_last
    return (await ctx.db.query("people").collect())
      .filter((p) => p.last.toLowerCase().startsWith(t.toLowerCase()))
      .slice(0, 5);
  },
});
export const inBio = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const out = [];
    // expect read/text-match
    for await (const p of ctx.db.query("people")) {
      if (p.bio?.includes(t)) out.push(p);
    }
    return out;
  },
});
export const byAnyName = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    // expect read/text-match
    const people = await ctx.db.query("people").collect();
    return people.filter((p) => [p.first, p.last].some((x) => x.includes(t)));
  },
});
// Trap: case-insensitive equality of a constant list
export const initials = query({
  args: { org: v.string() },
  handler: async (ctx, { org }) => {
    const people = await ctx.db
      .query("people")
      .withIndex("by_org", (q) => q.eq("org", org))
      .collect();
    return people.map((p) => (p.first.startsWith("A") ? "a" : "b"));
  },
});
// Trap: search then tiny page
export const searched = query({
  args: { t: v.string(), org: v.string() },
  handler: async (ctx, { t, org }) =>
    (
      await ctx.db
        .query("people")
        .withSearchIndex("search_last", (q) => q.search("last", t).eq("org", org))
        .take(10)
    ).map((p) => p.last),
});
export const inOrganisation = query({
  args: { t: v.string(), org: v.string() },
  handler: async (ctx, { t, org }) => {
    // expect read/search-filter-field
    const hits = await ctx.db
      .query("people")
      .withSearchIndex("search_last", (q) => q.search("last", t))
      .collect();
    return hits.filter((h) => h.org === org);
  },
});
