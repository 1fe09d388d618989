// State changes of lights: the stored instant, the call that puts a light out on time, and the line in the log.
import { type Light, pauseLight } from "@torchkeeper/rules";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { logEvent } from "./eventLog";

/** Most lights a session keeps; burnt out ones make room for new ones. */
export const MAX_LIGHTS = 40;

/**
 * Stores a light's new state. A burning light gets a call at the instant it ends, in place of any earlier one;
 * any other state needs none.
 */
export async function setLightState(
  ctx: Pick<MutationCtx, "db" | "scheduler">,
  light: Doc<"lights">,
  state: Light,
): Promise<void> {
  if (light.expiryId !== undefined) await ctx.scheduler.cancel(light.expiryId);
  const expiryId =
    state.kind === "burning"
      ? await ctx.scheduler.runAt(state.expiresAt, internal.lights.expire, { lightId: light._id })
      : undefined;
  await ctx.db.patch("lights", light._id, { state, expiryId });
}

/** Stops the clock of every burning light of a session. Gives the number that were stopped. */
export async function pauseBurningLights(
  ctx: Pick<MutationCtx, "db" | "scheduler">,
  sessionId: Id<"sessions">,
  now: number,
): Promise<number> {
  const burning = await lightsInState(ctx, sessionId, "burning");
  for (const light of burning) await setLightState(ctx, light, pauseLight(light.state, now));
  return burning.length;
}

/** The lights of a session that are in one state. */
export async function lightsInState(
  ctx: Pick<MutationCtx, "db">,
  sessionId: Id<"sessions">,
  kind: Light["kind"],
): Promise<Doc<"lights">[]> {
  return await ctx.db
    .query("lights")
    .withIndex("by_sessionId_and_state_kind", (q) =>
      q.eq("sessionId", sessionId).eq("state.kind", kind),
    )
    .take(MAX_LIGHTS);
}

/** Logs that a light went out, and that it is dark when it was the last. Call after the state was stored. */
export async function logLightOut(
  ctx: Pick<MutationCtx, "db">,
  light: Doc<"lights">,
  text: string,
  actorId?: Id<"users">,
): Promise<void> {
  const { sessionId } = light;
  const by = actorId === undefined ? {} : { actorId };
  await logEvent(ctx, { sessionId, kind: "light", text, ...by });
  const shining = [
    ...(await lightsInState(ctx, sessionId, "burning")),
    ...(await lightsInState(ctx, sessionId, "paused")),
  ];
  if (shining.length === 0) {
    await logEvent(ctx, { sessionId, kind: "light", text: "It is dark.", ...by });
  }
}

/** A light as a sentence names it: "Mara's torch", "The campfire". */
export function lightLabel(light: Pick<Doc<"lights">, "name" | "bearerName">): string {
  return light.bearerName === undefined
    ? `The ${light.name.toLowerCase()}`
    : `${light.bearerName}'s ${light.name.toLowerCase()}`;
}
