// Changes of seats at a session: taking one, giving it up, and the character that sits there.
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { findMembership, findSeat } from "./access";
import { refreshDifficultyOfSession } from "./difficulty";
import { refuse } from "./errors";
import { logEvent } from "./eventLog";
import { MAX_SEATS, seatsOf } from "./party";

/**
 * Gives a user the next seat, and membership of the campaign as a player. Does nothing for somebody who sits
 * there already.
 *
 * @throws ConvexError "conflict" for those who run the campaign, "tooMany" when all seats are taken
 */
export async function takeSeat(
  ctx: MutationCtx,
  session: Doc<"sessions">,
  user: Doc<"users">,
): Promise<void> {
  if ((await findSeat(ctx, session._id, user._id)) !== null) return;
  const membership = await findMembership(ctx, session.campaignId, user._id);
  if (membership?.role === "gm" || membership?.role === "coGm") {
    throw refuse("conflict", "You run this table, so you need no seat at it.");
  }
  const seats = await seatsOf(ctx, session._id);
  if (seats.length >= MAX_SEATS) {
    throw refuse(
      "tooMany",
      `All ${MAX_SEATS} seats at this table are taken. Ask the GM to free one.`,
    );
  }
  if (membership === null) {
    await ctx.db.insert("campaignMembers", {
      campaignId: session.campaignId,
      userId: user._id,
      role: "player",
    });
  }
  await ctx.db.insert("sessionPlayers", {
    sessionId: session._id,
    campaignId: session.campaignId,
    userId: user._id,
    seatNumber: (seats.at(-1)?.seatNumber ?? 0) + 1,
  });
  await logEvent(ctx, {
    sessionId: session._id,
    kind: "table",
    text: `${user.name} joins the table.`,
    actorId: user._id,
  });
}

/** Takes a seat away, and with the last one in a campaign the player's membership of it. */
export async function giveUpSeat(
  ctx: MutationCtx,
  seat: Doc<"sessionPlayers">,
  by: Id<"users">,
): Promise<void> {
  await ctx.db.delete("sessionPlayers", seat._id);
  const other = await ctx.db
    .query("sessionPlayers")
    .withIndex("by_campaignId_and_userId", (q) =>
      q.eq("campaignId", seat.campaignId).eq("userId", seat.userId),
    )
    .first();
  const membership = await findMembership(ctx, seat.campaignId, seat.userId);
  if (other === null && membership?.role === "player") {
    await ctx.db.delete("campaignMembers", membership._id);
  }
  const user = await ctx.db.get("users", seat.userId);
  await logEvent(ctx, {
    sessionId: seat.sessionId,
    kind: "table",
    text: `${user?.name ?? "A player"} leaves the table.`,
    actorId: by,
  });
  await refreshDifficultyOfSession(ctx, seat.sessionId);
}

/** Puts a character on a seat; with `undefined` the seat waits for one. */
export async function seatCharacter(
  ctx: MutationCtx,
  seat: Doc<"sessionPlayers">,
  characterId: Id<"characters"> | undefined,
): Promise<void> {
  await ctx.db.patch("sessionPlayers", seat._id, { characterId });
  await refreshDifficultyOfSession(ctx, seat.sessionId);
}
