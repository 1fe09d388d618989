// Torches, lanterns and other lights that burn in real time. Devices count down from stored instants by themselves.
import { type Light, adjustLight, lightKinds, pauseLight, resumeLight } from "@torchkeeper/rules";
import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel";
import { type MutationCtx, internalMutation, mutation, query } from "./_generated/server";
import { requireActor, requireSessionGm, requireTable } from "./lib/access";
import { refuse } from "./lib/errors";
import { logEvent } from "./lib/eventLog";
import { requireUser } from "./lib/identity";
import {
  MAX_LIGHTS,
  lightLabel,
  lightsInState,
  logLightOut,
  pauseBurningLights,
  setLightState,
} from "./lib/lights";
import { requireName, requireWhole } from "./lib/typedText";
import { lightKind, lightState } from "./lib/validators";

const MINUTE_MS = 60_000;
const MAX_MINUTES = 24 * 60;
/** How far the scheduler's clock may run ahead of the functions'; a call that early still counts as on time. */
const CLOCK_TOLERANCE_MS = 250;

/** The lights of a session, newest first, for everybody at the table. */
export const list = query({
  args: { sessionId: v.id("sessions") },
  returns: v.array(
    v.object({
      _id: v.id("lights"),
      kind: lightKind,
      name: v.string(),
      bearerName: v.union(v.string(), v.null()),
      state: lightState,
      durationMs: v.number(),
    }),
  ),
  handler: async (ctx, { sessionId }) => {
    await requireTable(ctx, sessionId);
    const lights = await ctx.db
      .query("lights")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .order("desc")
      .take(MAX_LIGHTS);
    return lights.map(({ _id, kind, name, bearerName, state, durationMs }) => ({
      _id,
      kind,
      name,
      bearerName: bearerName ?? null,
      state,
      durationMs,
    }));
  },
});

/**
 * Lights something. It burns for its kind's usual time unless `durationMinutes` says otherwise; with `rideAlong` it
 * goes out together with the light that burns longest now.
 */
export const light = mutation({
  args: {
    sessionId: v.id("sessions"),
    kind: lightKind,
    bearerName: v.optional(v.string()),
    durationMinutes: v.optional(v.number()),
    rideAlong: v.optional(v.boolean()),
  },
  returns: v.id("lights"),
  handler: async (ctx, args) => {
    const { user } = await requireActor(ctx, args.sessionId);
    const { name, durationMs: usualMs } = lightKinds[args.kind];
    const durationMs =
      args.durationMinutes === undefined
        ? usualMs
        : requireWhole("Minutes", args.durationMinutes, 1, MAX_MINUTES) * MINUTE_MS;
    const now = Date.now();
    const shared = args.rideAlong ? await longestEnd(ctx, args.sessionId, now) : null;
    const expiresAt = shared ?? now + durationMs;
    await makeRoom(ctx, args.sessionId);
    const bearerName = args.bearerName?.trim();
    const lightId = await ctx.db.insert("lights", {
      sessionId: args.sessionId,
      kind: args.kind,
      name,
      ...(bearerName ? { bearerName: requireName("The bearer's name", bearerName) } : {}),
      state: { kind: "out" },
      durationMs,
    });
    const lit = await requireLight(ctx, lightId);
    await setLightState(ctx, lit, { kind: "burning", expiresAt });
    await logEvent(ctx, {
      sessionId: args.sessionId,
      kind: "light",
      text: `${lightLabel(lit)} is lit.`,
      actorId: user._id,
    });
    return lightId;
  },
});

/** Stops a light's clock. */
export const pause = mutation({
  args: { lightId: v.id("lights") },
  returns: v.null(),
  handler: async (ctx, { lightId }) => {
    const lit = await requireLight(ctx, lightId);
    const { user } = await requireSessionGm(ctx, lit.sessionId);
    await changeLight(ctx, lit, pauseLight(lit.state, Date.now()), user._id);
    return null;
  },
});

/** Lets a paused light burn on. */
export const resume = mutation({
  args: { lightId: v.id("lights") },
  returns: v.null(),
  handler: async (ctx, { lightId }) => {
    const lit = await requireLight(ctx, lightId);
    const { user } = await requireSessionGm(ctx, lit.sessionId);
    await changeLight(ctx, lit, resumeLight(lit.state, Date.now()), user._id);
    return null;
  },
});

/** Gives a light more time, or takes some; taking all of it puts the light out. */
export const adjust = mutation({
  args: { lightId: v.id("lights"), deltaMinutes: v.number() },
  returns: v.null(),
  handler: async (ctx, { lightId, deltaMinutes }) => {
    const lit = await requireLight(ctx, lightId);
    const { user } = await requireSessionGm(ctx, lit.sessionId);
    const delta = requireWhole("Minutes", deltaMinutes, -MAX_MINUTES, MAX_MINUTES);
    await changeLight(ctx, lit, adjustLight(lit.state, delta * MINUTE_MS, Date.now()), user._id);
    return null;
  },
});

/** Puts a light out. Players may too. */
export const extinguish = mutation({
  args: { lightId: v.id("lights") },
  returns: v.null(),
  handler: async (ctx, { lightId }) => {
    const lit = await requireLight(ctx, lightId);
    const { user } = await requireActor(ctx, lit.sessionId);
    await changeLight(ctx, lit, { kind: "out" }, user._id);
    return null;
  },
});

/** Takes a light off the list, burning or not. */
export const remove = mutation({
  args: { lightId: v.id("lights") },
  returns: v.null(),
  handler: async (ctx, { lightId }) => {
    const lit = await requireLight(ctx, lightId);
    const { user } = await requireSessionGm(ctx, lit.sessionId);
    await changeLight(ctx, lit, { kind: "out" }, user._id);
    await ctx.db.delete("lights", lightId);
    return null;
  },
});

/** Stops every burning light's clock: a break at the table. */
export const pauseAll = mutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const { user } = await requireSessionGm(ctx, sessionId);
    if ((await pauseBurningLights(ctx, sessionId, Date.now())) > 0) {
      await logEvent(ctx, {
        sessionId,
        kind: "light",
        text: "All lights are paused.",
        actorId: user._id,
      });
    }
    return null;
  },
});

/** Lets every paused light burn on. */
export const resumeAll = mutation({
  args: { sessionId: v.id("sessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const { user } = await requireSessionGm(ctx, sessionId);
    const paused = await lightsInState(ctx, sessionId, "paused");
    const now = Date.now();
    for (const lit of paused) await setLightState(ctx, lit, resumeLight(lit.state, now));
    if (paused.length > 0) {
      await logEvent(ctx, {
        sessionId,
        kind: "light",
        text: "All lights burn again.",
        actorId: user._id,
      });
    }
    return null;
  },
});

/** Puts a light out when its time is over. A light that was changed in between has another instant, and stays. */
export const expire = internalMutation({
  args: { lightId: v.id("lights") },
  returns: v.null(),
  handler: async (ctx, { lightId }) => {
    const lit = await ctx.db.get("lights", lightId);
    if (lit === null || lit.state.kind !== "burning") return null;
    if (lit.state.expiresAt > Date.now() + CLOCK_TOLERANCE_MS) return null;
    await ctx.db.patch("lights", lightId, { state: { kind: "out" }, expiryId: undefined });
    await logLightOut(ctx, lit, `${lightLabel(lit)} burns out.`);
    return null;
  },
});

async function requireLight(ctx: MutationCtx, lightId: Id<"lights">): Promise<Doc<"lights">> {
  const lit = await ctx.db.get("lights", lightId);
  if (lit === null) {
    await requireUser(ctx);
    throw refuse("notFound", "Light not found");
  }
  return lit;
}

async function changeLight(
  ctx: MutationCtx,
  before: Doc<"lights">,
  state: Light,
  actorId: Id<"users">,
): Promise<void> {
  if (before.state.kind === "out" && state.kind === "out") return;
  await setLightState(ctx, before, state);
  if (state.kind === "out") {
    await logLightOut(ctx, before, `${lightLabel(before)} goes out.`, actorId);
  } else if (state.kind !== before.state.kind) {
    await logEvent(ctx, {
      sessionId: before.sessionId,
      kind: "light",
      text: `${lightLabel(before)} ${state.kind === "paused" ? "is paused" : "burns again"}.`,
      actorId,
    });
  }
}

/** The instant at which the last of the lights that burn now goes out; `null` if none burns. */
async function longestEnd(
  ctx: MutationCtx,
  sessionId: Id<"sessions">,
  now: number,
): Promise<number | null> {
  const ends = (await lightsInState(ctx, sessionId, "burning"))
    .flatMap(({ state }) => (state.kind === "burning" ? [state.expiresAt] : []))
    .filter((expiresAt) => expiresAt > now);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Forgets the oldest burnt out light when the list is full, and refuses when all of them shine. */
async function makeRoom(ctx: MutationCtx, sessionId: Id<"sessions">): Promise<void> {
  const lights = await ctx.db
    .query("lights")
    .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
    .order("asc")
    .take(MAX_LIGHTS);
  if (lights.length < MAX_LIGHTS) return;
  const [oldestOut] = lights.filter((lit) => lit.state.kind === "out");
  if (oldestOut === undefined) {
    throw refuse("tooMany", `${MAX_LIGHTS} lights burn already. Put one out first.`);
  }
  await ctx.db.delete("lights", oldestOut._id);
}
