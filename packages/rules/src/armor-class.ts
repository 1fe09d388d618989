// How hard somebody is to hit, and the sum that shows why.
import { abilityModifier } from "./abilities.ts";
import { armorTable, shield, type ArmorName } from "./gear.ts";

/** One line of the sum: magic, mastery of an armor type, a talent, the GM's ruling. */
export type ArmorClassPart = { readonly label: string; readonly amount: number };

export type ArmorClassInput = {
  /** The score, not the modifier. */
  readonly dexterity: number;
  /** Body armor worn; absent or null for none. */
  readonly armor?: ArmorName | null;
  readonly shield?: boolean;
  readonly bonuses?: readonly ArmorClassPart[];
};

/**
 * Armor class without armor: 10 plus the Dexterity modifier.
 *
 * @param dexterity - the score, 0 to 30
 */
export function unarmoredArmorClass(dexterity: number): number {
  return 10 + abilityModifier(dexterity);
}

/** Armor class of what somebody wears; see {@link explainArmorClass} for the sum. Rule: quickstart rules. */
export function armorClass(input: ArmorClassInput): number {
  return explainArmorClass(input).total;
}

/** Armor class with its parts: base, Dexterity (never with plate), shield, then each bonus. */
export function explainArmorClass(input: ArmorClassInput): {
  total: number;
  parts: readonly ArmorClassPart[];
} {
  const armor = input.armor == null ? null : armorTable[input.armor];
  const parts: ArmorClassPart[] = [
    { label: armor?.name ?? "No armor", amount: armor?.baseArmorClass ?? 10 },
  ];
  if (armor?.addsDexterity ?? true) {
    parts.push({ label: "Dexterity", amount: abilityModifier(input.dexterity) });
  }
  if (input.shield === true) parts.push({ label: shield.name, amount: shield.armorClassBonus });
  parts.push(...(input.bonuses ?? []));
  return { total: parts.reduce((sum, part) => sum + part.amount, 0), parts };
}
