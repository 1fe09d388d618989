import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  messages: defineTable({
    channelId: v.id("channels"),
    authorId: v.id("users"),
    body: v.string(),
    pinned: v.boolean(),
  })
    .index("by_channelId", ["channelId"])
    .index("by_authorId", ["authorId"]),
  reactions: defineTable({
    channelId: v.id("channels"),
    authorId: v.id("users"),
    at: v.number(),
  }).index("by_channelId_and_at", ["channelId", "at"]),
  channels: defineTable({ name: v.string() }),
  users: defineTable({ token: v.string() }),
});
