// What people type: kept when it is sound, refused with the bounds when it is not.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requireInstant, requireName, requireProse, requireWhole } from "./typedText";

describe("a name", () => {
  test("keeps its words, with one blank between them", () => {
    expect(requireName("Name", " \t The  Lost\nCitadel ")).toBe("The Lost Citadel");
  });

  test("that was accepted is accepted as it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80 }), (typed) => {
        fc.pre(typed.trim() !== "");
        const name = requireName("Name", typed);
        expect(requireName("Name", name)).toBe(name);
      }),
    );
  });

  test.each(["", " ", "\n\t"])("of nothing but blanks is refused: %j", (typed) => {
    expect(() => requireName("Name", typed)).toThrow("Name cannot be empty");
  });

  test("too long is refused with both lengths", () => {
    expect(() => requireName("Name", "x".repeat(41), 40)).toThrow(
      "Name can have at most 40 characters; it has 41",
    );
  });
});

test("prose keeps its lines", () => {
  expect(requireProse("Notes", " one\n\n  two ")).toBe("one\n\n  two");
  expect(requireProse("Notes", "  ")).toBe("");
});

test("a whole number is taken exactly between its bounds", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const isTaken = Number.isInteger(value) && value >= 1 && value <= 60;
      const check = () => requireWhole("Count", value, 1, 60);
      if (isTaken) expect(check()).toBe(value);
      else expect(check).toThrow("Count must be a whole number from 1 to 60");
    }),
  );
});

test("an instant in seconds is caught, one in milliseconds is kept", () => {
  const instant = Date.UTC(2026, 10, 22);
  expect(requireInstant("The date", instant)).toBe(instant);
  expect(() => requireInstant("The date", instant / 1_000)).toThrow(/years 2000 to 2199/);
});
