// Cast: our values are the client package's in all but the class of the commit timestamp.

import { compareValues as oracle, type Value as OfficialValue } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues } from "./compare.ts";
import { encodeIndexKey, encodeJsonKey, keyAfter, keySuccessor } from "./index-key.ts";
import { encodeValue, type Value } from "./value.ts";
import { anyValue } from "./values.test-support.ts";

const maybeValue = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 9, arbitrary: anyValue },
);

const sign = (order: number) => Math.sign(order);
const official = (value: Value | undefined) => value as OfficialValue | undefined;

test("keys sort as the client package says that values sort", () => {
  fc.assert(
    fc.property(maybeValue, maybeValue, (left, right) => {
      const expected = sign(oracle(official(left), official(right)));
      const [leftKey, rightKey] = [encodeIndexKey([left]), encodeIndexKey([right])];
      expect(leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0).toBe(expected);
      expect(sign(compareValues(left, right))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

test("keys of several values sort by the first that differs, and none is the beginning of another", () => {
  fc.assert(
    fc.property(
      fc.tuple(maybeValue, maybeValue),
      fc.tuple(maybeValue, maybeValue),
      (left, right) => {
        const expected =
          sign(oracle(official(left[0]), official(right[0]))) ||
          sign(oracle(official(left[1]), official(right[1])));
        const [leftKey, rightKey] = [encodeIndexKey(left), encodeIndexKey(right)];
        expect(leftKey < rightKey ? -1 : leftKey > rightKey ? 1 : 0).toBe(expected);
        if (expected !== 0) expect(leftKey.startsWith(rightKey)).toBe(false);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("the key of encoded JSON is the key of its value", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(encodeJsonKey(encodeValue(value))).toBe(encodeIndexKey([value]));
    }),
  );
});

test("a prefix's successor is greater than all that begin with it and nothing in between", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.uint8Array({ maxLength: 3 }),
      (head, tail) => {
        const prefix = Buffer.from(head).toString("latin1");
        fc.pre(head.some((byte) => byte !== 0xff));
        const longer = prefix + Buffer.from(tail).toString("latin1");
        expect(longer < keySuccessor(prefix)).toBe(true);
        expect(keyAfter(prefix) > prefix).toBe(true);
      },
    ),
  );
});
