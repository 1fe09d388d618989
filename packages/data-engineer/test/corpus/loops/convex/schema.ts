import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  posts: defineTable({ authorId: v.id("users"), title: v.string() }).index("by_authorId", [
    "authorId",
  ]),
  comments: defineTable({ postId: v.id("posts"), text: v.string() }).index("by_postId", ["postId"]),
  users: defineTable({ name: v.string() }),
});
