import { expect, test } from "vitest";
import { holdsMorale, isMoraleCheckDue, moraleImmunity } from "./morale.ts";

const sides: [startCount: number, aliveCount: number, hp: number, maxHp: number, due: boolean][] = [
  [6, 4, 5, 5, false],
  [6, 3, 5, 5, true],
  [5, 3, 5, 5, false],
  [5, 2, 5, 5, true],
  [2, 1, 5, 5, true],
  [2, 0, 0, 5, false],
  [1, 1, 16, 30, false],
  [1, 1, 15, 30, true],
  [1, 1, 15, 31, true],
  [1, 1, 16, 31, false],
  [1, 1, 0, 30, false],
];

test.each(sides)(
  "%i at first, %i alive, %i of %i HP: due is %s",
  (startCount, aliveCount, hp, maxHp, due) => {
    expect(isMoraleCheckDue({ startCount, aliveCount, hp, maxHp })).toBe(due);
  },
);

test.each([
  ["Zombie", "always"],
  ["naga, bone", "always"],
  ["Bone Naga", "always"],
  ["Orc, Chieftain", "while raging"],
  ["Goblin", "none"],
  ["Shadow", "none"],
  ["Will-o'-wisp", "none"],
])("%j is immune to morale: %s", (name, immunity) => {
  expect(moraleImmunity(name)).toBe(immunity);
});

test("a side holds on 15 or more, on a natural 20, and never on a natural 1", () => {
  expect([holdsMorale(14, 1), holdsMorale(14, 0), holdsMorale(20, -9), holdsMorale(1, 20)]).toEqual(
    [true, false, true, false],
  );
});
