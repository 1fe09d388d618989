import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  // expect schema/unused-index
  teams: defineTable({ name: v.string(), ownerId: v.id("users") }).index("by_ownerId", ["ownerId"]),
  users: defineTable({ name: v.string(), email: v.string() }).index("by_email", ["email"]),
  // A trap: its only reader is found by types alone, so it is not unused.
  members: defineTable({ teamId: v.id("teams"), userId: v.id("users"), role: v.string() })
    .index("by_teamId", ["teamId"])
    .index("by_userId", ["userId"]),
  // expect schema/missing-reverse-index
  notices: defineTable({ teamId: v.id("teams"), text: v.string(), pinned: v.boolean() }),
  // A trap: nothing here reads it, but for values that have no type.
  rumours: defineTable({ text: v.string(), source: v.string() }),
});
