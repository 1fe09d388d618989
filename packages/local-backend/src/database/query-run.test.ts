import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../values/json.ts";
import {
  collect,
  document,
  idOf,
  looseSchema,
  mutate,
  query,
  range,
  scan,
  withDatabase,
} from "./database.test-support.ts";
import type { Database } from "./database.ts";
import type { QueryPage } from "./transaction.ts";

const schema = looseSchema(
  "t",
  { by_ab: ["a", "b"] },
  {
    searchIndexes: [{ indexDescriptor: "search", searchField: "text", filterFields: ["a"] }],
    vectorIndexes: [
      { indexDescriptor: "vectors", vectorField: "v", dimensions: 2, filterFields: ["a"] },
    ],
    stagedDbIndexes: [{ indexDescriptor: "by_later", fields: ["later"] }],
  },
);

async function withTable(run: (database: Database) => Promise<void>): Promise<void> {
  await withDatabase(async (database) => {
    await database.applySchema("", schema);
    await run(database);
  });
}

describe("a range that does not follow its index says why", () => {
  const cases: [string, string, [string, string, Json][], string][] = [
    ["an index that does not exist", "t.nope", [], "Index t.nope not found."],
    [
      "a staged index",
      "t.by_later",
      [],
      "Index t.by_later is currently staged and not available to query until it is enabled.",
    ],
    ["a search index", "t.search", [], "Index t.search is not a database index."],
    [
      "a field that is not in the index",
      "t.by_ab",
      [["Eq", "c", 1]],
      'The index range included a comparison with "c", but t.by_ab with fields ["a", "b", "_creationTime"] doesn\'t index this field.',
    ],
    [
      "fields out of order",
      "t.by_ab",
      [["Eq", "b", 1]],
      'Tried to query index t.by_ab but the query didn\'t use the index fields in order.\nIndex fields: ["a", "b", "_creationTime"]\nQuery fields: ["b"]\nFirst incorrect field: "b"',
    ],
    [
      "two equalities on a field",
      "t.by_ab",
      [
        ["Eq", "a", 1],
        ["Eq", "a", 2],
      ],
      'Already defined equality bound in index range. Can\'t add "a" == 1.0.',
    ],
    [
      "two lower bounds",
      "t.by_ab",
      [
        ["Gt", "a", 1],
        ["Gte", "a", 2],
      ],
      'Already defined lower bound in index range. Can\'t add "a" >= 2.0.',
    ],
    [
      "two upper bounds",
      "t.by_ab",
      [
        ["Lt", "a", 1],
        ["Lte", "a", "x"],
      ],
      'Already defined upper bound in index range. Can\'t add "a" <= "x".',
    ],
    [
      "a bound on an equal field",
      "t.by_ab",
      [
        ["Eq", "a", 1],
        ["Gt", "a", 0],
      ],
      "Already defined inequality bound in index range.",
    ],
    [
      "bounds on two fields",
      "t.by_ab",
      [
        ["Gt", "a", 1],
        ["Lt", "b", 2],
      ],
      'attempted to set a range bound on both "a" and "b"',
    ],
  ];
  test.each(cases)("%s", async (_name, index, expressions, message) => {
    await withTable(async (database) => {
      query(database, (tx) => {
        expect(() => collect(tx, range(index, expressions))).toThrow(message);
      });
      await Promise.resolve();
    });
  });
});

test("a table that does not exist has no rows under any index name", async () => {
  await withDatabase(async (database) => {
    query(database, (tx) => {
      expect(collect(tx, range("nothing.any", [["Eq", "x", 1]]))).toEqual([]);
      expect(
        tx.queryPage("", {
          query: { source: scan("nothing"), operators: [] },
          cursor: null,
          pageSize: 3,
        }),
      ).toMatchObject({
        page: [],
        isDone: true,
      });
    });
    await Promise.resolve();
  });
});

test("missing fields come before null, and an upper bound alone takes them in", async () => {
  await withTable(async (database) => {
    await mutate(database, (tx) => {
      for (const fields of [{ n: 1 }, { n: 2, a: null }, { n: 3, a: 1 }, { n: 4, a: "x" }])
        tx.insert("", "t", fields);
    });
    query(database, (tx) => {
      const numbers = (expressions: [string, string, Json][]) =>
        collect(tx, range("t.by_ab", expressions)).map(({ n }) => n);
      expect(numbers([["Lt", "a", 1]])).toEqual([1, 2]);
      expect(numbers([["Eq", "a", { $undefined: null }]])).toEqual([1]);
      expect(numbers([["Gt", "a", { $undefined: null }]])).toEqual([2, 3, 4]);
    });
  });
});

describe("filters", () => {
  const row = { a: 1, i: { $integer: "BwAAAAAAAAA=" }, s: "x", o: { deep: true }, zero: 0 };
  const f = (name: string): Json => ({ $field: name });
  const l = (value: Json): Json => ({ $literal: value });
  const cases: [string, Json, boolean | string][] = [
    ["equality", { $eq: [f("a"), l(1)] }, true],
    ["types are never equal", { $eq: [f("a"), l({ $integer: "AQAAAAAAAAA=" })] }, false],
    ["every Int64 is less than every Float64", { $lt: [f("i"), f("a")] }, true],
    ["minus zero is not zero", { $eq: [f("zero"), l({ $float: "AAAAAAAAAIA=" })] }, false],
    ["a missing field is undefined", { $eq: [f("none"), l({ $undefined: null })] }, true],
    ["a missing field is not null", { $eq: [f("none"), l(null)] }, false],
    ["nested fields", { $and: [f("o.deep"), { $not: { $eq: [f("s"), l("y")] } }] }, true],
    ["arithmetic on floats", { $gte: [{ $mod: [{ $add: [f("a"), l(4)] }, l(3)] }, l(2)] }, true],
    [
      "division of integers",
      {
        $eq: [{ $div: [f("i"), l({ $integer: "AgAAAAAAAAA=" })] }, l({ $integer: "AwAAAAAAAAA=" })],
      },
      true,
    ],
    ["or stops at the first that holds", { $or: [l(true), l(1)] }, true],
    [
      "a number where a boolean is needed",
      { $and: [f("a")] },
      "Cannot use value 1.0 (type Float64) as a Boolean",
    ],
    [
      "adding unlike types",
      { $eq: [{ $add: [f("a"), f("i")] }, l(1)] },
      "Cannot add 1.0 (type Float64) and 7 (type Int64)",
    ],
    ["a result that is no boolean", f("s"), 'Cannot use value "x" (type String) as a Boolean'],
    ["an unknown form", { $like: [] }, "Invalid filter expression"],
  ];
  test.each(cases)("%s", async (_name, filter, expected) => {
    await withDatabase(async (database) => {
      await mutate(database, (tx) => tx.insert("", "rows", row));
      const run = () =>
        query(database, (tx) => collect(tx, scan("rows"), [{ filter }]).length === 1);
      if (typeof expected === "string") expect(run).toThrow(expected);
      else expect(run()).toBe(expected);
    });
  });
});

test("a row stays visible to a loop that patches as it reads, each row once where its key does not move", async () => {
  await withTable(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < 60; n++) tx.insert("", "t", { a: "x", n });
    });
    await mutate(database, (tx) => {
      const open = tx.openQuery("", {
        source: range("t.by_ab", [["Eq", "a", "x"]]),
        operators: [],
      });
      const seen: unknown[] = [];
      for (let row = tx.nextRow(open); row !== null; row = tx.nextRow(open)) {
        const read = document(row);
        seen.push(read["n"]);
        tx.patch("", idOf(read), { done: true });
        // Removed before the loop comes to it.
        if (read["n"] === 10) tx.remove("", idOf(collect(tx, scan("t"))[20]));
      }
      expect(seen).toEqual(Array.from({ length: 60 }, (_, n) => n).filter((n) => n !== 20));
    });
  });
});

describe("read sets", () => {
  async function touched(
    read: (tx: ReturnType<Database["begin"]>) => unknown,
    change: JsonObject,
  ): Promise<boolean> {
    let result = false;
    await withTable(async (database) => {
      await mutate(database, (tx) => {
        for (const a of [1, 3, 5, 7]) tx.insert("", "t", { a, text: `word${a}` });
      });
      const tx = database.begin({ kind: "mutation" });
      read(tx);
      tx.insert("", "other", {});
      await mutate(database, (other) => other.insert("", "t", change));
      // A commit that read what another changed meanwhile is refused.
      await database.commit(tx).then(
        () => undefined,
        (error: unknown) => {
          result = String(error).includes('"t" table changed');
        },
      );
    });
    return result;
  }
  const take = (count: number) => (tx: ReturnType<Database["begin"]>) =>
    collect(tx, range("t.by_ab", [["Gte", "a", 2]]), [{ limit: count }]);
  test.each<[string, (tx: ReturnType<Database["begin"]>) => unknown, JsonObject, boolean]>([
    ["before the range", take(2), { a: 1 }, false],
    ["within what was read", take(2), { a: 4 }, true],
    ["after the last row that was read", take(2), { a: 6 }, false],
    ["after the last row, when the end was reached", take(9), { a: 100 }, true],
    [
      "descending, below what was read",
      (tx) => collect(tx, range("t.by_ab", [], "desc"), [{ limit: 1 }]),
      { a: 6 },
      false,
    ],
    [
      "descending, above what was read",
      (tx) => collect(tx, range("t.by_ab", [], "desc"), [{ limit: 1 }]),
      { a: 8 },
      true,
    ],
    [
      "a word that was searched",
      (tx) =>
        collect(tx, {
          type: "Search",
          indexName: "t.search",
          filters: [{ type: "Search", fieldPath: "text", value: "abc wo" }],
        }),
      { text: "Wonder" },
      true,
    ],
    [
      "words that were not searched",
      (tx) =>
        collect(tx, {
          type: "Search",
          indexName: "t.search",
          filters: [{ type: "Search", fieldPath: "text", value: "abc wo" }],
        }),
      { text: "abcd" },
      false,
    ],
    [
      "anything, for a stale snapshot",
      (tx) => tx.readonlySnapshot(() => take(9)(tx)),
      { a: 4 },
      false,
    ],
  ])("a document %s", async (_name, read, change, expected) => {
    expect(await touched(read, change)).toBe(expected);
  });
});

test("a stale snapshot does not see the transaction's own writes", async () => {
  await withTable(async (database) => {
    await mutate(database, (tx) => {
      tx.insert("", "t", { a: 1, text: "own" });
      expect(tx.readonlySnapshot(() => collect(tx, scan("t")))).toEqual([]);
      expect(collect(tx, scan("t"))).toHaveLength(1);
    });
  });
});

describe("search", () => {
  const search = (value: string, filters: JsonObject[] = []): JsonObject => ({
    type: "Search",
    indexName: "t.search",
    filters: [{ type: "Search", fieldPath: "text", value }, ...filters],
  });
  test.each<[string, JsonObject, string]>([
    [
      "a field that is not searched",
      { ...search("x"), filters: [{ type: "Search", fieldPath: "a", value: "x" }] },
      'contains a search filter against "a"',
    ],
    [
      "no search at all",
      { ...search("x"), filters: [{ type: "Eq", fieldPath: "a", value: 1 }] },
      "does not contain any search filters",
    ],
    [
      "two searches",
      search("x", [{ type: "Search", fieldPath: "text", value: "y" }]),
      "contains multiple search filters",
    ],
    [
      "a filter that is not indexed",
      search("x", [{ type: "Eq", fieldPath: "b", value: 1 }]),
      "isn't indexed for filtering in `filterFields`",
    ],
    [
      "nine filters",
      search(
        "x",
        Array.from({ length: 9 }, () => ({ type: "Eq", fieldPath: "a", value: 1 })),
      ),
      "has too many filter conditions. Max: 8 Actual: 9",
    ],
    [
      "an index of another kind",
      { ...search("x"), indexName: "t.by_ab" },
      "Index t.by_ab is not a search index.",
    ],
  ])("refuses %s", async (_name, source, message) => {
    await withTable(async (database) => {
      expect(() => query(database, (tx) => collect(tx, source))).toThrow(message);
      await Promise.resolve();
    });
  });

  test("gives the best 1024 and refuses to go on", async () => {
    await withTable(async (database) => {
      await mutate(database, (tx) => {
        for (let n = 0; n < 1100; n++)
          tx.insert("", "t", { text: n === 3 ? "rare common" : `common ${n}` });
      });
      expect(
        query(database, (tx) => collect(tx, search("rare common"), [{ limit: 1 }])[0]?.["text"]),
      ).toBe("rare common");
      expect(
        query(
          database,
          (tx) => new Set(collect(tx, search("common"), [{ limit: 1024 }]).map(idOf)).size,
        ),
      ).toBe(1024);
      expect(() => query(database, (tx) => collect(tx, search("common")))).toThrow(
        "Search query scanned too many documents (fetched 1024).",
      );
    });
  });

  test("is paginated without gap or overlap", async () => {
    await withTable(async (database) => {
      await mutate(database, (tx) => {
        for (let n = 0; n < 23; n++)
          tx.insert("", "t", { text: `common ${"extra ".repeat(n % 4)}`, n });
      });
      const ids: string[] = [];
      let cursor: string | null = null;
      for (;;) {
        const from: string | null = cursor;
        const page: QueryPage = query(database, (tx) =>
          tx.queryPage("", {
            query: { source: search("common"), operators: [] },
            cursor: from,
            pageSize: 5,
          }),
        );
        expect(page.splitCursor).toBeNull();
        ids.push(...page.page.map((text) => idOf(document(text))));
        cursor = page.continueCursor;
        if (page.isDone) break;
      }
      expect(ids).toHaveLength(23);
      expect(new Set(ids).size).toBe(23);
    });
  });

  test("forgets the old words of a changed document and those of a deleted one", async () => {
    await withTable(async (database) => {
      const [first, second] = await mutate(database, (tx) => [
        tx.insert("", "t", { text: "old" }),
        tx.insert("", "t", { text: "old" }),
      ]);
      await mutate(database, (tx) => {
        tx.patch("", first ?? "", { text: "new" });
        tx.remove("", second ?? "");
        expect(collect(tx, search("old"))).toEqual([]);
        expect(collect(tx, search("new")).map(idOf)).toEqual([first]);
      });
      query(database, (tx) => {
        expect(collect(tx, search("old"))).toEqual([]);
        expect(collect(tx, search("new")).map(idOf)).toEqual([first]);
      });
    });
  });
});

describe("vector search", () => {
  async function withVectors(run: (database: Database) => void): Promise<void> {
    await withTable(async (database) => {
      await mutate(database, (tx) => {
        for (const [n, v] of [
          [1, 0],
          [0, 1],
          [-1, 0],
          [3, 3],
        ].entries())
          tx.insert("", "t", { n, v, a: n % 2 });
        tx.insert("", "t", { v: [1, 2, 3] });
        tx.insert("", "t", {});
      });
      run(database);
    });
  }
  const ask = (more: JsonObject): Json => ({ indexName: "t.vectors", vector: [2, 0], ...more });

  test("ranks by cosine, filtered and limited", async () => {
    await withVectors((database) => {
      query(database, (tx) => {
        const numbers = (request: Json) =>
          tx.vectorSearch("", request).map(({ _id }) => document(tx.get("", _id) ?? "")["n"]);
        expect(numbers(ask({}))).toEqual([0, 3, 1, 2]);
        expect(tx.vectorSearch("", ask({ limit: 1 }))[0]?._score).toBeCloseTo(1);
        expect(numbers(ask({ expressions: { $eq: [{ $field: "a" }, { $literal: 1 }] } }))).toEqual([
          3, 1,
        ]);
        expect(
          numbers(
            ask({
              expressions: {
                $or: [
                  { $eq: [{ $field: "a" }, { $literal: 1 }] },
                  { $eq: [{ $field: "a" }, { $literal: 7 }] },
                ],
              },
            }),
          ),
        ).toEqual([3, 1]);
      });
    });
  });

  test.each<[string, Json, string]>([
    [
      "a vector of another length",
      ask({ vector: [1] }),
      "Expected a vector with dimensions 2, received 1.",
    ],
    [
      "too many results",
      ask({ limit: 257 }),
      "Vector queries can fetch at most 256 results, requested 257.",
    ],
    [
      "a filter that is not indexed",
      ask({ expressions: { $eq: [{ $field: "b" }, { $literal: 1 }] } }),
      "isn't indexed for filtering",
    ],
    ["an unknown index", ask({ indexName: "t.none" }), "Index t.none not found."],
    [
      "an index of another kind",
      ask({ indexName: "t.by_ab" }),
      "Index t.by_ab is not a vector index.",
    ],
  ])("refuses %s", async (_name, request, message) => {
    await withVectors((database) => {
      expect(() => query(database, (tx) => tx.vectorSearch("", request))).toThrow(message);
    });
  });
});
