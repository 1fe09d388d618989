import { v } from "convex/values";
import type { Id } from "./_generated/dataModel";
import { mutation, query } from "./_generated/server";

function clean(text: string): string {
  if (text.length > 200) throw new Error("too long");
  return text.trim();
}

export const create = mutation({
  args: { projectId: v.string(), title: v.string(), note: v.string(), stripeId: v.string() },
  handler: async (ctx, args) => {
    await ctx.db.insert("tasks", {
      projectId: args.projectId,
      title: clean(args.title),
      state: "open",
      extra: null,
      history: [],
      recent: [],
      note: clean(args.note),
      stripeId: clean(args.stripeId),
    });
  },
});
export const project = query({
  args: { id: v.id("tasks") },
  handler: async (ctx, { id }) => {
    const task = await ctx.db.get(id);
    if (task === null) return null;
    if (task.state === "closed") return null;
    return await ctx.db.get(task.projectId as Id<"projects">);
  },
});
export const close = mutation({
  args: { id: v.id("tasks"), by: v.id("projects") },
  handler: async (ctx, { id }) => {
    const task = await ctx.db.get(id);
    if (task === null || task.state !== "open") return;
    await ctx.db.patch(id, { state: "closed" });
    // expect schema/growing-array
    await ctx.db.patch(id, { history: [...task.history, "closed"] });
    await ctx.db.patch(id, { recent: [...task.recent, "closed"].slice(-20) });
  },
});
export const open = query({
  args: {},
  handler: async (ctx) => {
    // expect schema/optional-eq-default
    return await ctx.db
      .query("tasks")
      .withIndex("by_done", (q) => q.eq("done", false))
      .take(50);
  },
});
export const ofProject = query({
  args: { projectId: v.string() },
  handler: async (ctx, { projectId }) =>
    await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", projectId))
      .take(50),
});
export const heartbeat = mutation({
  args: { id: v.id("players"), now: v.number() },
  handler: async (ctx, { id, now }) => {
    if (now < 0) return;
    // expect-info schema/hot-document
    await ctx.db.patch(id, { lastSeenAt: now });
  },
});
export const players = query({
  args: {},
  handler: async (ctx) => await ctx.db.query("players").take(50),
});
