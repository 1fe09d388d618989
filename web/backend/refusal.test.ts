import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { readRefusal } from "./refusal";

test("a refusal of the data layer is shown in its own words", () => {
  const error = new ConvexError({ kind: "expired", message: "This code has run out." });
  expect(readRefusal(error)).toEqual({ kind: "expired", message: "This code has run out." });
});

test.each([
  [new ConvexError("No such table"), "failed", /No such table/],
  [new TypeError("Failed to fetch"), "offline", /cannot be reached/],
  [new Error("ArgumentValidationError: Value does not match"), "notFound", /Nothing is at this/],
  [new Error("[CONVEX Q(x)] Server Error at /secret/path"), "failed", /did not work/],
  ["a string", "failed", /did not work/],
  [null, "failed", /did not work/],
  [new ConvexError({ kind: 3, message: null }), "failed", /did not work/],
])("%s becomes a plain sentence", (error, kind, message) => {
  const refusal = readRefusal(error);
  expect(refusal.kind).toBe(kind);
  expect(refusal.message).toMatch(message);
});
