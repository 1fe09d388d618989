import fc from "fast-check";
import { expect, test } from "vitest";
import { accepts } from "./accepts.ts";
import { isEquivalent, isIncluded } from "./inclusion.ts";
import { isSubset } from "./subset.ts";
import type { Validator } from "./validator.ts";

const leaf: fc.Arbitrary<Validator> = fc.oneof(
  fc.constantFrom<Validator>(
    { type: "null" },
    { type: "number" },
    { type: "bigint" },
    { type: "boolean" },
    { type: "string" },
    { type: "any" },
    { type: "id", tableName: "a" },
    { type: "id", tableName: "b" },
  ),
  fc
    .constantFrom("x", "y", 1, 2, true, false)
    .map((value): Validator => ({ type: "literal", value })),
);
const validators = fc.letrec<{ tree: Validator }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("tree").map((value): Validator => ({ type: "array", value })),
    fc
      .array(tie("tree"), { minLength: 1, maxLength: 3 })
      .map((value): Validator => ({ type: "union", value })),
    fc
      .dictionary(
        fc.constantFrom("p", "q", "r"),
        fc.record({ fieldType: tie("tree"), optional: fc.boolean() }),
      )
      .map((value): Validator => ({ type: "object", value: { ...value } })),
  ),
})).tree;

/** Values that a validator is likely to tell apart. */
const values: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(null, 1, 2, 3, 1n, true, false, "x", "y", "z", "a|1", "b|1"),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("p", "q", "r", "s"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

test("what a subset accepts, the other accepts too", () => {
  fc.assert(
    fc.property(
      validators,
      validators,
      fc.array(values, { minLength: 20, maxLength: 20 }),
      (a, b, samples) => {
        if (!isSubset(a, b)) return;
        for (const sample of samples) if (accepts(a, sample)) expect(accepts(b, sample)).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("what is included is accepted too, and the server's rule never says more", () => {
  fc.assert(
    fc.property(
      validators,
      validators,
      fc.array(values, { minLength: 20, maxLength: 20 }),
      (a, b, samples) => {
        if (isSubset(a, b)) expect(isIncluded(a, b)).toBe(true);
        if (!isIncluded(a, b)) return;
        for (const sample of samples) if (accepts(a, sample)) expect(accepts(b, sample)).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("a type is equivalent to itself with its unions turned around or doubled", () => {
  const turned = (type: Validator): Validator =>
    type.type === "union"
      ? { type: "union", value: [...type.value].reverse().map(turned).concat(type.value) }
      : type.type === "array"
        ? { type: "array", value: turned(type.value) }
        : type;
  fc.assert(
    fc.property(validators, (type) => {
      expect(isEquivalent(type, turned(type))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("everything is a subset of itself, of any, and of a union it is in", () => {
  fc.assert(
    fc.property(validators, validators, (a, b) => {
      expect(isSubset(a, a)).toBe(true);
      expect(isSubset(a, { type: "any" })).toBe(true);
      expect(isSubset(a, { type: "union", value: [b, a] })).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

const object = (fields: Record<string, [Validator, boolean]>): Validator => ({
  type: "object",
  value: Object.fromEntries(
    Object.entries(fields).map(([name, [fieldType, optional]]) => [name, { fieldType, optional }]),
  ),
});
const text: Validator = { type: "string" };

test.each<[string, Validator, Validator, boolean]>([
  [
    "an optional field may be added",
    object({ a: [text, false] }),
    object({ a: [text, false], b: [text, true] }),
    true,
  ],
  [
    "a required one may not",
    object({ a: [text, false] }),
    object({ a: [text, false], b: [text, false] }),
    false,
  ],
  ["even an optional field may not go", object({ a: [text, true] }), object({}), false],
  ["required becomes optional", object({ a: [text, false] }), object({ a: [text, true] }), true],
  [
    "optional does not become required",
    object({ a: [text, true] }),
    object({ a: [text, false] }),
    false,
  ],
  ["an id is a string", { type: "id", tableName: "t" }, text, true],
  ["a string is no id", text, { type: "id", tableName: "t" }, false],
  ["int64 and commitTs go both ways", { type: "bigint" }, { type: "commitTs" }, true],
  [
    "a boolean is true or false",
    { type: "boolean" },
    {
      type: "union",
      value: [
        { type: "literal", value: true },
        { type: "literal", value: false },
      ],
    },
    true,
  ],
  [
    "records are subsets only of the same",
    {
      type: "record",
      keys: text,
      values: { fieldType: { type: "literal", value: "x" }, optional: false },
    },
    { type: "record", keys: text, values: { fieldType: text, optional: false } },
    false,
  ],
])("%s", (_name, a, b, expected) => {
  expect(isSubset(a, b)).toBe(expected);
});
