import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ token: v.string(), name: v.string() }).index("by_token", ["token"]),
  files: defineTable({ ownerId: v.id("users"), name: v.string() }).index("by_ownerId", ["ownerId"]),
});
