// A check: d20 plus a modifier against a difficulty class, and the small devices beside it.
import { d20Expression } from "./attack-rolls.ts";
import { rollDice, type DiceResult, type RollMode } from "./dice.ts";
import { rollDie, type Rng } from "./random.ts";

export const difficultyClasses = { easy: 9, normal: 12, hard: 15, extreme: 18 } as const;

export type CheckOutcome = "critical success" | "success" | "failure" | "critical failure";

/** How a roll is made when any number of things help and hinder: one of each cancels, none are counted. */
export function rollMode(hasAdvantage: boolean, hasDisadvantage: boolean): RollMode {
  if (hasAdvantage === hasDisadvantage) return "plain";
  return hasAdvantage ? "advantage" : "disadvantage";
}

/** A natural 20 always succeeds, a natural 1 always fails, else the total must reach the class. */
export function checkOutcome(
  natural: number,
  total: number,
  difficultyClass: number,
): CheckOutcome {
  if (natural === 20) return "critical success";
  if (natural === 1) return "critical failure";
  return total >= difficultyClass ? "success" : "failure";
}

/** Whether an outcome is one of the two good ones. */
export function isSuccess(outcome: CheckOutcome): boolean {
  return outcome === "success" || outcome === "critical success";
}

/** Rolls a check. */
export function rollCheck(
  check: { modifier: number; difficultyClass: number; mode?: RollMode },
  rng: Rng,
): { roll: DiceResult; outcome: CheckOutcome } {
  const roll = rollDice(d20Expression(check.modifier, check.mode), rng);
  return { roll, outcome: checkOutcome(roll.natural ?? 0, roll.total, check.difficultyClass) };
}

/** Both sides roll, the higher total wins; equal totals are rolled again. */
export function contestWinner(
  firstTotal: number,
  secondTotal: number,
): "first" | "second" | "reroll" {
  if (firstTotal === secondTotal) return "reroll";
  return firstTotal > secondTotal ? "first" : "second";
}

/** The d6 that stands in for a coin: 1-3 bad, 4-6 good. */
export function rollFortune(rng: Rng): { roll: number; isGood: boolean } {
  const roll = rollDie(6, rng);
  return { roll, isGood: roll >= 4 };
}
