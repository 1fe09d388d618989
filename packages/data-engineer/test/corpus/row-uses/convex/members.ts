import { query, mutation } from "./_generated/server";
import { v } from "convex/values";
export const count = query({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    // expect read/count-by-collect
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .collect();
    return m.length;
  },
});
export const total = query({
  args: {},
  handler: async (ctx) => {
    // expect read/count-by-collect
    return (await ctx.db.query("clubs").collect()).length;
  },
});
export const loopCount = query({
  args: {},
  handler: async (ctx) => {
    let n = 0;
    // expect read/count-by-collect
    for await (const _ of ctx.db.query("clubs")) n++;
    return n;
  },
});
export const reduceCount = query({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    // expect read/count-by-collect
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .collect();
    return m.reduce((n) => n + 1, 0);
  },
});
export const thenCount = query({
  args: {},
  handler: async (ctx) => {
    // expect read/count-by-collect
    return await ctx.db
      .query("clubs")
      .collect()
      .then((r) => r.length);
  },
});
export const admins = query({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    // expect read/extend-index index=members:club,role
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .collect();
    return m.filter((x) => x.role === "admin").length;
  },
});
// Trap: bounded count
export const badge = query({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .take(100);
    return m.length === 100 ? "99+" : String(m.length);
  },
});
// Trap: length guards the use of rows
export const guarded = query({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .collect();
    if (m.length === 0) return null;
    return m.map((x) => x.role);
  },
});
// Trap: deleted rows are counted
export const clear = mutation({
  args: { club: v.id("clubs") },
  handler: async (ctx, { club }) => {
    const m = await ctx.db
      .query("members")
      .withIndex("by_club", (q) => q.eq("club", club))
      .collect();
    for (const x of m) await ctx.db.delete(x._id);
    return m.length;
  },
});
