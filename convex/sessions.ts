// Sessions: planning, opening the table, who sits at it, and closing it again.
import { v } from "convex/values";
import { internal } from "./_generated/api";
import type { Doc } from "./_generated/dataModel";
import { action, internalMutation, mutation, query } from "./_generated/server";
import { requireGm, requireMember, requireSessionGm, requireTable } from "./lib/access";
import { refuse } from "./lib/errors";
import { logEvent } from "./lib/eventLog";
import { requireUser } from "./lib/identity";
import { JOIN_CODE_LIFETIME_MS, checkCode, newJoinCode } from "./lib/joinCodes";
import { pauseBurningLights } from "./lib/lights";
import { seatsOf } from "./lib/party";
import { giveUpSeat, takeSeat } from "./lib/seats";
import { copySessionName } from "./lib/sessionCopies";
import { requireInstant, requireName, requireProse } from "./lib/typedText";
import { campaignRole, refusal, sessionStatus } from "./lib/validators";

/** Most sessions or seats that one list shows, newest first. */
const MAX_LISTED = 200;

const summary = v.object({
  _id: v.id("sessions"),
  _creationTime: v.number(),
  campaignId: v.id("campaigns"),
  campaignName: v.string(),
  name: v.string(),
  description: v.string(),
  status: sessionStatus,
  scheduledDate: v.union(v.number(), v.null()),
});

/** Plans a session. Its table is open from the start: the code works until it expires or is closed. */
export const create = mutation({
  args: {
    campaignId: v.id("campaigns"),
    name: v.string(),
    description: v.optional(v.string()),
    scheduledDate: v.optional(v.number()),
  },
  returns: v.id("sessions"),
  handler: async (ctx, args) => {
    const { campaign } = await requireGm(ctx, args.campaignId);
    return await ctx.db.insert("sessions", {
      campaignId: campaign._id,
      campaignName: campaign.name,
      gmId: campaign.gmId,
      name: requireName("Session name", args.name),
      description: requireProse("Description", args.description ?? ""),
      status: "planning",
      scheduledDate: plannedFor(args.scheduledDate),
      sessionNotes: "",
      ...(await newJoinCode(ctx, Date.now())),
    });
  },
});

/** The sessions of a campaign, newest first, for its members. */
export const list = query({
  args: { campaignId: v.id("campaigns") },
  returns: v.array(summary),
  handler: async (ctx, { campaignId }) => {
    await requireMember(ctx, campaignId);
    const sessions = await ctx.db
      .query("sessions")
      .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
      .order("desc")
      .take(MAX_LISTED);
    return sessions.map(summaryOf);
  },
});

/** The sessions of all campaigns that the signed-in user made, newest first. */
export const listMine = query({
  args: { status: v.optional(sessionStatus) },
  returns: v.array(summary),
  handler: async (ctx, { status }) => {
    const user = await requireUser(ctx);
    const sessions =
      status === undefined
        ? ctx.db.query("sessions").withIndex("by_gmId", (q) => q.eq("gmId", user._id))
        : ctx.db
            .query("sessions")
            .withIndex("by_gmId_and_status", (q) => q.eq("gmId", user._id).eq("status", status));
    return (await sessions.order("desc").take(MAX_LISTED)).map(summaryOf);
  },
});

/** A session for everybody at its table. The join code and the notes reach only those who run it. */
export const get = query({
  args: { sessionId: v.id("sessions") },
  returns: v.object({
    session: v.object({
      ...summary.fields,
      currentEncounterId: v.union(v.id("encounters"), v.null()),
    }),
    role: campaignRole,
    joinCode: v.union(v.string(), v.null()),
    joinCodeExpiresAt: v.union(v.number(), v.null()),
    sessionNotes: v.union(v.string(), v.null()),
  }),
  handler: async (ctx, { sessionId }) => {
    const { session, role, isGm } = await requireTable(ctx, sessionId);
    return {
      session: { ...summaryOf(session), currentEncounterId: session.currentEncounterId ?? null },
      role,
      joinCode: isGm ? (session.joinCode ?? null) : null,
      joinCodeExpiresAt: isGm ? (session.joinCodeExpiresAt ?? null) : null,
      sessionNotes: isGm ? session.sessionNotes : null,
    };
  },
});

/** Changes what is planned; `scheduledDate: null` takes the date away. */
export const update = mutation({
  args: {
    sessionId: v.id("sessions"),
    name: v.optional(v.string()),
    description: v.optional(v.string()),
    scheduledDate: v.optional(v.union(v.number(), v.null())),
    sessionNotes: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { sessionId, name, description, scheduledDate, sessionNotes }) => {
    const { session } = await requireSessionGm(ctx, sessionId);
    const newName = name === undefined ? session.name : requireName("Session name", name);
    await ctx.db.patch("sessions", sessionId, {
      name: newName,
      ...(description !== undefined && { description: requireProse("Description", description) }),
      ...(scheduledDate !== undefined && { scheduledDate: plannedFor(scheduledDate) }),
      ...(sessionNotes !== undefined && { sessionNotes: requireProse("Notes", sessionNotes) }),
    });
    if (newName !== session.name) await copySessionName(ctx, sessionId);
    return null;
  },
});

/** Moves a session on. An active one can be joined; a completed or archived one cannot, and its lights stop. */
export const setStatus = mutation({
  args: { sessionId: v.id("sessions"), status: sessionStatus },
  returns: v.null(),
  handler: async (ctx, { sessionId, status }) => {
    const { session, user } = await requireSessionGm(ctx, sessionId);
    if (session.status === status) return null;
    const now = Date.now();
    if (status === "completed" || status === "archived") {
      await pauseBurningLights(ctx, sessionId, now);
      await ctx.db.patch("sessions", sessionId, {
        status,
        joinCode: undefined,
        joinCodeExpiresAt: undefined,
      });
    } else {
      const code =
        session.joinCode === undefined
          ? await newJoinCode(ctx, now)
          : { joinCode: session.joinCode, joinCodeExpiresAt: now + JOIN_CODE_LIFETIME_MS };
      await ctx.db.patch("sessions", sessionId, { status, ...code });
    }
    await logEvent(ctx, {
      sessionId,
      kind: "table",
      text: statusLine[status],
      actorId: user._id,
    });
    return null;
  },
});

const statusLine: Record<Doc<"sessions">["status"], string> = {
  planning: "The session is back in planning.",
  active: "The session begins.",
  completed: "The session ends.",
  archived: "The session goes into the archive.",
};

/** Makes a new join code; the old one stops working at once. */
export const renewJoinCode = mutation({
  args: { sessionId: v.id("sessions") },
  returns: v.string(),
  handler: async (ctx, { sessionId }) => {
    const { session } = await requireSessionGm(ctx, sessionId);
    if (session.status === "completed" || session.status === "archived") {
      throw refuse("conflict", "This session is over. Make it active again before players join.");
    }
    const code = await newJoinCode(ctx, Date.now());
    await ctx.db.patch("sessions", sessionId, code);
    return code.joinCode;
  },
});

/** Nobody can join any more; those who sit at the table stay. */
export const closeJoin = mutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    await requireSessionGm(ctx, sessionId);
    await ctx.db.patch("sessions", sessionId, {
      joinCode: undefined,
      joinCodeExpiresAt: undefined,
    });
    return null;
  },
});

/** The players of a session, clockwise, for everybody at the table. */
export const getSessionPlayers = query({
  args: { sessionId: v.id("sessions") },
  returns: v.array(
    v.object({
      _id: v.id("sessionPlayers"),
      userId: v.id("users"),
      name: v.string(),
      characterId: v.union(v.id("characters"), v.null()),
      seatNumber: v.number(),
    }),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireTable(ctx, sessionId);
    const players = [];
    for (const seat of await seatsOf(ctx, sessionId)) {
      const user = await ctx.db.get("users", seat.userId);
      if (user === null) continue;
      players.push({
        _id: seat._id,
        userId: user._id,
        name: user.name,
        characterId: seat.characterId ?? null,
        seatNumber: seat.seatNumber,
      });
    }
    return players;
  },
});

/** The tables at which the signed-in user has a seat, newest first. */
export const mySeats = query({
  args: {},
  returns: v.array(
    v.object({
      sessionId: v.id("sessions"),
      sessionName: v.string(),
      campaignName: v.string(),
      status: sessionStatus,
      characterId: v.union(v.id("characters"), v.null()),
      characterName: v.union(v.string(), v.null()),
    }),
  ),
  handler: async (ctx) => {
    const user = await requireUser(ctx);
    const seats = await ctx.db
      .query("sessionPlayers")
      .withIndex("by_userId", (q) => q.eq("userId", user._id))
      .order("desc")
      .take(MAX_LISTED);
    const tables = [];
    for (const seat of seats) {
      const session = await ctx.db.get("sessions", seat.sessionId);
      if (session === null) continue;
      const character =
        seat.characterId === undefined ? null : await ctx.db.get("characters", seat.characterId);
      tables.push({
        sessionId: session._id,
        sessionName: session.name,
        campaignName: session.campaignName,
        status: session.status,
        characterId: character?._id ?? null,
        characterName: character?.name ?? null,
      });
    }
    return tables;
  },
});

/** Takes a player's seat away. The player's character stays theirs. */
export const removePlayer = mutation({
  args: { sessionPlayerId: v.id("sessionPlayers") },
  returns: v.null(),
  handler: async (ctx, { sessionPlayerId }) => {
    const seat = await ctx.db.get("sessionPlayers", sessionPlayerId);
    if (seat === null) {
      await requireUser(ctx);
      throw refuse("notFound", "Player not found");
    }
    const { user } = await requireSessionGm(ctx, seat.sessionId);
    await giveUpSeat(ctx, seat, user._id);
    return null;
  },
});

/**
 * Takes a seat at another table, for somebody who is signed in already. An action, because a wrong code must be
 * remembered although the call is refused.
 */
export const joinWithCode = action({
  args: { code: v.string() },
  returns: v.object({ sessionId: v.id("sessions") }),
  handler: async (ctx, { code }): Promise<{ sessionId: Doc<"sessions">["_id"] }> => {
    const outcome = await ctx.runMutation(internal.sessions.takeSeatByCode, { code });
    if (outcome.kind === "refused") throw refuse(outcome.refusal.kind, outcome.refusal.message);
    return { sessionId: outcome.sessionId };
  },
});

export const takeSeatByCode = internalMutation({
  args: { code: v.string() },
  returns: v.union(
    v.object({ kind: v.literal("seated"), sessionId: v.id("sessions") }),
    v.object({ kind: v.literal("refused"), refusal }),
  ),
  handler: async (ctx, { code }) => {
    const user = await requireUser(ctx);
    const outcome = await checkCode(ctx, code, Date.now());
    if (outcome.kind === "refused") {
      const { refusal: kind, message } = outcome;
      return { kind: "refused" as const, refusal: { kind, message } };
    }
    await takeSeat(ctx, outcome.session, user);
    return { kind: "seated" as const, sessionId: outcome.session._id };
  },
});

/** A checked date; none for `null`. */
function plannedFor(instant: number | null | undefined): number | undefined {
  return instant === null || instant === undefined
    ? undefined
    : requireInstant("The date", instant);
}

function summaryOf(session: Doc<"sessions">) {
  return {
    _id: session._id,
    _creationTime: session._creationTime,
    campaignId: session.campaignId,
    campaignName: session.campaignName,
    name: session.name,
    description: session.description,
    status: session.status,
    scheduledDate: session.scheduledDate ?? null,
  };
}
