import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  songs: defineTable({
    albumId: v.id("albums"),
    state: v.union(v.literal("draft"), v.literal("live")),
    genre: v.string(),
    plays: v.number(),
  })
    .index("by_state_and_plays", ["state", "plays"])
    .index("by_albumId", ["albumId"]),
  albums: defineTable({ artist: v.string(), title: v.string() }).index("by_artist", ["artist"]),
});
