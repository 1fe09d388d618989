import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  collect,
  looseSchema,
  mutate,
  query,
  range,
  scan,
} from "../database/database.test-support.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import type { Commit } from "../database/read-set.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { SubscriptionIndex } from "./subscription-index.ts";

// The law that live queries stand on: a commit that changes a query's result touches what the query read.

let database: Database;
let tables = 0;

beforeAll(async () => {
  database = await openDatabase({ inMemory: true });
});

afterAll(() => database.close());

const value = fc.integer({ min: 0, max: 4 });
const word = fc.constantFrom("orc", "orcish", "elf", "elven");
const fields: fc.Arbitrary<JsonObject> = fc.record({
  a: value,
  text: fc.array(word, { maxLength: 2 }).map((words) => words.join(" ")),
});

type Read = (tx: Transaction, table: string, ids: string[]) => unknown;

const order = fc.constantFrom("asc" as const, "desc" as const);
const ids = (rows: JsonObject[]) => rows.map((row) => JSON.stringify(row));

const read: fc.Arbitrary<Read> = fc.oneof(
  fc.nat().map((at): Read => (tx, _table, known) => {
    const id = known[at % Math.max(1, known.length)];
    return id === undefined ? null : tx.get("", id);
  }),
  fc.tuple(order, fc.integer({ min: 1, max: 4 })).map(
    ([direction, limit]): Read =>
      (tx, table) =>
        ids(collect(tx, scan(table, direction), [{ limit }])),
  ),
  fc.tuple(value, value, order, fc.option(fc.integer({ min: 0, max: 3 }))).map(
    ([low, high, direction, limit]): Read =>
      (tx, table) =>
        ids(
          collect(
            tx,
            range(
              `${table}.by_a`,
              [
                ["Gte", "a", low],
                ["Lt", "a", high],
              ],
              direction,
            ),
            limit === null ? [] : [{ limit }],
          ),
        ),
  ),
  value.map(
    (wanted): Read =>
      (tx, table) =>
        ids(
          collect(tx, scan(table), [
            { filter: { $eq: [{ $field: "a" }, { $literal: wanted }] } },
            { limit: 2 },
          ]),
        ),
  ),
  fc.tuple(fc.constantFrom("or", "orc", "elf", "elf orc", "x"), fc.option(value)).map(
    ([text, filter]): Read =>
      (tx, table) =>
        collect(tx, {
          type: "Search",
          indexName: `${table}.search`,
          filters: [
            { type: "Search", fieldPath: "text", value: text },
            ...(filter === null ? [] : [{ type: "Eq", fieldPath: "a", value: filter }]),
          ],
        })
          .map((row) => JSON.stringify(row))
          // Ranks depend on the other matches; who is among them does not.
          .sort(),
  ),
  fc.integer({ min: 1, max: 3 }).map((pageSize): Read => (tx, table) => {
    const source = { source: scan(table), operators: [] as Json[] };
    return tx.queryPage("", { query: source, cursor: null, pageSize });
  }),
  fc.constant<Read>((tx, table) => tx.count("", table)),
  fc.constant<Read>((tx, table) => tx.normalizeId("", table, "nonsense")),
);

type Change =
  | { kind: "insert"; fields: JsonObject }
  | { kind: "patch" | "remove"; at: number; fields: JsonObject };

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), fields }),
  fc.record({ kind: fc.constantFrom("patch" as const, "remove" as const), at: fc.nat(), fields }),
);

function apply(tx: Transaction, table: string, known: string[], changes: readonly Change[]): void {
  for (const step of changes) {
    if (step.kind === "insert") {
      known.push(tx.insert("", table, step.fields));
      continue;
    }
    if (known.length === 0) continue;
    const at = step.at % known.length;
    const id = known[at] ?? "";
    if (step.kind === "patch") {
      tx.patch("", id, step.fields);
    } else {
      tx.remove("", id);
      known.splice(at, 1);
    }
  }
}

test("a commit that changes what a query gives touches its read set", async () => {
  let changed = 0;
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fields, { maxLength: 8 }),
      fc.array(read, { minLength: 1, maxLength: 8 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (rows, reads, changes) => {
        const table = `t${tables++}`;
        await database.applySchema(
          "",
          looseSchema(
            table,
            { by_a: ["a"] },
            {
              searchIndexes: [
                { indexDescriptor: "search", searchField: "text", filterFields: ["a"] },
              ],
            },
          ),
        );
        const known = await mutate(database, (tx) => rows.map((row) => tx.insert("", table, row)));
        const before = [...known];
        const results = (run: Read) =>
          query(database, (tx) => ({
            result: JSON.stringify(run(tx, table, before)),
            readSet: tx.readSet,
          }));
        const queries = reads.map((run) => ({ run, ...results(run) }));
        const index = new SubscriptionIndex();
        for (const item of queries) index.add(item, item.readSet);
        const commits: Commit[] = [];
        const stop = database.onCommit((commit) => commits.push(commit));
        await mutate(database, (tx) => {
          apply(tx, table, known, changes);
        });
        stop();
        const touched = new Set(commits.flatMap((commit) => [...index.touchedBy(commit)]));
        for (const item of queries) {
          const isChanged = results(item.run).result !== item.result;
          if (isChanged) changed++;
          else if (!touched.has(item)) spared++;
          if (isChanged) expect(touched.has(item)).toBe(true);
        }
      },
    ),
    { numRuns: 150 },
  );
  // Neither side of the law was empty.
  expect(changed).toBeGreaterThan(50);
  expect(spared).toBeGreaterThan(50);
});
