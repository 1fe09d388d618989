// The bestiary: searching it, leafing through it, one stat block. Readable by everybody who is signed in.
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { query } from "./_generated/server";
import { refuse } from "./lib/errors";
import { requireUser } from "./lib/identity";
import { levelRange, monstersByFilters } from "./lib/monsterQueries";
import { monsterShape, toMonster } from "./lib/shapes";
import { monsterAlignment } from "./lib/validators";

/** What a search answers with at most. */
const MAX_FOUND = 20;
/** Candidates looked at for a search within a level range, which a search index cannot filter by. */
const MAX_CANDIDATES = 512;
const MAX_SIMILAR = 12;

const filters = {
  type: v.optional(v.string()),
  minLevel: v.optional(v.number()),
  maxLevel: v.optional(v.number()),
  alignment: v.optional(monsterAlignment),
};

/**
 * Monsters whose name holds the words, in any order, the last one possibly unfinished; best first, at most 20.
 * A blank term lists the first 20 by level instead.
 */
export const searchMonsters = query({
  args: { searchTerm: v.string(), ...filters },
  returns: v.array(monsterShape),
  handler: async (ctx, { searchTerm, ...filter }) => {
    await requireUser(ctx);
    const { low, high } = levelRange(filter);
    const term = searchTerm.trim();
    if (term === "") {
      return (await monstersByFilters(ctx, filter).take(MAX_FOUND)).map(toMonster);
    }
    const { type, alignment } = filter;
    const candidates = await ctx.db
      .query("monsters")
      .withSearchIndex("search_monsters", (q) => {
        const named = q.search("name", term);
        const typed = type === undefined ? named : named.eq("type", type);
        return alignment === undefined ? typed : typed.eq("alignment", alignment);
      })
      .take(MAX_CANDIDATES);
    return candidates
      .filter((monster) => monster.level >= low && monster.level <= high)
      .slice(0, MAX_FOUND)
      .map(toMonster);
  },
});

/** Monsters by level, then name, a page at a time. Every filter is served by an index. */
export const paginatedMonsters = query({
  args: { paginationOpts: paginationOptsValidator, ...filters },
  returns: paginationResultValidator(monsterShape),
  handler: async (ctx, { paginationOpts, ...filter }) => {
    await requireUser(ctx);
    const result = await monstersByFilters(ctx, filter).paginate(paginationOpts);
    return { ...result, page: result.page.map(toMonster) };
  },
});

export const get = query({
  args: { monsterId: v.id("monsters") },
  returns: monsterShape,
  handler: async (ctx, { monsterId }) => {
    await requireUser(ctx);
    const monster = await ctx.db.get("monsters", monsterId);
    if (monster === null) throw refuse("notFound", "Monster not found");
    return toMonster(monster);
  },
});

/** A monster by its slug ("dragon-fire"); of several sources the one that came first. */
export const getBySlug = query({
  args: { slug: v.string() },
  returns: monsterShape,
  handler: async (ctx, { slug }) => {
    await requireUser(ctx);
    const monster = await ctx.db
      .query("monsters")
      .withIndex("by_slug", (q) => q.eq("slug", slug))
      .first();
    if (monster === null) throw refuse("notFound", `There is no monster called "${slug}".`);
    return toMonster(monster);
  },
});

/** Other monsters of the same type and level: what to take instead. */
export const similar = query({
  args: { monsterId: v.id("monsters") },
  returns: v.array(monsterShape),
  handler: async (ctx, { monsterId }) => {
    await requireUser(ctx);
    const monster = await ctx.db.get("monsters", monsterId);
    if (monster === null) throw refuse("notFound", "Monster not found");
    const alike = await ctx.db
      .query("monsters")
      .withIndex("by_type_and_level", (q) => q.eq("type", monster.type).eq("level", monster.level))
      .order("asc")
      .take(MAX_SIMILAR + 1);
    return alike
      .filter((other) => other._id !== monsterId)
      .slice(0, MAX_SIMILAR)
      .map(toMonster);
  },
});

/** Either the core bestiary or all that is not of it, by level, a page at a time. */
export const listByOrigin = query({
  args: {
    paginationOpts: paginationOptsValidator,
    isOfficial: v.boolean(),
    minLevel: v.optional(v.number()),
    maxLevel: v.optional(v.number()),
  },
  returns: paginationResultValidator(monsterShape),
  handler: async (ctx, { paginationOpts, isOfficial, ...filter }) => {
    await requireUser(ctx);
    const { low, high } = levelRange(filter);
    const result = await ctx.db
      .query("monsters")
      .withIndex("by_isOfficial_and_level", (q) =>
        q.eq("isOfficial", isOfficial).gte("level", low).lte("level", high),
      )
      .paginate(paginationOpts);
    return { ...result, page: result.page.map(toMonster) };
  },
});
