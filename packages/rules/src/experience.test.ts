import { describe, expect, test } from "vitest";
import {
  canLevelUp,
  experienceToLeaveLevel,
  hunterExperience,
  levelUp,
  talentRollsAt,
  treasureExperience,
} from "./experience.ts";
import { giveLuck, passLuck, spendLuck } from "./luck.ts";

test("leaving a level costs ten times the level; 0 and 10 can't be bought out of", () => {
  expect([0, 1, 2, 5, 9, 10, 11].map(experienceToLeaveLevel)).toEqual([
    null,
    10,
    20,
    50,
    90,
    null,
    null,
  ]);
  expect(() => experienceToLeaveLevel(1.5)).toThrow(RangeError);
});

test("a level can be bought from its price on", () => {
  expect([canLevelUp(3, 29), canLevelUp(3, 30), canLevelUp(10, 999), canLevelUp(0, 999)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

describe("gaining a level", () => {
  test("resets the surplus by the book and keeps it by the switch", () => {
    expect(levelUp({ level: 2, experience: 27 })).toEqual({
      level: 3,
      experience: 0,
      talentRolls: 1,
    });
    expect(levelUp({ level: 2, experience: 27 }, "carry").experience).toBe(7);
  });

  test("says what is missing", () => {
    expect(() => levelUp({ level: 2, experience: 19 })).toThrow(/takes 20 experience; 19 is too/);
    expect(() => levelUp({ level: 10, experience: 500 })).toThrow(/Level 10 can't be left/);
  });
});

test("talents come at odd levels up to 9, a human's second at level 1", () => {
  expect([0, 1, 2, 3, 4, 5, 9, 10, 11].map((level) => talentRollsAt(level))).toEqual([
    0, 1, 0, 1, 0, 1, 1, 0, 0,
  ]);
  expect([talentRollsAt(1, "Human"), talentRollsAt(3, "Human")]).toEqual([2, 1]);
});

test("treasure pays by quality, slain monsters half their level in hunter mode", () => {
  expect(treasureExperience(["poor", "normal", "fabulous", "legendary"])).toBe(14);
  expect(treasureExperience([])).toBe(0);
  expect(hunterExperience([1, 3, 6, 0])).toBe(4);
});

describe("luck tokens", () => {
  test("a player holds one; in pulp mode they pile up", () => {
    expect([giveLuck(0), giveLuck(1), giveLuck(1, true)]).toEqual([1, 1, 2]);
  });

  test("spending takes one and needs one", () => {
    expect(spendLuck(2)).toBe(1);
    expect(() => spendLuck(0)).toThrow(/no luck token/);
  });

  test("passing needs a giver with one and a taker without", () => {
    expect(passLuck(1, 0)).toEqual({ giver: 0, taker: 1 });
    expect(() => passLuck(1, 1)).toThrow(/at most one/);
    expect(() => passLuck(0, 0)).toThrow(/no luck token/);
    expect(passLuck(2, 3, true)).toEqual({ giver: 1, taker: 4 });
  });
});
