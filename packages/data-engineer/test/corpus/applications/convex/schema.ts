import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  readers: defineTable({ name: v.string(), card: v.string() }).index("by_card", ["card"]),
  books: defineTable({
    title: v.string(),
    shelf: v.string(),
    language: v.string(),
    seriesId: v.optional(v.id("series")),
    ownerId: v.union(v.id("readers"), v.null()),
    isLost: v.boolean(),
    rating: v.number(),
    note: v.optional(v.string()),
  })
    .index("by_shelf", ["shelf"])
    .index("by_seriesId", ["seriesId"])
    .index("by_rating", ["rating"]),
  series: defineTable({ name: v.string(), bookIds: v.array(v.id("books")) }),
  loans: defineTable({
    // expect schema/missing-reverse-index
    readerId: v.id("readers"),
    // expect schema/missing-reverse-index
    bookId: v.id("books"),
    due: v.number(),
    createdAt: v.number(),
    state: v.union(v.literal("out"), v.literal("back")),
  }),
  // Trap beside an unused longer index: of the two, the shorter one stays.
  visits: defineTable({ readerId: v.id("readers"), day: v.string() })
    .index("by_readerId", ["readerId"])
    // expect schema/unused-index
    .index("by_readerId_and_day", ["readerId", "day"]),
  // A chain of three, all read: each shorter one can go, and the longest stays.
  fines: defineTable({ readerId: v.id("readers"), year: v.number(), paid: v.boolean() })
    // expect-info schema/redundant-index use=by_readerId_and_year_and_paid
    .index("by_readerId", ["readerId"])
    // expect-info schema/redundant-index use=by_readerId_and_year_and_paid
    .index("by_readerId_and_year", ["readerId", "year"])
    .index("by_readerId_and_year_and_paid", ["readerId", "year", "paid"]),
  languages: defineTable({ code: v.string(), isActive: v.boolean() }),
  rooms: defineTable({ name: v.string() }),
  labels: defineTable({ name: v.string() }).index("by_name", ["name"]),
  notices: defineTable({ shelf: v.string(), createdAt: v.number(), weight: v.number() }).index(
    "by_shelf",
    ["shelf"],
  ),
});
