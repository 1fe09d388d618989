import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  scores: defineTable({ game: v.id("games"), player: v.string(), points: v.number() }).index(
    "by_game",
    ["game"],
  ),
  games: defineTable({ name: v.string(), rating: v.number() }).index("by_rating", ["rating"]),
  visits: defineTable({ page: v.string(), who: v.string() }).index("by_page", ["page"]),
  members: defineTable({ club: v.id("clubs"), role: v.string() }).index("by_club", ["club"]),
  clubs: defineTable({ name: v.string() }),
  bids: defineTable({ lot: v.id("lots"), amount: v.number() })
    .index("by_lot", ["lot"])
    .index("by_lot_and_amount", ["lot", "amount"]),
  lots: defineTable({ title: v.string() }),
  prices: defineTable({ sku: v.string(), cents: v.number() }).index("by_sku", ["sku"]),
});
