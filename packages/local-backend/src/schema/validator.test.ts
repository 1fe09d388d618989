// Cast: the client package hides `export()` of a schema from its types.

import { v, type GenericValidator } from "convex/values";
import { defineSchema, defineTable } from "convex/server";
import { describe, expect, test } from "vitest";
import { encodeDocumentId } from "../values/document-id.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { isSubset } from "./subset.ts";
import { parseSchema } from "./table-schema.ts";
import { checkValue, describeValidator, parseValidator } from "./validator.ts";

const tables = new Map([
  [10_001, "users"],
  [10_002, "items"],
  [540, "_storage"],
]);
const context = { tableNameOf: (number: number) => tables.get(number) ?? null };
const id = (table: number) => encodeDocumentId(table, new Uint8Array(16).fill(9));

// The client package keeps a validator's JSON in a property that its types hide.
function validator(of: GenericValidator) {
  return parseValidator(parseJson(JSON.stringify(Reflect.get(of, "json"))));
}

describe("a value that does not fit is described in Convex's words", () => {
  const person = v.object({ a: v.number(), x: v.optional(v.string()) });
  const cases: [string, GenericValidator, Json, string | null][] = [
    ["what fits", person, { a: 1 }, null],
    [
      "a missing field",
      v.object({ filter: v.object({ a: v.number(), x: v.string() }) }),
      { filter: { a: 1 } },
      "Object is missing the required field `x`. Consider wrapping the field validator in `v.optional(...)` if this is expected.\n" +
        "Path: .filter\nObject: {a: 1.0}\nValidator: v.object({a: v.float64(), x: v.string()})",
    ],
    [
      "an extra field at the root",
      person,
      { a: 1, y: true },
      "Object contains extra field `y` that is not in the validator.\n\nObject: {a: 1.0, y: true}\n" +
        "Validator: v.object({a: v.float64(), x: v.optional(v.string())})",
    ],
    [
      "null for an optional field",
      person,
      { a: 1, x: null },
      "Value does not match validator.\nPath: .x\nValue: null\nValidator: v.string()",
    ],
    [
      "a place inside arrays",
      v.object({ a: v.array(v.object({ b: v.int64() })) }),
      { a: [{ b: { $integer: "AQAAAAAAAAA=" } }, { b: 2 }] },
      "Value does not match validator.\nPath: .a[1].b\nValue: 2.0\nValidator: v.int64()",
    ],
    [
      "a record's value",
      v.record(v.string(), v.boolean()),
      { k: 1 },
      "Value does not match validator.\nPath: .values()\nValue: 1.0\nValidator: v.boolean()",
    ],
    [
      "an id of another table",
      v.object({ u: v.id("users") }),
      { u: id(10_002) },
      `Found ID "${id(10_002)}" from table \`items\`, which does not match the table name in validator \`v.id("users")\`.Path: .u`,
    ],
    [
      "an id of a system table",
      v.id("users"),
      id(540),
      `Found ID "${id(540)}" from a system table, which does not match the table name in validator \`v.id("users")\`.`,
    ],
    [
      "an id that is none",
      v.id("users"),
      "abc",
      'Value does not match validator.\n\nValue: "abc"\nValidator: v.id("users")',
    ],
    ["a system table's id by name", v.id("_storage"), id(540), null],
    [
      "another literal",
      v.literal("on"),
      "off",
      '`"off"` does not match literal validator `v.literal("on")`.',
    ],
    [
      "a bigint literal",
      v.literal(5n),
      5,
      "`5.0` does not match literal validator `v.literal(<bigint>)`.",
    ],
    [
      "no member of a union",
      v.union(v.string(), v.null()),
      1,
      "Value does not match validator.\n\nValue: 1.0\nValidator: v.union(v.string(), v.null())",
    ],
    [
      "the only member of a union",
      v.union(v.literal(1)),
      2,
      "`2.0` does not match literal validator `v.literal(1.0)`.",
    ],
    ["bytes", v.bytes(), { $bytes: "AQI=" }, null],
    ["NaN as a number", v.number(), { $float: "AAAAAAAA+H8=" }, null],
    ["a commit timestamp as an integer", v.int64(), { $commitTs: null }, null],
  ];
  test.each(cases)("%s", (_name, of, value, expected) => {
    expect(checkValue(validator(of), value, context)).toBe(expected);
  });
});

describe("one type within another", () => {
  const cases: [string, GenericValidator, GenericValidator, boolean][] = [
    ["anything within any", v.array(v.string()), v.any(), true],
    ["any within nothing else", v.any(), v.string(), false],
    ["a literal within its type", v.literal("a"), v.string(), true],
    ["an id within strings", v.id("users"), v.string(), true],
    ["a string not within ids", v.string(), v.id("users"), false],
    ["boolean within true or false", v.boolean(), v.union(v.literal(true), v.literal(false)), true],
    [
      "a new optional field",
      v.object({ a: v.string() }),
      v.object({ a: v.string(), b: v.optional(v.string()) }),
      true,
    ],
    [
      "a new required field",
      v.object({ a: v.string() }),
      v.object({ a: v.string(), b: v.string() }),
      false,
    ],
    [
      "required to optional",
      v.object({ a: v.string() }),
      v.object({ a: v.optional(v.string()) }),
      true,
    ],
    [
      "optional to required",
      v.object({ a: v.optional(v.string()) }),
      v.object({ a: v.string() }),
      false,
    ],
    [
      "a field that goes",
      v.object({ a: v.string(), b: v.string() }),
      v.object({ a: v.string() }),
      false,
    ],
    [
      "a union within a larger one",
      v.union(v.null(), v.literal(1)),
      v.union(v.number(), v.null(), v.string()),
      true,
    ],
    ["a union not within a smaller one", v.union(v.null(), v.string()), v.null(), false],
  ];
  test.each(cases)("%s", (_name, left, right, expected) => {
    expect(isSubset(validator(left), validator(right))).toBe(expected);
  });
});

test("a validator is printed with sorted fields", () => {
  const printed = describeValidator(
    validator(
      v.object({ b: v.optional(v.id("users")), a: v.record(v.string(), v.array(v.any())) }),
    ),
  );
  expect(printed).toBe(
    'v.object({a: v.record(v.string(), v.array(v.any())), b: v.optional(v.id("users"))})',
  );
});

describe("schemas", () => {
  function exported(schema: { export(): string }): JsonObject {
    const json = parseJson(schema.export());
    if (!isJsonObject(json)) throw new Error("A schema exports an object");
    return json;
  }
  // `export` is there at run time and hidden from the types.
  const asExportable = (schema: unknown) => schema as { export(): string };
  const withIndexes = (indexes: Json, documentType?: Json): JsonObject => ({
    tables: [{ tableName: "t", indexes, ...(documentType === undefined ? {} : { documentType }) }],
    schemaValidation: true,
  });

  test("what the client package exports is read whole", () => {
    const schema = parseSchema(
      exported(
        asExportable(
          defineSchema({
            users: defineTable({
              name: v.string(),
              tags: v.array(v.string()),
              e: v.array(v.float64()),
            })
              .index("by_name", ["name"])
              .searchIndex("search_name", { searchField: "name", filterFields: ["tags"] })
              .vectorIndex("by_e", { vectorField: "e", dimensions: 3 }),
          }),
        ),
      ),
    );
    expect(schema.tables.get("users")?.indexes.map(({ kind, name }) => [kind, name])).toEqual([
      ["database", "by_name"],
      ["search", "search_name"],
      ["vector", "by_e"],
    ]);
  });

  const object = {
    type: "object",
    value: { a: { fieldType: { type: "string" }, optional: false } },
  };
  test.each<[string, JsonObject, string, string]>([
    [
      "an index on _id",
      withIndexes([{ indexDescriptor: "i", fields: ["_id"] }]),
      "IndexFieldsContainId",
      "`_id` is not a valid index field",
    ],
    [
      "an index on _creationTime",
      withIndexes([{ indexDescriptor: "i", fields: ["_creationTime"] }]),
      "IndexFieldsContainCreationTime",
      "automatically added to the end of each index",
    ],
    [
      "a reserved field",
      withIndexes([{ indexDescriptor: "i", fields: ["_x"] }]),
      "IndexFieldNameReserved",
      "Reserved fields",
    ],
    [
      "a reserved index name",
      withIndexes([{ indexDescriptor: "by_id", fields: ["a"] }]),
      "IndexNameReserved",
      'cannot name an index "by_id"',
    ],
    [
      "an index without fields",
      withIndexes([{ indexDescriptor: "i", fields: [] }]),
      "EmptyIndex",
      "must have at least one field",
    ],
    [
      "a field named twice",
      withIndexes([{ indexDescriptor: "i", fields: ["a", "a"] }]),
      "FieldsNotUniqueWithinIndex",
      "Duplicate field a",
    ],
    [
      "two indexes of the same fields",
      withIndexes([
        { indexDescriptor: "i", fields: ["a"] },
        { indexDescriptor: "j", fields: ["a"] },
      ]),
      "IndexNotUnique",
      'index "i" and index "j" have the same fields',
    ],
    [
      "a field that no document can have",
      withIndexes([{ indexDescriptor: "i", fields: ["b"] }], object),
      "SchemaDefinitionError",
      'In table "t" the index "i" is invalid because it references the field b that does not exist.',
    ],
    [
      "a document type that is no object",
      withIndexes([], { type: "string" }),
      "InvalidTopLevelTypeInSchemaError",
      "must be an object",
    ],
    [
      "a reserved table name",
      { tables: [{ tableName: "_t" }] },
      "TableNameReserved",
      "_t is a reserved table name.",
    ],
  ])("%s is refused", (_name, json, code, message) => {
    expect(() => parseSchema(json)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
