import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMovement, movementBands, movementModes, parseMovement } from "./movement.ts";

test.each([
  ["near", { band: "near", modes: [] }],
  ["double near (fly, swim)", { band: "double near", modes: ["fly", "swim"] }],
  ["far (teleport)", { band: "far", modes: ["teleport"] }],
  ["none", { band: "none", modes: [] }],
])("reads %j", (text, movement) => {
  expect(parseMovement(text)).toEqual(movement);
});

test("what is printed reads back the same", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...movementBands),
      fc.uniqueArray(fc.constantFrom(...movementModes)),
      (band, modes) => {
        expect(parseMovement(formatMovement({ band, modes }))).toEqual({ band, modes });
      },
    ),
  );
});

test.each(["", "30 ft", "near (hop)", "near ()", "near fly", "nearly"])(
  "refuses %j and names it",
  (text) => {
    expect(() => parseMovement(text)).toThrow(`\`${text}\``);
  },
);
