import { expect, test } from "vitest";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import { emptyReadSet } from "../database/read-set.ts";
import { LiveQueries, type LiveOutcome, type LiveRequest } from "./live-queries.ts";

/** Queries are named by what they do: `count` counts a table, `mine` answers who asks. */
async function withLiveQueries(
  run: (live: LiveQueries<LiveRequest, LiveOutcome>, database: Database) => Promise<void>,
): Promise<void> {
  const database = await openDatabase({ inMemory: true });
  const live = new LiveQueries<LiveRequest, LiveOutcome>({
    database,
    run: (requests) =>
      requests.map((request) => {
        const tx = database.begin({ kind: "query" });
        const value =
          request.path === "mine"
            ? JSON.stringify([request.identity, tx.count("", "things")])
            : String(tx.count("", request.path));
        database.abort(tx);
        return {
          ok: true,
          value,
          logLines: [],
          journal: null,
          readSet: tx.readSet,
          usedIdentity: request.path === "mine",
        };
      }),
  });
  try {
    await run(live, database);
  } finally {
    live.close();
    await database.close();
  }
}

const ask = (path: string, subject: string | null = null): LiveRequest => ({
  path,
  args: [{}],
  identity: subject === null ? null : { subject },
  caller: "public",
});

async function insert(database: Database, table: string): Promise<void> {
  const tx = database.begin({ kind: "mutation" });
  tx.insert("", table, {});
  await database.commit(tx);
}

function valueOf(outcome: LiveOutcome | undefined): string {
  return outcome?.ok === true ? outcome.value : "failed";
}

test("a commit tells the subscribers of what it touched and nobody else", async () => {
  await withLiveQueries(async (live, database) => {
    const told: string[] = [];
    const [things] = live.subscribe([ask("things")], () => told.push("things"));
    const [others] = live.subscribe([ask("others")], () => told.push("others"));
    await insert(database, "things");
    await Promise.resolve();
    expect(told).toEqual(["things"]);
    expect(valueOf(things?.outcome())).toBe("0");
    expect(live.settle()).toBe(database.latestTimestamp());
    expect(valueOf(things?.outcome())).toBe("1");
    expect(valueOf(others?.outcome())).toBe("0");
  });
});

test("everybody who asks the same shares one run, whoever they are, unless the function asks", async () => {
  await withLiveQueries(async (live, database) => {
    const people = ["ann", "bob", null];
    for (const person of people) live.subscribe([ask("things", person)], () => undefined);
    expect(live.statistics().evaluations).toBe(1);
    for (const person of people) live.subscribe([ask("mine", person)], () => undefined);
    expect(live.statistics().evaluations).toBe(4);
    const before = live.statistics().runs;
    await insert(database, "things");
    live.settle();
    live.settle();
    expect(live.statistics().runs - before).toBe(4);
  });
});

test("an outcome stays the same object while the result does", async () => {
  await withLiveQueries(async (live, database) => {
    const [handle] = live.subscribe([ask("things")], () => undefined);
    const before = handle?.outcome();
    live.invalidateAll();
    live.settle();
    expect(handle?.outcome()).toBe(before);
    await insert(database, "things");
    live.settle();
    expect(handle?.outcome()).not.toBe(before);
  });
});

test("what nobody subscribes to any more is dropped when it is touched, not run", async () => {
  await withLiveQueries(async (live, database) => {
    const [handle] = live.subscribe([ask("things")], () => undefined);
    handle?.release();
    expect(live.statistics().evaluations).toBe(1);
    await insert(database, "things");
    live.settle();
    expect(live.statistics()).toEqual({ evaluations: 0, subscriptions: 0, runs: 1 });
  });
});

test("a query that could not be run is run again, and the others are not lost", async () => {
  const database = await openDatabase({ inMemory: true });
  let isBroken = true;
  const live = new LiveQueries<LiveRequest, LiveOutcome>({
    database,
    run: (requests) => {
      if (isBroken) throw new Error("broken");
      return requests.map(({ path }) => ({
        ok: true,
        value: JSON.stringify(path),
        logLines: [],
        journal: null,
        readSet: emptyReadSet,
        usedIdentity: false,
      }));
    },
  });
  expect(() => live.subscribe([ask("things")], () => undefined)).toThrow("broken");
  isBroken = false;
  const [other] = live.subscribe([ask("others")], () => undefined);
  expect(valueOf(other?.outcome())).toBe('"others"');
  expect(live.statistics().runs).toBe(2);
  live.close();
  await database.close();
});

test("a failure of the server's own is tried again after the next commit, a function's own is kept", async () => {
  const database = await openDatabase({ inMemory: true });
  const runs: string[] = [];
  const live = new LiveQueries<LiveRequest, LiveOutcome>({
    database,
    run: (requests) =>
      requests.map(({ path }) => {
        runs.push(path);
        return {
          ok: false,
          kind: path === "internal" ? "internal" : "user",
          errorMessage: path,
          logLines: [],
        };
      }),
  });
  live.subscribe([ask("internal"), ask("user")], () => undefined);
  await insert(database, "things");
  live.settle();
  expect(runs).toEqual(["internal", "user", "internal"]);
  live.close();
  await database.close();
});

test("who turns out to ask who is calling later on gets their own result then", async () => {
  const database = await openDatabase({ inMemory: true });
  let asks = false;
  const live = new LiveQueries<LiveRequest, LiveOutcome>({
    database,
    run: (requests) =>
      requests.map(({ identity }) => ({
        ok: true,
        value: asks ? JSON.stringify(identity) : '"same"',
        logLines: [],
        journal: null,
        readSet: emptyReadSet,
        usedIdentity: asks,
      })),
  });
  const [ann] = live.subscribe([ask("who", "ann")], () => undefined);
  const [bob] = live.subscribe([ask("who", "bob")], () => undefined);
  expect([valueOf(ann?.outcome()), valueOf(bob?.outcome())]).toEqual(['"same"', '"same"']);
  asks = true;
  live.invalidateAll();
  live.settle();
  expect([valueOf(ann?.outcome()), valueOf(bob?.outcome())]).toEqual([
    '{"subject":"ann"}',
    '{"subject":"bob"}',
  ]);
  live.close();
  await database.close();
});
