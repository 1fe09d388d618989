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
