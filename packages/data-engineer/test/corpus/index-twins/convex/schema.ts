import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
const fields = ["a", "b"] as ["a", "b"];
export default defineSchema({
  t: defineTable({ a: v.string(), b: v.string(), c: v.string(), text: v.string(), e: v.array(v.float64()) })
    .index("one", ["a", "b"])
    // expect schema/duplicate-index
    .index("two", fields)
    .index("three", ["b", "a"])
    // expect schema/duplicate-index
    .index("four", { fields: ["b", "a"], staged: true })
    .index("five", { fields: ["c"], staged: true })
    .searchIndex("s1", { searchField: "text", filterFields: ["a"] })
    // expect schema/duplicate-index
    .searchIndex("s2", { searchField: "text", filterFields: ["a"] })
    .searchIndex("s3", { searchField: "text", filterFields: ["a", "b"] })
    // expect schema/duplicate-index
    .searchIndex("s4", { searchField: "text", filterFields: ["b", "a"] })
    .searchIndex("s5", { searchField: "c", filterFields: ["a"] })
    .vectorIndex("v1", { vectorField: "e", dimensions: 3 })
    // expect schema/duplicate-index
    .vectorIndex("v2", { vectorField: "e", dimensions: 3, filterFields: ["a"] })
    .vectorIndex("v3", { vectorField: "e", dimensions: 4 }),
  u: defineTable({ a: v.string(), b: v.string() })
    .index("one", ["a", "b"])
    .index("same", ["a"])
    // expect schema/duplicate-index
    .index("same", ["b"]),
  w: defineTable({ a: v.string(), b: v.string(), t: v.string() })
    .index("find", ["a"])
    // expect schema/duplicate-index
    .searchIndex("find", { searchField: "t" }),
});
