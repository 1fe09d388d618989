import { v } from "convex/values";
import { mutation, query } from "./_generated/server";

// One row is looked for among all by a comparison no index can make.
export const byTitle = query({
  args: { title: v.string() },
  handler: async (ctx, args) => {
    const wanted = args.title.trim().toLowerCase();
    // expect read/unbounded-collect
    const all = await ctx.db.query("books").collect();
    return all.find((book) => book.title.toLowerCase() === wanted) ?? null;
  },
});

// Trap: the first row of all is what `first` is for, and another rule says so.
export const any = query({
  args: {},
  handler: async (ctx) => {
    // expect read/collect-then-slice
    return (await ctx.db.query("series").collect())[0] ?? null;
  },
});

// The same in a range: an info, since the range may be short.
export const onShelfLike = query({
  args: { shelf: v.string(), title: v.string() },
  handler: async (ctx, args) => {
    // expect-info read/range-collect
    const rows = await ctx.db
      .query("books")
      .withIndex("by_shelf", (q) => q.eq("shelf", args.shelf))
      .collect();
    return rows.find((book) => book.title.toLowerCase() === args.title) ?? null;
  },
});

// `!row.reference` is the absence of an optional reference, which an index finds as `undefined`.
export const single = query({
  args: {},
  handler: async (ctx) =>
    // expect read/index-available use=by_seriesId
    (await ctx.db.query("books").collect()).filter(
      (book) => !book.seriesId && book.title.length > 3,
    ),
});

// A reference that can be null and is always there: null is what is looked for.
export const ours = query({
  args: {},
  handler: async (ctx) =>
    // expect read/missing-index index=books:ownerId
    (await ctx.db.query("books").collect()).filter((book) => !book.ownerId),
});

// Trap: an optional text may be missing or empty, so no single value stands for `!row.note`.
export const withoutNote = query({
  args: {},
  handler: async (ctx) =>
    // expect read/unbounded-collect
    (await ctx.db.query("books").collect()).filter((book) => !book.note),
});

// Filters that only some calls ask for, twice as many ways with each: what all ways share is still seen.
export const search = query({
  args: {
    shelf: v.string(),
    text: v.optional(v.string()),
    language: v.optional(v.string()),
    lost: v.optional(v.boolean()),
    owned: v.optional(v.boolean()),
    minimum: v.optional(v.number()),
  },
  handler: async (ctx, args) => {
    // expect read/extend-index index=books:shelf,isLost
    // expect-info read/text-match
    let rows = await ctx.db
      .query("books")
      .withIndex("by_shelf", (q) => q.eq("shelf", args.shelf))
      .collect();
    rows = rows.filter((book) => book.isLost === false);
    const { text } = args;
    if (text) rows = rows.filter((book) => book.title.toLowerCase().includes(text));
    if (args.language) rows = rows.filter((book) => book.language === args.language);
    if (args.owned) rows = rows.filter((book) => book.ownerId !== null);
    else rows = rows.filter((book) => book.ownerId === null);
    if (args.minimum !== undefined) rows = rows.filter((book) => book.rating >= args.minimum!);
    return rows.map((book) => book.title);
  },
});

// A condition that only sometimes applies leaves the others as they are.
export const lost = query({
  args: { shelf: v.string(), except: v.optional(v.id("readers")) },
  handler: async (ctx, args) => {
    // expect read/extend-index index=books:shelf,isLost
    const rows = await ctx.db
      .query("books")
      .withIndex("by_shelf", (q) => q.eq("shelf", args.shelf))
      .collect();
    return rows.filter(
      (book) => book.isLost === true && (args.except ? book.ownerId !== args.except : true),
    );
  },
});

// A choice of the best among rows that pass a filter in JavaScript: `take` alone would come out short.
export const bestOf = query({
  args: { ids: v.array(v.id("readers")) },
  handler: async (ctx, args) => {
    const owners = new Set(args.ids);
    // expect read/sort-in-js use=by_rating
    const all = await ctx.db.query("books").collect();
    const some = all.filter((book) => book.ownerId !== null && owners.has(book.ownerId));
    return some.sort((a, b) => b.rating - a.rating).slice(0, 10);
  },
});

export const put = mutation({
  args: { title: v.string(), shelf: v.string(), seriesId: v.optional(v.id("series")) },
  handler: async (ctx, args) => {
    if (args.title.length > 200) return null;
    if (args.shelf.length > 20) return null;
    return await ctx.db.insert("books", {
      ...args,
      language: "en",
      ownerId: null,
      isLost: false,
      rating: 0,
    });
  },
});

export const putSeries = mutation({
  args: { name: v.string() },
  handler: async (ctx, args) => {
    if (args.name.length > 200) return null;
    return await ctx.db.insert("series", { name: args.name, bookIds: [] });
  },
});
