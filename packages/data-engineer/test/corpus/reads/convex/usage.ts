import { v } from "convex/values";
import { mutation, query, internalMutation } from "./_generated/server";

export const everything = query({
  args: {},
  handler: async (ctx) => {
    // expect read/unbounded-collect
    return await ctx.db.query("campaigns").collect();
  },
});

// An index without a range is the whole table as well.
export const everythingByLevel = query({
  args: {},
  handler: async (ctx) => {
    // expect read/unbounded-collect
    return await ctx.db.query("characters").withIndex("by_level").collect();
  },
});

// Trap: a page of it is not.
export const some = query({
  args: {},
  handler: async (ctx) => await ctx.db.query("campaigns").order("desc").take(20),
});

export const count = query({
  args: {},
  handler: async (ctx) => {
    // expect read/count-by-collect
    const all = await ctx.db.query("rolls").collect();
    return all.length;
  },
});

export const countOf = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    return (
      (
        // expect read/count-by-collect
        await ctx.db
          .query("rolls")
          .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
          .collect()
      ).length
    );
  },
});

// Trap: the rows are used as well as counted.
export const withCount = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .collect();
    return { rolls, count: rolls.length };
  },
});

export const latest = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    // expect read/collect-then-slice
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .order("desc")
      .collect();
    return rolls.slice(0, 10);
  },
});

export const first = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    // expect read/collect-then-slice
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .collect();
    return rolls[0] ?? null;
  },
});

export const best = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    // expect read/sort-in-js index=rolls:campaignId,total
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .collect();
    return rolls.sort((a, b) => b.total - a.total).slice(0, 3);
  },
});

// Trap: all rows are returned, sorted; the sort may stay in JavaScript.
export const sorted = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .collect();
    return rolls.sort((a, b) => a.total - b.total);
  },
});

export const findByText = query({
  args: { text: v.string() },
  handler: async (ctx, { text }) => {
    // expect read/text-match use=search_name
    const all = await ctx.db.query("monsters").collect();
    return all.filter((m) => m.name.toLowerCase().includes(text.toLowerCase()));
  },
});

// The search reads its candidates, then drops some: the filter belongs inside.
export const search = query({
  args: { text: v.string(), isOfficial: v.boolean() },
  handler: async (ctx, { text, isOfficial }) => {
    // expect read/search-filter-field index=monsters:kind,isOfficial
    return await ctx.db
      .query("monsters")
      .withSearchIndex("search_name", (q) => q.search("name", text))
      .filter((q) => q.eq(q.field("isOfficial"), isOfficial))
      .take(20);
  },
});

// Trap: filtered inside the search.
export const searchKind = query({
  args: { text: v.string(), kind: v.string() },
  handler: async (ctx, { text, kind }) =>
    await ctx.db
      .query("monsters")
      .withSearchIndex("search_name", (q) => q.search("name", text).eq("kind", kind))
      .take(20),
});

// Trap: a small table, filled from a literal list by internal code only.
export const seed = internalMutation({
  args: {},
  handler: async (ctx) => {
    for (const key of ["easy", "hard", "deadly"]) await ctx.db.insert("modes", { key, label: key });
  },
});
export const modes = query({
  args: {},
  handler: async (ctx) => await ctx.db.query("modes").collect(),
});

// Trap: one document, made when there is none.
export const setTheme = mutation({
  args: { theme: v.union(v.literal("dark"), v.literal("light")) },
  handler: async (ctx, { theme }) => {
    const current = await ctx.db.query("settings").first();
    if (current === null) await ctx.db.insert("settings", { theme });
    else await ctx.db.patch(current._id, { theme });
  },
});

// Rows dropped in JavaScript after an index read.
export const living = query({
  args: { ownerId: v.id("users") },
  handler: async (ctx, { ownerId }) => {
    // expect read/index-available use=by_ownerId_and_isArchived
    const mine = await ctx.db
      .query("characters")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", ownerId))
      .collect();
    return mine.filter((character) => !character.isArchived);
  },
});

// Trap: both halves are used, so the whole range is needed.
export const halves = query({
  args: { ownerId: v.id("users") },
  handler: async (ctx, { ownerId }) => {
    const mine = await ctx.db
      .query("characters")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", ownerId))
      .collect();
    return {
      living: mine.filter((c) => !c.isArchived),
      archived: mine.filter((c) => c.isArchived),
    };
  },
});

// Trap: at most one row has the e-mail, so a filter after it costs nothing.
export const byEmail = query({
  args: { email: v.string() },
  handler: async (ctx, { email }) =>
    await ctx.db
      .query("users")
      .withIndex("by_email", (q) => q.eq("email", email))
      .unique(),
});
export const isNamed = query({
  args: { email: v.string(), name: v.string() },
  handler: async (ctx, { email, name }) =>
    await ctx.db
      .query("users")
      .withIndex("by_email", (q) => q.eq("email", email))
      .filter((q) => q.eq(q.field("name"), name))
      .first(),
});

// Sorted in place, by a statement of its own.
export const bestInPlace = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    // expect read/sort-in-js index=rolls:campaignId,total
    const rolls = await ctx.db
      .query("rolls")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .collect();
    rolls.sort((a, b) => b.total - a.total);
    return rolls.slice(0, 3);
  },
});

// One row looked for among the rows of a range.
export const findOne = query({
  args: { ownerId: v.id("users"), isArchived: v.boolean() },
  handler: async (ctx, args) => {
    // expect read/index-available use=by_ownerId_and_isArchived
    const mine = await ctx.db
      .query("characters")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", args.ownerId))
      .collect();
    return mine.find((character) => character.isArchived === args.isArchived) ?? null;
  },
});
