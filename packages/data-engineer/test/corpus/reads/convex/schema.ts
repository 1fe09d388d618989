import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  characters: defineTable({
    ownerId: v.id("users"),
    name: v.string(),
    level: v.number(),
    isArchived: v.boolean(),
    className: v.optional(v.string()),
    tags: v.array(v.string()),
    experience: v.number(),
  })
    .index("by_ownerId", ["ownerId"])
    .index("by_ownerId_and_isArchived", ["ownerId", "isArchived"])
    .index("by_level", ["level"]),
  users: defineTable({ email: v.string(), name: v.string() }).index("by_email", ["email"]),
  encounters: defineTable({
    campaignId: v.id("campaigns"),
    round: v.number(),
    status: v.union(v.literal("planned"), v.literal("running"), v.literal("done")),
    startsAt: v.number(),
  }).index("by_campaignId_and_round", ["campaignId", "round"]),
  campaigns: defineTable({ name: v.string(), gmId: v.id("users") }),
  monsters: defineTable({
    name: v.string(),
    kind: v.string(),
    isOfficial: v.boolean(),
  }).searchIndex("search_name", { searchField: "name", filterFields: ["kind"] }),
  rolls: defineTable({ campaignId: v.id("campaigns"), total: v.number() }).index("by_campaignId", [
    "campaignId",
  ]),
  modes: defineTable({ key: v.string(), label: v.string() }),
  settings: defineTable({ theme: v.string() }),
});
