import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ notes: defineTable({ a: v.string() }), tags: defineTable({ a: v.string() }) });
