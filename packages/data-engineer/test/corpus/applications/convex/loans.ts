import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

// The newest first, per reader: another reader's longer key must not take that order away.
export const ofReader = query({
  args: { readerId: v.id("readers") },
  handler: async (ctx, args) =>
    // expect read/missing-index index=loans:readerId
    await ctx.db
      .query("loans")
      .filter((q) => q.eq(q.field("readerId"), args.readerId))
      .order("desc")
      .collect(),
});

export const outOfReader = query({
  args: { readerId: v.id("readers") },
  handler: async (ctx, args) =>
    // expect read/missing-index index=loans:readerId,state
    await ctx.db
      .query("loans")
      .filter((q) =>
        q.and(q.eq(q.field("readerId"), args.readerId), q.eq(q.field("state"), "out")),
      )
      .collect(),
});

// Whether there is any at all: the longer index does, whatever its order.
export const isOut = query({
  args: { bookId: v.id("books") },
  handler: async (ctx, args) => {
    // expect read/missing-index index=loans:bookId,state
    const loan = await ctx.db
      .query("loans")
      .filter((q) => q.eq(q.field("bookId"), args.bookId))
      .first();
    return loan !== null;
  },
});

export const outOfBook = query({
  args: { bookId: v.id("books") },
  handler: async (ctx, args) => {
    // expect read/missing-index index=loans:bookId,state
    const rows = await ctx.db
      .query("loans")
      .filter((q) => q.and(q.eq(q.field("state"), "out"), q.eq(q.field("bookId"), args.bookId)))
      .collect();
    return rows.map((row) => row.due);
  },
});

/** One book comes back: the rows that are written are picked by what the caller names. */
export const forget = mutation({
  args: { bookId: v.id("books") },
  handler: async (ctx, args) => {
    // expect read/unbounded-collect
    const all = await ctx.db.query("series").collect();
    const having = all.filter((item) => item.bookIds.includes(args.bookId));
    for (const item of having)
      await ctx.db.patch(item._id, {
        bookIds: item.bookIds.filter((id) => id !== args.bookId),
      });
    return null;
  },
});

// expect fn/public-data-job
export const empty = mutation({
  args: {},
  handler: async (ctx) => {
    // expect read/unbounded-collect
    const all = await ctx.db.query("series").collect();
    for (const item of all) {
      if (item.bookIds.length === 0) continue;
      // expect fn/unbounded-write
      await ctx.db.patch(item._id, { bookIds: [] });
    }
    return null;
  },
});

// Older than what was seen last, the newest first: a date of creation of one's own has the order of creation.
export const notices = query({
  args: { shelf: v.string(), before: v.number() },
  handler: async (ctx, args) =>
    // expect read/extend-index index=notices:shelf,createdAt
    await ctx.db
      .query("notices")
      .withIndex("by_shelf", (q) => q.eq("shelf", args.shelf))
      .filter((q) => q.lt(q.field("createdAt"), args.before))
      .order("desc")
      .take(20),
});

// Trap: the newest of those that weigh much are not the heaviest.
export const heavyNotices = query({
  args: { shelf: v.string() },
  handler: async (ctx, args) =>
    await ctx.db
      .query("notices")
      .withIndex("by_shelf", (q) => q.eq("shelf", args.shelf))
      .filter((q) => q.gt(q.field("weight"), 10))
      .order("desc")
      .take(20),
});
