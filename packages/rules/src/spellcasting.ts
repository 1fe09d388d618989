// Casting: difficulty, what each outcome does to the spell, focus, penance, scrolls and wands. Mishaps are in mishaps.ts.
import { checkOutcome, type CheckOutcome } from "./checks.ts";

export const spellTiers = [1, 2, 3, 4, 5] as const;

export type SpellTier = (typeof spellTiers)[number];

/** Whether a number is a tier a character can cast. */
export function isSpellTier(tier: number): tier is SpellTier {
  return spellTiers.some((known) => known === tier);
}

/**
 * What a casting check must reach: 10 plus the tier.
 *
 * @throws RangeError if the tier is not a whole number from 1 to 5
 */
export function spellDifficultyClass(tier: number): number {
  if (!isSpellTier(tier)) {
    throw new RangeError(`\`tier\` is ${tier}; expected a whole number from 1 to 5`);
  }
  return 10 + tier;
}

/** The two traditions differ in what a natural 1 costs: a mishap, or a penance. */
export type CastingTradition = "wizard" | "priest";

/** Whether a spell can be cast: ready, lost until a rest, or barred until penance and a rest. */
export type SpellState = "ready" | "lost" | "penance";

export type CastResult = {
  readonly outcome: CheckOutcome;
  readonly works: boolean;
  /** A natural 20 doubles one number of the spell. */
  readonly doublesEffect: boolean;
  readonly spellState: SpellState;
  readonly mishap: boolean;
  /** Price of the penance in gold; null if none is owed. */
  readonly penanceGold: number | null;
};

/**
 * What a casting roll does.
 *
 * @param cast.natural - the d20's kept face
 * @param cast.total - with ability modifier and bonuses
 */
export function castSpell(cast: {
  natural: number;
  total: number;
  tier: SpellTier;
  tradition: CastingTradition;
}): CastResult {
  const outcome = checkOutcome(cast.natural, cast.total, spellDifficultyClass(cast.tier));
  const works = outcome === "success" || outcome === "critical success";
  const isCriticalFailure = outcome === "critical failure";
  const owesPenance = isCriticalFailure && cast.tradition === "priest";
  return {
    outcome,
    works,
    doublesEffect: outcome === "critical success",
    spellState: works ? "ready" : owesPenance ? "penance" : "lost",
    mishap: isCriticalFailure && cast.tradition === "wizard",
    penanceGold: owesPenance ? penanceGold(cast.tier) : null,
  };
}

/**
 * A focus check, made at the start of each own turn and at once when hurt or distracted. A plain
 * failure ends the spell but doesn't lose it; a natural 1 is a critical failure of casting.
 */
export function focusOutcome(cast: {
  natural: number;
  total: number;
  tier: SpellTier;
  tradition: CastingTradition;
}): { continues: boolean; result: CastResult } {
  const result = castSpell(cast);
  if (result.works || result.outcome === "critical failure") {
    return { continues: result.works, result };
  }
  return { continues: false, result: { ...result, spellState: "ready" } };
}

const penancePrices: Readonly<Record<SpellTier, number>> = { 1: 5, 2: 20, 3: 40, 4: 90, 5: 150 };

/** Gold a priest gives up to be forgiven a natural 1; a quest may stand in. */
export function penanceGold(tier: SpellTier): number {
  return penancePrices[tier];
}

/** Spell states after a full rest: lost ones come back; barred ones only once the penance is done. */
export function spellStateAfterRest(state: SpellState, isPenanceDone: boolean): SpellState {
  return state === "penance" && !isPenanceDone ? "penance" : "ready";
}

/** What is left of a scroll or a wand after the attempt. A scroll is always used up. */
export function magicDeviceAfter(
  device: "scroll" | "wand",
  outcome: CheckOutcome,
): "ready" | "silent until rest" | "broken" | "used up" {
  if (device === "scroll") return "used up";
  if (outcome === "critical failure") return "broken";
  return outcome === "failure" ? "silent until rest" : "ready";
}
