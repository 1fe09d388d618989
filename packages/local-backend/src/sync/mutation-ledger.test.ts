// Exactly once: a client's request is run, remembered with its own writes, and forgotten after its time.
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import type {
  FunctionRequest,
  MutationOutcome,
  MutationRequest,
} from "../runtime/function-runner.ts";
import { MutationLedger } from "./mutation-ledger.ts";

let database: Database;
beforeEach(async () => {
  database = await openDatabase({ inMemory: true });
});
afterEach(() => database.close());

const request: FunctionRequest = {
  path: "rows:add",
  args: {},
  identity: null,
  caller: "public",
  requestId: "0",
};

/** A runner whose one mutation adds a row, or fails as told. */
function runner(outcomes: ("ok" | "user" | "internal")[] = []) {
  const state = { runs: 0 };
  return {
    state,
    async runMutation({ beforeCommit }: MutationRequest): Promise<MutationOutcome> {
      state.runs++;
      const outcome = outcomes.shift() ?? "ok";
      if (outcome !== "ok") return { ok: false, kind: outcome, errorMessage: "no", logLines: [] };
      const tx = database.begin({ kind: "mutation" });
      tx.insert("", "rows", { run: state.runs });
      const done = { value: String(state.runs), logLines: [`[LOG] 'run ${state.runs}'`] };
      beforeCommit?.(tx, done);
      const { timestamp } = await database.commit(tx);
      return { ok: true, timestamp, ...done };
    },
  };
}

function countRows(): number {
  const tx = database.begin({ kind: "query" });
  const count = tx.count("", "rows");
  database.abort(tx);
  return count;
}

test("a request sent again has the same result, log lines and timestamp, and nothing is written twice", async () => {
  const work = runner();
  const first = await new MutationLedger(database, work).run("s", 0, request);
  // Another ledger: as after a restart.
  const again = await new MutationLedger(database, work).run("s", 0, request);
  expect(again).toEqual(first);
  expect([work.state.runs, countRows()]).toEqual([1, 1]);
});

test("a request sent again while the first is under way waits for it", async () => {
  const work = runner();
  const ledger = new MutationLedger(database, work);
  const [first, second] = await Promise.all([
    ledger.run("s", 0, request),
    ledger.run("s", 0, request),
  ]);
  expect(second).toEqual(first);
  expect(work.state.runs).toBe(1);
});

test("other sessions and other requests are others", async () => {
  const ledger = new MutationLedger(database, runner());
  await ledger.run("s", 0, request);
  await ledger.run("s", 1, request);
  await ledger.run("t", 0, request);
  expect(countRows()).toBe(3);
});

test("a failure is not remembered", async () => {
  const ledger = new MutationLedger(database, runner(["user", "ok"]));
  expect(await ledger.run("s", 0, request)).toMatchObject({ ok: false });
  expect(await ledger.run("s", 0, request)).toMatchObject({ ok: true });
});

test("a fault of the server sends the client round again, but not for ever", async () => {
  const ledger = new MutationLedger(database, runner(["internal", "internal", "internal"]));
  await expect(ledger.run("s", 0, request)).rejects.toThrow(/inside the server/);
  await expect(ledger.run("s", 0, request)).rejects.toThrow(/inside the server/);
  expect(await ledger.run("s", 0, request)).toMatchObject({
    ok: false,
    errorMessage: "Your request couldn't be completed. Try again later.",
  });
});

test("records are forgotten after their time, in portions", async () => {
  const work = runner();
  const ledger = new MutationLedger(database, work);
  for (let i = 0; i < 5; i++) await ledger.run("s", i, request);
  expect(await ledger.prune(Date.now() - 60_000, 3)).toBe(0);
  expect(await ledger.prune(Date.now() + 60_000, 3)).toBe(3);
  expect(await ledger.prune(Date.now() + 60_000, 3)).toBe(2);
  await ledger.run("s", 0, request);
  expect(work.state.runs).toBe(6);
});
