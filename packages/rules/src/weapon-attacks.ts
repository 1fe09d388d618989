// A character's attacks with a weapon: which ability, what bonus, what damage, how far. Monsters' are attacks.ts.
import { abilityModifier } from "./abilities.ts";
import type { Weapon, WeaponRange } from "./gear.ts";

/** What a wielder brings to an attack, by the kind of attack. */
export type WielderBonuses = {
  readonly meleeAttack?: number;
  readonly rangedAttack?: number;
  readonly meleeDamage?: number;
  readonly rangedDamage?: number;
  /** Added to attack and damage both ways: magic, mastery of this weapon. */
  readonly weapon?: number;
};

export type WeaponAttack = {
  readonly kind: "melee" | "ranged" | "melee, two-handed";
  readonly ability: "strength" | "dexterity";
  readonly attackBonus: number;
  /** Dice notation; abilities never add to damage. */
  readonly damage: string;
  readonly ranges: readonly WeaponRange[];
};

/**
 * The ways to attack with a weapon, one entry per button. Melee goes with Strength, ranged with
 * Dexterity; a finesse weapon with the better; a thrown one with the better too, or with Strength only
 * where the campaign says so. Rule: quickstart rules; both readings of thrown weapons are in use.
 *
 * @param wielder.strength - the score, not the modifier; `dexterity` likewise
 */
export function weaponAttacks(
  weapon: Weapon,
  wielder: {
    strength: number;
    dexterity: number;
    bonuses?: WielderBonuses;
    thrownUses?: "better" | "strength";
  },
): WeaponAttack[] {
  const bonuses = wielder.bonuses ?? {};
  const isFinesse = weapon.properties.includes("finesse");
  const isThrown = weapon.properties.includes("thrown");
  const better = betterAbility(wielder.strength, wielder.dexterity);
  const thrownAbility = wielder.thrownUses === "strength" && !isFinesse ? "strength" : better;
  const attacks: WeaponAttack[] = [];
  const add = (
    kind: WeaponAttack["kind"],
    ability: WeaponAttack["ability"],
    dice: string,
    ranges: readonly WeaponRange[],
  ) => {
    const isRanged = kind === "ranged";
    const attack = (isRanged ? bonuses.rangedAttack : bonuses.meleeAttack) ?? 0;
    const damage = (isRanged ? bonuses.rangedDamage : bonuses.meleeDamage) ?? 0;
    const both = bonuses.weapon ?? 0;
    attacks.push({
      kind,
      ability,
      attackBonus: abilityModifier(wielder[ability]) + attack + both,
      damage: withBonus(dice, damage + both),
      ranges,
    });
  };

  if (weapon.isMelee) {
    const ability = isFinesse ? better : "strength";
    add("melee", ability, weapon.damage, ["close"]);
    if (weapon.twoHandedDamage !== null) {
      add("melee, two-handed", ability, weapon.twoHandedDamage, ["close"]);
    }
  }
  if (weapon.isRanged) {
    const ranges = weapon.ranges.filter((range) => range !== "close");
    add("ranged", isThrown ? thrownAbility : "dexterity", weapon.damage, ranges);
  }
  return attacks;
}

function betterAbility(strength: number, dexterity: number): "strength" | "dexterity" {
  return abilityModifier(dexterity) > abilityModifier(strength) ? "dexterity" : "strength";
}

function withBonus(dice: string, bonus: number): string {
  if (bonus === 0) return dice;
  return bonus > 0 ? `${dice}+${bonus}` : `${dice}${bonus}`;
}
