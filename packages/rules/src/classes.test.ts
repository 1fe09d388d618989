import { expect, test } from "vitest";
import {
  castingAbilityByClass,
  classFromImport,
  classNames,
  hitDieByClass,
  isClassName,
  mayWear,
  mayWield,
  rollClass,
  spellsKnown,
  titleFor,
} from "./classes.ts";
import { findArmor, findWeapon } from "./gear.ts";
import { armorByClass, weaponsByClass } from "./classes.ts";

test("hit dice are d8, d6, d4, d4", () => {
  expect(classNames.map((name) => hitDieByClass[name])).toEqual([8, 6, 4, 4]);
});

const imports: [text: string, className: string | null][] = [
  ["Fighter", "Fighter"],
  ["Cleric", "Priest"],
  [" rogue ", "Thief"],
  ["WIZARD", "Wizard"],
  ["Bard", null],
  ["", null],
];

test.each(imports)("imports the class %j as %j", (text, className) => {
  expect(classFromImport(text)).toBe(className);
});

test("only the exact names are class names", () => {
  expect(isClassName("Thief")).toBe(true);
  expect(isClassName("thief")).toBe(false);
});

const titles: [Parameters<typeof titleFor>[0], string | null][] = [
  [{ className: "Fighter", alignment: "lawful", level: 1 }, "Squire"],
  [{ className: "Fighter", alignment: "lawful", level: 2 }, "Squire"],
  [{ className: "Fighter", alignment: "chaotic", level: 3 }, "Bandit"],
  [{ className: "Priest", alignment: "neutral", level: 5 }, "Haruspex"],
  [{ className: "Thief", alignment: "neutral", level: 9 }, "Bandit King/Queen"],
  [{ className: "Wizard", alignment: "chaotic", level: 10 }, "Sorcerer"],
  [{ className: "Wizard", alignment: "lawful", level: 14 }, "Archmage"],
  [{ className: "Wizard", alignment: "lawful", level: 0 }, null],
];

test.each(titles)("the title of %j is %j", (character, title) => {
  expect(titleFor(character)).toBe(title);
});

test("refuses a level that isn't a whole number of 0 or more", () => {
  expect(() => titleFor({ className: "Thief", alignment: "lawful", level: -1 })).toThrow(
    RangeError,
  );
  expect(() => spellsKnown("Wizard", 1.5)).toThrow(RangeError);
});

test("spells known follow the table and stop growing at level 10", () => {
  expect(spellsKnown("Wizard", 1)).toEqual([3, 0, 0, 0, 0]);
  expect(spellsKnown("Priest", 7)).toEqual([3, 3, 2, 1, 0]);
  expect(spellsKnown("Wizard", 12)).toEqual(spellsKnown("Wizard", 10));
  expect(spellsKnown("Fighter", 10)).toEqual([0, 0, 0, 0, 0]);
  expect(spellsKnown("Wizard", 0)).toEqual([0, 0, 0, 0, 0]);
});

test("no spell is forgotten on gaining a level", () => {
  for (const className of ["Priest", "Wizard"] as const) {
    for (let level = 2; level <= 10; level += 1) {
      const before = spellsKnown(className, level - 1);
      spellsKnown(className, level).forEach((count, tier) => {
        expect(count).toBeGreaterThanOrEqual(before[tier] ?? 0);
      });
    }
  }
});

test("casters cast with their ability and the others don't cast", () => {
  expect(castingAbilityByClass).toEqual({
    Fighter: null,
    Priest: "wisdom",
    Thief: null,
    Wizard: "intelligence",
  });
});

test("training is by class", () => {
  expect(mayWield("Fighter", "Greatsword")).toBe(true);
  expect(mayWield("Wizard", "longsword")).toBe(false);
  expect(mayWield("Thief", "shortbow")).toBe(true);
  expect(mayWear("Thief", "Leather armor")).toBe(true);
  expect(mayWear("Thief", "Plate mail")).toBe(false);
  expect(mayWear("Wizard", "Leather armor")).toBe(false);
  expect(mayWear("Priest", "Shield")).toBe(true);
});

test("every weapon and armor a class names is in the gear tables", () => {
  for (const className of classNames) {
    const weapons = weaponsByClass[className];
    const armor = armorByClass[className];
    if (weapons !== "all") weapons.forEach((name) => expect(findWeapon(name), name).not.toBeNull());
    if (armor !== "all") armor.forEach((name) => expect(findArmor(name), name).not.toBeNull());
  }
});

test("a d4 gives each class", () => {
  expect([0, 0.25, 0.5, 0.75].map((chance) => rollClass(() => chance))).toEqual([...classNames]);
});
