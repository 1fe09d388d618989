import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  shelves: defineTable({ room: v.string() }),
  books: defineTable({ shelfId: v.id("shelves"), title: v.string(), lent: v.boolean() }).index("by_shelfId", ["shelfId"]),
});
