// From 0 hit points to up again, stable or dead.
//
//   up --0 HP--> dying --own turn--> dying, running --each later own turn: d20--> 20: up at 1 HP | timer 0: dead
//                  `---- INT check ----> stable        any HP above 0 ends dying and stable: up
import { rollDie, type Rng } from "./random.ts";

/** What stands between a character and the grave. Monsters don't use it: they die at 0. */
export type LifeState =
  | { readonly kind: "up" }
  | {
      readonly kind: "dying";
      /** Own turns left once running; at 0 the character is dead. */
      readonly roundsLeft: number;
      /** False until the character's next own turn begins. */
      readonly isRunning: boolean;
    }
  | { readonly kind: "stable" }
  | { readonly kind: "dead" };

/** INT check of somebody close that stops the timer. */
export const stabiliseDifficultyClass = 15;

/** The same in the "deadly" mode. */
export const deadlyStabiliseDifficultyClass = 18;

/** Rounds until death: 1d4 plus the Constitution modifier, at least 1. */
export function deathTimerRounds(d4Roll: number, constitutionModifier: number): number {
  return Math.max(1, d4Roll + constitutionModifier);
}

/** A character falls to 0 hit points: the timer is rolled now and runs from the next own turn. */
export function startDying(constitutionModifier: number, rng: Rng): LifeState {
  const roundsLeft = deathTimerRounds(rollDie(4, rng), constitutionModifier);
  return { kind: "dying", roundsLeft, isRunning: false };
}

/** Whether the coming own turn calls for a d20 against death. */
export function needsDeathRoll(state: LifeState): boolean {
  return state.kind === "dying" && state.isRunning;
}

/**
 * A dying character's own turn. The first one only starts the timer; each later one needs the natural
 * d20: a 20 brings the character up with `hitPoints` 1, anything else takes a round off, and the last
 * round off is death. Other states stay as they are.
 *
 * @param naturalRoll - the d20's face; null where {@link needsDeathRoll} is false
 * @throws RangeError if a roll is due and none, or none a d20 shows, was given
 */
export function dyingTurn(
  state: LifeState,
  naturalRoll: number | null,
): { state: LifeState; hitPoints: 0 | 1 | null } {
  if (state.kind !== "dying") return { state, hitPoints: null };
  if (!state.isRunning) return { state: { ...state, isRunning: true }, hitPoints: 0 };
  if (naturalRoll === null || !(naturalRoll >= 1 && naturalRoll <= 20)) {
    throw new RangeError(`\`naturalRoll\` is ${naturalRoll}; expected the d20's face, 1 to 20`);
  }
  if (naturalRoll === 20) return { state: { kind: "up" }, hitPoints: 1 };
  const roundsLeft = state.roundsLeft - 1;
  if (roundsLeft <= 0) return { state: { kind: "dead" }, hitPoints: 0 };
  return { state: { ...state, roundsLeft }, hitPoints: 0 };
}

/** Stops the timer of somebody dying; they stay unconscious at 0. Other states stay as they are. */
export function stabilise(state: LifeState): LifeState {
  return state.kind === "dying" ? { kind: "stable" } : state;
}

/** After healing: any hit points above 0 bring a dying or stable character up; nothing raises the dead. */
export function afterHealing(state: LifeState, hitPoints: number): LifeState {
  return hitPoints > 0 && state.kind !== "dead" ? { kind: "up" } : state;
}
