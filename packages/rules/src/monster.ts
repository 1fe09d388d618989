// What follows from a monster's printed figures: hit dice, hit points, tags, and guideline values for a level.
import { alignmentLetters } from "./alignments.ts";
import { parseAttacks } from "./attacks.ts";
import { parseMovement } from "./movement.ts";
import { rollSum, type Rng } from "./random.ts";

/** Our classification of the bestiary; homebrew may use others. */
export const monsterTypes = [
  "Aberration",
  "Beast",
  "Celestial",
  "Construct",
  "Dragon",
  "Elemental",
  "Fey",
  "Fiend",
  "Giant",
  "Humanoid",
  "Monstrosity",
  "Ooze",
  "Plant",
  "Undead",
] as const;

export type MonsterType = (typeof monsterTypes)[number];

/** Alignment letters in the order of law to chaos. */
export const monsterAlignments = alignmentLetters;

/**
 * Hit dice as text: level in d8 plus the Constitution modifier (`2d8+2`, `1d8-1`, `3d8`); `1` at
 * level 0, where hit points are fixed.
 *
 * @param constitutionModifier - as printed in the stat block, not a score
 */
export function hitDiceNotation(level: number, constitutionModifier: number): string {
  assertMonsterLevel(level);
  if (level === 0) return "1";
  if (constitutionModifier === 0) return `${level}d8`;
  return `${level}d8${constitutionModifier > 0 ? "+" : ""}${constitutionModifier}`;
}

/** Hit points a stat block prints: 4.5 per level rounded down, plus Constitution once, at least 1. */
export function averageHitPoints(level: number, constitutionModifier: number): number {
  assertMonsterLevel(level);
  return level === 0 ? 1 : Math.max(1, Math.floor(4.5 * level) + constitutionModifier);
}

/** Rolled hit points: a d8 per level plus Constitution once, at least 1; always 1 at level 0. */
export function rollHitPoints(level: number, constitutionModifier: number, rng: Rng): number {
  assertMonsterLevel(level);
  return level === 0 ? 1 : Math.max(1, rollSum(level, 8, rng) + constitutionModifier);
}

function assertMonsterLevel(level: number): void {
  if (!Number.isInteger(level) || level < 0 || level > 100) {
    throw new RangeError(`\`level\` is ${level}; expected a whole number from 0 to 100`);
  }
}

/** Typical figures of core monsters of a level, medians: for homebrew hints and re-levelling. */
export type Guideline = {
  readonly armorClass: number;
  readonly hitPoints: number;
  readonly attacks: number;
  readonly attackBonus: number;
  /** Damage in one round if everything hits. */
  readonly damagePerRound: number;
};

function guideline(
  armorClass: number,
  hitPoints: number,
  attacks: number,
  attackBonus: number,
  damagePerRound: number,
): Guideline {
  return { armorClass, hitPoints, attacks, attackBonus, damagePerRound };
}

const guidelines: readonly (readonly [lowestLevel: number, values: Guideline])[] = [
  [16, guideline(18, 78, 4, 10, 52)],
  [13, guideline(16, 65, 4, 9, 44)],
  [11, guideline(16, 57, 3, 8, 31)],
  [10, guideline(15, 48, 3, 7, 27)],
  [9, guideline(16, 43, 3, 7, 27)],
  [8, guideline(14, 38, 2, 6, 16.5)],
  [7, guideline(13, 34, 2, 6, 14.5)],
  [6, guideline(14, 29, 3, 5, 14)],
  [5, guideline(13, 24, 2, 4, 9)],
  [4, guideline(12, 19, 2, 3, 7)],
  [3, guideline(13, 14, 2, 3, 7)],
  [2, guideline(12.5, 10, 1, 2, 3.5)],
  [1, guideline(12, 4, 1, 3, 2.5)],
];

/** Median figures of the core monsters of a level; those of 16-19 for anything higher. */
export function guidelineFor(level: number): Guideline {
  assertMonsterLevel(level);
  const row = guidelines.find(([lowestLevel]) => level >= lowestLevel);
  return row === undefined ? guideline(11, 1, 1, 1, 1) : row[1];
}

export const monsterTags = [
  "swarm",
  "aquatic",
  "flyer",
  "spellcaster",
  "legendary",
  "undead",
  "dark-adapted",
] as const;

export type MonsterTag = (typeof monsterTags)[number];

/**
 * Tags that follow from a stat block: swarm (name), aquatic and flyer (movement), spellcaster (attacks
 * or a trait with a spell), legendary (trait), undead (type), dark-adapted (all but humanoids).
 * A movement or an attack line that can't be read gives no tag rather than an error.
 */
export function secondaryTags(monster: {
  name: string;
  type: string;
  movement: string;
  attacks: string;
  specialAbilities: readonly { name: string }[];
}): MonsterTag[] {
  const modes = readOr(() => parseMovement(monster.movement).modes, []);
  const parts = readOr(() => parseAttacks(monster.attacks).flat(), []);
  const traits = monster.specialAbilities.map((trait) => trait.name.toLowerCase());
  const holds: Record<MonsterTag, boolean> = {
    swarm: /\bswarm$/i.test(monster.name.trim()),
    aquatic: modes.includes("swim"),
    flyer: modes.includes("fly"),
    spellcaster:
      parts.some((part) => part.name === "spell") ||
      traits.some((name) => /\((?:int|wis|cha) spell\)$/.test(name)),
    legendary: traits.includes("legendary"),
    undead: monster.type === "Undead",
    "dark-adapted": monster.type !== "Humanoid",
  };
  return monsterTags.filter((tag) => holds[tag]);
}

function readOr<T>(read: () => readonly T[], otherwise: readonly T[]): readonly T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** A spell among a monster's traits: which ability casts it and against what. */
export type MonsterSpell = {
  readonly ability: "intelligence" | "wisdom" | "charisma";
  readonly difficultyClass: number;
  /** Difficulty class less 10. */
  readonly tier: number;
};

const spellAbilities = { INT: "intelligence", WIS: "wisdom", CHA: "charisma" } as const;

/** Reads a trait whose name ends in `(INT Spell)` or the like and whose text holds `DC n`; else null. */
export function monsterSpell(trait: { name: string; description: string }): MonsterSpell | null {
  const kind = /\((INT|WIS|CHA) Spell\)$/.exec(trait.name.trim())?.[1];
  const dc = /\bDC (\d+)/.exec(trait.description)?.[1];
  if ((kind !== "INT" && kind !== "WIS" && kind !== "CHA") || dc === undefined) return null;
  return { ability: spellAbilities[kind], difficultyClass: Number(dc), tier: Number(dc) - 10 };
}
