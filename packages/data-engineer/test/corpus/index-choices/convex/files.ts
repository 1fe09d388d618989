import { query } from "./_generated/server";
import { v } from "convex/values";
const tables = ["photos", "videos"] as const;
export const all = query({ args: { ownerId: v.string() }, handler: async (ctx, { ownerId }) => {
  const out = [];
  for (const table of tables) out.push(...(await ctx.db.query(table).withIndex("by_ownerId", (q) => q.eq("ownerId", ownerId)).take(20)));
  return out;
} });
export const one = query({ args: { table: v.union(v.literal("photos"), v.literal("videos")), id: v.string() }, handler: async (ctx, { table, id }) =>
  await ctx.db.query(table).withIndex("by_ownerId", (q) => q.eq("ownerId", id)).first() });
export const latest = query({ args: {}, handler: async (ctx) => await ctx.db.query("photos").withIndex("by_at").order("desc").first() });
const order = { level: "by_level", time: "by_at" } as const;
export const logs = query({ args: { sort: v.union(v.literal("level"), v.literal("time")) }, handler: async (ctx, { sort }) => await ctx.db.query("logs").withIndex(order[sort]).take(5) });

