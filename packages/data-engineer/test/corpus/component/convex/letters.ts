import { paginator } from "convex-helpers/server/pagination";
import { paginationOptsValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import schema from "./schema";

// The built-in paginate throws in a component.
export const page = query({
  args: { owner: v.string(), paginationOpts: paginationOptsValidator },
  returns: v.any(),
  handler: async (ctx, { owner, paginationOpts }) =>
    // expect read/paginate-in-component
    await ctx.db
      .query("letters")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .paginate(paginationOpts),
});

// Trap: the paginator of convex-helpers works there.
export const pageByHelper = query({
  args: { owner: v.string(), paginationOpts: paginationOptsValidator },
  returns: v.any(),
  handler: async (ctx, { owner, paginationOpts }) =>
    await paginator(ctx.db, schema)
      .query("letters")
      .withIndex("by_owner", (q) => q.eq("owner", owner))
      .paginate(paginationOpts),
});

// Trap: plain reads by one value, pages through the helper by another; which of the two pages is told by the author.
export const either = query({
  args: { owner: v.string(), paginationOpts: v.optional(paginationOptsValidator) },
  returns: v.any(),
  handler: async (ctx, { owner, paginationOpts }) => {
    const db = paginationOpts ? paginator(ctx.db, schema) : ctx.db;
    const mine = db.query("letters").withIndex("by_owner", (q) => q.eq("owner", owner));
    if (paginationOpts !== undefined) return await mine.paginate(paginationOpts);
    return await mine.take(50);
  },
});

// Trap: "public" in a component is for the app that mounts it; no client can start this job.
export const burnAll = mutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    // expect read/unbounded-collect
    const all = await ctx.db.query("letters").collect();
    // expect fn/unbounded-write
    for (const letter of all) await ctx.db.delete("letters", letter._id);
    return null;
  },
});

// Without a validator the app can pass anything; a client cannot.
// expect fn/args-validator
export const seal = mutation({
  returns: v.null(),
  handler: async (ctx, args: { owner: string; body: string }) => {
    if (args.body === "") throw new Error("empty");
    await ctx.db.insert("letters", { owner: args.owner, body: args.body, sealed: true });
    return null;
  },
});
