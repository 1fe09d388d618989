import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  rows: defineTable({
    tenant: v.string(),
    a: v.number(),
    b: v.number(),
    c: v.optional(v.number()),
    n: v.union(v.number(), v.null()),
    o: v.optional(v.union(v.string(), v.null())),
    flag: v.optional(v.boolean()),
    at: v.number(),
    k: v.string(),
  })
    .index("by_tenant", ["tenant"])
    .index("by_tenant_and_at", ["tenant", "at"])
    .index("by_k_and_at", ["k", "at"]),
});
