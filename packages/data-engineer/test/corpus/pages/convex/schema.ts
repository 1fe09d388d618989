import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  items: defineTable({ kind: v.string(), name: v.string(), price: v.number(), hidden: v.boolean() })
    .index("by_kind", ["kind"])
    .index("by_kind_and_price", ["kind", "price"]),
});
