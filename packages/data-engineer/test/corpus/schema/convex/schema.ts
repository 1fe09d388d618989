import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  sessions: defineTable({
    gmId: v.id("users"),
    status: v.string(),
    startsAt: v.number(),
    place: v.object({ city: v.string() }),
  })
    .index("by_gmId", ["gmId"])
    .index("by_gmId_and_status", ["gmId", "status"])
    // expect schema/index-name
    .index("start", ["startsAt"])
    // expect schema/creation-time-in-index
    .index("by_status", ["status", "_creationTime"])
    // expect schema/duplicate-index
    .index("by_gmId_and_status_2", ["gmId", "status"])
    // expect schema/index-on-missing-field
    .index("by_stat", ["stat"])
    // Trap: a nested field is a field.
    .index("by_place_city", ["place.city"]),
  users: defineTable({ email: v.string(), nickname: v.string() })
    .index("by_email", ["email"])
    // expect schema/unused-index
    .index("by_nickname", ["nickname"])
    // expect schema/reserved-index-name
    .index("by_creation_time", ["email", "nickname"]),
  parties: defineTable({ memberIds: v.array(v.id("users")), name: v.string() })
    // expect schema/array-index
    .index("by_memberIds", ["memberIds"]),
  posts: defineTable({ tags: v.array(v.string()), path: v.array(v.string()) })
    // expect schema/array-index
    .index("by_tags", ["tags"])
    // Trap: the whole array is asked for.
    .index("by_path", ["path"]),
  logs: defineTable({ sessionId: v.id("sessions"), kind: v.string(), at: v.number() })
    // Trap: a reader needs rows of a session in creation order.
    .index("by_sessionId", ["sessionId"])
    .index("by_sessionId_and_kind", ["sessionId", "kind"]),
  marks: defineTable({ sessionId: v.id("sessions"), kind: v.string() })
    // expect schema/redundant-index use=by_sessionId_and_kind
    .index("by_sessionId", ["sessionId"])
    .index("by_sessionId_and_kind", ["sessionId", "kind"]),
  staged: defineTable({ a: v.string() }).index("by_a", { fields: ["a"], staged: true }),
});
