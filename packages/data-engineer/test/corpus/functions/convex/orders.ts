import { ConvexError, v } from "convex/values";
import { internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { action, internalMutation, internalQuery, mutation, query } from "./_generated/server";

// expect fn/args-validator fn/returns-validator
export const bare = query(async (ctx) => {
  return await ctx.db.query("orders").take(5);
});

// expect fn/args-validator fn/returns-validator
export const typed = mutation({
  handler: async (ctx, args: { id: Id<"orders">; total?: number }) => {
    await ctx.db.patch(args.id, { total: args.total ?? 0 });
  },
});

// Trap: everything declared.
export const whole = query({
  args: { id: v.id("orders") },
  returns: v.union(v.null(), v.number()),
  handler: async (ctx, { id }) => (await ctx.db.get(id))?.total ?? null,
});

// Trap: an internal one without `returns` is only a hint.
// expect-info fn/returns-validator
export const inside = internalQuery({
  args: { id: v.id("orders") },
  handler: async (ctx, { id }) => await ctx.db.get(id),
});

// expect fn/args-validator
export const insideBare = internalQuery({
  returns: v.null(),
  handler: async () => null,
});

export const clock = query({
  args: {},
  returns: v.number(),
  handler: async () => {
    // expect fn/clock-in-query
    return Date.now();
  },
});

// Trap: a mutation may look at the clock; a date made from a value is no clock.
export const stamp = mutation({
  args: { at: v.number() },
  returns: v.string(),
  handler: async (ctx, { at }) => {
    await ctx.db.insert("orders", { total: Date.now() % 7, paid: at > 0 });
    return new Date(at).toISOString();
  },
});
export const formatted = query({
  args: { at: v.number() },
  returns: v.string(),
  handler: async (_ctx, { at }) => new Date(at).toISOString(),
});

export const payAll = action({
  args: { ids: v.array(v.id("orders")) },
  returns: v.null(),
  handler: async (ctx, { ids }) => {
    for (const id of ids) {
      // expect fn/run-per-row
      await ctx.runMutation(internal.orders.pay, { ids: [id] });
    }
    return null;
  },
});

// Trap: in batches.
export const payBatches = action({
  args: { ids: v.array(v.id("orders")) },
  returns: v.null(),
  handler: async (ctx, { ids }) => {
    for (let i = 0; i < ids.length; i += 100)
      await ctx.runMutation(internal.orders.pay, { ids: ids.slice(i, i + 100) });
    return null;
  },
});

export const pay = internalMutation({
  args: { ids: v.array(v.id("orders")) },
  returns: v.null(),
  handler: async (ctx, { ids }) => {
    for (const id of ids) await ctx.db.patch(id, { paid: true });
    return null;
  },
});

// expect fn/public-data-job
export const reset = mutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    // expect read/unbounded-collect
    const all = await ctx.db.query("orders").collect();
    // expect fn/unbounded-write
    for (const order of all) await ctx.db.patch(order._id, { paid: false });
    return null;
  },
});

// Trap: a batch, then the next is scheduled.
export const resetBatch = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const some = await ctx.db.query("orders").take(100);
    for (const order of some) await ctx.db.delete(order._id);
    if (some.length === 100) await ctx.scheduler.runAfter(0, internal.orders.resetBatch, {});
    return null;
  },
});

export const stores = mutation({
  args: { total: v.number() },
  returns: v.null(),
  handler: async (ctx, { total }) => {
    // expect-info fn/no-business-check
    await ctx.db.insert("orders", { total, paid: false });
    return null;
  },
});

// Trap: looked at before.
export const checks = mutation({
  args: { total: v.number() },
  returns: v.null(),
  handler: async (ctx, { total }) => {
    if (total < 0) throw new ConvexError({ code: "negative" });
    await ctx.db.insert("orders", { total, paid: false });
    return null;
  },
});
