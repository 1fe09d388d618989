// The six abilities: their order, the modifier of a score, and rolling a set.
import { rollSum, type Rng } from "./random.ts";

/** The abilities in the order sheets and stat blocks print them. */
export const abilityNames = [
  "strength",
  "dexterity",
  "constitution",
  "intelligence",
  "wisdom",
  "charisma",
] as const;

export type AbilityName = (typeof abilityNames)[number];

/** One number per ability: scores for characters, modifiers for monsters. */
export type AbilityScores = Record<AbilityName, number>;

/** Three capitals as printed on sheets: `STR`, `DEX` and so on. */
export const abilityShortNames: Readonly<Record<AbilityName, string>> = {
  strength: "STR",
  dexterity: "DEX",
  constitution: "CON",
  intelligence: "INT",
  wisdom: "WIS",
  charisma: "CHA",
};

/** Lowest and highest rolled (base) score. */
export const rolledScoreRange = { low: 3, high: 18 } as const;

/** Lowest and highest effective score; talents pass 18, drains fall to 0, which is death. */
export const effectiveScoreRange = { low: 0, high: 30 } as const;

/**
 * The modifier of a score: -4 (3 or less) to +4 (18 or more).
 * Monsters print modifiers, not scores; never pass those here.
 *
 * @param score - effective score, a whole number from 0 to 30
 * @throws RangeError if `score` is anything else
 */
export function abilityModifier(score: number): number {
  if (!isEffectiveScore(score)) {
    throw new RangeError(`\`score\` is ${score}; expected a whole number from 0 to 30`);
  }
  return Math.min(4, Math.max(-4, Math.floor((score - 10) / 2)));
}

/** Whether a number can be a rolled score: whole, 3 to 18. */
export function isRolledScore(score: number): boolean {
  return Number.isInteger(score) && score >= rolledScoreRange.low && score <= rolledScoreRange.high;
}

/** Whether a number can be a score in play: whole, 0 to 30. */
export function isEffectiveScore(score: number): boolean {
  return (
    Number.isInteger(score) && score >= effectiveScoreRange.low && score <= effectiveScoreRange.high
  );
}

/** Rolls 3d6 for each ability in order. `mayReroll` when no score is 14 or more. */
export function rollAbilityScores(rng: Rng): { scores: AbilityScores; mayReroll: boolean } {
  const scores: AbilityScores = {
    strength: rollSum(3, 6, rng),
    dexterity: rollSum(3, 6, rng),
    constitution: rollSum(3, 6, rng),
    intelligence: rollSum(3, 6, rng),
    wisdom: rollSum(3, 6, rng),
    charisma: rollSum(3, 6, rng),
  };
  return { scores, mayReroll: mayRerollScores(scores) };
}

/** Whether a rolled set may be rolled again: none of its scores is 14 or more. */
export function mayRerollScores(scores: AbilityScores): boolean {
  return abilityNames.every((name) => scores[name] < 14);
}

/** A modifier with its sign, as stat blocks print it: `+2`, `+0`, `-1`. */
export function formatModifier(modifier: number): string {
  return modifier < 0 ? `-${Math.abs(modifier)}` : `+${modifier}`;
}
