import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIncluded } from "../schema/inclusion.ts";
import { exportSchema, parseSchema, type SchemaDefinition } from "../schema/schema.ts";
import type { ObjectField, Validator } from "../schema/validator.ts";
import { diffSchemas } from "./changes.ts";

const text: Validator = { type: "string" };
const number: Validator = { type: "number" };
const id = (tableName: string): Validator => ({ type: "id", tableName });
const literal = (value: string): Validator => ({ type: "literal", value });
const union = (...value: Validator[]): Validator => ({ type: "union", value });
const required = (fieldType: Validator): ObjectField => ({ fieldType, optional: false });
const optional = (fieldType: Validator): ObjectField => ({ fieldType, optional: true });
const object = (value: Record<string, ObjectField>): Validator => ({ type: "object", value });

function schema(
  tables: Record<
    string,
    { document: Validator; indexes?: Record<string, string[]>; staged?: string[] }
  >,
): SchemaDefinition {
  return {
    schemaValidation: true,
    tables: Object.entries(tables).map(([name, table]) => ({
      name,
      document: table.document,
      indexes: Object.entries(table.indexes ?? {}).map(([index, fields]) => ({
        name: index,
        fields,
        staged: table.staged?.includes(index) ?? false,
      })),
      searchIndexes: [],
      vectorIndexes: [],
    })),
  };
}

function diffOf(before: Validator, after: Validator): string[] {
  return diffSchemas(schema({ t: { document: before } }), schema({ t: { document: after } })).map(
    (item) => `${item.change} ${item.path} ${item.class}`,
  );
}

describe("documents", () => {
  test.each<[string, Record<string, ObjectField>, Record<string, ObjectField>, string[]]>([
    [
      "an optional field",
      { a: required(text) },
      { a: required(text), b: optional(number) },
      ["optional-field-added t.b safe"],
    ],
    [
      "a required field",
      { a: required(text) },
      { a: required(text), b: required(number) },
      ["required-field-added t.b breaking"],
    ],
    [
      "a removed field, though optional",
      { a: required(text), b: optional(number) },
      { a: required(text) },
      ["field-removed t.b breaking"],
    ],
    [
      "optional to required",
      { a: optional(text) },
      { a: required(text) },
      ["field-made-required t.a breaking"],
    ],
    [
      "required to optional",
      { a: required(text) },
      { a: optional(text) },
      ["field-made-optional t.a safe"],
    ],
    [
      "a wider type",
      { a: required(text) },
      { a: required(union(text, number)) },
      ["type-widened t.a safe"],
    ],
    [
      "a narrower type",
      { a: required(text) },
      { a: required(union(literal("x"), literal("y"))) },
      ["type-narrowed t.a breaking"],
    ],
    [
      "another type",
      { a: required(text) },
      { a: required(number) },
      ["type-replaced t.a breaking"],
    ],
    [
      "another target",
      { a: required(id("x")) },
      { a: required(id("y")) },
      ["id-target-changed t.a breaking"],
    ],
    [
      "a renamed field",
      { a: required(text), n: required(number) },
      { b: required(text), n: required(number) },
      ["field-renamed t.a breaking"],
    ],
    [
      "a field in an object",
      { o: required(object({ a: required(text) })) },
      { o: required(object({})) },
      ["field-removed t.o.a breaking"],
    ],
    [
      "a field in the objects of an array",
      { list: required({ type: "array", value: object({}) }) },
      { list: required({ type: "array", value: object({ a: required(text) }) }) },
      ["required-field-added t.list[].a breaking"],
    ],
    [
      "the order of fields",
      { a: required(text), b: required(text) },
      { b: required(text), a: required(text) },
      [],
    ],
    [
      "the order of a union",
      { a: required(union(text, number)) },
      { a: required(union(number, text)) },
      [],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(diffOf(object(before), object(after))).toEqual(expected);
  });

  test("variants of a tagged union are compared one by one", () => {
    const circle = object({ kind: required(literal("circle")), r: required(number) });
    const square = object({ kind: required(literal("square")), a: required(number) });
    const named = object({
      kind: required(literal("circle")),
      r: required(number),
      name: required(text),
    });
    expect(diffOf(union(circle), union(circle, square))).toEqual(["variant-added t<square> safe"]);
    expect(diffOf(union(circle, square), union(circle))).toEqual([
      "variant-removed t<square> breaking",
    ]);
    expect(diffOf(union(circle, square), union(named, square))).toEqual([
      "required-field-added t<circle>.name breaking",
    ]);
  });
});

describe("tables and indexes", () => {
  const a = object({ x: required(text), y: required(number) });
  test("a table of the same shape under another name is a rename", () => {
    expect(
      diffSchemas(schema({ old: { document: a } }), schema({ fresh: { document: a } })),
    ).toMatchObject([{ change: "table-renamed", path: "old", to: "fresh", class: "breaking" }]);
  });
  test("tables come and go", () => {
    const b = object({ z: required(text) });
    expect(
      diffSchemas(schema({ a: { document: a } }), schema({ b: { document: b } })),
    ).toMatchObject([
      { change: "table-added", class: "safe" },
      { change: "table-removed", class: "data-left-behind" },
    ]);
  });
  test.each<[string, Record<string, string[]>, Record<string, string[]>, string]>([
    ["added", {}, { by_x: ["x"] }, "index-added build"],
    ["removed", { by_x: ["x"] }, {}, "index-removed drop"],
    ["changed under the same name", { by_x: ["x"] }, { by_x: ["x", "y"] }, "index-changed rebuild"],
    ["renamed", { x: ["x"] }, { by_x: ["x"] }, "index-renamed rebuild"],
  ])("an index is %s", (_name, before, after, expected) => {
    const [change] = diffSchemas(
      schema({ t: { document: a, indexes: before } }),
      schema({ t: { document: a, indexes: after } }),
    );
    expect(`${change?.change} ${change?.class}`).toBe(expected);
  });
  test("a staged index that is enabled is safe", () => {
    expect(
      diffSchemas(
        schema({ t: { document: a, indexes: { by_x: ["x"] }, staged: ["by_x"] } }),
        schema({ t: { document: a, indexes: { by_x: ["x"] } } }),
      ),
    ).toMatchObject([{ change: "index-enabled", class: "safe" }]);
  });
  test("validation switched off is unsafe, switched on checks the data", () => {
    const on = schema({ t: { document: a } });
    const off = { ...on, schemaValidation: false };
    expect(diffSchemas(on, off)).toMatchObject([{ change: "validation-off", class: "unsafe" }]);
    expect(diffSchemas(off, on)).toMatchObject([{ change: "validation-on", class: "data-check" }]);
  });
});

const fieldTypes = fc.constantFrom<Validator>(
  text,
  number,
  id("t"),
  union(text, { type: "null" }),
  { type: "array", value: text },
);
const documents = fc
  .dictionary(
    fc.constantFrom("a", "b", "c", "d"),
    fc.record({ fieldType: fieldTypes, optional: fc.boolean() }),
    { minKeys: 1 },
  )
  .map((value) => object({ ...value }));
const schemas = fc
  .dictionary(fc.constantFrom("t", "u", "w"), documents, { minKeys: 1 })
  .map((tables) =>
    schema(
      Object.fromEntries(Object.entries(tables).map(([name, document]) => [name, { document }])),
    ),
  );

test("a schema does not differ from itself, nor from its own export", () => {
  fc.assert(
    fc.property(schemas, (item) => {
      expect(diffSchemas(item, item)).toEqual([]);
      expect(
        diffSchemas(item, parseSchema(JSON.parse(JSON.stringify(exportSchema(item))))),
      ).toEqual([]);
    }),
  );
});

const unions = fc.oneof(
  documents,
  fc.tuple(documents, documents).map(([a, b]) => union(a, b)),
);

test("something breaks exactly when some document of the old schema may not fit the new one", () => {
  fc.assert(
    fc.property(unions, unions, (before, after) => {
      const breaks = diffSchemas(
        schema({ t: { document: before } }),
        schema({ t: { document: after } }),
      ).some((item) => item.class === "breaking");
      expect(breaks).toBe(!isIncluded(before, after));
    }),
    { numRuns: 1_000 },
  );
});
