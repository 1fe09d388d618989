import { expect, test } from "vitest";
import {
  checkOutcome,
  contestWinner,
  difficultyClasses,
  isSuccess,
  rollCheck,
  rollFortune,
  rollMode,
} from "./checks.ts";

test("difficulty classes are 9, 12, 15, 18", () => {
  expect(Object.values(difficultyClasses)).toEqual([9, 12, 15, 18]);
});

test("advantage and disadvantage cancel out", () => {
  expect([
    rollMode(false, false),
    rollMode(true, false),
    rollMode(false, true),
    rollMode(true, true),
  ]).toEqual(["plain", "advantage", "disadvantage", "plain"]);
});

test.each([
  [20, 9, 18, "critical success", true],
  [1, 19, 9, "critical failure", false],
  [9, 12, 12, "success", true],
  [9, 11, 12, "failure", false],
])("a natural %i for %i against %i is a %s", (natural, total, dc, outcome, success) => {
  const result = checkOutcome(natural, total, dc);
  expect(result).toBe(outcome);
  expect(isSuccess(result)).toBe(success);
});

test("a rolled check carries its dice and its outcome", () => {
  const chances = [0.1, 0.7];
  const { roll, outcome } = rollCheck(
    { modifier: 2, difficultyClass: 15, mode: "advantage" },
    () => chances.shift() ?? 0,
  );
  expect([roll.total, roll.dice.length, outcome]).toEqual([17, 2, "success"]);
});

test("a contest goes to the higher total, equal ones are rolled again", () => {
  expect([contestWinner(12, 9), contestWinner(9, 12), contestWinner(9, 9)]).toEqual([
    "first",
    "second",
    "reroll",
  ]);
});

test("fortune is good on 4 or more", () => {
  expect([rollFortune(() => 0.4).isGood, rollFortune(() => 0.5).isGood]).toEqual([false, true]);
});
