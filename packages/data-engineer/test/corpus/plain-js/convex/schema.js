import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  cards: defineTable({ deck: v.string(), rank: v.number() }).index("by_deck", ["deck"]),
});
