// Housekeeping that crons call: throws away what has expired, a batch at a time.
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";

const BATCH = 200;
/** Failed attempts count for a minute; a day keeps them long enough to look at. */
const KEEP_ATTEMPTS_MS = 24 * 60 * 60 * 1000;

/** Deletes expired sign-ins and refresh tokens, which the sign-in library leaves lying. */
export const pruneSignIns = internalMutation({
  args: {},
  returns: v.object({ sessions: v.number(), tokens: v.number() }),
  handler: async (ctx) => {
    const now = Date.now();
    const sessions = await ctx.db
      .query("authSessions")
      .withIndex("by_expirationTime", (q) => q.lt("expirationTime", now))
      .take(BATCH);
    for (const session of sessions) await ctx.db.delete("authSessions", session._id);
    const tokens = await ctx.db
      .query("authRefreshTokens")
      .withIndex("by_expirationTime", (q) => q.lt("expirationTime", now))
      .take(BATCH);
    for (const token of tokens) await ctx.db.delete("authRefreshTokens", token._id);
    if (sessions.length === BATCH || tokens.length === BATCH) {
      await ctx.scheduler.runAfter(0, internal.maintenance.pruneSignIns, {});
    }
    return { sessions: sessions.length, tokens: tokens.length };
  },
});

/** Deletes failed attempts to join that are older than a day. */
export const pruneJoinAttempts = internalMutation({
  args: {},
  returns: v.object({ attempts: v.number() }),
  handler: async (ctx) => {
    const attempts = await ctx.db
      .query("joinAttempts")
      .withIndex("by_at", (q) => q.lt("at", Date.now() - KEEP_ATTEMPTS_MS))
      .take(BATCH);
    for (const attempt of attempts) await ctx.db.delete("joinAttempts", attempt._id);
    if (attempts.length === BATCH) {
      await ctx.scheduler.runAfter(0, internal.maintenance.pruneJoinAttempts, {});
    }
    return { attempts: attempts.length };
  },
});
