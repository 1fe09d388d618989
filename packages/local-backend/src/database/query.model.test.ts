import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareValues } from "../values/compare.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { decodeValue, type Value } from "../values/value.ts";
import type { Database } from "./database.ts";
import { collect, document, idOf, looseSchema, mutate, range } from "./database.test-support.ts";
import { openDatabase } from "./open-database.ts";
import type { QueryPage, Transaction } from "./transaction.ts";

// Random histories of inserts, patches and deletes over several overlapping commits and an open transaction, compared with
// plain filtering and sorting of the documents.

let folder: string;
let database: Database;
let tables = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "local-backend-model-"));
  database = await openDatabase({ file: join(folder, "data.sqlite") });
});

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const field: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom<Json[]>(null, "a", "b", true, { $integer: "AQAAAAAAAAA=" }, [1], { x: 1 }),
  fc.constant(undefined),
);

const fields = fc.record({ a: field, b: field }).map(({ a, b }): JsonObject => ({
  ...(a === undefined ? {} : { a }),
  ...(b === undefined ? {} : { b }),
}));

type Step =
  | { kind: "insert"; fields: JsonObject }
  | { kind: "replace"; at: number; fields: JsonObject }
  | { kind: "remove"; at: number }
  | { kind: "commit" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("insert" as const), fields }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("replace" as const), at: fc.nat(), fields }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("commit" as const) }) },
);

const bound = fc.option(fc.record({ inclusive: fc.boolean(), value: field }), { nil: undefined });
const asked = fc.record({
  equal: fc.boolean(),
  first: field,
  lower: bound,
  upper: bound,
  order: fc.constantFrom("asc" as const, "desc" as const),
  pageSize: fc.integer({ min: 1, max: 5 }),
});

const wire = (value: Json | undefined): Json =>
  value === undefined ? { $undefined: null } : value;
const order = (left: Json | undefined, right: Json | undefined) =>
  compareValues(decoded(left), decoded(right));
const decoded = (value: Json | undefined): Value | undefined =>
  value === undefined ? undefined : decodeValue(value);

function apply(
  tx: Transaction,
  table: string,
  rows: JsonObject[],
  what: Exclude<Step, { kind: "commit" }>,
): void {
  if (what.kind === "insert") {
    const id = tx.insert("", table, what.fields);
    rows.push(document(tx.get("", id) ?? "{}"));
    return;
  }
  if (rows.length === 0) return;
  const at = what.at % rows.length;
  const id = idOf(rows[at]);
  if (what.kind === "remove") {
    tx.remove("", id);
    rows.splice(at, 1);
  } else {
    rows[at] = document(tx.replace("", id, what.fields));
  }
}

test("ranges, orders and pages give what filtering and sorting all documents gives", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.array(asked, { minLength: 1, maxLength: 6 }),
      async (steps, questions) => {
        const table = `t${tables++}`;
        await database.applySchema("", looseSchema(table, { by_a_b: ["a", "b"] }));
        const rows: JsonObject[] = [];
        const commits: Promise<unknown>[] = [];
        let tx = database.begin({ kind: "mutation" });
        for (const what of steps) {
          if (what.kind === "commit") {
            commits.push(database.commit(tx));
            tx = database.begin({ kind: "mutation" });
          } else {
            apply(tx, table, rows, what);
          }
        }
        for (const question of questions) {
          const expressions: [string, string, Json][] = [];
          if (question.equal) expressions.push(["Eq", "a", wire(question.first)]);
          const subject = question.equal ? "b" : "a";
          if (question.lower)
            expressions.push([
              question.lower.inclusive ? "Gte" : "Gt",
              subject,
              wire(question.lower.value),
            ]);
          if (question.upper)
            expressions.push([
              question.upper.inclusive ? "Lte" : "Lt",
              subject,
              wire(question.upper.value),
            ]);
          const expected = rows
            .filter((row) => !question.equal || order(row["a"], question.first) === 0)
            .filter(({ [subject]: value }) => {
              const { lower, upper } = question;
              const above =
                lower === undefined || order(value, lower.value) > (lower.inclusive ? -1 : 0);
              const below =
                upper === undefined || order(value, upper.value) < (upper.inclusive ? 1 : 0);
              return above && below;
            })
            .sort(
              (left, right) =>
                order(left["a"], right["a"]) ||
                order(left["b"], right["b"]) ||
                order(left["_creationTime"], right["_creationTime"]) ||
                (idOf(left) < idOf(right) ? -1 : 1),
            )
            .map(idOf);
          if (question.order === "desc") expected.reverse();
          const source = range(`${table}.by_a_b`, expressions, question.order);
          expect(collect(tx, source).map(idOf)).toEqual(expected);
          expect(collect(tx, source, [{ limit: 2 }]).map(idOf)).toEqual(expected.slice(0, 2));
          expect(pages(tx, source, question.pageSize)).toEqual(expected);
        }
        await database.commit(tx);
        await Promise.all(commits);
      },
    ),
    { numRuns: 60 },
  );
});

function pages(tx: Transaction, source: JsonObject, pageSize: number): string[] {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const from: string | null = cursor;
    const page: QueryPage = tx.nested(() =>
      tx.queryPage("", { query: { source, operators: [] }, cursor: from, pageSize }),
    );
    expect(page.page.length).toBeLessThanOrEqual(pageSize);
    ids.push(...page.page.map((text) => idOf(document(text))));
    if (page.isDone) return ids;
    cursor = page.continueCursor;
  }
}

test("by_id follows the ids as texts, whatever it is compared with", async () => {
  const table = `t${tables++}`;
  const ids = await mutate(database, (tx) =>
    Array.from({ length: 30 }, () => tx.insert("", table, {})),
  );
  ids.sort();
  const tx = database.begin({ kind: "query" });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.constantFrom(...ids),
        fc.constantFrom(...ids).map((id) => id.slice(0, 9)),
        fc.string(),
        fc.constantFrom(...ids).map((id) => `${id.slice(0, 20)}zzzzz`),
      ),
      fc.constantFrom("Gt", "Gte", "Lt", "Lte"),
      (value, comparison) => {
        const expected = ids.filter((id) => {
          if (comparison === "Gt") return id > value;
          if (comparison === "Gte") return id >= value;
          return comparison === "Lt" ? id < value : id <= value;
        });
        const source = range(`${table}.by_id`, [[comparison, "_id", value]]);
        // Compared as Convex compares strings, by code point.
        fc.pre(/^[ -~]*$/.test(value));
        expect(collect(tx, source).map(idOf)).toEqual(expected);
      },
    ),
  );
  database.abort(tx);
});
