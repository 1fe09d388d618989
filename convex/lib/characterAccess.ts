// Whose character is it? Its player, and those who run a table at which it sits, may see and change it.
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { findMembership, isGmRole } from "./access";
import { refuse } from "./errors";
import { requireUser } from "./identity";
import { seatsOfCharacter } from "./party";

/**
 * A character that the signed-in user may see and change.
 *
 * @throws ConvexError "notFound" ("Character not found"), "notMember" for anybody else's
 */
export async function requireCharacter(
  ctx: Pick<QueryCtx, "auth" | "db">,
  characterId: Id<"characters">,
): Promise<{ user: Doc<"users">; character: Doc<"characters">; isOwner: boolean }> {
  const user = await requireUser(ctx);
  const character = await ctx.db.get("characters", characterId);
  if (character === null) throw refuse("notFound", "Character not found");
  const isOwner = character.userId === user._id;
  if (!isOwner && !(await runsATableOf(ctx, user._id, characterId))) {
    throw refuse(
      "notMember",
      "Only the player of this character and the GM of its table can do that.",
    );
  }
  return { user, character, isOwner };
}

async function runsATableOf(
  ctx: Pick<QueryCtx, "auth" | "db">,
  userId: Id<"users">,
  characterId: Id<"characters">,
): Promise<boolean> {
  const seats = await seatsOfCharacter(ctx, characterId);
  for (const campaignId of new Set(seats.map((seat) => seat.campaignId))) {
    if (isGmRole((await findMembership(ctx, campaignId, userId))?.role)) return true;
  }
  return false;
}
