import { query } from "./_generated/server";
import { v } from "convex/values";
export const compared = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => r.a > r.b * 2);
  },
});
export const comparedInDb = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    return await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .filter((q) => q.gt(q.field("a"), q.mul(q.field("b"), 2)))
      .collect();
  },
});
export const nothingOfTwoKinds = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => r.o == null);
  },
});
export const missing = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    // expect read/extend-index index=rows:tenant,c
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => r.c == undefined);
  },
});
// own range, other residual range: one index cannot do both
export const otherRange = query({
  args: { t: v.string(), at: v.number(), a: v.number() },
  handler: async (ctx, { t, at, a }) => {
    return await ctx.db
      .query("rows")
      .withIndex("by_tenant_and_at", (q) => q.eq("tenant", t).gt("at", at))
      .filter((q) => q.gt(q.field("a"), a))
      .collect();
  },
});
// own lower bound, upper in filter: same index
export const upperBound = query({
  args: { t: v.string(), at: v.number(), to: v.number() },
  handler: async (ctx, { t, at, to }) => {
    // expect read/index-available use=by_tenant_and_at
    return await ctx.db
      .query("rows")
      .withIndex("by_tenant_and_at", (q) => q.eq("tenant", t).gt("at", at))
      .filter((q) => q.lt(q.field("at"), to))
      .collect();
  },
});
// explicit order by creation, only [k, at] exists: needs [k]
export const newest = query({
  args: { k: v.string() },
  handler: async (ctx, { k }) => {
    // expect read/missing-index index=rows:k
    return await ctx.db
      .query("rows")
      .filter((q) => q.eq(q.field("k"), k))
      .order("desc")
      .take(5);
  },
});
// explicit order + range on another field + take: nothing helps
export const newestAbove = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    return await ctx.db
      .query("rows")
      .withIndex("by_tenant_and_at", (q) => q.eq("tenant", t))
      .order("desc")
      .filter((q) => q.gt(q.field("a"), 3))
      .take(5);
  },
});
// keeps order by at
export const newestOfKind = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    // expect read/extend-index index=rows:tenant,k,at
    return await ctx.db
      .query("rows")
      .withIndex("by_tenant_and_at", (q) => q.eq("tenant", t))
      .order("desc")
      .filter((q) => q.eq(q.field("k"), "x"))
      .take(5);
  },
});
// optional filter in JS
export const ofKind = query({
  args: { t: v.string(), k: v.optional(v.string()) },
  handler: async (ctx, { t, k }) => {
    // expect-info read/extend-index index=rows:tenant,k,at
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => !k || r.k === k);
  },
});
export const greatest = query({
  args: { t: v.string(), n: v.number() },
  handler: async (ctx, { t, n }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    const max = Math.max(...rows.map((r) => r.a));
    return rows.filter((r) => r.a === max);
  },
});
// rows shifted one by one
export const oneByOne = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    const out = [];
    while (rows.length > 0) {
      const r = rows.shift();
      out.push(r!.a);
    }
    return out;
  },
});
// sorted, all returned
export const ranked = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.sort((a, b) => b.a - a.a);
  },
});
// first after find over sorted
export const amongLatest = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant_and_at", (q) => q.eq("tenant", t))
      .order("desc")
      .take(50);
    return rows.find((r) => r.k === "x") ?? null;
  },
});
// two finds
export const two = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return { x: rows.find((r) => r.k === "x"), y: rows.find((r) => r.k === "y") };
  },
});
// truthiness of optional boolean is eq true
export const flagged = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    // expect read/extend-index index=rows:tenant,flag
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => r.flag);
  },
});
export const unflagged = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => (r.flag ?? false) === false);
  },
});
// typeof tests
export const numbers = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    return rows.filter((r) => typeof r.c === "number");
  },
});
// loop with two branches uses all
export const difference = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    let x = 0,
      y = 0;
    for (const r of await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect()) {
      if (r.k === "x") x += r.a;
      else y += r.a;
    }
    return x - y;
  },
});
// counts by branch
export const shares = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    let x = 0,
      total = 0;
    for (const r of await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect()) {
      total++;
      if (r.k === "x") x++;
    }
    return { x, total };
  },
});

// A callback that returns before it does anything leaves rows out.
export const forEachOfKind = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    const out: number[] = [];
    // expect read/extend-index index=rows:tenant,k,at
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    rows.forEach((row) => {
      if (row.k !== "x") return;
      out.push(row.a);
    });
    return out;
  },
});

// Trap: every row was counted before some are left out.
export const forEachCounted = query({
  args: { t: v.string() },
  handler: async (ctx, { t }) => {
    let all = 0;
    let some = 0;
    const rows = await ctx.db
      .query("rows")
      .withIndex("by_tenant", (q) => q.eq("tenant", t))
      .collect();
    rows.forEach((row) => {
      all += row.a;
      if (row.k !== "x") return;
      some += row.a;
    });
    return { all, some };
  },
});
