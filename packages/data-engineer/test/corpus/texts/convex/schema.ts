import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  recipes: defineTable({
    owner: v.string(),
    title: v.string(),
    body: v.string(),
    tags: v.array(v.string()),
    kind: v.string(),
  })
    .index("by_owner", ["owner"])
    .searchIndex("search_body", { searchField: "body", filterFields: ["owner"] }),
});
