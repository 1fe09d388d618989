import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  tasks: defineTable({
    // expect schema/string-reference
    projectId: v.string(),
    title: v.string(),
    // expect schema/stringly-enum
    state: v.string(),
    done: v.optional(v.boolean()),
    // expect schema/any
    extra: v.any(),
    history: v.array(v.string()),
    // Trap: capped before it is written.
    recent: v.array(v.string()),
    // Trap: any text.
    note: v.string(),
    // Trap: ids of something outside.
    stripeId: v.string(),
  })
    .index("by_projectId", ["projectId"])
    .index("by_done", ["done"]),
  projects: defineTable({ name: v.string() }),
  players: defineTable({ name: v.string(), lastSeenAt: v.number() }),
});
