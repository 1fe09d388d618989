// Housekeeping: what has expired goes, what has not stays, whatever the amount.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { internal } from "./_generated/api";
import crons from "./crons";
import { type Backend, convexTest, guest } from "./test.setup";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function signIns(t: Backend, expirations: readonly number[]): Promise<void> {
  const { userId } = await guest(t, "Mara");
  await t.run(async (ctx) => {
    for (const expirationTime of expirations) {
      const sessionId = await ctx.db.insert("authSessions", { userId, expirationTime });
      await ctx.db.insert("authRefreshTokens", { sessionId, expirationTime });
    }
  });
}

test("expired sign-ins and their tokens are deleted, valid ones are not", async () => {
  const t = convexTest();
  const now = Date.now();
  await signIns(t, [now - 1, now + 60_000, now - 100_000]);
  expect(await t.mutation(internal.maintenance.pruneSignIns, {})).toEqual({
    sessions: 2,
    tokens: 2,
  });
  const left = await t.run(async (ctx) => [
    ...(await ctx.db.query("authSessions").take(10)),
    ...(await ctx.db.query("authRefreshTokens").take(10)),
  ]);
  expect(left.map((row) => row.expirationTime)).toEqual([now + 60_000, now + 60_000]);
});

test("more than one batch of them goes in further calls", async () => {
  const t = convexTest();
  await signIns(
    t,
    Array.from({ length: 450 }, () => Date.now() - 1),
  );
  await t.mutation(internal.maintenance.pruneSignIns, {});
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await t.run(async (ctx) => await ctx.db.query("authSessions").first())).toBeNull();
  expect(await t.run(async (ctx) => await ctx.db.query("authRefreshTokens").first())).toBeNull();
});

test("failed attempts to join are forgotten after a day", async () => {
  const t = convexTest();
  const now = Date.now();
  const day = 24 * 60 * 60 * 1000;
  await t.run(async (ctx) => {
    for (const at of [now - day - 1, now - day + 1_000, now]) {
      await ctx.db.insert("joinAttempts", { code: "WWWWWW", at });
    }
  });
  expect(await t.mutation(internal.maintenance.pruneJoinAttempts, {})).toEqual({ attempts: 1 });
  expect(await t.run(async (ctx) => await ctx.db.query("joinAttempts").take(10))).toHaveLength(2);
});

test("both are done by the clock", () => {
  const jobs = Object.values(crons.crons);
  expect(jobs.map((job) => job.name).sort()).toEqual([
    "maintenance:pruneJoinAttempts",
    "maintenance:pruneSignIns",
  ]);
});
