import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

// What an early `return false` asks for, every row kept has.
export const remove = mutation({
  args: {
    projectId: v.id("projects"),
    lane: v.string(),
    by: v.union(v.literal("any"), v.literal("owner")),
    owner: v.string(),
  },
  returns: v.boolean(),
  handler: async (ctx, args) => {
    // expect read/index-available use=by_projectId_and_lane
    const all = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", args.projectId))
      .collect();
    const found = all.find((task) => {
      if (task.lane !== args.lane) return false;
      if (args.by === "any") return true;
      return task.owner === args.owner;
    });
    if (found === undefined) return false;
    await ctx.db.delete("tasks", found._id);
    return true;
  },
});

// Trap: the lane only matters when it is given; an index on it would lose the other rows.
export const list = query({
  args: { projectId: v.id("projects"), lane: v.optional(v.string()) },
  returns: v.any(),
  handler: async (ctx, args) => {
    const all = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", args.projectId))
      .collect();
    return all.filter((task) => {
      if (args.lane === undefined) return true;
      return task.lane === args.lane;
    });
  },
});

// Trap: an answer from inside a loop is about one turn of it.
export const inAnyLane = query({
  args: { projectId: v.id("projects"), lanes: v.array(v.string()) },
  returns: v.any(),
  handler: async (ctx, { projectId, lanes }) => {
    const all = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", projectId))
      .collect();
    return all.filter((task) => {
      for (const lane of lanes) if (task.lane === lane) return true;
      return false;
    });
  },
});

// A table named by an argument with a few values is each of them.
export const ofDay = query({
  args: { table: v.union(v.literal("logs"), v.literal("notes")), day: v.string() },
  returns: v.any(),
  handler: async (ctx, { table, day }) =>
    // expect read/missing-index index=logs:day
    await ctx.db
      .query(table)
      .filter((q) => q.eq(q.field("day"), day))
      .collect(),
});

export const add = mutation({
  args: { ids: v.array(v.id("projects")), day: v.string() },
  returns: v.null(),
  handler: async (ctx, { ids, day }) => {
    // Trap: the elements of an argument are ids of a known table; the documents are read by id.
    const projects = await Promise.all(ids.map((id) => ctx.db.get(id)));
    for (const project of projects) {
      if (project === null) continue;
      await ctx.db.insert("logs", { day, text: project.name });
      await ctx.db.insert("notes", { day, text: project.name });
    }
    return null;
  },
});

// A cap of a thousand in no order means all rows: those past it that match are lost, those before it are read in vain.
export const mineOf = query({
  args: { projectId: v.id("projects"), lane: v.string() },
  returns: v.any(),
  handler: async (ctx, { projectId, lane }) => {
    // expect read/index-available use=by_projectId_and_lane
    const all = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", projectId))
      .take(1000);
    return all.filter((task) => task.lane === lane);
  },
});

// Trap: of the newest twenty, those in a lane.
export const newestOf = query({
  args: { projectId: v.id("projects"), lane: v.string() },
  returns: v.any(),
  handler: async (ctx, { projectId, lane }) => {
    const newest = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", projectId))
      .order("desc")
      .take(200);
    return newest.filter((task) => task.lane === lane);
  },
});

// The cap keeps the cost down, so a new index is only a hint; a whole table cut at a cap loses rows.
export const ownedIn = query({
  args: { projectId: v.id("projects"), owner: v.string() },
  returns: v.any(),
  handler: async (ctx, { projectId, owner }) => {
    // expect-info read/extend-index index=tasks:projectId,owner
    const some = await ctx.db
      .query("tasks")
      .withIndex("by_projectId", (q) => q.eq("projectId", projectId))
      .take(500);
    return some.filter((task) => task.owner === owner);
  },
});
export const named = query({
  args: { name: v.string() },
  returns: v.any(),
  handler: async (ctx, { name }) => {
    // expect read/missing-index index=projects:name
    const some = await ctx.db.query("projects").take(500);
    return some.filter((project) => project.name === name);
  },
});
