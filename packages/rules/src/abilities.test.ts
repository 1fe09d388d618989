import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  abilityModifier,
  abilityNames,
  abilityShortNames,
  formatModifier,
  isRolledScore,
  mayRerollScores,
  rollAbilityScores,
} from "./abilities.ts";

const modifiers: [score: number, modifier: number][] = [
  [0, -4],
  [1, -4],
  [3, -4],
  [4, -3],
  [5, -3],
  [6, -2],
  [7, -2],
  [8, -1],
  [9, -1],
  [10, 0],
  [11, 0],
  [12, 1],
  [13, 1],
  [14, 2],
  [15, 2],
  [16, 3],
  [17, 3],
  [18, 4],
  [20, 4],
  [30, 4],
];

test.each(modifiers)("a score of %i has the modifier %i", (score, modifier) => {
  expect(abilityModifier(score)).toBe(modifier);
});

test.each([-1, 31, 10.5, Number.NaN, Infinity])("refuses the score %s and names it", (score) => {
  expect(() => abilityModifier(score)).toThrow(`\`score\` is ${score}`);
});

test("abilities keep the order of the character sheet", () => {
  expect(abilityNames.map((name) => abilityShortNames[name])).toEqual([
    "STR",
    "DEX",
    "CON",
    "INT",
    "WIS",
    "CHA",
  ]);
});

describe("rolling scores", () => {
  test("every score is 3 to 18, and a set may be rolled again only without a 14", () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.double({ min: 0, max: 0.9999999, noNaN: true })),
        (stream) => {
          const rng = () => stream.next().value ?? 0;
          const { scores, mayReroll } = rollAbilityScores(rng);
          const values = abilityNames.map((name) => scores[name]);
          expect(values.every(isRolledScore)).toBe(true);
          expect(mayReroll).toBe(Math.max(...values) < 14);
          expect(mayRerollScores(scores)).toBe(mayReroll);
        },
      ),
    );
  });

  test("the dice fall in the order of the abilities", () => {
    let fallen = 0;
    const { scores } = rollAbilityScores(() => (Math.floor(fallen++ / 3) % 6) / 6);
    expect(abilityNames.map((name) => scores[name])).toEqual([3, 6, 9, 12, 15, 18]);
  });
});

test("modifiers print with their sign", () => {
  expect([3, 0, -2].map(formatModifier)).toEqual(["+3", "+0", "-2"]);
});
