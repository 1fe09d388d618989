// Retries, cancellation and order of scheduled functions, on a real database and a clock of our own.
import { afterEach, beforeEach, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../test/manual-clock.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import type {
  ActionOutcome,
  FunctionRequest,
  MutationOutcome,
  MutationRequest,
} from "../runtime/function-runner.ts";
import type { FunctionKind } from "../runtime/analysis.ts";
import { findJob, scheduledTable, type JobState } from "./scheduled-job.ts";
import { Scheduler } from "./scheduler.ts";

let database: Database;
let clock: ManualClock;
let scheduler: Scheduler;
let kinds: Record<string, FunctionKind>;
let faults: number;
let started: string[];
let finishAction: (outcome: ActionOutcome) => void;

/** Runs nothing but the scheduler's own part of each call. */
const runner = {
  find: (path: string) => {
    const kind = kinds[path];
    return kind === undefined
      ? null
      : { path, component: "", kind, visibility: "internal" as const };
  },
  async runMutation(request: MutationRequest): Promise<MutationOutcome> {
    const tx = database.begin({ kind: "mutation" });
    try {
      request.afterBegin?.(tx);
      started.push(request.path);
      if (faults > 0) {
        faults--;
        throw new Error("the disk is full");
      }
      request.beforeCommit?.(tx, { value: "null", logLines: [] });
    } catch (error) {
      database.abort(tx);
      return { ok: false, kind: "internal", errorMessage: String(error), logLines: [] };
    }
    const { timestamp } = await database.commit(tx);
    return { ok: true, value: "null", logLines: [], timestamp };
  },
  runAction(request: FunctionRequest): Promise<ActionOutcome> {
    started.push(request.path);
    return new Promise((resolve) => (finishAction = resolve));
  },
};

beforeEach(async () => {
  database = await openDatabase({ inMemory: true });
  clock = manualClock();
  kinds = { "a.js:mutation": "mutation", "a.js:action": "action", "a.js:query": "query" };
  faults = 0;
  started = [];
  const log = { info: () => undefined, error: () => undefined };
  scheduler = new Scheduler({ database, runner, clock, log, concurrency: 2 });
});
afterEach(async () => {
  await scheduler.close();
  await database.close();
});

async function schedule(name: string, inMs: number, state: JobState = "pending"): Promise<string> {
  const tx = database.begin({ kind: "mutation" });
  const id = tx.system.insert("", scheduledTable, {
    name,
    args: [{}],
    scheduledTime: clock.now() + inMs,
    state: { kind: state },
  });
  await database.commit(tx);
  return id;
}

async function change(id: string, state: JobState): Promise<void> {
  const tx = database.begin({ kind: "mutation" });
  tx.system.patch("", scheduledTable, id, { state: { kind: state }, completedTime: clock.now() });
  await database.commit(tx);
}

function stateOf(id: string): JobState | undefined {
  const tx = database.begin({ kind: "mutation" });
  const state = findJob(tx, "", id)?.state;
  database.abort(tx);
  return state;
}

const done: ActionOutcome = { ok: true, value: "null", logLines: [] };

test("a mutation that fails through a fault of the server is tried again, later each time, until it is done", async () => {
  await scheduler.start();
  faults = 3;
  const id = await schedule("a.js:mutation", 0);
  clock.advance(1);
  for (const [attempt, waitMs] of [500, 1_000, 2_000].entries()) {
    await expect.poll(() => scheduler.runningCount).toBe(0);
    expect([started.length, stateOf(id)]).toEqual([attempt + 1, "pending"]);
    clock.advance(waitMs - 1);
    expect(started).toHaveLength(attempt + 1);
    clock.advance(1);
    await expect.poll(() => started.length).toBe(attempt + 2);
  }
  await expect.poll(() => stateOf(id)).toBe("success");
});

test("an action canceled while it runs stays canceled when it ends", async () => {
  await scheduler.start();
  const id = await schedule("a.js:action", 0);
  clock.advance(1);
  await expect.poll(() => started).toEqual(["a.js:action"]);
  expect(stateOf(id)).toBe("inProgress");
  await change(id, "canceled");
  finishAction(done);
  await expect.poll(() => scheduler.runningCount).toBe(0);
  expect(stateOf(id)).toBe("canceled");
});

test("an action left in progress by a process that died has failed, and is not run", async () => {
  const id = await schedule("a.js:action", -1_000, "inProgress");
  await scheduler.start();
  clock.advance(60_000);
  expect([stateOf(id), started]).toEqual(["failed", []]);
});

test("what was canceled before it was due does not run", async () => {
  await scheduler.start();
  const id = await schedule("a.js:mutation", 1_000);
  await change(id, "canceled");
  clock.advance(2_000);
  expect([stateOf(id), started]).toEqual(["canceled", []]);
});

test.each(["a.js:query", "a.js:gone"])("%s cannot run, and is told so", async (name) => {
  await scheduler.start();
  const id = await schedule(name, 0);
  clock.advance(1);
  await expect.poll(() => stateOf(id)).toBe("failed");
});

test("no more run at once than may, and the rest follow", async () => {
  await scheduler.start();
  for (let i = 0; i < 5; i++) await schedule("a.js:action", 0);
  clock.advance(1);
  await expect.poll(() => started.length).toBe(2);
  for (const count of [3, 4, 5]) {
    finishAction(done);
    await expect
      .poll(() => {
        clock.advance(1);
        return started.length;
      })
      .toBe(count);
  }
});
