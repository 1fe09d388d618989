// Scheduled functions and crons in a whole server, on a clock that the tests move.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Backend } from "../src/index.ts";
import { manualClock } from "./manual-clock.ts";
import { startProject, textOf } from "./running-project.ts";

const jobs = (backend: Backend) => backend.runFunction("messages:list", { channel: "jobs" });
const state = async (backend: Backend, id: string) => {
  const row = (await backend.runFunction("jobs:state", { id })) as {
    state: { kind: string; error?: string };
  };
  return row.state;
};
const counter = (backend: Backend, name: string) => backend.runFunction("counters:get", { name });

test("a mutation runs when it is due, not before, and once", async () => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  const id = await textOf(backend, "jobs:later", { delayMs: 5_000, body: "now" });
  clock.advance(4_999);
  expect(await jobs(backend)).toEqual([]);
  expect(await backend.runFunction("jobs:state", { id })).toEqual({
    _id: id,
    _creationTime: expect.any(Number),
    name: "messages.js:sendInternal",
    args: [{ channel: "jobs", author: "scheduler", body: "now" }],
    scheduledTime: clock.now() + 1,
    state: { kind: "pending" },
  });
  clock.advance(1);
  await expect.poll(() => jobs(backend)).toEqual(["scheduler: now"]);
  clock.advance(600_000);
  expect(await jobs(backend)).toEqual(["scheduler: now"]);
  expect(await state(backend, id)).toEqual({ kind: "success" });
});

test("a due function comes after the one due before it", async () => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  for (const delayMs of [3_000, 1_000, 2_000]) {
    await backend.runFunction("jobs:later", { delayMs, body: String(delayMs) });
  }
  clock.advance(3_000);
  await expect
    .poll(() => jobs(backend))
    .toEqual(["scheduler: 1000", "scheduler: 2000", "scheduler: 3000"]);
});

test("an action runs when it is due", async () => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  const id = await textOf(backend, "jobs:actLater", { delayMs: 1_000, name: "acts" });
  clock.advance(1_000);
  await expect.poll(() => state(backend, id)).toEqual({ kind: "success" });
  expect(await counter(backend, "acts")).toBe(1);
});

test("what an action schedules runs too", async () => {
  // Time in an action is the machine's.
  const clock = manualClock(Date.now());
  const backend = await startProject("chat", { clock });
  await backend.runFunction("jobs:fromAction", { body: "x" });
  clock.advance(60_000);
  await expect.poll(() => jobs(backend)).toEqual(["action: x"]);
});

test.each([
  ["jobs:failLater", "ConvexError"],
  ["jobs:badArgsLater", "ArgumentValidationError"],
])("a job of %s fails once, says why, and writes nothing", async (path, text) => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  const id = await textOf(backend, path);
  clock.advance(1);
  await expect
    .poll(() => state(backend, id))
    .toEqual({ kind: "failed", error: expect.stringContaining(text) });
  expect(await backend.runFunction("messages:count", { channel: "refused" })).toBe(0);
});

test("a canceled function does not run", async () => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  const id = await textOf(backend, "jobs:later", { delayMs: 1_000, body: "never" });
  await backend.runFunction("jobs:cancel", { id });
  clock.advance(2_000);
  expect(await state(backend, id)).toEqual({ kind: "canceled" });
  expect(await jobs(backend)).toEqual([]);
});

test("what became due while the server was away runs at its next start, once", async () => {
  const data = await mkdtemp(join(tmpdir(), "jobs-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const clock = manualClock();
  const first = await startProject("chat", { clock, data });
  await first.runFunction("jobs:later", { delayMs: 60_000, body: "late" });
  await first.close();
  clock.advance(3_600_000);
  const second = await startProject("chat", { clock, data });
  clock.advance(1);
  await expect.poll(() => jobs(second)).toEqual(["scheduler: late"]);
  await second.close();
  const third = await startProject("chat", { clock, data });
  clock.advance(60_000);
  expect(await jobs(third)).toEqual(["scheduler: late"]);
});

test("finished functions can be looked at for a week", async () => {
  const clock = manualClock();
  const backend = await startProject("chat", { clock });
  const id = await textOf(backend, "jobs:later", { delayMs: 0, body: "x" });
  clock.advance(1);
  await expect.poll(() => state(backend, id)).toEqual({ kind: "success" });
  clock.advance(6 * 86_400_000);
  expect(await state(backend, id)).toEqual({ kind: "success" });
  clock.advance(2 * 86_400_000);
  await expect.poll(() => backend.runFunction("jobs:state", { id })).toBeNull();
});

test("an interval job runs at deployment and then at its pace; a daily one at its hour", async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1, 12));
  const backend = await startProject("chat", { clock });
  clock.advance(1);
  await expect.poll(() => counter(backend, "ticks")).toBe(1);
  clock.advance(3_599_000);
  expect(await counter(backend, "ticks")).toBe(1);
  clock.advance(1_000);
  await expect.poll(() => counter(backend, "ticks")).toBe(2);
  expect(await counter(backend, "nights")).toBe(0);
  clock.advance(15 * 3_600_000);
  await expect.poll(() => counter(backend, "nights")).toBe(1);
});

test("a restart does not run an interval job before its time", async () => {
  const data = await mkdtemp(join(tmpdir(), "crons-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const clock = manualClock();
  const first = await startProject("chat", { clock, data });
  clock.advance(1);
  await expect.poll(() => counter(first, "ticks")).toBe(1);
  await first.close();
  const second = await startProject("chat", { clock, data });
  clock.advance(1_000);
  expect(await counter(second, "ticks")).toBe(1);
  clock.advance(3_600_000);
  await expect.poll(() => counter(second, "ticks")).toBe(2);
});

test("a running action does not keep the server from stopping, and has failed at the next start", async () => {
  const data = await mkdtemp(join(tmpdir(), "jobs-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const clock = manualClock();
  const first = await startProject("chat", { clock, data });
  const id = await textOf(first, "jobs:endlessLater");
  clock.advance(1);
  await expect.poll(() => state(first, id)).toEqual({ kind: "inProgress" });
  await first.close();
  const second = await startProject("chat", { clock, data });
  expect(await state(second, id)).toEqual({
    kind: "failed",
    error: "Transient error while executing action",
  });
});
