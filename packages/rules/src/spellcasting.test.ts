import { describe, expect, test } from "vitest";
import { mishapTable, rollMishap } from "./mishaps.ts";
import {
  castSpell,
  focusOutcome,
  isSpellTier,
  magicDeviceAfter,
  penanceGold,
  spellDifficultyClass,
  spellStateAfterRest,
  spellTiers,
} from "./spellcasting.ts";

test("casting must reach 10 plus the tier", () => {
  expect(spellTiers.map(spellDifficultyClass)).toEqual([11, 12, 13, 14, 15]);
  expect(() => spellDifficultyClass(6)).toThrow(/`tier` is 6/);
  expect([isSpellTier(0), isSpellTier(3), isSpellTier(2.5)]).toEqual([false, true, false]);
});

const casts: [Parameters<typeof castSpell>[0], object][] = [
  [
    { natural: 12, total: 14, tier: 3, tradition: "wizard" },
    { works: true, doublesEffect: false, spellState: "ready", mishap: false, penanceGold: null },
  ],
  [
    { natural: 20, total: 20, tier: 5, tradition: "priest" },
    { works: true, doublesEffect: true, spellState: "ready", mishap: false, penanceGold: null },
  ],
  [
    { natural: 5, total: 8, tier: 1, tradition: "wizard" },
    { works: false, doublesEffect: false, spellState: "lost", mishap: false, penanceGold: null },
  ],
  [
    { natural: 1, total: 30, tier: 2, tradition: "wizard" },
    { works: false, doublesEffect: false, spellState: "lost", mishap: true, penanceGold: null },
  ],
  [
    { natural: 1, total: 4, tier: 4, tradition: "priest" },
    { works: false, doublesEffect: false, spellState: "penance", mishap: false, penanceGold: 90 },
  ],
];

test.each(casts)("casting %j gives %j", (cast, result) => {
  expect(castSpell(cast)).toMatchObject(result);
});

test("a failed focus check ends the spell without losing it, a natural 1 loses it", () => {
  const focus = { tier: 2, tradition: "wizard" } as const;
  expect(focusOutcome({ ...focus, natural: 5, total: 8 })).toMatchObject({
    continues: false,
    result: { spellState: "ready" },
  });
  expect(focusOutcome({ ...focus, natural: 1, total: 9 })).toMatchObject({
    continues: false,
    result: { spellState: "lost", mishap: true },
  });
  expect(focusOutcome({ ...focus, natural: 12, total: 12 }).continues).toBe(true);
});

test("penance costs more by tier", () => {
  expect(spellTiers.map(penanceGold)).toEqual([5, 20, 40, 90, 150]);
});

test("a rest brings lost spells back; penance comes first", () => {
  expect(spellStateAfterRest("lost", false)).toBe("ready");
  expect(spellStateAfterRest("penance", false)).toBe("penance");
  expect(spellStateAfterRest("penance", true)).toBe("ready");
});

test("a scroll is used up either way; a wand falls silent or breaks", () => {
  expect(magicDeviceAfter("scroll", "success")).toBe("used up");
  expect(magicDeviceAfter("wand", "failure")).toBe("silent until rest");
  expect(magicDeviceAfter("wand", "critical failure")).toBe("broken");
  expect(magicDeviceAfter("wand", "critical success")).toBe("ready");
});

describe("mishaps", () => {
  test("each tier has twelve different ones", () => {
    for (const tier of spellTiers) expect(new Set(mishapTable(tier)).size).toBe(12);
  });

  test("tiers 1-2 and 3-4 share a table, 5 has its own", () => {
    expect(mishapTable(1)).toBe(mishapTable(2));
    expect(mishapTable(3)).toBe(mishapTable(4));
    expect(new Set(spellTiers.map(mishapTable)).size).toBe(3);
  });

  test("the roll and the effect belong together", () => {
    expect(rollMishap(1, () => 0.1)).toEqual({ roll: 2, effect: "The caster takes 1d8 damage." });
  });
});
