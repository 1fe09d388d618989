// Transitions cut into chunks come together again; error data is there only when there is some.
import fc from "fast-check";
import { expect, test } from "vitest";
import { callFailedText, queryFailedText, splitTransition } from "./server-messages.ts";

test("a small transition is one message", () => {
  expect(splitTransition("{}", "t")).toEqual(["{}"]);
});

test("the chunks of a large transition give its text again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (seed) => {
      const text = seed.repeat(Math.ceil(6_000_000 / seed.length));
      const chunks = splitTransition(text, "t").map((message) => JSON.parse(message));
      expect(chunks.map((chunk) => chunk.chunk).join("") === text).toBe(true);
      expect(chunks.map((chunk) => chunk.partNumber)).toEqual(
        chunks.map((_, position) => position),
      );
      expect(
        chunks.every(
          (chunk) => chunk.totalParts === chunks.length && chunk.type === "TransitionChunk",
        ),
      ).toBe(true);
    }),
    { numRuns: 10 },
  );
});

test("a failure without data has no `errorData`, one with null data has it", () => {
  const failure = { errorMessage: "no", logLines: [] };
  expect(JSON.parse(callFailedText("MutationResponse", 1, failure))).not.toHaveProperty(
    "errorData",
  );
  expect(JSON.parse(`{${queryFailedText(failure, null)}}`)).not.toHaveProperty("errorData");
  expect(
    JSON.parse(callFailedText("ActionResponse", 1, { ...failure, errorData: null })),
  ).toHaveProperty("errorData", null);
});
