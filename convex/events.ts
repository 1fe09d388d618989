// The evening in prose, newest first.
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { query } from "./_generated/server";
import { requireTable } from "./lib/access";
import { eventKind } from "./lib/validators";

/** What happened at a session, a page at a time; lines for the GM alone never reach anybody else. */
export const recent = query({
  args: { sessionId: v.id("sessions"), paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(
    v.object({
      _id: v.id("events"),
      at: v.number(),
      kind: eventKind,
      text: v.string(),
      isGmOnly: v.boolean(),
    }),
  ),
  handler: async (ctx, { sessionId, paginationOpts }) => {
    const { isGm } = await requireTable(ctx, sessionId);
    const events = isGm
      ? ctx.db.query("events").withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      : ctx.db
          .query("events")
          .withIndex("by_sessionId_and_isGmOnly", (q) =>
            q.eq("sessionId", sessionId).eq("isGmOnly", false),
          );
    const result = await events.order("desc").paginate(paginationOpts);
    return {
      ...result,
      page: result.page.map(({ _id, _creationTime, kind, text, isGmOnly }) => ({
        _id,
        at: _creationTime,
        kind,
        text,
        isGmOnly,
      })),
    };
  },
});
