import { expect, test } from "vitest";
import { parseDice } from "./dice.ts";
import { findWeapon, weapons, type Weapon } from "./gear.ts";
import { weaponAttacks } from "./weapon-attacks.ts";

function weapon(name: string): Weapon {
  const found = findWeapon(name);
  if (found === null) throw new Error(`no weapon ${name}`);
  return found;
}

const strong = { strength: 16, dexterity: 8 };
const nimble = { strength: 8, dexterity: 16 };

test("a sword goes with Strength, a bow with Dexterity", () => {
  expect(weaponAttacks(weapon("Longsword"), strong)).toEqual([
    { kind: "melee", ability: "strength", attackBonus: 3, damage: "1d8", ranges: ["close"] },
  ]);
  expect(weaponAttacks(weapon("Longbow"), strong)).toEqual([
    { kind: "ranged", ability: "dexterity", attackBonus: -1, damage: "1d8", ranges: ["far"] },
  ]);
});

test("a finesse weapon takes the better ability, near and far", () => {
  expect(weaponAttacks(weapon("Dagger"), nimble).map((attack) => attack.ability)).toEqual([
    "dexterity",
    "dexterity",
  ]);
  expect(weaponAttacks(weapon("Dagger"), strong).map((attack) => attack.attackBonus)).toEqual([
    3, 3,
  ]);
});

test("a thrown spear takes the better ability, or Strength where the campaign says so", () => {
  const thrown = (thrownUses: "better" | "strength") =>
    weaponAttacks(weapon("Spear"), { ...nimble, thrownUses }).map((attack) => [
      attack.kind,
      attack.attackBonus,
    ]);
  expect(thrown("better")).toEqual([
    ["melee", -1],
    ["ranged", 3],
  ]);
  expect(thrown("strength")).toEqual([
    ["melee", -1],
    ["ranged", -1],
  ]);
});

test("a versatile weapon has the bigger die in both hands", () => {
  expect(weaponAttacks(weapon("Greataxe"), strong).map((attack) => attack.damage)).toEqual([
    "1d8",
    "1d10",
  ]);
});

test("bonuses add by kind, and the weapon's own to attack and damage", () => {
  const bonuses = { meleeAttack: 1, meleeDamage: 1, rangedAttack: 2, weapon: 1 };
  expect(weaponAttacks(weapon("Spear"), { ...strong, bonuses })).toMatchObject([
    { kind: "melee", attackBonus: 5, damage: "1d6+2" },
    { kind: "ranged", attackBonus: 6, damage: "1d6+1" },
  ]);
});

test("every weapon of the table gives an attack whose damage is dice", () => {
  for (const each of weapons) {
    const attacks = weaponAttacks(each, { ...strong, bonuses: { weapon: -1 } });
    expect(attacks.length).toBeGreaterThan(0);
    for (const attack of attacks) expect(() => parseDice(attack.damage)).not.toThrow();
  }
});
