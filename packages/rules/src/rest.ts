// Resting: eight hours and a ration; interruptions may spoil it.
import { checkOutcome, isSuccess } from "./checks.ts";
import { rollDie, type Rng } from "./random.ts";

export const restHours = 8;

/** CON check after each stressful interruption. */
export const restDifficultyClass = 12;

/** What a rest costs and whether it helps: a spoiled one still eats the ration. */
export type RestOutcome = {
  readonly isRested: boolean;
  readonly spendsRation: boolean;
};

/**
 * The outcome of one night: without a ration there is no rest; every interruption must be met.
 *
 * @param interruptions - one natural d20 and total per stressful interruption
 */
export function restOutcome(
  hasRation: boolean,
  interruptions: readonly { natural: number; total: number }[],
): RestOutcome {
  if (!hasRation) return { isRested: false, spendsRation: false };
  const isRested = interruptions.every(({ natural, total }) =>
    isSuccess(checkOutcome(natural, total, restDifficultyClass)),
  );
  return { isRested, spendsRation: true };
}

/** A score after a rest: damage that isn't permanent heals, in the "grinder" mode by one point. */
export function abilityAfterRest(score: number, undamagedScore: number, isGrinder = false): number {
  if (score >= undamagedScore) return score;
  return isGrinder ? score + 1 : undamagedScore;
}

/** Hit points after a rest: all of them, in the "grinder" mode one roll of the hit die. */
export function hitPointsAfterRest(
  character: { hp: number; maxHp: number; hitDie: number },
  rng: Rng,
  isGrinder = false,
): number {
  if (!isGrinder) return Math.max(character.hp, character.maxHp);
  const healed = character.hp + rollDie(character.hitDie, rng);
  return Math.max(character.hp, Math.min(character.maxHp, healed));
}

/** Lost spells that come back in the "grinder" mode: 1d4. In the usual rule all do. */
export function spellsRecovered(lost: number, rng: Rng, isGrinder = false): number {
  return isGrinder ? Math.min(lost, rollDie(4, rng)) : lost;
}
