import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

export const visits = query({
  args: { readerId: v.id("readers") },
  handler: async (ctx, args) =>
    await ctx.db
      .query("visits")
      .withIndex("by_readerId", (q) => q.eq("readerId", args.readerId))
      .collect(),
});

export const fines = query({
  args: { readerId: v.id("readers"), year: v.number() },
  handler: async (ctx, args) => {
    const all = await ctx.db
      .query("fines")
      .withIndex("by_readerId", (q) => q.eq("readerId", args.readerId))
      .collect();
    const ofYear = await ctx.db
      .query("fines")
      .withIndex("by_readerId_and_year", (q) =>
        q.eq("readerId", args.readerId).eq("year", args.year),
      )
      .collect();
    const open = await ctx.db
      .query("fines")
      .withIndex("by_readerId_and_year_and_paid", (q) =>
        q.eq("readerId", args.readerId).eq("year", args.year).eq("paid", false),
      )
      .collect();
    return { all, ofYear, open };
  },
});

export const enter = mutation({
  args: { card: v.string(), day: v.string() },
  handler: async (ctx, args) => {
    const reader = await ctx.db
      .query("readers")
      .withIndex("by_card", (q) => q.eq("card", args.card))
      .unique();
    if (reader === null || args.day.length !== 10) return null;
    return await ctx.db.insert("visits", { readerId: reader._id, day: args.day });
  },
});
