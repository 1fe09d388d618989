// Who sits at a session and with which character. Reads only; lib/seats.ts changes seats.
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";

/** Most seats at one table. */
export const MAX_SEATS = 12;
/** Most tables at which one character may sit at once; far above what anybody plays. */
const MAX_TABLES_PER_CHARACTER = 50;

/** The seats of a session, clockwise. */
export async function seatsOf(
  ctx: Pick<QueryCtx, "db">,
  sessionId: Id<"sessions">,
): Promise<Doc<"sessionPlayers">[]> {
  return await ctx.db
    .query("sessionPlayers")
    .withIndex("by_sessionId_and_seatNumber", (q) => q.eq("sessionId", sessionId))
    .take(MAX_SEATS);
}

/** The characters that sit at a session, clockwise, with their seats. */
export async function partyOf(
  ctx: Pick<QueryCtx, "db">,
  sessionId: Id<"sessions">,
): Promise<{ seat: Doc<"sessionPlayers">; character: Doc<"characters"> }[]> {
  const party = [];
  for (const seat of await seatsOf(ctx, sessionId)) {
    if (seat.characterId === undefined) continue;
    const character = await ctx.db.get("characters", seat.characterId);
    if (character !== null) party.push({ seat, character });
  }
  return party;
}

/** The seats that a character has, at all tables. */
export async function seatsOfCharacter(
  ctx: Pick<QueryCtx, "db">,
  characterId: Id<"characters">,
): Promise<Doc<"sessionPlayers">[]> {
  return await ctx.db
    .query("sessionPlayers")
    .withIndex("by_characterId", (q) => q.eq("characterId", characterId))
    .take(MAX_TABLES_PER_CHARACTER);
}

/** The sessions at which a character sits that are not over: where others hear of what happens to it. */
export async function openTablesOf(
  ctx: Pick<QueryCtx, "db">,
  characterId: Id<"characters">,
): Promise<Id<"sessions">[]> {
  const open = [];
  for (const { sessionId } of await seatsOfCharacter(ctx, characterId)) {
    const status = (await ctx.db.get("sessions", sessionId))?.status;
    if (status === "planning" || status === "active") open.push(sessionId);
  }
  return open;
}
