import { v } from "convex/values";
import { query } from "./_generated/server";
import { inChannel, isPinned, MessageStore } from "./model/messages";

// The read is in one file, its filter in another function of it.
export const pinned = query({
  args: { channelId: v.id("channels") },
  handler: async (ctx, { channelId }) => {
    const all = await inChannel(ctx.db, channelId);
    return all.filter(isPinned);
  },
});

// A class with the context in a field.
export const withBody = query({
  args: { body: v.string() },
  handler: async (ctx, { body }) => await new MessageStore(ctx).withBody(body),
});

// Trap: the query goes through a variable and a branch, and both ways use an index.
export const list = query({
  args: { channelId: v.id("channels"), authorId: v.optional(v.id("users")) },
  handler: async (ctx, { channelId, authorId }) => {
    const table = ctx.db.query("messages");
    const ranged =
      authorId === undefined
        ? table.withIndex("by_channelId", (q) => q.eq("channelId", channelId))
        : table.withIndex("by_authorId", (q) => q.eq("authorId", authorId));
    return await ranged.order("desc").take(50);
  },
});

// One of the two ways has no index.
export const maybe = query({
  args: { channelId: v.id("channels"), body: v.optional(v.string()) },
  handler: async (ctx, { channelId, body }) => {
    // expect read/missing-index index=messages:body
    let found = ctx.db.query("messages");
    if (body !== undefined) {
      return await found.filter((q) => q.eq(q.field("body"), body)).collect();
    }
    return await found.withIndex("by_channelId", (q) => q.eq("channelId", channelId)).take(10);
  },
});

// The order asked for is part of the longer index.
export const lastOf = query({
  args: { channelId: v.id("channels"), authorId: v.id("users") },
  handler: async (ctx, { channelId, authorId }) => {
    // expect read/extend-index index=reactions:channelId,authorId,at
    return await ctx.db
      .query("reactions")
      .withIndex("by_channelId_and_at", (q) => q.eq("channelId", channelId))
      .order("desc")
      .filter((q) => q.eq(q.field("authorId"), authorId))
      .first();
  },
});

// Trap: a default argument decides which index is used; the other way is never taken.
function byAuthor(ctx: any, authorId: any, pinned: "all" | "pinned" = "all") {
  const table = ctx.db.query("messages");
  return pinned === "all"
    ? table.withIndex("by_authorId", (q: any) => q.eq("authorId", authorId))
    : table.filter((q: any) => q.eq(q.field("pinned"), true));
}
export const mine = query({
  args: { authorId: v.id("users") },
  handler: async (ctx, { authorId }) => await byAuthor(ctx, authorId).take(20),
});
