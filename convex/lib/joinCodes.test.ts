// What a thumb types as a join code.
import fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseCode } from "./joinCodes";

test.each([
  ["abc234", "ABC234"],
  [" ab c-23 4 ", "ABC234"],
  ["ABC.234!", "ABC234"],
  ["", ""],
  ["—", ""],
])("%j is read as %j", (typed, code) => {
  expect(normaliseCode(typed)).toBe(code);
});

test("reading a code twice is reading it once", () => {
  fc.assert(
    fc.property(fc.string(), (typed) => {
      const code = normaliseCode(typed);
      expect(normaliseCode(code)).toBe(code);
      expect(code).toMatch(/^[A-Z0-9]*$/);
    }),
  );
});
