import { expect, test } from "vitest";
import type { JsonObject } from "../values/json.ts";
import { collect, idOf, mutate, query, scan, withDatabase } from "./database.test-support.ts";
import { openDatabase } from "./open-database.ts";
import type { Transaction } from "./transaction.ts";

const messages: JsonObject = {
  schemaValidation: true,
  tables: [
    {
      tableName: "messages",
      indexes: [{ indexDescriptor: "by_channel_and_n", fields: ["channel", "n"] }],
      searchIndexes: [
        { indexDescriptor: "search_body", searchField: "body", filterFields: ["channel"] },
      ],
      vectorIndexes: [],
      documentType: {
        type: "object",
        value: {
          channel: { fieldType: { type: "string" }, optional: false },
          n: { fieldType: { type: "number" }, optional: true },
          body: { fieldType: { type: "string" }, optional: true },
        },
      },
    },
  ],
};

test("what a mutation inserts, a later query reads, keys sorted", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("", "things", { b: 1, a: "x", Z: null }));
    const text = query(database, (tx) => tx.get("", id));
    expect(text).toMatch(
      /^\{"Z":null,"_creationTime":[\d.]+,"_id":"j5[0-9a-z]{30}","a":"x","b":1\}$/,
    );
  });
});

test("a mutation sees its own writes merged in index order, and a rollback undoes them", async () => {
  await withDatabase(async (database) => {
    await database.applySchema("", messages);
    await mutate(database, (tx) => {
      for (const n of [1, 3, 5]) tx.insert("", "messages", { channel: "a", n });
    });
    await mutate(database, (tx) => {
      const read = () =>
        collect(tx, {
          type: "IndexRange",
          indexName: "messages.by_channel_and_n",
          range: [{ type: "Eq", fieldPath: "channel", value: "a" }],
          order: null,
        }).map(({ n }) => n);
      const [first] = collect(tx, scan("messages"));
      const before = tx.savepoint();
      tx.insert("", "messages", { channel: "a", n: 2 });
      tx.patch("", idOf(first), { n: 9 });
      expect(read()).toEqual([2, 3, 5, 9]);
      tx.rollbackTo(before);
      expect(read()).toEqual([1, 3, 5]);
      tx.remove("", idOf(first));
      expect(read()).toEqual([3, 5]);
    });
    expect(
      query(database, (tx) => collect(tx, scan("messages", "desc")).map(({ n }) => n)),
    ).toEqual([5, 3]);
  });
});

test("documents inserted together have distinct, growing creation times", async () => {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < 5; n++) tx.insert("", "things", { n });
    });
    const rows = query(database, (tx) => collect(tx, scan("things")));
    expect(rows.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(rows.map((row) => row._creationTime)).size).toBe(5);
  });
});

test("documents of one commit after another are in that order even if the clock does not move", async () => {
  const database = await openDatabase({ inMemory: true, clock: { now: () => 1_700_000_000_000 } });
  for (let n = 0; n < 20; n++) await mutate(database, (tx) => tx.insert("", "things", { n }));
  const rows = query(database, (tx) => collect(tx, scan("things")));
  expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(rows[0]?._creationTime).toBe(1_700_000_000_000);
  await database.close();
});

test("the schema refuses what does not fit, with Convex's text", async () => {
  await withDatabase(async (database) => {
    await database.applySchema("", messages);
    const tx = database.begin({ kind: "mutation" });
    expect(() => tx.insert("", "messages", { channel: 1 })).toThrow(
      'Failed to insert or update a document in table "messages" because it does not match the schema: ' +
        "Value does not match validator.\nPath: .channel\nValue: 1.0\nValidator: v.string()",
    );
    database.abort(tx);
  });
});

test("a schema that stored documents do not fit is refused, and the old one stays", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("", "messages", { channel: 7 }));
    await expect(database.applySchema("", messages)).rejects.toThrow(
      `Document with ID "${id}" in table "messages" does not match the schema: Value does not match validator.`,
    );
    expect(database.schema("")).toBeNull();
    await mutate(database, (tx) => tx.insert("", "messages", { channel: 8 }));
  });
});

test("an index added to existing documents finds them all, one removed is gone", async () => {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < 700; n++) tx.insert("", "messages", { channel: `c${n % 7}`, n });
    });
    const change = await database.applySchema("", messages);
    expect(change.addedIndexes).toEqual(["messages.by_channel_and_n", "messages.search_body"]);
    const source: JsonObject = {
      type: "IndexRange",
      indexName: "messages.by_channel_and_n",
      range: [
        { type: "Eq", fieldPath: "channel", value: "c3" },
        { type: "Gte", fieldPath: "n", value: 300 },
      ],
      order: "desc",
    };
    expect(query(database, (tx) => collect(tx, source).length)).toBe(57);
    await database.applySchema("", null);
    expect(() => query(database, (tx) => collect(tx, source))).toThrow(
      "Index messages.by_channel_and_n not found.",
    );
  });
});

test("pages follow one another without gap or overlap, and a journal keeps a page's end", async () => {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < 25; n++) tx.insert("", "things", { n });
    });
    const request = { query: { source: scan("things"), operators: [] }, pageSize: 10 };
    const seen: unknown[] = [];
    let cursor: string | null = null;
    let journal: string | null = null;
    for (;;) {
      const tx = database.begin({ kind: "query" });
      const page = tx.queryPage("", { ...request, cursor });
      seen.push(...page.page.map((text) => (JSON.parse(text) as JsonObject).n));
      if (cursor === null) journal = tx.nextJournal;
      database.abort(tx);
      cursor = page.continueCursor;
      if (page.isDone) break;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => n));
    const first = query(database, (tx) => collect(tx, scan("things")))[4];
    await mutate(database, (tx) => tx.remove("", idOf(first)));
    const again = database.begin({ kind: "query", journal });
    expect(again.queryPage("", { ...request, cursor: null }).page).toHaveLength(9);
    database.abort(again);
  });
});

test("search finds words and beginnings of the last word, filtered, also before they are durable", async () => {
  await withDatabase(async (database) => {
    await database.applySchema("", messages);
    await mutate(database, (tx) => {
      tx.insert("", "messages", { channel: "a", body: "The goblin king" });
      tx.insert("", "messages", { channel: "b", body: "a Goblin scout" });
      tx.insert("", "messages", { channel: "a", body: "kingdom of rats" });
    });
    const search = (tx: Transaction, text: string, channel?: string) =>
      collect(tx, {
        type: "Search",
        indexName: "messages.search_body",
        filters: [
          { type: "Search", fieldPath: "body", value: text },
          ...(channel === undefined ? [] : [{ type: "Eq", fieldPath: "channel", value: channel }]),
        ],
      }).map(({ body }) => body);
    const found = query(database, (tx) => search(tx, "goblin king"));
    expect(found[0]).toBe("The goblin king");
    expect(found.sort()).toEqual(["The goblin king", "a Goblin scout", "kingdom of rats"]);
    expect(query(database, (tx) => search(tx, "kin", "a")).sort()).toEqual([
      "The goblin king",
      "kingdom of rats",
    ]);
    expect(query(database, (tx) => search(tx, "  "))).toEqual([]);
    await mutate(database, (tx) => {
      tx.insert("", "messages", { channel: "c", body: "unheard of" });
      expect(search(tx, "unheard")).toEqual(["unheard of"]);
    });
  });
});

test("a read of a table that does not exist is touched when the table comes to be", async () => {
  await withDatabase(async (database) => {
    const tx = database.begin({ kind: "query" });
    expect(collect(tx, scan("later"))).toEqual([]);
    const { points } = tx.readSet;
    database.abort(tx);
    const keys: string[] = [];
    database.onCommit((commit) => keys.push(...commit.keys));
    await mutate(database, (other) => other.insert("", "later", {}));
    expect(points.some((point) => keys.includes(point))).toBe(true);
  });
});
