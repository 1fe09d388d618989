import { expect, test } from "vitest";
import { classNames } from "./classes.ts";
import {
  backstabDice,
  rollStartingWealth,
  rollTalent,
  talentFor,
  talentTable,
  weaponMasteryBonus,
} from "./talents.ts";

test("every table covers 2 to 12 without gaps or overlaps, and ends in a free choice", () => {
  for (const className of classNames) {
    const totals = talentTable(className).flatMap(({ low, high }) =>
      Array.from({ length: high - low + 1 }, (_, index) => low + index),
    );
    expect(totals).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(talentFor(className, 12).orAnyOther).toBe(true);
  }
});

test.each([
  ["Fighter", 8, "+2 to STR, DEX or CON"],
  ["Priest", 7, "+1 on casting"],
  ["Thief", 5, "One more backstab die"],
  ["Wizard", 7, "+2 to INT or +1 on casting"],
] as const)("a %s's %i is %j", (className, total, text) => {
  expect(talentFor(className, total).text).toBe(text);
});

test("only a thief's second advantage on initiative is rolled again", () => {
  const rerolled = classNames.flatMap((className) =>
    talentTable(className)
      .filter((row) => row.result.rerollDuplicate)
      .map((row) => [className, row.low]),
  );
  expect(rerolled).toEqual([["Thief", 2]]);
});

test("a choice between abilities and casting gives two options", () => {
  expect(talentFor("Wizard", 5).options.map((option) => option.kind)).toEqual([
    "ability",
    "casting",
  ]);
});

test("refuses what two d6 can't show", () => {
  expect(() => talentFor("Wizard", 13)).toThrow(/two d6 show 2 to 12/);
  expect(() => talentFor("Wizard", 6.5)).toThrow(RangeError);
});

test("a rolled talent belongs to its roll", () => {
  expect(rollTalent("Thief", () => 0.99)).toEqual({ roll: 12, talent: talentFor("Thief", 12) });
});

test("mastery and backstab grow every second level", () => {
  expect([1, 2, 3, 10].map(weaponMasteryBonus)).toEqual([1, 2, 2, 6]);
  expect([backstabDice(1), backstabDice(4), backstabDice(4, 2)]).toEqual([1, 3, 5]);
});

test("starting wealth is 10 to 60 gold", () => {
  expect([rollStartingWealth(() => 0), rollStartingWealth(() => 0.99)]).toEqual([1_000, 6_000]);
});
