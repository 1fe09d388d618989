import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
const list = v.array(v.string());
export default defineSchema({
  docs: defineTable({ a: list, b: list, c: list, d: list, e: list, f: list, g: list, h: list, i: list, j: list, k: list, l: list, m: list, n: v.optional(list), o: v.object({ log: list }), p: list, max: v.number() }),
})
