// The benchmark's functions: one point read, one page of twenty, one small durable write, one search.
import {
  mutationGeneric,
  queryGeneric,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import type schema from "./schema";

type DataModel = DataModelFromSchemaDefinition<typeof schema>;
const query: QueryBuilder<DataModel, "public"> = queryGeneric;
const mutation: MutationBuilder<DataModel, "public"> = mutationGeneric;

const words = ["ash", "bone", "cave", "dusk", "ember", "fang", "gloom", "hollow", "iron", "jaw"];

export const fill = mutation({
  args: { from: v.number(), count: v.number() },
  returns: v.array(v.id("records")),
  handler: async (ctx, { from, count }) => {
    const ids = [];
    for (let n = from; n < from + count; n++) {
      const text = Array.from({ length: 10 }, (_, i) => words[(n * 7 + i * i) % words.length]).join(
        " ",
      );
      ids.push(
        await ctx.db.insert("records", {
          group: n % 100,
          rank: Math.floor(n / 100),
          name: `record ${n}`,
          text: `${text} ${"x".repeat(160)}`,
          hitPoints: n % 40,
        }),
      );
    }
    return ids;
  },
});

export const one = query({
  args: { id: v.id("records"), salt: v.number() },
  returns: v.any(),
  handler: async (ctx, { id }) => await ctx.db.get("records", id),
});

export const twenty = query({
  args: { group: v.number(), salt: v.number() },
  returns: v.any(),
  handler: async (ctx, { group }) =>
    await ctx.db
      .query("records")
      .withIndex("by_group_and_rank", (q) => q.eq("group", group))
      .take(20),
});

export const hit = mutation({
  args: { id: v.id("records"), delta: v.number() },
  returns: v.number(),
  handler: async (ctx, { id, delta }) => {
    const record = await ctx.db.get("records", id);
    const hitPoints = (record?.hitPoints ?? 0) + delta;
    await ctx.db.patch("records", id, { hitPoints });
    return hitPoints;
  },
});

export const search = query({
  args: { text: v.string(), group: v.number(), salt: v.number() },
  returns: v.any(),
  handler: async (ctx, { text, group }) =>
    await ctx.db
      .query("records")
      .withSearchIndex("search_text", (q) => q.search("text", text).eq("group", group))
      .take(20),
});
