import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  orders: defineTable({ total: v.number(), paid: v.boolean() }),
});
