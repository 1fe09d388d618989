import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

const id = { sessionId: v.id("sessions") };

export const recent = query({
  args: id,
  handler: async (ctx, { sessionId }) =>
    await ctx.db
      .query("logs")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .order("desc")
      .take(20),
});
export const ofKind = query({
  args: { ...id, kind: v.string() },
  handler: async (ctx, { sessionId, kind }) =>
    await ctx.db
      .query("logs")
      .withIndex("by_sessionId_and_kind", (q) => q.eq("sessionId", sessionId).eq("kind", kind))
      .take(20),
});
export const isMarked = query({
  args: id,
  handler: async (ctx, { sessionId }) =>
    (await ctx.db
      .query("marks")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .first()) !== null,
});
export const marksOf = query({
  args: { ...id, kind: v.string() },
  handler: async (ctx, { sessionId, kind }) =>
    await ctx.db
      .query("marks")
      .withIndex("by_sessionId_and_kind", (q) => q.eq("sessionId", sessionId).eq("kind", kind))
      .take(20),
});
export const all = query({
  args: { gmId: v.id("users"), at: v.number(), city: v.string(), email: v.string() },
  handler: async (ctx, { gmId, at, city, email }) => [
    await ctx.db
      .query("sessions")
      .withIndex("by_gmId", (q) => q.eq("gmId", gmId))
      .order("desc")
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("by_gmId_and_status", (q) => q.eq("gmId", gmId).eq("status", "done"))
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("by_gmId_and_status_2", (q) => q.eq("gmId", gmId).eq("status", "new"))
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("start", (q) => q.gt("startsAt", at))
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("by_status", (q) => q.eq("status", "done"))
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("by_stat" as any, (q: any) => q.eq("stat", 1))
      .take(5),
    await ctx.db
      .query("sessions")
      .withIndex("by_place_city", (q) => q.eq("place.city", city))
      .take(5),
    await ctx.db
      .query("users")
      .withIndex("by_email", (q) => q.eq("email", email))
      .unique(),
    await ctx.db
      .query("users")
      .withIndex("by_creation_time", (q) => q.gt("_creationTime", at))
      .take(5),
  ],
});
export const partiesOf = query({
  args: { userId: v.id("users") },
  handler: async (ctx, { userId }) => {
    // expect read/unbounded-collect
    const rows = await ctx.db.query("parties").collect();
    return rows.filter((party) => party.memberIds.includes(userId));
  },
});
export const tagged = query({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) => {
    const rows = await ctx.db
      .query("posts")
      .withIndex("by_tags", (q) => q.eq("tags", [tag]))
      .collect();
    return rows.filter((post) => post.tags.some((other) => other === tag));
  },
});
export const atPath = query({
  args: { path: v.array(v.string()) },
  handler: async (ctx, { path }) =>
    await ctx.db
      .query("posts")
      .withIndex("by_path", (q) => q.eq("path", path))
      .unique(),
});
export const stagedRead = query({
  args: {},
  handler: async (ctx) => {
    // expect read/staged-index
    return await ctx.db
      .query("staged")
      .withIndex("by_a" as any)
      .take(3);
  },
});
export const stray = mutation({
  args: {},
  handler: async (ctx) => {
    // expect schema/table-not-in-schema
    await ctx.db.insert("strays" as any, { a: 1 });
  },
});
