// May they? Membership of a campaign and a seat at a session decide; nothing a client sends does.
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { refuse } from "./errors";
import { requireUser } from "./identity";
import type { CampaignRole } from "./validators";

type Ctx = Pick<QueryCtx, "auth" | "db">;

/** What a user is in a campaign, or `null`. */
export async function findMembership(
  ctx: Ctx,
  campaignId: Id<"campaigns">,
  userId: Id<"users">,
): Promise<Doc<"campaignMembers"> | null> {
  return await ctx.db
    .query("campaignMembers")
    .withIndex("by_campaignId_and_userId", (q) =>
      q.eq("campaignId", campaignId).eq("userId", userId),
    )
    .unique();
}

/** Whether a role runs the campaign: sees everything and may change it. */
export function isGmRole(role: CampaignRole | undefined): boolean {
  return role === "gm" || role === "coGm";
}

/** The signed-in user as a member of a campaign, whatever the role. */
export async function requireMember(ctx: Ctx, campaignId: Id<"campaigns">) {
  const user = await requireUser(ctx);
  const campaign = await ctx.db.get("campaigns", campaignId);
  if (campaign === null) throw refuse("notFound", "Campaign not found");
  const membership = await findMembership(ctx, campaignId, user._id);
  if (membership === null) {
    throw refuse(
      "notMember",
      "Only members of this campaign can do that. Ask the GM for the join code.",
    );
  }
  return { user, campaign, role: membership.role };
}

/** The signed-in user as somebody who runs the campaign. */
export async function requireGm(ctx: Ctx, campaignId: Id<"campaigns">) {
  const member = await requireMember(ctx, campaignId);
  if (!isGmRole(member.role)) {
    throw refuse("notGm", "Only the GM of this campaign can do that.");
  }
  return member;
}

/** A user's seat at a session, or `null`. */
export async function findSeat(
  ctx: Ctx,
  sessionId: Id<"sessions">,
  userId: Id<"users">,
): Promise<Doc<"sessionPlayers"> | null> {
  return await ctx.db
    .query("sessionPlayers")
    .withIndex("by_sessionId_and_userId", (q) => q.eq("sessionId", sessionId).eq("userId", userId))
    .unique();
}

/** Somebody at a table. `isGm` covers GM and co-GM; `seat` is there for players alone. */
export type TableAccess = {
  user: Doc<"users">;
  session: Doc<"sessions">;
  role: CampaignRole;
  isGm: boolean;
  seat: Doc<"sessionPlayers"> | null;
};

/** The signed-in user as somebody at the table: who runs it, a seated player, or a spectator. */
export async function requireTable(ctx: Ctx, sessionId: Id<"sessions">): Promise<TableAccess> {
  const user = await requireUser(ctx);
  const session = await ctx.db.get("sessions", sessionId);
  if (session === null) throw refuse("notFound", "Session not found");
  const role = (await findMembership(ctx, session.campaignId, user._id))?.role;
  if (role === "gm" || role === "coGm") return { user, session, role, isGm: true, seat: null };
  const seat = await findSeat(ctx, sessionId, user._id);
  if (seat !== null) return { user, session, role: "player", isGm: false, seat };
  if (role === "spectator") return { user, session, role, isGm: false, seat: null };
  throw refuse("notMember", "You have no seat at this table. Join it with the code your GM shows.");
}

/** The signed-in user as somebody who runs the session. */
export async function requireSessionGm(ctx: Ctx, sessionId: Id<"sessions">): Promise<TableAccess> {
  const access = await requireTable(ctx, sessionId);
  if (!access.isGm) throw refuse("notGm", "Only the GM of this table can do that.");
  return access;
}

/** The signed-in user as somebody who plays or runs the session: everybody but spectators. */
export async function requireActor(ctx: Ctx, sessionId: Id<"sessions">): Promise<TableAccess> {
  const access = await requireTable(ctx, sessionId);
  if (!access.isGm && access.seat === null) {
    throw refuse("notMember", "Spectators only watch. Join with the code to play.");
  }
  return access;
}

/** The signed-in user's own seat at a session. */
export async function requireSeat(
  ctx: Ctx,
  sessionId: Id<"sessions">,
): Promise<TableAccess & { seat: Doc<"sessionPlayers"> }> {
  const access = await requireTable(ctx, sessionId);
  const seat = access.seat ?? (await findSeat(ctx, sessionId, access.user._id));
  if (seat === null) {
    throw refuse(
      "notMember",
      "You have no seat at this table. Join it with the code your GM shows.",
    );
  }
  return { ...access, seat };
}
