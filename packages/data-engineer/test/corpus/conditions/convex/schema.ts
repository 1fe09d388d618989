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
  rates: defineTable(
    v.union(
      v.object({
        scope: v.literal("provider"),
        providerId: v.string(),
        state: v.union(
          v.object({ kind: v.literal("ready"), name: v.string() }),
          v.object({ kind: v.literal("waiting"), since: v.number() }),
        ),
      }),
      v.object({
        scope: v.literal("model"),
        providerId: v.string(),
        modelId: v.string(),
        state: v.object({ kind: v.literal("ready"), name: v.string() }),
      }),
    ),
  )
    .index("by_providerId", ["providerId"])
    .index("by_providerId_and_modelId", ["providerId", "modelId"])
    .searchIndex("search_name", { searchField: "state.name" }),
  files: defineTable({
    store: v.union(v.literal("convex"), v.literal("bucket")),
    key: v.string(),
    size: v.number(),
    expiresAt: v.number(),
  })
    .index("by_key", ["key"])
    .index("by_expiresAt", ["expiresAt"]),
  settings: defineTable({ providerId: v.string() }),
  logs: defineTable({ day: v.string(), text: v.string() }),
  notes: defineTable({ day: v.string(), text: v.string() }),
});
