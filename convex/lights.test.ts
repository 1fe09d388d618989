// Lights: burning by the clock, pausing, and going out on time with nobody watching.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import {
  type Backend,
  convexTest,
  expectRefusal,
  guest,
  logLines,
  openTable,
  seated,
} from "./test.setup";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = new Date("2026-01-10T20:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets time pass and waits for what was due in it. */
async function pass(t: Backend, ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await t.finishInProgressScheduledFunctions();
}

async function table(t: Backend) {
  const { gm, sessionId, ...rest } = await openTable(t);
  const lights = async () => await gm.as.query(api.lights.list, { sessionId });
  const light = async (more: { bearerName?: string; durationMinutes?: number } = {}) =>
    await gm.as.mutation(api.lights.light, { sessionId, kind: "torch", ...more });
  const state = async () => (await lights())[0]?.state;
  return { ...rest, gm, sessionId, lights, light, state };
}

describe("lighting", () => {
  test.each([
    ["torch", "Torch", HOUR],
    ["lantern", "Lantern", HOUR],
    ["lightSpell", "Light spell", HOUR],
    ["campfire", "Campfire", 8 * HOUR],
  ] as const)("a %s burns for its time, by the server's clock", async (kind, name, durationMs) => {
    const t = convexTest();
    const { gm, sessionId, lights } = await table(t);
    const lightId = await gm.as.mutation(api.lights.light, { sessionId, kind });
    expect(await lights()).toEqual([
      {
        _id: lightId,
        kind,
        name,
        bearerName: null,
        state: { kind: "burning", expiresAt: START + durationMs },
        durationMs,
      },
    ]);
  });

  test("takes a bearer and a time of its own", async () => {
    const { light, lights, gm, sessionId } = await table(convexTest());
    await light({ bearerName: " Mara ", durationMinutes: 30 });
    expect(await lights()).toMatchObject([
      {
        bearerName: "Mara",
        durationMs: 30 * MINUTE,
        state: { kind: "burning", expiresAt: START + 30 * MINUTE },
      },
    ]);
    expect(await logLines(gm, sessionId)).toEqual(["Mara's torch is lit."]);
  });

  test("can share the end of the light that burns already", async () => {
    const t = convexTest();
    const { light, gm, sessionId, lights } = await table(t);
    await light();
    await pass(t, 20 * MINUTE);
    await gm.as.mutation(api.lights.light, { sessionId, kind: "torch", rideAlong: true });
    const ends = (await lights()).map(({ state }) => state);
    expect(ends).toEqual([
      { kind: "burning", expiresAt: START + HOUR },
      { kind: "burning", expiresAt: START + HOUR },
    ]);
  });

  test("with nothing to share burns for its own time", async () => {
    const { gm, sessionId, state } = await table(convexTest());
    await gm.as.mutation(api.lights.light, { sessionId, kind: "torch", rideAlong: true });
    expect(await state()).toEqual({ kind: "burning", expiresAt: START + HOUR });
  });

  test.each([0, 1_441, 1.5])("for %d minutes is refused", async (durationMinutes) => {
    const { light } = await table(convexTest());
    await expectRefusal(light({ durationMinutes }), "invalid", /^Minutes must be/);
  });

  test("forgets the oldest burnt out light when the list is full", async () => {
    const t = convexTest();
    const { gm, light, lights } = await table(t);
    const first = await light();
    const second = await light();
    await gm.as.mutation(api.lights.extinguish, { lightId: second });
    for (let more = 0; more < 38; more += 1) await light();
    expect(await lights()).toHaveLength(40);
    await light();
    const ids = (await lights()).map((one) => one._id);
    expect(ids).toHaveLength(40);
    expect(ids).toContain(first);
    expect(ids).not.toContain(second);
    await expectRefusal(light(), "tooMany", /^40 lights burn already/);
  });
});

describe("time", () => {
  test("puts a light out at its end, and tells the table that it is dark", async () => {
    const t = convexTest();
    const { gm, sessionId, light, state } = await table(t);
    await light({ bearerName: "Mara" });
    await pass(t, HOUR - 1);
    expect(await state()).toEqual({ kind: "burning", expiresAt: START + HOUR });
    await pass(t, 1);
    expect(await state()).toEqual({ kind: "out" });
    expect(await logLines(gm, sessionId)).toEqual([
      "Mara's torch is lit.",
      "Mara's torch burns out.",
      "It is dark.",
    ]);
  });

  test("does not bring darkness while another light shines", async () => {
    const t = convexTest();
    const { gm, sessionId, light } = await table(t);
    await light({ durationMinutes: 10 });
    await light({ durationMinutes: 30 });
    await pass(t, 10 * MINUTE);
    expect((await logLines(gm, sessionId)).at(-1)).toBe("The torch burns out.");
    await pass(t, 20 * MINUTE);
    expect((await logLines(gm, sessionId)).at(-1)).toBe("It is dark.");
  });

  test("does nothing to a paused light, which burns on for what was left", async () => {
    const t = convexTest();
    const { gm, light, state } = await table(t);
    const lightId = await light();
    await pass(t, 20 * MINUTE);
    await gm.as.mutation(api.lights.pause, { lightId });
    expect(await state()).toEqual({ kind: "paused", remainingMs: 40 * MINUTE });
    await pass(t, 5 * HOUR);
    expect(await state()).toEqual({ kind: "paused", remainingMs: 40 * MINUTE });
    await gm.as.mutation(api.lights.resume, { lightId });
    const end = START + 20 * MINUTE + 5 * HOUR + 40 * MINUTE;
    expect(await state()).toEqual({ kind: "burning", expiresAt: end });
    await pass(t, 40 * MINUTE);
    expect(await state()).toEqual({ kind: "out" });
  });

  test("keeps to the last adjustment", async () => {
    const t = convexTest();
    const { gm, light, state } = await table(t);
    const lightId = await light();
    await gm.as.mutation(api.lights.adjust, { lightId, deltaMinutes: 10 });
    await pass(t, HOUR);
    expect(await state()).toEqual({ kind: "burning", expiresAt: START + 70 * MINUTE });
    await gm.as.mutation(api.lights.adjust, { lightId, deltaMinutes: -5 });
    await pass(t, 5 * MINUTE);
    expect(await state()).toEqual({ kind: "out" });
  });

  test("called too early by hand puts nothing out", async () => {
    const t = convexTest();
    const { light, state } = await table(t);
    const lightId = await light();
    await t.mutation(internal.lights.expire, { lightId });
    expect(await state()).toMatchObject({ kind: "burning" });
  });

  test("called a moment early by an uneven clock still puts the light out", async () => {
    const t = convexTest();
    const { light, state } = await table(t);
    const lightId = await light();
    vi.setSystemTime(START + HOUR - 100);
    await t.mutation(internal.lights.expire, { lightId });
    expect(await state()).toEqual({ kind: "out" });
  });

  test("for a light that was removed passes quietly", async () => {
    const t = convexTest();
    const { gm, light, lights } = await table(t);
    const lightId = await light();
    await gm.as.mutation(api.lights.remove, { lightId });
    await t.mutation(internal.lights.expire, { lightId });
    await pass(t, HOUR);
    expect(await lights()).toEqual([]);
  });
});

describe("hands", () => {
  test("put a light out, and twice is no more than once", async () => {
    const t = convexTest();
    const { gm, sessionId, light, state } = await table(t);
    const lightId = await light();
    await pass(t, 1);
    await gm.as.mutation(api.lights.extinguish, { lightId });
    await gm.as.mutation(api.lights.extinguish, { lightId });
    expect(await state()).toEqual({ kind: "out" });
    expect((await logLines(gm, sessionId)).slice(1)).toEqual([
      "The torch goes out.",
      "It is dark.",
    ]);
    await gm.as.mutation(api.lights.resume, { lightId });
    expect(await state()).toEqual({ kind: "out" });
  });

  test("taking all its time away put a light out", async () => {
    const { gm, light, state } = await table(convexTest());
    const lightId = await light();
    await gm.as.mutation(api.lights.adjust, { lightId, deltaMinutes: -60 });
    expect(await state()).toEqual({ kind: "out" });
  });

  test("stop and start all lights of a table at once, and of that table alone", async () => {
    const t = convexTest();
    const { gm, sessionId, light, lights } = await table(t);
    const other = await openTable(t, "Hilda");
    await other.gm.as.mutation(api.lights.light, { sessionId: other.sessionId, kind: "torch" });
    await light();
    const out = await light();
    await light();
    await gm.as.mutation(api.lights.extinguish, { lightId: out });
    await pass(t, 1);
    const kinds = async () => (await lights()).map(({ state }) => state.kind).sort();
    await gm.as.mutation(api.lights.pauseAll, { sessionId });
    expect(await kinds()).toEqual(["out", "paused", "paused"]);
    await pass(t, 1);
    await gm.as.mutation(api.lights.resumeAll, { sessionId });
    expect(await kinds()).toEqual(["burning", "burning", "out"]);
    const [untouched] = await other.gm.as.query(api.lights.list, { sessionId: other.sessionId });
    expect(untouched?.state).toEqual({ kind: "burning", expiresAt: START + HOUR });
    expect((await logLines(gm, sessionId)).slice(-2)).toEqual([
      "All lights are paused.",
      "All lights burn again.",
    ]);
  });
});

test("a player may light and put out, and leaves the clock to the GM", async () => {
  const t = convexTest();
  const opened = await openTable(t);
  const { sessionId } = opened;
  const mara = await seated(t, opened, "Mara");
  const lightId = await mara.as.mutation(api.lights.light, { sessionId, kind: "lantern" });
  await expectRefusal(mara.as.mutation(api.lights.pause, { lightId }), "notGm");
  await expectRefusal(mara.as.mutation(api.lights.resume, { lightId }), "notGm");
  await expectRefusal(mara.as.mutation(api.lights.adjust, { lightId, deltaMinutes: 5 }), "notGm");
  await expectRefusal(mara.as.mutation(api.lights.remove, { lightId }), "notGm");
  await expectRefusal(mara.as.mutation(api.lights.pauseAll, { sessionId }), "notGm");
  await expectRefusal(mara.as.mutation(api.lights.resumeAll, { sessionId }), "notGm");
  await mara.as.mutation(api.lights.extinguish, { lightId });
  const [lantern] = await mara.as.query(api.lights.list, { sessionId });
  expect(lantern?.state).toEqual({ kind: "out" });
});

test("the server's clock is what devices measure themselves by", async () => {
  const t = convexTest();
  const mara = await guest(t, "Mara");
  expect(await mara.as.mutation(api.clock.serverTime)).toBe(START);
  await pass(t, 1_234);
  expect(await mara.as.mutation(api.clock.serverTime)).toBe(START + 1_234);
});
