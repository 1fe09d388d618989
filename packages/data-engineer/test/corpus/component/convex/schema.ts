import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  letters: defineTable({
    owner: v.string(),
    body: v.string(),
    sealed: v.boolean(),
  }).index("by_owner", ["owner"]),
});
