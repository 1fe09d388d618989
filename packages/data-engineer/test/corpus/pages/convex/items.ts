import {
  paginationOptsValidator,
  type PaginationOptions,
  type PaginationResult,
} from "convex/server";
import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import { internalMutation, query, type QueryCtx } from "./_generated/server";

const args = { paginationOpts: paginationOptsValidator, kind: v.string() };

export const filtered = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    // expect read/paginate-filter use=by_kind
    return await ctx.db
      .query("items")
      .filter((q) => q.eq(q.field("kind"), kind))
      .paginate(paginationOpts);
  },
});

// Trap: through the index.
export const served = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) =>
    await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .paginate(paginationOpts),
});

export const further = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    // expect read/paginate-filter index=items:kind,name
    return await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .filter((q) => q.eq(q.field("name"), "rope"))
      .paginate(paginationOpts);
  },
});

export const afterwards = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    // expect read/paginate-post-filter index=items:kind,hidden
    const result = await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .paginate(paginationOpts);
    return { ...result, page: result.page.filter((item) => item.hidden === false) };
  },
});

// Trap: mapped, not filtered.
export const mapped = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    const result = await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .paginate(paginationOpts);
    return { ...result, page: result.page.map((item) => ({ name: item.name })) };
  },
});

// Trap: bounded by the number of rows read.
export const bounded = query({
  args,
  handler: async (ctx, { paginationOpts }) =>
    await ctx.db
      .query("items")
      .filter((q) => q.neq(q.field("name"), "rope"))
      .paginate({ ...paginationOpts, maximumRowsRead: 500 }),
});

export const twice = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    const first = await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .paginate(paginationOpts);
    // expect read/multiple-paginate
    const second = await ctx.db.query("items").order("desc").paginate(paginationOpts);
    return [first, second];
  },
});

async function pageOfKind(ctx: QueryCtx, kind: string, paginationOpts: PaginationOptions) {
  return await ctx.db
    .query("items")
    .withIndex("by_kind", (q) => q.eq("kind", kind))
    .paginate(paginationOpts);
}

// One `paginate` in the source, two in the call.
export const twiceByHelper = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    const first = await pageOfKind(ctx, kind, paginationOpts);
    // expect read/multiple-paginate
    const second = await pageOfKind(ctx, "rope", paginationOpts);
    return [first, second];
  },
});

export const allPages = query({
  args: {},
  handler: async (ctx) => {
    const all = [];
    let cursor: string | null = null;
    for (;;) {
      // expect read/multiple-paginate
      const result: PaginationResult<Doc<"items">> = await ctx.db
        .query("items")
        .paginate({ cursor, numItems: 100 });
      all.push(...result.page.map((item) => item.name));
      if (result.isDone) return all;
      cursor = result.continueCursor;
    }
  },
});

// The index that serves the filter is there.
export const ofKind = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    // expect read/paginate-post-filter use=by_kind
    const result = await ctx.db.query("items").order("desc").paginate(paginationOpts);
    return { ...result, page: result.page.filter((item) => item.kind === kind) };
  },
});

// Trap: two, on different ways.
export const either = query({
  args,
  handler: async (ctx, { paginationOpts, kind }) => {
    if (kind === "") return await ctx.db.query("items").paginate(paginationOpts);
    return await ctx.db
      .query("items")
      .withIndex("by_kind", (q) => q.eq("kind", kind))
      .paginate(paginationOpts);
  },
});

// Trap: a walk over pages may skip what it likes.
export const walk = internalMutation({
  args: { cursor: v.union(v.string(), v.null()) },
  handler: async (ctx, { cursor }) => {
    const { page } = await ctx.db.query("items").paginate({ cursor, numItems: 100 });
    for (const item of page) {
      if (item.price >= 0) continue;
      await ctx.db.patch(item._id, { price: 0 });
    }
  },
});

// Ranges that Convex refuses.
export const gap = query({
  args,
  handler: async (ctx) => {
    // expect read/invalid-range
    return await ctx.db
      .query("items")
      .withIndex("by_kind_and_price", (q) => (q as any).gt("price", 10))
      .take(5);
  },
});
export const unknownIndex = query({
  args,
  handler: async (ctx) => {
    // expect read/invalid-range
    return await ctx.db
      .query("items")
      .withIndex("by_name" as any)
      .take(5);
  },
});

// Trap: equalities in another order than the index are accepted, and a range ends them.
export const fine = query({
  args,
  handler: async (ctx, { kind }) =>
    await ctx.db
      .query("items")
      .withIndex("by_kind_and_price", (q) => q.eq("kind", kind).gte("price", 1).lt("price", 9))
      .order("desc")
      .take(5),
});
