import { expect, test } from "vitest";
import { parseDice } from "./dice.ts";
import { crawlingKit, findArmor, findGear, findWeapon, gearItems, weapons } from "./gear.ts";
import { usedGearSlots } from "./gear-slots.ts";

test("every weapon's damage is dice, and only versatile ones have a second", () => {
  expect(weapons).toHaveLength(15);
  for (const weapon of weapons) {
    expect(() => parseDice(weapon.damage)).not.toThrow();
    expect(weapon.twoHandedDamage !== null, weapon.name).toBe(
      weapon.properties.includes("versatile"),
    );
  }
});

test("a thrown weapon is both melee and ranged, and reaches beyond close", () => {
  const thrown = weapons.filter((weapon) => weapon.properties.includes("thrown"));
  expect(thrown.map((weapon) => weapon.name)).toEqual(["Dagger", "Javelin", "Spear"]);
  for (const weapon of thrown) {
    expect([weapon.isMelee, weapon.isRanged, weapon.ranges.length]).toEqual([true, true, 2]);
  }
});

test("things are found by name, whatever the capitals", () => {
  expect(findWeapon("LONGSWORD")?.damage).toBe("1d8");
  expect(findWeapon("Vorpal spoon")).toBeNull();
  expect(findGear("torch")?.costCopper).toBe(50);
  expect(findArmor("plate")?.name).toBe("Plate mail");
  expect(findArmor("Leather Armour")?.name).toBe("Leather armor");
  expect(findArmor("mithral plate mail")?.slots).toBe(2);
  expect(findArmor("bark")).toBeNull();
});

test("mithral costs four times as much and takes a slot less", () => {
  expect(findArmor("mithral chainmail")).toMatchObject({
    costCopper: 4 * (findArmor("chainmail")?.costCopper ?? 0),
    slots: (findArmor("chainmail")?.slots ?? 0) - 1,
    stealthDisadvantage: false,
  });
});

test("the crawling kit fills 7 slots and holds only things from the table", () => {
  const items = crawlingKit.contents.map(({ name, quantity }) => {
    const gear = findGear(name);
    expect(gear, name).not.toBeNull();
    return { ...gear!, quantity };
  });
  expect(usedGearSlots({ items })).toBe(7);
});

test("no two things share a name", () => {
  const names = [...gearItems, ...weapons].map((entry) => entry.name);
  expect(new Set(names).size).toBe(names.length);
});
