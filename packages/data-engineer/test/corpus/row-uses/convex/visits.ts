import { query } from "./_generated/server";
import { v } from "convex/values";
export const firstTen = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.slice(0, 10).map((x) => x.who);
  },
});
export const last = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.at(-1);
  },
});
export const lastByLength = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all[all.length - 1];
  },
});
export const reversed = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.reverse()[0];
  },
});
export const lastTen = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.slice(-10);
  },
});
export const destructured = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const [newest] = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .order("desc")
      .collect();
    return newest ?? null;
  },
});
export const pop = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.pop();
  },
});
// Trap: everything but the first
export const rest = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.slice(1);
  },
});
// Trap: copies
export const copy = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.slice();
  },
});
// Trap: take then slice
export const taken = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .take(11);
    return { items: all.slice(0, 10), more: all.length > 10 };
  },
});
// Trap: first plus total
export const firstAndAll = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    const first = all[0];
    const names = new Set(all.map((x) => x.who));
    return { first, names: [...names] };
  },
});
export const forBreak = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    const out = [];
    for await (const x of ctx.db.query("visits").withIndex("by_page", (q) => q.eq("page", page))) {
      out.push(x);
      if (out.length >= 10) break;
    }
    return out;
  },
});

export const mappedFew = query({
  args: { page: v.string() },
  handler: async (ctx, { page }) => {
    // expect read/collect-then-slice
    const all = await ctx.db
      .query("visits")
      .withIndex("by_page", (q) => q.eq("page", page))
      .collect();
    return all.map((visit) => visit.who).slice(0, 5);
  },
});
