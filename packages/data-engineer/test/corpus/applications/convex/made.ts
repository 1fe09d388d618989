import { v } from "convex/values";
import { query, type QueryCtx } from "./_generated/server";

/** Functions for readers with a card, the old way: a handler goes in, a registered function comes out. */
function queryWithCard<Args extends unknown[], Result>(
  handler: (ctx: QueryCtx & { card: string }, ...args: Args) => Promise<Result>,
) {
  return query(async (ctx: QueryCtx, ...args: Args) => {
    const identity = await ctx.auth.getUserIdentity();
    if (identity === null) return null;
    return await handler({ ...ctx, card: identity.subject }, ...args);
  });
}

// What is told of the function stands where it is made, and what it reads is its own.
// expect fn/args-validator
export const mine = queryWithCard(async (ctx) => {
  const reader = await ctx.db
    .query("readers")
    .withIndex("by_card", (q) => q.eq("card", ctx.card))
    .unique();
  // expect read/unbounded-collect
  const series = await ctx.db.query("series").collect();
  return { reader, series };
});

// Trap: made with its arguments declared.
const checked = (field: "name" | "card") =>
  query({
    args: { value: v.string() },
    handler: async (ctx, args) => {
      const reader = await ctx.db
        .query("readers")
        .withIndex("by_card", (q) => q.eq("card", args.value))
        .unique();
      return reader?.[field] ?? null;
    },
  });
export const nameOf = checked("name");
