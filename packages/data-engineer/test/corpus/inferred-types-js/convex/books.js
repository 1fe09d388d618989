// Plain JavaScript: what a value is, its JSDoc says.
import { mutation, query } from "./_generated/server";
import { v } from "convex/values";
import { registry } from "some-registry";

/** @type {import("./_generated/server").QueryCtx["db"]} */
const shared = registry.open();

/** @param {{ store: import("./_generated/server").DatabaseReader }} given */
async function lent(given) {
  // expect read/missing-index index=books:lent
  return await given.store
    .query("books")
    .filter((q) => q.eq(q.field("lent"), true))
    .take(10);
}

export const overview = query({
  args: { shelfId: v.id("shelves") },
  returns: v.any(),
  handler: async (_ctx, { shelfId }) => {
    const out = await lent(registry.open());
    const here = await shared
      .query("books")
      .withIndex("by_shelfId", (q) => q.eq("shelfId", shelfId))
      .take(10);
    return { out, here };
  },
});

/** @param {import("./_generated/dataModel").Doc<"books">[]} books */
function idsOf(books) {
  return books.map((book) => book.shelfId);
}

export const shelves = query({
  args: {},
  returns: v.array(v.any()),
  handler: async (ctx) => {
    const ids = idsOf(registry.list());
    return await Promise.all(ids.map((id) => ctx.db.get(id)));
  },
});

export const rename = mutation({
  args: { room: v.string() },
  returns: v.null(),
  handler: async (ctx, { room }) => {
    /** @type {import("./_generated/dataModel").Id<"shelves">} */
    const id = registry.pick();
    // expect fn/floating-write
    ctx.db.patch(id, { room });
    // A trap: a set's own method.
    registry.seen.delete(room);
    return null;
  },
});
