import fc from "fast-check";
import { expect, test } from "vitest";
import {
  armorClass,
  explainArmorClass,
  unarmoredArmorClass,
  type ArmorClassInput,
} from "./armor-class.ts";
import { armorNames } from "./gear.ts";

const cases: [ArmorClassInput, number][] = [
  [{ dexterity: 10 }, 10],
  [{ dexterity: 16 }, 13],
  [{ dexterity: 3 }, 6],
  [{ dexterity: 14, armor: "Leather armor" }, 13],
  [{ dexterity: 14, armor: "Chainmail", shield: true }, 17],
  [{ dexterity: 18, armor: "Plate mail" }, 15],
  [{ dexterity: 3, armor: "Plate mail", shield: true }, 17],
  [{ dexterity: 6, armor: "Mithral chainmail" }, 11],
  [{ dexterity: 10, armor: null, shield: true }, 12],
  [
    {
      dexterity: 12,
      armor: "Leather armor",
      shield: true,
      bonuses: [
        { label: "+1 magic", amount: 1 },
        { label: "Mastery", amount: 1 },
      ],
    },
    16,
  ],
];

test.each(cases)("%j has armor class %i", (input, expected) => {
  expect(armorClass(input)).toBe(expected);
});

test("unarmored is 10 plus the Dexterity modifier", () => {
  expect([3, 10, 18].map(unarmoredArmorClass)).toEqual([6, 10, 14]);
});

test("the parts add up to the total, whatever is worn", () => {
  fc.assert(
    fc.property(
      fc.nat(30),
      fc.constantFrom(null, ...armorNames),
      fc.boolean(),
      (dexterity, armor, shield) => {
        const { total, parts } = explainArmorClass({ dexterity, armor, shield });
        expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(total);
      },
    ),
  );
});

test("plate leaves Dexterity out of the sum", () => {
  const { parts } = explainArmorClass({ dexterity: 18, armor: "Plate mail" });
  expect(parts).toEqual([{ label: "Plate mail", amount: 15 }]);
});
