// Random Convex values for property tests.

import fc from "fast-check";
import type { Value } from "./value.ts";

const specialFloats = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  5e-324,
];

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: fc.constantFrom("\0", "a", "é", "\uffff", "😀"), maxLength: 4 }),
);

const fieldName = fc
  .string({ unit: fc.constantFrom("a", "B", "_", "1", " ", "~"), minLength: 1, maxLength: 3 })
  .filter((name) => !name.startsWith("_"));

/** Any value that can be stored; small, so that equal parts are common. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.bigInt({ min: -3n, max: 3n }),
    fc.double(),
    fc.constantFrom(...specialFloats),
    text,
    fc.uint8Array({ maxLength: 4 }).map((bytes) => new Uint8Array(bytes).buffer),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fieldName, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
