// The benchmark's data: documents of the size of a game record, with the indexes that such a record has.
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  records: defineTable({
    group: v.number(),
    rank: v.number(),
    name: v.string(),
    text: v.string(),
    hitPoints: v.number(),
  })
    .index("by_group_and_rank", ["group", "rank"])
    .index("by_name", ["name"])
    .index("by_hitPoints", ["hitPoints"])
    .searchIndex("search_text", { searchField: "text", filterFields: ["group"] }),
});
