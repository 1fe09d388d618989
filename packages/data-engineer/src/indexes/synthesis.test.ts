import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model, Predicate, Read, RowUse } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { planIndexes, servingIndex } from "./synthesis.ts";
import { keyFields, wantedKey } from "./wanted-key.ts";

const fields = ["a", "b", "c", "d"] as const;
type Row = Record<string, number>;

function table(indexes: string[][]): TableDefinition {
  return {
    name: "t",
    document: {
      type: "object",
      value: Object.fromEntries(
        fields.map((name) => [name, { fieldType: { type: "number" }, optional: false }]),
      ),
    },
    indexes: indexes.map((list, i) => ({ name: `i${i}`, fields: list, staged: false })),
    searchIndexes: [],
    vectorIndexes: [],
  };
}

interface Shape {
  equal: Record<string, number>;
  range: { field: string; comparison: "gt" | "gte" | "lt" | "lte"; value: number } | null;
  sort: { field: string; order: "asc" | "desc" } | null;
  /** Rows are asked for in the order of creation. */
  ordered?: boolean;
}

function readOf(shape: Shape, id: string): Read {
  const span = { file: "f.ts", line: 1, endLine: 1, start: 0, end: 0 };
  const residual: Predicate[] = Object.entries(shape.equal).map(([field, value]) => ({
    field,
    op: "eq",
    value: "const",
    text: "",
    constant: String(value),
    by: "db",
  }));
  if (shape.range !== null)
    residual.push({
      field: shape.range.field,
      op: "range",
      value: "const",
      text: "",
      comparison: shape.range.comparison,
      by: "db",
    });
  const uses: RowUse[] =
    shape.sort === null
      ? []
      : [{ stages: ["sort"], end: "slice", sort: shape.sort, predicates: [], nested: false }];
  return {
    id,
    table: "t",
    within: null,
    callers: [id],
    at: span,
    source: "scan",
    eq: [],
    order: "asc",
    orderExplicit: shape.ordered === true,
    residual,
    consumer: { kind: "collect" },
    uses,
    existenceOnly: false,
    loops: [],
    loopCallers: [],
    certainty: "exact",
    trace: [],
    parts: { filters: [], inOnePlace: true },
  };
}

const emptyModel: Model = {
  folder: "convex",
  isComponent: false,
  schemaFile: null,
  schema: { tables: [], schemaValidation: true },
  schemaFrom: "syntax",
  functions: [],
  reads: [],
  writes: [],
  calls: [],
  unresolved: [],
  coverage: { resolved: 0, total: 0 },
  notes: [],
};

function matches(shape: Shape, row: Row): boolean {
  const { range } = shape;
  if (!Object.entries(shape.equal).every(([field, value]) => row[field] === value)) return false;
  if (range === null) return true;
  const value = row[range.field] ?? 0;
  return {
    gt: value > range.value,
    gte: value >= range.value,
    lt: value < range.value,
    lte: value <= range.value,
  }[range.comparison];
}

/** What Convex does with an index: order by its fields, walk the rows of the range. */
function readThrough(
  index: readonly string[],
  shape: Shape,
  equalCount: number,
  rows: readonly Row[],
) {
  const sorted = [...rows].sort((x, y) => {
    for (const field of [...index, "created"]) {
      const order = (x[field] ?? 0) - (y[field] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  });
  const prefix = index.slice(0, equalCount);
  const next = index[equalCount];
  const inRange = sorted.filter((row) => {
    if (!prefix.every((field) => row[field] === shape.equal[field])) return false;
    return (
      shape.range === null || shape.range.field !== next || matches({ ...shape, equal: {} }, row)
    );
  });
  return { rows: inRange.filter((row) => matches(shape, row)), documentsRead: inRange.length };
}

const shapes: fc.Arbitrary<Shape> = fc
  .record({
    equalFields: fc.subarray([...fields]),
    values: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    range: fc.option(
      fc.record({
        field: fc.constantFrom(...fields),
        comparison: fc.constantFrom("gt" as const, "gte" as const, "lt" as const, "lte" as const),
        value: fc.integer({ min: 0, max: 3 }),
      }),
    ),
    sort: fc.option(
      fc.record({
        field: fc.constantFrom(...fields),
        order: fc.constantFrom("asc" as const, "desc" as const),
      }),
    ),
    ordered: fc.boolean(),
  })
  .map(({ equalFields, values, range, sort, ordered }) => ({
    equal: Object.fromEntries(equalFields.map((field, i) => [field, values[i] ?? 0])),
    range: range !== null && equalFields.includes(range.field) ? null : range,
    sort,
    ordered,
  }));
const rowsOf = fc
  .array(fc.tuple(...fields.map(() => fc.integer({ min: 0, max: 3 }))), { maxLength: 40 })
  .map((list) =>
    list.map((values, created): Row => ({
      ...Object.fromEntries(fields.map((field, i) => [field, values[i] ?? 0])),
      created,
    })),
  );
const indexLists = fc.array(fc.shuffledSubarray([...fields], { minLength: 1 }), { maxLength: 3 });

describe("the index that is suggested", () => {
  test("gives the same rows, reads no more than them, and keeps a wanted order", () => {
    fc.assert(
      fc.property(
        fc.array(shapes, { minLength: 1, maxLength: 4 }),
        indexLists,
        rowsOf,
        (list, indexes, rows) => {
          const definition = table(indexes);
          const keys = list.flatMap(
            (shape, i) => wantedKey(readOf(shape, `r${i}`), definition) ?? [],
          );
          for (const plan of planIndexes(definition, keys, emptyModel)) {
            for (const key of plan.readers) {
              const shape = list[Number(key.read.id.slice(1))];
              if (shape === undefined) throw new Error("no shape");
              const result = readThrough(plan.fields, shape, key.equal.length, rows);
              const wanted = rows.filter((row) => matches(shape, row));
              expect(result.rows.map((row) => row["created"]).sort()).toEqual(
                wanted.map((row) => row["created"]).sort(),
              );
              expect(result.documentsRead).toBeLessThanOrEqual(wanted.length + 1);
              if (shape.ordered && key.last === null && !plan.exists) {
                const created = result.rows.map((row) => row["created"] ?? 0);
                expect(created).toEqual([...created].sort((x, y) => x - y));
              }
              if (key.order !== null && shape.sort !== null) {
                const values = result.rows.map((row) => row[shape.sort?.field ?? ""] ?? 0);
                expect(values).toEqual([...values].sort((x, y) => x - y));
              }
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("is not one that is there already, and no two are the same", () => {
    fc.assert(
      fc.property(fc.array(shapes, { minLength: 1, maxLength: 5 }), indexLists, (list, indexes) => {
        const definition = table(indexes);
        const keys = list.flatMap(
          (shape, i) => wantedKey(readOf(shape, `r${i}`), definition) ?? [],
        );
        const plans = planIndexes(definition, keys, emptyModel);
        const added = plans.filter((plan) => !plan.exists).map((plan) => plan.fields.join());
        expect(new Set(added).size).toBe(added.length);
        for (const fieldList of added)
          expect(indexes.map((item) => item.join())).not.toContain(fieldList);
        expect(plans.flatMap((plan) => plan.readers)).toHaveLength(keys.length);
      }),
      { numRuns: 1_000 },
    );
  });
});

function added(shapes: Shape[], indexes: string[][] = []): Record<string, string[]> {
  const definition = table(indexes);
  const keys = shapes.flatMap((shape, i) => wantedKey(readOf(shape, `r${i}`), definition) ?? []);
  return Object.fromEntries(
    planIndexes(definition, keys, emptyModel)
      .filter((plan) => !plan.exists)
      .map((plan) => [plan.fields.join(), plan.readers.map((key) => key.read.id)]),
  );
}

const equalTo = (names: string, ordered = false): Shape => ({
  equal: Object.fromEntries([...names].map((name) => [name, 1])),
  range: null,
  sort: null,
  ordered,
});

test("a reader that wants the order of creation gets an index of its own, others share the longer one", () => {
  expect(added([equalTo("ab"), equalTo("a", true)])).toEqual({ "a,b": ["r0"], a: ["r1"] });
  expect(added([equalTo("ab"), equalTo("a")])).toEqual({ "a,b": ["r0", "r1"] });
});

test("each reader is given the shortest of the indexes that serve it", () => {
  expect(added([equalTo("abc"), equalTo("a", true), equalTo("a"), equalTo("ab")])).toEqual({
    "a,b,c": ["r0", "r3"],
    a: ["r1", "r2"],
  });
});

test("fields that another reader asks for alone come first, however seldom they are", () => {
  expect(
    added([equalTo("abc"), equalTo("c"), equalTo("bd", true), equalTo("bda", true)]),
  ).toMatchObject({ "c,b,a": ["r0", "r1"] });
});

test("equalities in another order than the index are served by it", () => {
  const definition = table([["b", "a"]]);
  const key = wantedKey(
    readOf({ equal: { a: 1, b: 2 }, range: null, sort: null }, "r"),
    definition,
  );
  expect(key === null ? null : servingIndex(key, definition)?.name).toBe("i0");
});

test("a range that is not next in the index is not served", () => {
  const definition = table([["a", "b", "c"]]);
  const shape: Shape = {
    equal: { a: 1 },
    range: { field: "c", comparison: "gt", value: 1 },
    sort: null,
  };
  const key = wantedKey(readOf(shape, "r"), definition);
  expect(key === null ? null : servingIndex(key, definition)).toBeNull();
  expect(key === null ? null : keyFields(key)).toEqual(["a", "c"]);
});

test("when a range and another order are both wanted, the sort stays in JavaScript", () => {
  const shape: Shape = {
    equal: {},
    range: { field: "a", comparison: "gt", value: 1 },
    sort: { field: "b", order: "asc" },
  };
  expect(wantedKey(readOf(shape, "r"), table([]))).toMatchObject({
    last: "a",
    lastIs: "range",
    order: null,
    sortStays: true,
  });
});
