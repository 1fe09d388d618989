import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string() }),
  t: defineTable({ a: v.string(), userId: v.id("users"), at: v.number() }).index("by_userId", ["userId"]).index("by_at", ["at"]),
});
