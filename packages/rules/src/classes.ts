// The four core classes as numbers and names: hit die, what they may wield and wear, spells known, titles.
import type { AbilityName } from "./abilities.ts";
import type { CharacterAlignment } from "./alignments.ts";
import { readTable, rollDie, type Rng } from "./random.ts";

export const classNames = ["Fighter", "Priest", "Thief", "Wizard"] as const;

export type ClassName = (typeof classNames)[number];

/** Sides of the hit die. */
export const hitDieByClass: Readonly<Record<ClassName, number>> = {
  Fighter: 8,
  Priest: 6,
  Thief: 4,
  Wizard: 4,
};

/** Whether a text is exactly one of the four core classes. */
export function isClassName(text: string): text is ClassName {
  return classNames.some((name) => name === text);
}

const importedClassNames: ReadonlyMap<string, ClassName> = new Map([
  ["fighter", "Fighter"],
  ["priest", "Priest"],
  ["cleric", "Priest"],
  ["thief", "Thief"],
  ["rogue", "Thief"],
  ["wizard", "Wizard"],
]);

/**
 * The core class that an imported class name means, whatever its capitals: Cleric is Priest, Rogue is
 * Thief. Null for anything else; the importer then keeps it as a custom class and says so.
 */
export function classFromImport(text: string): ClassName | null {
  return importedClassNames.get(text.trim().toLowerCase()) ?? null;
}

/** Weapons a class is trained with; "all" for every weapon. */
export const weaponsByClass: Readonly<Record<ClassName, "all" | readonly string[]>> = {
  Fighter: "all",
  Priest: ["Club", "Crossbow", "Dagger", "Longsword", "Mace", "Staff", "Warhammer"],
  Thief: ["Club", "Crossbow", "Dagger", "Shortbow", "Shortsword"],
  Wizard: ["Dagger", "Staff"],
};

/** Armor a class is trained with; "all" includes shields. */
export const armorByClass: Readonly<Record<ClassName, "all" | readonly string[]>> = {
  Fighter: "all",
  Priest: "all",
  Thief: ["Leather armor", "Mithral chainmail"],
  Wizard: [],
};

/** Whether a class is trained with a weapon, by its name in the gear table. */
export function mayWield(className: ClassName, weapon: string): boolean {
  return isListed(weaponsByClass[className], weapon);
}

/** Whether a class is trained with an armor or shield, by its name in the gear table. */
export function mayWear(className: ClassName, armor: string): boolean {
  return isListed(armorByClass[className], armor);
}

function isListed(allowed: "all" | readonly string[], name: string): boolean {
  if (allowed === "all") return true;
  return allowed.some((entry) => entry.toLowerCase() === name.trim().toLowerCase());
}

/** The ability a class casts with; null for classes without spells. */
export const castingAbilityByClass: Readonly<Record<ClassName, AbilityName | null>> = {
  Fighter: null,
  Priest: "wisdom",
  Thief: null,
  Wizard: "intelligence",
};

/** Spells known per tier 1 to 5. */
export type SpellsKnown = readonly [number, number, number, number, number];

const spellsKnownTables: Readonly<Partial<Record<ClassName, readonly SpellsKnown[]>>> = {
  Priest: [
    [2, 0, 0, 0, 0],
    [3, 0, 0, 0, 0],
    [3, 1, 0, 0, 0],
    [3, 2, 0, 0, 0],
    [3, 2, 1, 0, 0],
    [3, 2, 2, 0, 0],
    [3, 3, 2, 1, 0],
    [3, 3, 2, 2, 0],
    [3, 3, 2, 2, 1],
    [3, 3, 3, 2, 2],
  ],
  Wizard: [
    [3, 0, 0, 0, 0],
    [4, 0, 0, 0, 0],
    [4, 1, 0, 0, 0],
    [4, 2, 0, 0, 0],
    [4, 2, 1, 0, 0],
    [4, 3, 2, 0, 0],
    [4, 3, 2, 1, 0],
    [4, 4, 2, 2, 0],
    [4, 4, 3, 2, 1],
    [4, 4, 4, 2, 2],
  ],
};

/**
 * Spells a class knows by tier at a level, talents and the priest's turn undead not counted.
 * All zeros for classes without spells and for level 0; above level 10 as at 10.
 *
 * @throws RangeError if `level` is not a whole number of 0 or more
 */
export function spellsKnown(className: ClassName, level: number): SpellsKnown {
  assertLevel(level);
  const row = spellsKnownTables[className]?.[Math.min(level, 10) - 1];
  return row ?? [0, 0, 0, 0, 0];
}

const titles: Readonly<Record<ClassName, Readonly<Record<CharacterAlignment, readonly string[]>>>> =
  {
    Fighter: {
      lawful: ["Squire", "Cavalier", "Knight", "Thane", "Lord/Lady"],
      chaotic: ["Knave", "Bandit", "Slayer", "Reaver", "Warlord"],
      neutral: ["Warrior", "Barbarian", "Battlerager", "Warchief", "Chieftain"],
    },
    Priest: {
      lawful: ["Acolyte", "Crusader", "Templar", "Champion", "Paladin"],
      chaotic: ["Initiate", "Zealot", "Cultist", "Scourge", "Chaos Knight"],
      neutral: ["Seeker", "Invoker", "Haruspex", "Mystic", "Oracle"],
    },
    Thief: {
      lawful: ["Footpad", "Burglar", "Rook", "Underboss", "Boss"],
      chaotic: ["Thug", "Cutthroat", "Shadow", "Assassin", "Wraith"],
      neutral: ["Robber", "Outlaw", "Rogue", "Renegade", "Bandit King/Queen"],
    },
    Wizard: {
      lawful: ["Apprentice", "Conjurer", "Arcanist", "Mage", "Archmage"],
      chaotic: ["Adept", "Channeler", "Witch/Warlock", "Diabolist", "Sorcerer"],
      neutral: ["Shaman", "Seer", "Warden", "Sage", "Druid"],
    },
  };

/**
 * The title of a character; it changes at levels 1, 3, 5, 7 and 9. Null at level 0.
 *
 * @throws RangeError if `level` is not a whole number of 0 or more
 */
export function titleFor(character: {
  className: ClassName;
  alignment: CharacterAlignment;
  level: number;
}): string | null {
  assertLevel(character.level);
  if (character.level === 0) return null;
  const list = titles[character.className][character.alignment];
  return list[Math.min(list.length - 1, Math.floor((character.level - 1) / 2))] ?? null;
}

/** A core class by d4. */
export function rollClass(rng: Rng): ClassName {
  return readTable<ClassName>(
    [
      { low: 1, high: 1, result: "Fighter" },
      { low: 2, high: 2, result: "Priest" },
      { low: 3, high: 3, result: "Thief" },
      { low: 4, high: 4, result: "Wizard" },
    ],
    rollDie(4, rng),
  );
}

function assertLevel(level: number): void {
  if (!Number.isInteger(level) || level < 0) {
    throw new RangeError(`\`level\` is ${level}; expected a whole number of 0 or more`);
  }
}
