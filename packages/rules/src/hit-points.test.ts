import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyHitPointChange,
  healthWord,
  healthWords,
  levelUpHitPoints,
  levelZeroHitPoints,
  rollHitDie,
  startingHitPoints,
} from "./hit-points.ts";

const starts: [Parameters<typeof startingHitPoints>[0], number][] = [
  [{ className: "Fighter", constitution: 10, hitDieRoll: 5 }, 5],
  [{ className: "Fighter", constitution: 18, hitDieRoll: 8 }, 12],
  [{ className: "Wizard", constitution: 3, hitDieRoll: 1 }, 1],
  [{ className: "Wizard", constitution: 3, hitDieRoll: 1, ancestry: "Dwarf" }, 3],
  [{ className: "Priest", constitution: 14, hitDieRoll: 4, ancestry: "dwarf" }, 8],
  [{ className: "Thief", constitution: 8, hitDieRoll: 4, ancestry: "Elf" }, 3],
];

test.each(starts)("%j starts with %i hit points", (character, hitPoints) => {
  expect(startingHitPoints(character)).toBe(hitPoints);
});

test.each([0, 5, 2.5])("refuses a wizard's hit die that shows %s", (hitDieRoll) => {
  expect(() => startingHitPoints({ className: "Wizard", constitution: 10, hitDieRoll })).toThrow(
    /a Wizard's d4 shows 1 to 4/,
  );
});

test("level 0 has 1 plus Constitution, at least 1, a dwarf 2 more", () => {
  expect(levelZeroHitPoints({ constitution: 10 })).toBe(1);
  expect(levelZeroHitPoints({ constitution: 16 })).toBe(4);
  expect(levelZeroHitPoints({ constitution: 3 })).toBe(1);
  expect(levelZeroHitPoints({ constitution: 3, ancestry: "Dwarf" })).toBe(3);
});

test("a new level adds the die and not Constitution again", () => {
  expect(levelUpHitPoints({ className: "Fighter", maxHitPoints: 9, hitDieRoll: 6 })).toBe(15);
});

test("a dwarf rolls the hit die twice and keeps the better", () => {
  const chances = [0.1, 0.9];
  expect(
    rollHitDie({ className: "Fighter", ancestry: "Dwarf" }, () => chances.shift() ?? 0),
  ).toEqual({ rolls: [1, 8], kept: 8 });
  expect(rollHitDie({ className: "Fighter" }, () => 0.1)).toEqual({ rolls: [1], kept: 1 });
});

describe("changing hit points", () => {
  const changes: [hp: number, max: number, delta: number, result: object][] = [
    [10, 10, -3, { hp: 7, applied: -3, excess: 0, crossing: "none" }],
    [3, 10, -3, { hp: 0, applied: -3, excess: 0, crossing: "fell" }],
    [3, 10, -8, { hp: 0, applied: -3, excess: 5, crossing: "fell" }],
    [0, 10, -4, { hp: 0, applied: 0, excess: 4, crossing: "none" }],
    [0, 10, 1, { hp: 1, applied: 1, excess: 0, crossing: "rose" }],
    [8, 10, 9, { hp: 10, applied: 2, excess: 0, crossing: "none" }],
    [14, 10, 5, { hp: 14, applied: 0, excess: 0, crossing: "none" }],
    [14, 10, -1, { hp: 13, applied: -1, excess: 0, crossing: "none" }],
    [5, 10, 0, { hp: 5, applied: 0, excess: 0, crossing: "none" }],
  ];

  test.each(changes)("%i of %i changed by %i gives %j", (hp, max, delta, result) => {
    expect(applyHitPointChange(hp, max, delta)).toEqual(result);
  });

  test("never leaves 0 and the most, and says what it did", () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: -500, max: 500 }),
        (hp, maxHp, delta) => {
          const change = applyHitPointChange(hp, maxHp, delta);
          expect(change.hp).toBeGreaterThanOrEqual(0);
          expect(change.hp).toBeLessThanOrEqual(Math.max(hp, maxHp));
          expect(change.hp).toBe(hp + change.applied);
          if (delta < 0) expect(change.applied - change.excess).toBe(delta);
        },
      ),
    );
  });

  test("refuses fractions and a most below 0", () => {
    expect(() => applyHitPointChange(5, 10, 1.5)).toThrow(/`delta` is 1.5/);
    expect(() => applyHitPointChange(5, -1, 1)).toThrow(/`maxHp` is -1/);
  });
});

describe("health words", () => {
  const words: [hp: number, word: string][] = [
    [20, "unhurt"],
    [19, "grazed"],
    [16, "grazed"],
    [15, "wounded"],
    [11, "wounded"],
    [10, "bloodied"],
    [6, "bloodied"],
    [5, "near death"],
    [1, "near death"],
    [0, "down"],
  ];

  test.each(words)("%i of 20 hit points is %j", (hp, word) => {
    expect(healthWord(hp, 20)).toBe(word);
  });

  test("fewer hit points are never a better word", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.nat(150), (maxHp, hp) => {
        const now = healthWords.indexOf(healthWord(hp, maxHp));
        expect(healthWords.indexOf(healthWord(hp - 1, maxHp))).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
