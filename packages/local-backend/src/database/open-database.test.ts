import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../values/json.ts";
import {
  collect,
  idOf,
  looseSchema,
  mutate,
  query,
  range,
  scan,
  withDatabase,
} from "./database.test-support.ts";
import { openDatabase } from "./open-database.ts";
import type { Commit } from "./read-set.ts";

async function withFile(run: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "local-backend-database-"));
  try {
    await run(join(folder, "data.sqlite"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("after a restart documents, tables, indexes and the schema are there, and timestamps go on", async () => {
  await withFile(async (file) => {
    const schema = looseSchema(
      "t",
      { by_n: ["n"] },
      {
        searchIndexes: [{ indexDescriptor: "search", searchField: "text", filterFields: [] }],
      },
    );
    const first = await openDatabase({ file });
    await first.applySchema("", schema);
    await mutate(first, (tx) => {
      for (const n of [3, 1, 2]) tx.insert("", "t", { n, text: `word${n}` });
    });
    const before = first.latestTimestamp();
    await first.close();

    // The clock of this one stands still in the past.
    const second = await openDatabase({ file, clock: { now: () => 1 } });
    expect(second.schema("")).toEqual(schema);
    expect(query(second, (tx) => collect(tx, range("t.by_n", [])).map(({ n }) => n))).toEqual([
      1, 2, 3,
    ]);
    const id = await mutate(second, (tx) => tx.insert("", "t", { n: 0 }));
    expect(second.latestTimestamp()).toBeGreaterThan(before);
    expect(second.tables("").filter(({ name }) => name === "t")).toEqual([
      { name: "t", number: 10_001 },
    ]);
    expect(query(second, (tx) => idOf(collect(tx, range("t.by_n", []))[0]))).toBe(id);
    const search = {
      type: "Search",
      indexName: "t.search",
      filters: [{ type: "Search", fieldPath: "text", value: "word2" }],
    };
    expect(query(second, (tx) => collect(tx, search)).map(({ n }) => n)).toEqual([2]);
    await second.close();
  });
});

test("listeners hear of commits in order, when queries see them, before the committer does", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file });
    const heard: Commit[] = [];
    database.onCommit((commit) => {
      heard.push(commit);
      expect(database.latestTimestamp()).toBeGreaterThanOrEqual(commit.timestamp);
    });
    const commits = Array.from({ length: 20 }, async (_, n) => {
      const tx = database.begin({ kind: "mutation" });
      tx.insert("", "t", { n });
      const { timestamp } = await database.commit(tx);
      expect(heard.some((commit) => commit.timestamp === timestamp)).toBe(true);
      return timestamp;
    });
    const timestamps = await Promise.all(commits);
    expect(heard.map(({ timestamp }) => timestamp)).toEqual(timestamps);
    expect(timestamps).toEqual([...timestamps].sort((left, right) => (left < right ? -1 : 1)));
    await database.close();
  });
});

test("a query sees no commit that is not durable, a mutation sees them all", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file });
    const tx = database.begin({ kind: "mutation" });
    const id = tx.insert("", "t", { n: 1 });
    const { durable } = database.commitNow(tx);
    expect(query(database, (read) => read.get("", id))).toBeNull();
    const next = database.begin({ kind: "mutation" });
    expect(next.get("", id)).not.toBeNull();
    // It read what may still be lost, so it is certain only when that is.
    const { durable: readDurable } = database.commitNow(next);
    await readDurable;
    expect(query(database, (read) => read.get("", id))).not.toBeNull();
    await durable;
    await database.close();
  });
});

test("a transaction that overlaps another conflicts exactly when it read what the other wrote", async () => {
  await withDatabase(async (database) => {
    const [a, b] = await mutate(database, (tx) => [tx.insert("", "t", {}), tx.insert("", "t", {})]);
    const slow = database.begin({ kind: "mutation" });
    slow.patch("", a ?? "", { by: "slow" });
    const other = database.begin({ kind: "mutation" });
    other.patch("", b ?? "", { by: "other" });
    await mutate(database, (tx) => tx.patch("", a ?? "", { by: "fast" }));
    await expect(database.commit(slow)).rejects.toThrow(
      'Documents read from or written to the "t" table changed',
    );
    await database.commit(other);
    expect(query(database, (tx) => collect(tx, scan("t")).map(({ by }) => by))).toEqual([
      "fast",
      "other",
    ]);
  });
});

test("two overlapping transactions cannot both make the same table", async () => {
  await withDatabase(async (database) => {
    const first = database.begin({ kind: "mutation" });
    const second = database.begin({ kind: "mutation" });
    first.insert("", "t", {});
    second.insert("", "t", {});
    await database.commit(first);
    await expect(database.commit(second)).rejects.toThrow(
      "changed while this mutation was being run",
    );
  });
});

test("writes during a schema push go into the new index, and one that breaks the new schema stops the push", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file });
    await mutate(database, (tx) => {
      for (let n = 0; n < 2_000; n++) tx.insert("", "t", { n: 2_000 - n });
    });
    const numbers: Json = {
      type: "object",
      value: { n: { fieldType: { type: "number" }, optional: false } },
    };
    const schema = looseSchema("t", { by_n: ["n"] }, { documentType: numbers });

    let running = true;
    const push = database.applySchema("", schema).finally(() => {
      running = false;
    });
    let written = 0;
    while (running) {
      await mutate(database, (tx) => tx.insert("", "t", { n: 5_000 + written }));
      written++;
    }
    await push;
    const found = query(
      database,
      (tx) => collect(tx, range("t.by_n", [])).map(({ n }) => Number(n)),
      { unlimited: true },
    );
    expect(found).toHaveLength(2_000 + written);
    expect(found).toEqual([...found].sort((left, right) => left - right));

    const strict: JsonObject = looseSchema(
      "t",
      { by_n: ["n"] },
      {
        documentType: {
          type: "object",
          value: {
            n: { fieldType: { type: "number" }, optional: false },
            extra: { fieldType: { type: "null" }, optional: true },
          },
        },
      },
    );
    await database.applySchema("", looseSchema("t", { by_n: ["n"] }));
    const refused = database.applySchema("", strict);
    await mutate(database, (tx) => tx.insert("", "t", { n: "text" }));
    // Met by the scan or on its way in, whichever comes first.
    await expect(refused).rejects.toThrow(
      /ocument .*in table "t" does not match the schema: Value does not/,
    );
    expect(
      query(database, (tx) => collect(tx, range("t.by_n", [["Eq", "n", "text"]]))),
    ).toHaveLength(1);
    await database.close();
  });
});

test("a staged index is filled in the background and used when the schema says so", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file });
    await mutate(database, (tx) => {
      for (let n = 0; n < 1_000; n++) tx.insert("", "t", { n });
    });
    const staged = looseSchema(
      "t",
      {},
      { stagedDbIndexes: [{ indexDescriptor: "by_n", fields: ["n"] }] },
    );
    const change = await database.applySchema("", staged);
    expect(change.backfilling).toEqual(["t.by_n"]);
    await database.indexesReady();
    expect(() => query(database, (tx) => collect(tx, range("t.by_n", [])))).toThrow(
      "currently staged",
    );
    const used = await database.applySchema("", looseSchema("t", { by_n: ["n"] }));
    expect([used.addedIndexes, used.removedIndexes]).toEqual([[], []]);
    expect(query(database, (tx) => collect(tx, range("t.by_n", [["Gte", "n", 990]])))).toHaveLength(
      10,
    );
    await database.close();
  });
});

test("a push that a crash interrupted has left nothing, and can be done again", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file });
    await database.applySchema("", looseSchema("t", { by: ["n"] }));
    await mutate(database, (tx) => {
      for (let n = 0; n < 1_000; n++) tx.insert("", "t", { n, m: -n });
    });
    const changed = looseSchema("t", { by: ["m"], more: ["n", "m"] });
    const copy = `${file}.copy`;
    // What the disk has right after the push began: its indexes exist and are not filled.
    const stop = database.onCommit(() => {
      for (const end of ["", "-wal"]) copyFileSync(file + end, copy + end);
      stop();
    });
    await database.applySchema("", changed);
    await database.close();

    mkdirSync(`${file}.folder`);
    for (const end of ["", "-wal"])
      renameSync(copy + end, join(`${file}.folder`, `data.sqlite${end}`));
    const after = await openDatabase({ file: join(`${file}.folder`, "data.sqlite") });
    const first = () =>
      query(after, (tx) => collect(tx, range("t.by", []), [{ limit: 1 }])[0]?.["n"]);
    expect(first()).toBe(0);
    expect(() => query(after, (tx) => collect(tx, range("t.more", [])))).toThrow(
      "Index t.more not found.",
    );
    expect((await after.applySchema("", changed)).addedIndexes).toEqual(["t.by", "t.more"]);
    expect(first()).toBe(999);
    await after.close();
  });
});

test("a schema that is in force already costs nothing to push again", async () => {
  await withDatabase(async (database) => {
    const schema = looseSchema("t", { by_n: ["n"] });
    await database.applySchema("", schema);
    const before = database.storeStatistics().batches;
    expect(await database.applySchema("", schema)).toEqual({
      createdTables: [],
      addedIndexes: [],
      removedIndexes: [],
      backfilling: [],
    });
    await database.applySchema("child", null);
    expect(database.storeStatistics().batches).toBe(before);
  });
});

test("an index whose fields change under its name is built anew", async () => {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < 10; n++) tx.insert("", "t", { n, m: -n });
    });
    await database.applySchema("", looseSchema("t", { by: ["n"] }));
    const change = await database.applySchema("", looseSchema("t", { by: ["m"] }));
    expect([change.addedIndexes, change.removedIndexes]).toEqual([["t.by"], ["t.by"]]);
    expect(
      query(database, (tx) => collect(tx, range("t.by", [["Lte", "m", -8]])).map(({ n }) => n)),
    ).toEqual([9, 8]);
    expect(() => query(database, (tx) => collect(tx, range("t.by", [["Eq", "n", 1]])))).toThrow(
      "doesn't index this field",
    );
  });
});

test("when a commit is refused for lack of room, its new table is forgotten and work goes on", async () => {
  await withFile(async (file) => {
    const database = await openDatabase({ file, maximumBytes: 500_000 });
    await mutate(database, (tx) => tx.insert("", "kept", {}));
    const tx = database.begin({ kind: "mutation" });
    for (let n = 0; n < 4; n++) tx.insert("", "large", { text: "x".repeat(900_000) });
    await expect(database.commit(tx)).rejects.toThrow("The disk is full");
    expect(database.tables("").map(({ name }) => name)).not.toContain("large");
    const id = await mutate(database, (next) => next.insert("", "small", {}));
    expect(query(database, (read) => read.get("", id))).not.toBeNull();
    await database.close();
  });
});
