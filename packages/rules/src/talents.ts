// Talents: what each 2d6 gives each class, as effects a program can apply. In our own words.
import type { AbilityName } from "./abilities.ts";
import type { ClassName } from "./classes.ts";
import { readTable, rollSum, type Rng, type TableRow } from "./random.ts";

export type AttackKind = "melee" | "ranged";

/** What a talent does. Where `choose` lists more than one, the player takes one of them. */
export type TalentEffect =
  | { readonly kind: "ability"; readonly amount: number; readonly choose: readonly AbilityName[] }
  | { readonly kind: "attack"; readonly amount: number; readonly with: readonly AttackKind[] }
  | { readonly kind: "casting"; readonly amount: number }
  | { readonly kind: "weaponMastery" }
  | { readonly kind: "armorMastery"; readonly amount: number }
  | { readonly kind: "advantage"; readonly on: "initiative" | "one spell" }
  | { readonly kind: "backstabDie" }
  | { readonly kind: "extraSpell" }
  | { readonly kind: "magicItem" }
  | { readonly kind: "statPoints"; readonly points: number };

export type Talent = {
  readonly text: string;
  /** One effect, or several of which the player takes one. */
  readonly options: readonly [TalentEffect, ...TalentEffect[]];
  /** A second one of these is rolled again; others pile up. */
  readonly rerollDuplicate: boolean;
  /** Instead of `options`, any talent of the class. */
  readonly orAnyOther: boolean;
};

function talent(
  text: string,
  options: readonly [TalentEffect, ...TalentEffect[]],
  more: { rerollDuplicate?: boolean; orAnyOther?: boolean } = {},
): Talent {
  return {
    text,
    options,
    rerollDuplicate: more.rerollDuplicate ?? false,
    orAnyOther: more.orAnyOther ?? false,
  };
}

const anyTalent = talent(
  "Any talent of the class, or 2 points to add to abilities",
  [{ kind: "statPoints", points: 2 }],
  { orAnyOther: true },
);
const bothAttacks = talent("+1 on melee and ranged attacks", [
  { kind: "attack", amount: 1, with: ["melee", "ranged"] },
]);
const oneSpellAdvantage = talent("Advantage on casting one spell you know", [
  { kind: "advantage", on: "one spell" },
]);

function gain(amount: number, choose: readonly AbilityName[], text: string): Talent {
  return talent(text, [{ kind: "ability", amount, choose }]);
}

type TalentTable = readonly [TableRow<Talent>, ...TableRow<Talent>[]];

const talentTables: Readonly<Record<ClassName, TalentTable>> = {
  Fighter: [
    { low: 2, high: 2, result: talent("Mastery of one more weapon", [{ kind: "weaponMastery" }]) },
    { low: 3, high: 6, result: bothAttacks },
    {
      low: 7,
      high: 9,
      result: gain(2, ["strength", "dexterity", "constitution"], "+2 to STR, DEX or CON"),
    },
    {
      low: 10,
      high: 11,
      result: talent("+1 AC in one kind of armor", [{ kind: "armorMastery", amount: 1 }]),
    },
    { low: 12, high: 12, result: anyTalent },
  ],
  Priest: [
    { low: 2, high: 2, result: oneSpellAdvantage },
    {
      low: 3,
      high: 6,
      result: talent("+1 on melee or on ranged attacks", [
        { kind: "attack", amount: 1, with: ["melee"] },
        { kind: "attack", amount: 1, with: ["ranged"] },
      ]),
    },
    { low: 7, high: 9, result: talent("+1 on casting", [{ kind: "casting", amount: 1 }]) },
    { low: 10, high: 11, result: gain(2, ["strength", "wisdom"], "+2 to STR or WIS") },
    { low: 12, high: 12, result: anyTalent },
  ],
  Thief: [
    {
      low: 2,
      high: 2,
      result: talent("Advantage on initiative", [{ kind: "advantage", on: "initiative" }], {
        rerollDuplicate: true,
      }),
    },
    { low: 3, high: 5, result: talent("One more backstab die", [{ kind: "backstabDie" }]) },
    {
      low: 6,
      high: 9,
      result: gain(2, ["strength", "dexterity", "charisma"], "+2 to STR, DEX or CHA"),
    },
    { low: 10, high: 11, result: bothAttacks },
    { low: 12, high: 12, result: anyTalent },
  ],
  Wizard: [
    { low: 2, high: 2, result: talent("Make one random magic item", [{ kind: "magicItem" }]) },
    {
      low: 3,
      high: 7,
      result: talent("+2 to INT or +1 on casting", [
        { kind: "ability", amount: 2, choose: ["intelligence"] },
        { kind: "casting", amount: 1 },
      ]),
    },
    { low: 8, high: 9, result: oneSpellAdvantage },
    {
      low: 10,
      high: 11,
      result: talent("One more known spell of any tier you can cast", [{ kind: "extraSpell" }]),
    },
    { low: 12, high: 12, result: anyTalent },
  ],
};

/** The talents of a class with the 2d6 totals that give them. */
export function talentTable(className: ClassName): readonly TableRow<Talent>[] {
  return talentTables[className];
}

/**
 * The talent for a 2d6 total.
 *
 * @throws RangeError if the total is not a whole number from 2 to 12
 */
export function talentFor(className: ClassName, total: number): Talent {
  if (!Number.isInteger(total) || total < 2 || total > 12) {
    throw new RangeError(`\`total\` is ${total}; two d6 show 2 to 12`);
  }
  return readTable(talentTables[className], total);
}

/** Rolls a talent. */
export function rollTalent(className: ClassName, rng: Rng): { roll: number; talent: Talent } {
  const roll = rollSum(2, 6, rng);
  return { roll, talent: talentFor(className, roll) };
}

/** Attack and damage bonus of a weapon a fighter has mastered: 1 plus half the level, rounded down. */
export function weaponMasteryBonus(level: number): number {
  return 1 + Math.floor(level / 2);
}

/** Extra weapon dice of a thief's backstab: 1 plus half the level, rounded down, plus talents. */
export function backstabDice(level: number, fromTalents = 0): number {
  return 1 + Math.floor(level / 2) + fromTalents;
}

/** Starting wealth in copper: 2d6 times 5 gp. */
export function rollStartingWealth(rng: Rng): number {
  return rollSum(2, 6, rng) * 500;
}
