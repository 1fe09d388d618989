import fc from "fast-check";
import { expect, test } from "vitest";
import { pickOne, readTable, rollDie, rollSum } from "./random.ts";

test("a die shows every face from 1 to its sides and nothing else", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (sides, chance) => {
        const face = rollDie(sides, () => chance);
        expect(face).toBeGreaterThanOrEqual(1);
        expect(face).toBeLessThanOrEqual(sides);
      },
    ),
  );
  expect([0, 0.17, 0.34, 0.5, 0.67, 0.99].map((chance) => rollDie(6, () => chance))).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
});

test.each([0, -1, 1.5, Number.NaN])("refuses a die with %s sides", (sides) => {
  expect(() => rollDie(sides, Math.random)).toThrow(RangeError);
});

test("refuses a source of chance that gives 1", () => {
  expect(() => rollDie(6, () => 1)).toThrow(/`rng` gave 1/);
});

test("adds several dice", () => {
  expect(rollSum(3, 6, () => 0.5)).toBe(12);
  expect(rollSum(0, 6, () => 0.5)).toBe(0);
});

test("picks from a list and refuses an empty one", () => {
  expect(pickOne(["a", "b", "c"], () => 0.99)).toBe("c");
  expect(() => pickOne([], () => 0)).toThrow(/empty/);
});

test("a table gives its first row below it and its last row above it", () => {
  const rows = [
    { low: 2, high: 6, result: "low" },
    { low: 7, high: 12, result: "high" },
  ] as const;
  expect([-3, 2, 6, 7, 12, 40].map((roll) => readTable([...rows], roll))).toEqual([
    "low",
    "low",
    "low",
    "high",
    "high",
    "high",
  ]);
});
