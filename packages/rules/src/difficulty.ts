// How hard a fight is likely to be: monster levels against party levels, with the reasons. The measure is our own, fitted to simulated fights.
import { parseAttacks } from "./attacks.ts";

export const difficultyTiers = ["trivial", "easy", "medium", "hard", "deadly"] as const;

/** What a screen shows. */
export type DifficultyTier = (typeof difficultyTiers)[number];

export const difficulties = ["easy", "medium", "hard", "deadly"] as const;

/** What is stored: trivial and easy are both easy. */
export type Difficulty = (typeof difficulties)[number];

export type EncounterMonster = {
  readonly name: string;
  readonly level: number;
  readonly count: number;
  /** The attack line; tells level 0 monsters that do a flat 1 damage from the others. */
  readonly attacks?: string;
  /** Units one monster is made of, each of `level`: the heads of a hydra. 1 if absent. */
  readonly units?: number;
};

/** What the GM knows beyond the numbers; each is worth one tier. */
export type DifficultyToggles = {
  /** The party is surprised or fights in the dark: one tier up. */
  readonly partyAtDisadvantage?: boolean;
  /** The party has surprise: one tier down. */
  readonly partyHasSurprise?: boolean;
  /** Only magic hurts the monsters and the party has none: one tier up. */
  readonly partyCannotHurt?: boolean;
};

export type DifficultyEstimate = {
  /** Sum of monster levels over sum of party levels. */
  readonly ratio: number;
  readonly tier: DifficultyTier;
  readonly difficulty: Difficulty;
  /** Why, one sentence each, the ratio first. */
  readonly reasons: readonly string[];
};

/**
 * Estimates a stand-up fight. Every estimate is for a fight to the end: fleeing, talking and morale
 * change everything.
 *
 * @param encounter.partyLevels - one entry per character present; level 0 counts 0.5
 * @param encounter.monsters - may be empty: trivial
 * @throws RangeError if the party is empty, or a level or count is negative
 */
export function estimateDifficulty(encounter: {
  partyLevels: readonly number[];
  monsters: readonly EncounterMonster[];
  toggles?: DifficultyToggles;
}): DifficultyEstimate {
  const { partyLevels, monsters, toggles = {} } = encounter;
  if (partyLevels.length === 0) {
    throw new RangeError("The party is empty; add at least one character to estimate a fight");
  }
  const party = partyLevels.reduce((sum, level) => sum + characterWeight(level), 0);
  const strength = monsters.reduce((sum, monster) => sum + monsterWeight(monster), 0);
  const ratio = strength / party;
  const average = party / partyLevels.length;

  let tier = tierIndex(ratio);
  const reasons = [
    `Monster levels add up to ${round(strength)}, the party’s to ${round(party)}: ratio ${round(ratio)}`,
  ];
  const steps = [
    stepForShape(monsters, average, partyLevels.length),
    toggles.partyAtDisadvantage === true
      ? { by: 1, reason: "The party is surprised or in the dark: one tier up" }
      : null,
    toggles.partyHasSurprise === true
      ? { by: -1, reason: "The party has surprise: one tier down" }
      : null,
    toggles.partyCannotHurt === true
      ? { by: 1, reason: "Only magic hurts them and the party has none: one tier up" }
      : null,
  ];
  for (const step of steps) {
    if (step === null || strength === 0) continue;
    tier += step.by;
    reasons.push(step.reason);
  }
  const name = difficultyTiers[Math.min(4, Math.max(0, tier))] ?? "deadly";
  return { ratio, tier: name, difficulty: name === "trivial" ? "easy" : name, reasons };
}

/** Tier of a ratio before any step: 0 trivial below 0.25, then a tier per quarter, 4 deadly from 1. */
function tierIndex(ratio: number): number {
  return Math.min(4, Math.floor(ratio * 4));
}

function characterWeight(level: number): number {
  if (!(level >= 0)) throw new RangeError(`A character's level is ${level}; expected 0 or more`);
  return level === 0 ? 0.5 : level;
}

/** What a monster line adds: its level, or at level 0 a quarter (flat 1 damage) or three quarters. */
function monsterWeight(monster: EncounterMonster): number {
  const { name, level, count, units = 1 } = monster;
  if (!(level >= 0) || !(count >= 0) || !(units >= 0)) {
    throw new RangeError(
      `\`${name}\` has level ${level}, count ${count}, units ${units}; expected 0 or more each`,
    );
  }
  const each = level > 0 ? level : dealsFlatOne(monster.attacks) ? 0.25 : 0.75;
  return each * count * units;
}

function dealsFlatOne(attacks: string | undefined): boolean {
  if (attacks === undefined) return false;
  try {
    const blows = parseAttacks(attacks)
      .flat()
      .flatMap((part) => (part.damage === null ? [] : [part.damage]));
    return (
      blows.length > 0 && blows.every((damage) => damage.dice === "1" && damage.bonus === null)
    );
  } catch (error) {
    // A homebrew line outside the grammar counts as an ordinary level 0 monster.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** One tier up, at most once, for a lone strong monster or for numbers a young party can't handle. */
function stepForShape(
  monsters: readonly EncounterMonster[],
  average: number,
  partySize: number,
): { by: number; reason: string } | null {
  const present = monsters.filter((monster) => monster.count > 0);
  const boss = present
    .map((monster) => ({ name: monster.name, level: monster.level * (monster.units ?? 1) }))
    .sort((left, right) => right.level - left.level)[0];
  if (boss !== undefined && boss.level >= 2 * average && boss.level >= average + 3) {
    return {
      by: 1,
      reason: `Boss: ${boss.name} is level ${boss.level}, the party ${round(average)} on average: one tier up`,
    };
  }
  const count = present.reduce((sum, monster) => sum + monster.count, 0);
  if (average < 5 && count > 2 * partySize) {
    return {
      by: 1,
      reason: `Swarm: ${count} monsters for ${partySize} ${partySize === 1 ? "character" : "characters"} below level 5: one tier up`,
    };
  }
  return null;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const watchWords = [
  { label: "petrifies", pattern: /petrif/i },
  { label: "paralyzes", pattern: /paraly[sz]/i },
  { label: "takes control", pattern: /\bcontrol/i },
  { label: "swallows", pattern: /swallow/i },
  { label: "transforms", pattern: /\bturn(?:s|ed|ing) (?:in)?to\b/i },
  { label: "drops to 0 HP", pattern: /\b(?:drops?|falls?|go|goes) to 0\b/i },
  { label: "permanent", pattern: /permanent/i },
  {
    label: "kills outright",
    pattern: /\b(?:target dies|(?<!when )it dies|dies? at 0|death if|behead)/i,
  },
] as const;

/** What in these traits can end a character without taking hit points, with the trait it stands in. */
export function watchList(
  traits: readonly { name: string; description: string }[],
): { label: string; trait: string }[] {
  return traits.flatMap((trait) =>
    watchWords
      .filter(({ pattern }) => pattern.test(trait.description))
      .map(({ label }) => ({ label, trait: trait.name })),
  );
}
