import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  // expect schema/string-reference
  projects: defineTable({ name: v.string(), ownerId: v.string() }),
  tasks: defineTable({
    // expect schema/string-reference
    projectId: v.string(),
    // expect schema/string-reference
    parentId: v.optional(v.string()),
    // expect schema/string-reference
    assigneeId: v.union(v.string(), v.null()),
    externalId: v.string(),
    authId: v.string(),
    reviewerId: v.id("users"),
    note: v.string(),
    slug: v.string(),
    // expect schema/string-reference
    picture: v.string(),
    imported: v.string(),
  }),
  users: defineTable({ tokenIdentifier: v.string(), name: v.string() }).index("by_token", ["tokenIdentifier"]),
  // expect schema/string-reference
  audit: defineTable({ entityId: v.string(), entityType: v.string() }),
})
