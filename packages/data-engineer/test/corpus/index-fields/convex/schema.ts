import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
const address = v.object({ city: v.string(), geo: v.optional(v.object({ lat: v.number() })) });
const event = v.union(
  v.object({ kind: v.literal("a"), at: v.number(), who: v.id("people") }),
  v.object({ kind: v.literal("b"), note: v.string() }),
);
export default defineSchema({
  people: defineTable({ name: v.string(), address, tags: v.record(v.string(), v.string()), blob: v.any(), list: v.array(v.object({ x: v.number() })), maybe: v.union(v.null(), v.object({ deep: v.string() })) })
    .index("by_city", ["address.city"])
    .index("by_lat", ["address.geo.lat"])
    // expect schema/index-on-missing-field
    .index("by_lon", ["address.geo.lon"])
    // expect schema/index-on-missing-field
    .index("by_street", ["address.street"])
    .index("by_blob", ["blob.anything.goes"])
    .index("by_deep", ["maybe.deep"])
    // expect schema/index-on-missing-field
    .index("by_deeper", ["maybe.deeper"])
    // expect schema/index-on-missing-field
    .index("by_name_first", ["name.first"])
    // expect schema/index-on-missing-field
    .index("by_list_x", ["list.x"])
    // expect schema/index-on-missing-field
    .index("by_id_field", ["_id"])
    // expect schema/index-on-missing-field
    .searchIndex("search_title", { searchField: "title" })
    // expect schema/index-on-missing-field
    .searchIndex("search_city", { searchField: "address.city", filterFields: ["nmae"] })
    // expect schema/index-on-missing-field
    .vectorIndex("vec", { vectorField: "embedding", dimensions: 3 }),
  events: defineTable(event)
    .index("by_kind", ["kind"])
    .index("by_at", ["at"])
    .index("by_note", ["note"])
    // expect schema/index-on-missing-field
    .index("by_when", ["when"]),
  free: defineTable(v.any()).index("by_whatever", ["whatever"]),
});
