import { expect, test } from "vitest";
import { abilityAfterRest, hitPointsAfterRest, restOutcome, spellsRecovered } from "./rest.ts";

test("an undisturbed night with a ration rests; without one nobody rests", () => {
  expect(restOutcome(true, [])).toEqual({ isRested: true, spendsRation: true });
  expect(restOutcome(false, [])).toEqual({ isRested: false, spendsRation: false });
});

test("every interruption must be met, and a spoiled rest still eats the ration", () => {
  const met = { natural: 11, total: 12 };
  expect(restOutcome(true, [met, met]).isRested).toBe(true);
  expect(restOutcome(true, [met, { natural: 10, total: 11 }])).toEqual({
    isRested: false,
    spendsRation: true,
  });
});

test("a rest restores all; in grinder mode a die, a point and 1d4 spells", () => {
  const wounded = { hp: 2, maxHp: 12, hitDie: 8 };
  expect(hitPointsAfterRest(wounded, () => 0)).toBe(12);
  expect(hitPointsAfterRest(wounded, () => 0.5, true)).toBe(7);
  expect(hitPointsAfterRest({ ...wounded, hp: 11 }, () => 0.99, true)).toBe(12);
  expect([
    abilityAfterRest(6, 12),
    abilityAfterRest(6, 12, true),
    abilityAfterRest(12, 12),
  ]).toEqual([12, 7, 12]);
  expect([spellsRecovered(6, () => 0.5), spellsRecovered(6, () => 0.5, true)]).toEqual([6, 3]);
});
