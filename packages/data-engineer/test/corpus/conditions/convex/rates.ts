import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

// Only one variant has a `modelId`: the index that has it serves, whatever else the filter says.
export const ofModel = query({
  args: { providerId: v.string(), modelId: v.string() },
  returns: v.any(),
  handler: async (ctx, { providerId, modelId }) =>
    // expect read/index-available use=by_providerId_and_modelId
    await ctx.db
      .query("rates")
      .withIndex("by_providerId", (q) => q.eq("providerId", providerId))
      .filter((q) => q.and(q.eq(q.field("scope"), "model"), q.eq(q.field("modelId"), modelId)))
      .first(),
});

// Trap: the text searched for is only in ready documents, so the filter says nothing new.
export const search = query({
  args: { text: v.string() },
  returns: v.any(),
  handler: async (ctx, { text }) => {
    const found = await ctx.db
      .query("rates")
      .withSearchIndex("search_name", (q) => q.search("state.name", text))
      .take(20);
    return found.filter((rate) => rate.state.kind === "ready");
  },
});

// Trap: a table read with `unique` as a whole has one document, however it is read elsewhere.
export const settings = query({
  args: {},
  returns: v.any(),
  handler: async (ctx) => await ctx.db.query("settings").unique(),
});
export const reset = mutation({
  args: { providerId: v.string() },
  returns: v.null(),
  handler: async (ctx, { providerId }) => {
    for (const row of await ctx.db.query("settings").collect())
      await ctx.db.delete("settings", row._id);
    await ctx.db.insert("settings", { providerId });
    return null;
  },
});

// Trap: the server keeps the number of rows of a table; no row is read for it.
export const howMany = query({
  args: {},
  returns: v.number(),
  handler: async (ctx) => await (ctx.db.query("rates") as any).count(),
});

// Trap: the time is an argument; the clock in the default is for other callers.
function ageOf(row: { _creationTime: number }, now: number = Date.now()) {
  return now - row._creationTime;
}
export const age = query({
  args: { id: v.id("rates"), now: v.number() },
  returns: v.union(v.number(), v.null()),
  handler: async (ctx, { id, now }) => {
    const rate = await ctx.db.get("rates", id);
    const day = 24 * 60 * 60 * 1000;
    return rate === null ? null : ageOf(rate, Math.floor(now / day));
  },
});
