import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
const file = { ownerId: v.string(), at: v.number() };
export default defineSchema({
  photos: defineTable(file).index("by_ownerId", ["ownerId"]).index("by_at", ["at"]),
  videos: defineTable(file).index("by_ownerId", ["ownerId"]),
  // expect schema/unused-index
  songs: defineTable(file).index("by_ownerId", ["ownerId"]),
  logs: defineTable({ level: v.string(), at: v.number() }).index("by_level", ["level"]).index("by_at", ["at"]),
});
