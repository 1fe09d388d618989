import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

// Anybody can call it, and only the first call does anything: four languages, and never more.
export const languages = mutation({
  args: {},
  handler: async (ctx) => {
    const existing = await ctx.db.query("languages").first();
    if (existing) return;
    await ctx.db.insert("languages", { code: "en", isActive: true });
    await ctx.db.insert("languages", { code: "cy", isActive: false });
    for (const code of ["gd", "kw"]) await ctx.db.insert("languages", { code, isActive: true });
  },
});

// Trap: the whole of a table that cannot grow.
export const allLanguages = query({
  args: {},
  handler: async (ctx) => await ctx.db.query("languages").collect(),
});

// Trap: a filter over so few costs nothing worth an index.
export const activeLanguages = query({
  args: {},
  handler: async (ctx) =>
    await ctx.db
      .query("languages")
      .filter((q) => q.eq(q.field("isActive"), true))
      .collect(),
});

// The same asked by a count, the other way round.
export const rooms = mutation({
  args: {},
  handler: async (ctx) => {
    const found = await ctx.db.query("rooms").take(1);
    if (found.length === 0) {
      await ctx.db.insert("rooms", { name: "Reading room" });
    }
  },
});
export const allRooms = query({
  args: {},
  handler: async (ctx) => (await ctx.db.query("rooms").collect()).map((room) => room.name),
});

// No seeding: each name is made once, but there is no end of names.
export const label = mutation({
  args: { name: v.string() },
  handler: async (ctx, args) => {
    if (args.name.length > 40) return null;
    const same = await ctx.db
      .query("labels")
      .withIndex("by_name", (q) => q.eq("name", args.name))
      .first();
    if (same) return same._id;
    return await ctx.db.insert("labels", { name: args.name });
  },
});
export const allLabels = query({
  args: {},
  handler: async (ctx) => {
    // expect read/unbounded-collect
    return await ctx.db.query("labels").collect();
  },
});

// A reader's card is a text that somebody else gives out; that one place writes an id there proves nothing.
export const enrol = mutation({
  args: { name: v.string(), card: v.string() },
  handler: async (ctx, args) => {
    if (args.name.length > 40 || args.card.length > 20) return null;
    return await ctx.db.insert("readers", { name: args.name, card: args.card });
  },
});
export const enrolSample = mutation({
  args: { label: v.id("labels") },
  handler: async (ctx, args) => {
    await ctx.db.insert("readers", { name: "Sample", card: args.label });
  },
});
