// Cast: our values are the client package's in all but the class of the commit timestamp.

import {
  convexToJson,
  getConvexSize,
  jsonToConvex,
  type Value as OfficialValue,
} from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalise, canonicaliseDocument, canonicaliseValue, valueSize } from "./canonical.ts";
import { debugPrint } from "./debug-print.ts";
import { parseJson, type Json } from "./json.ts";
import { decodeValue, encodeValue, stringifyValue, type Value } from "./value.ts";
import { anyValue } from "./values.test-support.ts";

const official = (value: Value) => value as OfficialValue;

test("decoding what was encoded gives the value back, as the client package does it", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const json = encodeValue(value);
      expect(json).toEqual(convexToJson(official(value)));
      expect(decodeValue(json)).toEqual(jsonToConvex(convexToJson(official(value))));
    }),
  );
});

test("text is the same for every order of keys, parses back, and its keys are sorted", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("b", "a", "Z", "10", "9"), anyValue), (fields) => {
      const reversed = Object.fromEntries(Object.entries(fields).reverse());
      expect(stringifyValue(reversed)).toBe(stringifyValue(fields));
      expect(decodeValue(parseJson(stringifyValue(fields)))).toEqual(fields);
    }),
  );
  expect(stringifyValue({ b: 1, _id: "x", a: null, Z: 2, "10": 3, "9": 4 })).toBe(
    '{"10":3,"9":4,"Z":2,"_id":"x","a":null,"b":1}',
  );
});

test("sizes are the client package's", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(valueSize(encodeValue(value))).toBe(getConvexSize(official(value)));
    }),
  );
});

describe("limits", () => {
  const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
  const cases: [string, () => unknown, string][] = [
    [
      "document size",
      () => canonicaliseDocument({ a: "x".repeat(1 << 20) }),
      "Value is too large (1048582 > maximum size 1 MiB)",
    ],
    [
      "document depth",
      () => canonicaliseDocument({ a: nested(16) }),
      "Document is too nested (nested 17 levels deep > maximum nesting 16)",
    ],
    [
      "value depth",
      () => canonicaliseValue(nested(65)),
      "Value is too nested (nested 65 levels deep > maximum nesting 64)",
    ],
    [
      "array length",
      () => canonicalise(Array.from({ length: 8193 }, () => 1)),
      "Array length is too long (8193 > maximum length 8192)",
    ],
    [
      "field count",
      () => canonicalise(Object.fromEntries(Array.from({ length: 1025 }, (_, n) => [`f${n}`, 1]))),
      "Object has too many fields (1025 > maximum number 1024)",
    ],
    [
      "reserved field",
      () => canonicalise({ $a: 1, b: 2 }),
      "Field name $a starts with '$', which is reserved.",
    ],
    [
      "control character",
      () => canonicalise({ "a\nb": 1 }),
      "can only contain non-control ASCII characters",
    ],
    ["lone surrogate", () => canonicalise("\ud800"), "valid Unicode"],
    [
      "undefined inside",
      () => canonicalise([{ $undefined: null }]),
      "undefined is not a valid Convex value",
    ],
    [
      "float that is a number",
      () => canonicalise({ $float: "AAAAAAAA8D8=" }),
      "should be encoded as a number",
    ],
    ["short integer", () => canonicalise({ $integer: "AAAA" }), "received 3 bytes, expected 8"],
  ];
  test.each(cases)("%s is refused with Convex's text", (_name, run, message) => {
    expect(run).toThrow(message);
  });
  test("a document at the limit of depth is taken", () => {
    expect(canonicaliseDocument({ a: nested(15) }).nesting).toBe(16);
  });
});

test.each([
  [1, "1.0"],
  [1.5, "1.5"],
  [1e21, "1e21"],
  [1e-7, "1e-7"],
  [-0, "-0.0"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "inf"],
  [12n, "12"],
  ['a"b\n', '"a\\"b\\n"'],
  [new Uint8Array([1, 2]).buffer, 'b"AQI="'],
  [{ b: "x", a: 1, "c d": null }, '{a: 1.0, b: "x", "c d": null}'],
  [[true, []], "[true, []]"],
] satisfies [Value, string][])("%o is printed the way Convex prints it", (value, text) => {
  expect(debugPrint(value)).toBe(text);
});
