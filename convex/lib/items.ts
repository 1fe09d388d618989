// Reads what a character carries.
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";

/** Most lines of equipment one character can have. */
export const MAX_ITEMS = 200;

/** The things of a character, oldest first. */
export async function itemsOf(
  ctx: Pick<QueryCtx, "db">,
  characterId: Id<"characters">,
): Promise<Doc<"items">[]> {
  return await ctx.db
    .query("items")
    .withIndex("by_characterId", (q) => q.eq("characterId", characterId))
    .take(MAX_ITEMS);
}
