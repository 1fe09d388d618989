import { query } from "./_generated/server";
import { v } from "convex/values";
export const highest = query({
  args: { lot: v.id("lots") },
  handler: async (ctx, { lot }) => {
    // expect read/sort-in-js use=by_lot_and_amount
    const bids = await ctx.db
      .query("bids")
      .withIndex("by_lot", (q) => q.eq("lot", lot))
      .collect();
    return Math.max(...bids.map((b) => b.amount));
  },
});
export const cheapest = query({
  args: { sku: v.string() },
  handler: async (ctx, { sku }) => {
    // expect read/sort-in-js index=prices:sku,cents
    const rows = await ctx.db
      .query("prices")
      .withIndex("by_sku", (q) => q.eq("sku", sku))
      .collect();
    return rows.reduce((a, b) => (a.cents < b.cents ? a : b));
  },
});
// Trap: sum needs all
export const sum = query({
  args: { sku: v.string() },
  handler: async (ctx, { sku }) => {
    const rows = await ctx.db
      .query("prices")
      .withIndex("by_sku", (q) => q.eq("sku", sku))
      .collect();
    return rows.reduce((total, row) => total + row.cents, 0);
  },
});
// Trap: already through the index
export const highestGood = query({
  args: { lot: v.id("lots") },
  handler: async (ctx, { lot }) =>
    (
      await ctx.db
        .query("bids")
        .withIndex("by_lot_and_amount", (q) => q.eq("lot", lot))
        .order("desc")
        .first()
    )?.amount ?? 0,
});

export const dearest = query({
  args: { sku: v.string() },
  handler: async (ctx, { sku }) => {
    // expect read/sort-in-js index=prices:sku,cents
    const rows = await ctx.db
      .query("prices")
      .withIndex("by_sku", (q) => q.eq("sku", sku))
      .collect();
    return rows.reduce((best, row) => (row.cents > best.cents ? row : best), rows[0]);
  },
});
