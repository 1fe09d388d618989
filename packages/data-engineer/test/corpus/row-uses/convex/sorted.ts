import { query } from "./_generated/server";
import { v } from "convex/values";
export const top = query({
  args: { game: v.id("games") },
  handler: async (ctx, { game }) => {
    // expect read/sort-in-js index=scores:game,points
    const rows = await ctx.db
      .query("scores")
      .withIndex("by_game", (q) => q.eq("game", game))
      .collect();
    return rows.sort((a, b) => b.points - a.points).slice(0, 10);
  },
});
export const bestGames = query({
  args: {},
  handler: async (ctx) => {
    // expect read/sort-in-js use=by_rating
    const games = await ctx.db.query("games").collect();
    games.sort((x, y) => y.rating - x.rating);
    return games.slice(0, 5);
  },
});
export const best = query({
  args: {},
  handler: async (ctx) => {
    // expect read/sort-in-js use=by_rating
    const games = await ctx.db.query("games").collect();
    return games.toSorted((x, y) => x.rating - y.rating).at(-1);
  },
});
export const first = query({
  args: {},
  handler: async (ctx) => {
    // expect read/sort-in-js index=games:name
    const [game] = (await ctx.db.query("games").collect()).sort((x, y) =>
      x.name.localeCompare(y.name),
    );
    return game;
  },
});
// Trap: whole small range sorted and returned
export const ranking = query({
  args: { game: v.id("games") },
  handler: async (ctx, { game }) => {
    const rows = await ctx.db
      .query("scores")
      .withIndex("by_game", (q) => q.eq("game", game))
      .take(100);
    return rows.sort((a, b) => b.points - a.points).slice(0, 10);
  },
});
// Trap: sorted by a computed thing
export const computed = query({
  args: { game: v.id("games") },
  handler: async (ctx, { game }) => {
    const rows = await ctx.db
      .query("scores")
      .withIndex("by_game", (q) => q.eq("game", game))
      .collect();
    return rows.map((r) => ({ ...r, rank: r.points * 2 }));
  },
});
export const latest = query({
  args: { game: v.id("games") },
  handler: async (ctx, { game }) => {
    // expect read/sort-in-js use=by_game
    const rows = await ctx.db
      .query("scores")
      .withIndex("by_game", (q) => q.eq("game", game))
      .collect();
    rows.sort((a, b) => b._creationTime - a._creationTime);
    return rows[0];
  },
});
