// Keeps `encounters.sessionName` equal to `sessions.name`.
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

const BATCH = 100;

/** Call after a session was renamed. The first hundred encounters follow at once, the rest in further calls. */
export async function copySessionName(
  ctx: MutationCtx,
  sessionId: Id<"sessions">,
  cursor: string | null = null,
): Promise<void> {
  const session = await ctx.db.get("sessions", sessionId);
  if (session === null) return;
  const { page, isDone, continueCursor } = await ctx.db
    .query("encounters")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .order("desc")
    .paginate({ cursor, numItems: BATCH });
  for (const encounter of page) {
    await ctx.db.patch("encounters", encounter._id, { sessionName: session.name });
  }
  if (!isDone) {
    await ctx.scheduler.runAfter(0, internal.copies.sessionName, {
      sessionId,
      cursor: continueCursor,
    });
  }
}
