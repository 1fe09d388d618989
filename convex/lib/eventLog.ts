// Writes the evening's log: one line of prose per thing that happened, hidden from players where it must be.
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { EventKind } from "./validators";

/**
 * Adds a line to a session's log.
 *
 * @param event.isGmOnly - true for anything that tells a monster's figures or a hidden creature
 * @param event.actorId - who caused it; leave out when a timer did
 */
export async function logEvent(
  ctx: Pick<MutationCtx, "db">,
  event: {
    sessionId: Id<"sessions">;
    kind: EventKind;
    text: string;
    isGmOnly?: boolean;
    actorId?: Id<"users">;
  },
): Promise<void> {
  const { isGmOnly = false, ...rest } = event;
  await ctx.db.insert("events", { ...rest, isGmOnly });
}
