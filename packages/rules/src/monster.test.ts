import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDice } from "./dice.ts";
import {
  averageHitPoints,
  guidelineFor,
  hitDiceNotation,
  monsterSpell,
  monsterTypes,
  rollHitPoints,
  secondaryTags,
} from "./monster.ts";

test.each([
  [2, 2, "2d8+2", 11],
  [1, -1, "1d8-1", 3],
  [3, 0, "3d8", 13],
  [0, 0, "1", 1],
  [0, 1, "1", 1],
  [1, -4, "1d8-4", 1],
  [17, 4, "17d8+4", 80],
])("level %i with Constitution %i is %s, %i hit points", (level, constitution, dice, average) => {
  expect(hitDiceNotation(level, constitution)).toBe(dice);
  expect(averageHitPoints(level, constitution)).toBe(average);
});

test("rolled hit points stay within the dice, and never below 1", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: -4, max: 7 }),
      fc.double({ min: 0, max: 0.9999, noNaN: true }),
      (level, constitution, chance) => {
        const hitPoints = rollHitPoints(level, constitution, () => chance);
        expect(hitPoints).toBeGreaterThanOrEqual(1);
        expect(hitPoints).toBeLessThanOrEqual(Math.max(1, level * 8 + constitution));
        expect(() => parseDice(hitDiceNotation(level, constitution))).not.toThrow();
      },
    ),
  );
});

test("refuses a level that isn't a whole number", () => {
  expect(() => hitDiceNotation(1.5, 0)).toThrow(RangeError);
  expect(() => averageHitPoints(-1, 0)).toThrow(RangeError);
});

test("there are fourteen types", () => {
  expect(new Set(monsterTypes).size).toBe(14);
});

describe("guidelines", () => {
  test.each([
    [0, 11, 1],
    [1, 12, 4],
    [2, 12.5, 10],
    [6, 14, 29],
    [12, 16, 57],
    [15, 16, 65],
    [19, 18, 78],
    [30, 18, 78],
  ])("level %i has armor class %d and %i hit points", (level, armorClass, hitPoints) => {
    expect(guidelineFor(level)).toMatchObject({ armorClass, hitPoints });
  });

  test("hit points and damage never fall with level", () => {
    for (let level = 1; level <= 30; level += 1) {
      const [before, now] = [guidelineFor(level - 1), guidelineFor(level)];
      expect(now.hitPoints).toBeGreaterThanOrEqual(before.hitPoints);
      expect(now.damagePerRound).toBeGreaterThanOrEqual(before.damagePerRound);
    }
  });
});

const plainMonster = {
  name: "Guard",
  type: "Humanoid",
  movement: "near",
  attacks: "1 spear (close/near) +1 (1d6)",
  specialAbilities: [],
};

test.each([
  [{}, []],
  [{ name: "Rat, Swarm", type: "Beast" }, ["swarm", "dark-adapted"]],
  [{ movement: "double near (fly, swim)" }, ["aquatic", "flyer"]],
  [{ attacks: "1 mace +1 (1d6) or 1 spell +2" }, ["spellcaster"]],
  [{ specialAbilities: [{ name: "Hex (CHA Spell)" }] }, ["spellcaster"]],
  [{ specialAbilities: [{ name: "Legendary" }] }, ["legendary"]],
  [{ type: "Undead" }, ["undead", "dark-adapted"]],
  [{ attacks: "hits hard", movement: "quick" }, []],
])("a guard with %j is tagged %j", (change, tags) => {
  expect(secondaryTags({ ...plainMonster, ...change })).toEqual(tags);
});

test("a spell trait gives its ability, its difficulty and its tier", () => {
  expect(
    monsterSpell({ name: "Snuff (WIS Spell)", description: "DC 12. DC 15 CON check." }),
  ).toEqual({ ability: "wisdom", difficultyClass: 12, tier: 2 });
  expect(monsterSpell({ name: "Poison", description: "DC 12 CON check." })).toBeNull();
  expect(monsterSpell({ name: "Odd (INT Spell)", description: "No number." })).toBeNull();
});
