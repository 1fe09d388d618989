import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countedHitDieRoll,
  derivedArmorClass,
  derivedHitPoints,
  emptyDraft,
  mayRollScores,
  missingStep,
  parseDraft,
  rollHitDice,
  rollScores,
  type CharacterDraft,
} from "./character-draft";

/** Every d6 shows `face`. */
const always =
  (face: number, sides = 6) =>
  () =>
    (face - 0.5) / sides;

const middling = {
  strength: 10,
  dexterity: 14,
  constitution: 8,
  intelligence: 10,
  wisdom: 10,
  charisma: 10,
};

const fighter: CharacterDraft = {
  ...emptyDraft,
  name: "Mira",
  scores: middling,
  className: "Fighter",
  hitDieRolls: { Fighter: [3, 6] },
};

test("scores without a 14 may be rolled again, with one they stay", () => {
  const poor = rollScores(emptyDraft, always(3));
  expect(poor.scores?.strength).toBe(9);
  expect(mayRollScores(poor)).toBe(true);
  const rich = rollScores(poor, always(5));
  expect(rich.scores?.strength).toBe(15);
  expect(mayRollScores(rich)).toBe(false);
  expect(rollScores(rich, always(6))).toBe(rich);
});

test("the hit die of a class is rolled once, also after a look at another class", () => {
  const thief = rollHitDice({ ...fighter, className: "Thief" }, always(2, 4));
  expect(thief.hitDieRolls.Thief).toEqual([2, 2]);
  const back = rollHitDice({ ...thief, className: "Fighter" }, always(8, 8));
  expect(back.hitDieRolls.Fighter).toEqual([3, 6]);
});

test("a dwarf keeps the better of two hit dice and gets 2 more", () => {
  expect(countedHitDieRoll(fighter)).toBe(3);
  expect(derivedHitPoints(fighter)).toEqual({
    total: 2,
    why: "3 on the d8, -1 for Constitution",
  });
  const dwarf: CharacterDraft = { ...fighter, ancestry: "Dwarf" };
  expect(countedHitDieRoll(dwarf)).toBe(6);
  expect(derivedHitPoints(dwarf)).toEqual({
    total: 7,
    why: "6, the better of two d8 (3 and 6), -1 for Constitution, +2 for a dwarf",
  });
});

test("hit points are at least 1, and say so", () => {
  const frail = { ...fighter, hitDieRolls: { Fighter: [1, 1] as const } };
  expect(derivedHitPoints(frail)).toEqual({
    total: 1,
    why: "1 on the d8, -1 for Constitution, at least 1",
  });
});

test("armor class explains itself", () => {
  expect(derivedArmorClass(fighter)).toEqual({
    total: 12,
    why: "10 without armor, +2 for Dexterity",
  });
});

test.each<[Partial<CharacterDraft>, string | null]>([
  [{ scores: null }, "Roll the six scores first."],
  [{ className: null }, "Choose a class."],
  [{ className: "Wizard" }, "Roll the hit die."],
  [{ name: "  " }, "Give the character a name."],
  [{}, null],
])("with %j the next step is %j", (changes, step) => {
  expect(missingStep({ ...fighter, ...changes })).toBe(step);
});

test("a stored draft comes back as it was", () => {
  expect(parseDraft(JSON.stringify(fighter))).toEqual(fighter);
  expect(parseDraft(null)).toEqual(emptyDraft);
});

test("whatever was stored, reading it gives a draft and keeps no impossible roll", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
      expect(mayRollScores(parseDraft(json))).toBe(true);
    }),
  );
  const cheat = {
    ...fighter,
    scores: { ...middling, strength: 19 },
    hitDieRolls: { Fighter: [9, 1] },
  };
  expect(parseDraft(JSON.stringify(cheat))).toEqual({ ...fighter, scores: null, hitDieRolls: {} });
});
