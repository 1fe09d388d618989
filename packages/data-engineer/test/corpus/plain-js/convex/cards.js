import { v } from "convex/values";
import { query } from "./_generated/server";
export const inDeck = query({
  args: { deck: v.string() },
  handler: async ({ db }, { deck }) => {
    // expect read/index-available use=by_deck
    return await db
      .query("cards")
      .filter((q) => q.eq(q.field("deck"), deck))
      .collect();
  },
});
export const top = query({
  args: {},
  handler: async (ctx) =>
    // expect read/sort-in-js index=cards:rank
    (await ctx.db.query("cards").collect()).sort((a, b) => b.rank - a.rank)[0],
});
