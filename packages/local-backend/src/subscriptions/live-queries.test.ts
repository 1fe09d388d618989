import { expect, test } from "vitest";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
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
