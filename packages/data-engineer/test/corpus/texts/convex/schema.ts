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
  people: defineTable({
    first: v.string(),
    last: v.string(),
    org: v.string(),
    bio: v.optional(v.string()),
    nick: v.array(v.string()),
  })
    .index("by_org", ["org"])
    .searchIndex("search_last", { searchField: "last", filterFields: ["org"] }),
  notes: defineTable({ a: v.string(), b: v.number(), body: v.string() })
    .index("by_a_b", ["a", "b"])
    .searchIndex("search_body", { searchField: "body", filterFields: ["a"] }),
});
