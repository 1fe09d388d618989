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
  channels: defineTable({ name: v.string() }),
  users: defineTable({ token: v.string() }),
});
