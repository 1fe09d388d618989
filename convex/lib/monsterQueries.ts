// Chooses the index that serves a set of bestiary filters whole. Order is always level, then name.
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { refuse } from "./errors";

/** Beyond any printed level; an open end of a range. */
const LOWEST_LEVEL = 0;
const HIGHEST_LEVEL = 1_000;

export type MonsterFilter = {
  type?: string | undefined;
  alignment?: Doc<"monsters">["alignment"] | undefined;
  minLevel?: number | undefined;
  maxLevel?: number | undefined;
};

/** The level bounds of a filter, both included. */
export function levelRange(filter: Pick<MonsterFilter, "minLevel" | "maxLevel">) {
  const { minLevel: low = LOWEST_LEVEL, maxLevel: high = HIGHEST_LEVEL } = filter;
  if (low > high) {
    throw refuse("invalid", `The lowest level, ${low}, is above the highest, ${high}.`);
  }
  return { low, high };
}

/** The monsters that pass the filters, read through one index range. */
export function monstersByFilters(ctx: Pick<QueryCtx, "db">, filter: MonsterFilter) {
  const { type, alignment } = filter;
  const { low, high } = levelRange(filter);
  const monsters = ctx.db.query("monsters");
  if (type !== undefined && alignment !== undefined) {
    return monsters.withIndex("by_type_and_alignment_and_level_and_name", (q) =>
      q.eq("type", type).eq("alignment", alignment).gte("level", low).lte("level", high),
    );
  }
  if (type !== undefined) {
    return monsters.withIndex("by_type_and_level_and_name", (q) =>
      q.eq("type", type).gte("level", low).lte("level", high),
    );
  }
  if (alignment !== undefined) {
    return monsters.withIndex("by_alignment_and_level_and_name", (q) =>
      q.eq("alignment", alignment).gte("level", low).lte("level", high),
    );
  }
  return monsters.withIndex("by_level_and_name", (q) => q.gte("level", low).lte("level", high));
}
