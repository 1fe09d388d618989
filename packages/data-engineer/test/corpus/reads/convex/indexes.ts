import { v } from "convex/values";
import { query } from "./_generated/server";

// A filter on a field with no index.
export const byClass = query({
  args: { className: v.string() },
  handler: async (ctx, args) => {
    // expect read/missing-index index=characters:className
    return await ctx.db
      .query("characters")
      .filter((q) => q.eq(q.field("className"), args.className))
      .collect();
  },
});

// An index that serves is there.
export const forCampaign = query({
  args: { campaignId: v.id("campaigns") },
  handler: async (ctx, { campaignId }) => {
    // expect read/index-available use=by_campaignId_and_round
    return await ctx.db
      .query("encounters")
      .filter((q) => q.eq(q.field("campaignId"), campaignId))
      .collect();
  },
});

// Two equalities served by one compound index, whatever their order.
export const active = query({
  args: { ownerId: v.id("users") },
  handler: async (ctx, { ownerId }) => {
    // expect read/index-available use=by_ownerId_and_isArchived
    return await ctx.db
      .query("characters")
      .filter((q) => q.and(q.eq(q.field("isArchived"), false), q.eq(q.field("ownerId"), ownerId)))
      .collect();
  },
});

// The index narrows to the owner, the rest is filtered.
export const ofClass = query({
  args: { ownerId: v.id("users"), className: v.string() },
  handler: async (ctx, args) => {
    // expect read/extend-index index=characters:ownerId,className
    return await ctx.db
      .query("characters")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", args.ownerId))
      .filter((q) => q.eq(q.field("className"), args.className))
      .collect();
  },
});

// Trap: two equalities through the compound index, nothing left to do.
export const served = query({
  args: { ownerId: v.id("users") },
  handler: async (ctx, { ownerId }) =>
    await ctx.db
      .query("characters")
      .withIndex("by_ownerId_and_isArchived", (q) =>
        q.eq("ownerId", ownerId).eq("isArchived", false),
      )
      .take(100),
});

// Trap: an inequality cannot be served by an index.
export const notOfClass = query({
  args: { ownerId: v.id("users"), className: v.string() },
  handler: async (ctx, args) =>
    await ctx.db
      .query("characters")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", args.ownerId))
      .filter((q) => q.neq(q.field("className"), args.className))
      .take(20),
});

// The filter bounds nothing: `first` walks until it meets one.
export const byName = query({
  args: { name: v.string() },
  handler: async (ctx, { name }) => {
    // expect read/missing-index index=users:name
    return await ctx.db
      .query("users")
      .filter((q) => q.eq(q.field("name"), name))
      .first();
  },
});

// A range.
export const upcoming = query({
  args: { from: v.number() },
  handler: async (ctx, { from }) => {
    // expect read/missing-index index=encounters:startsAt
    return await ctx.db
      .query("encounters")
      .filter((q) => q.gte(q.field("startsAt"), from))
      .take(10);
  },
});

// Equality and range: the equality comes first.
export const running = query({
  args: { from: v.number() },
  handler: async (ctx, { from }) => {
    // expect read/missing-index index=encounters:status,startsAt
    return await ctx.db
      .query("encounters")
      .filter((q) => q.and(q.gt(q.field("startsAt"), from), q.eq(q.field("status"), "running")))
      .collect();
  },
});

// Creation time has an index of its own.
export const since = query({
  args: { at: v.number() },
  handler: async (ctx, { at }) => {
    // expect read/index-available use=by_creation_time
    return await ctx.db
      .query("rolls")
      .filter((q) => q.gt(q.field("_creationTime"), at))
      .collect();
  },
});

// Trap: creation time through its index.
export const sinceServed = query({
  args: { at: v.number() },
  handler: async (ctx, { at }) =>
    await ctx.db
      .query("rolls")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", at))
      .take(50),
});

// A filter on `_id`.
export const one = query({
  args: { id: v.id("campaigns") },
  handler: async (ctx, { id }) => {
    // expect read/get-by-filter
    return await ctx.db
      .query("campaigns")
      .filter((q) => q.eq(q.field("_id"), id))
      .first();
  },
});

// A comparison of two fields fits no index, and the whole table is read.
export const odd = query({
  args: {},
  handler: async (ctx) => {
    // expect read/table-scan
    return await ctx.db
      .query("encounters")
      .filter((q) => q.gt(q.field("round"), q.field("startsAt")))
      .take(5);
  },
});
