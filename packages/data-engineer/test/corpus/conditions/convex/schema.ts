import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  tasks: defineTable({
    projectId: v.id("projects"),
    lane: v.string(),
    owner: v.string(),
    tags: v.array(v.string()),
    done: v.boolean(),
  })
    .index("by_projectId", ["projectId"])
    .index("by_projectId_and_lane", ["projectId", "lane"]),
  projects: defineTable({ name: v.string() }),
  logs: defineTable({ day: v.string(), text: v.string() }),
  notes: defineTable({ day: v.string(), text: v.string() }),
});
