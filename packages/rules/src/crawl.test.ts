import { describe, expect, test } from "vitest";
import {
  activityFor,
  dangerLevels,
  distanceFor,
  effectiveDanger,
  encounterChecksIn,
  fallDamage,
  isEncounterCheckDue,
  reactionFor,
  rollEncounterCard,
  rollEncounterCheck,
  timePassing,
} from "./crawl.ts";

test("checks come every 3, 2 or 1 rounds, and never where it is safe", () => {
  const due = dangerLevels.map((danger) =>
    [1, 2, 3].map((rounds) => isEncounterCheckDue(danger, rounds)),
  );
  expect(due).toEqual([
    [false, false, false],
    [false, false, true],
    [false, true, true],
    [true, true, true],
  ]);
});

test("darkness is deadly anywhere", () => {
  expect(dangerLevels.map((danger) => effectiveDanger(danger, true))).toEqual(
    Array(4).fill("deadly"),
  );
  expect(effectiveDanger("unsafe", false)).toBe("unsafe");
});

test("eight hours call for as many checks as their danger says", () => {
  expect(dangerLevels.map((danger) => encounterChecksIn(danger, 8))).toEqual([0, 2, 4, 8]);
});

test("a round's check hits on 1, one for minutes on 1-3", () => {
  const hits = (kind: "round" | "minutes") =>
    [1, 2, 3, 4, 5, 6].filter(
      (face) => rollEncounterCheck(() => (face - 0.5) / 6, kind).isEncounter,
    );
  expect(hits("round")).toEqual([1]);
  expect(hits("minutes")).toEqual([1, 2, 3]);
});

const span = (low: number, high: number) =>
  Array.from({ length: high - low + 1 }, (_, index) => low + index);

test("distances, activities and reactions follow their tables", () => {
  expect(span(1, 6).map(distanceFor)).toEqual(["close", "near", "near", "near", "far", "far"]);
  expect(span(2, 12).map(activityFor)).toEqual([
    "hunting",
    "hunting",
    "hunting",
    "eating",
    "eating",
    "building or nesting",
    "building or nesting",
    "socializing or playing",
    "socializing or playing",
    "guarding",
    "sleeping",
  ]);
  expect(span(-2, 16).map(reactionFor)).toEqual([
    ...Array<string>(9).fill("hostile"),
    "suspicious",
    "suspicious",
    "neutral",
    "curious",
    "curious",
    ...Array<string>(5).fill("friendly"),
  ]);
});

test("a card shows each die and adds Charisma to the reaction only", () => {
  expect(rollEncounterCard(-2, () => 0.5)).toEqual({
    distance: { roll: 4, total: 4, result: "near" },
    activity: { roll: 8, total: 8, result: "building or nesting" },
    reaction: { roll: 8, total: 6, result: "hostile" },
    treasure: { roll: 4, total: 4, result: true },
  });
});

describe("time passing", () => {
  test("ten minutes call for one check that hits on 1-3, none where it is safe", () => {
    expect(timePassing("tenMinutes", "unsafe")).toEqual({
      ms: 600_000,
      checks: { count: 1, kind: "minutes" },
    });
    expect(timePassing("tenMinutes", "safe").checks.count).toBe(0);
  });

  test("hours call for checks by the hour", () => {
    expect(timePassing("hour", "deadly").checks).toEqual({ count: 1, kind: "round" });
    expect(timePassing("hour", "risky").checks.count).toBe(0);
    expect(timePassing("eightHours", "risky").checks.count).toBe(4);
  });
});

test.each([
  [5, null],
  [10, "1d6"],
  [39, "3d6"],
])("a fall of %i feet does %s", (feet, dice) => {
  expect(fallDamage(feet)).toBe(dice);
});
