// Decides who acts next in an encounter or a crawl. Pure: rolls arrive as numbers, storing the result is the caller's.
import { rollDie, type Rng } from "./random.ts";

/** Somebody's initiative: the roll with its bonus, and the Dexterity modifier that breaks ties. */
export type InitiativeEntry<Id extends string = string> = {
  readonly id: Id;
  readonly roll: number;
  readonly dexterityModifier: number;
};

/** A d20 plus the Dexterity modifier; `hasAdvantage` keeps the better of two. */
export function rollInitiative(dexterityModifier: number, rng: Rng, hasAdvantage = false): number {
  const first = rollDie(20, rng);
  return (hasAdvantage ? Math.max(first, rollDie(20, rng)) : first) + dexterityModifier;
}

/** The modifier the GM's one roll adds: the highest Dexterity among the monsters, 0 without any. */
export function gameMasterInitiativeModifier(dexterityModifiers: readonly number[]): number {
  return dexterityModifiers.length === 0 ? 0 : Math.max(...dexterityModifiers);
}

/** Ids from the highest roll down; equal rolls by Dexterity, then in the order given. */
export function turnOrder<Id extends string>(entries: readonly InitiativeEntry<Id>[]): Id[] {
  return [...entries]
    .sort(
      (left, right) => right.roll - left.roll || right.dexterityModifier - left.dexterityModifier,
    )
    .map((entry) => entry.id);
}

/**
 * The written rule: whoever rolled highest begins, then clockwise by seat, the GM being one seat.
 *
 * @param seats - ids clockwise around the table
 * @param entries - rolls; a seat without one can't begin
 */
export function seatOrder<Id extends string>(
  seats: readonly Id[],
  entries: readonly InitiativeEntry<Id>[],
): Id[] {
  const seated = entries.filter((entry) => seats.includes(entry.id));
  const [first] = turnOrder(seated);
  const start = first === undefined ? 0 : seats.indexOf(first);
  return [...seats.slice(start), ...seats.slice(0, start)];
}

/** One place in the order. A place that `isOut` (dead, fled, hidden from the order) is skipped. */
export type TurnPlace<Id extends string = string> = { readonly id: Id; readonly isOut?: boolean };

/** Whose turn it is and in which round, rounds counted from 1. */
export type Turn<Id extends string = string> = { readonly currentId: Id; readonly round: number };

export type TurnState<Id extends string = string> = {
  readonly order: readonly TurnPlace<Id>[];
  /** Null before the first turn. */
  readonly currentId: Id | null;
  readonly round: number;
};

/**
 * The next turn: the next place in order that isn't out; a new round begins when the order wraps.
 * Somebody who went out on their own turn still hands it on. With no current place, the first one in
 * begins the same round. Null when everybody is out.
 */
export function nextTurn<Id extends string>(state: TurnState<Id>): Turn<Id> | null {
  const { order, round } = state;
  const at = order.findIndex((place) => place.id === state.currentId);
  for (let step = 1; step <= order.length; step += 1) {
    const index = at + step;
    const place = order[index % order.length];
    if (place !== undefined && place.isOut !== true) {
      return { currentId: place.id, round: round + (index >= order.length ? 1 : 0) };
    }
  }
  return null;
}

/**
 * The turn before this one, the opposite of {@link nextTurn}. At the first turn of round 1 there is
 * none: null, as when everybody is out.
 */
export function previousTurn<Id extends string>(state: TurnState<Id>): Turn<Id> | null {
  const { order, round } = state;
  const at = order.findIndex((place) => place.id === state.currentId);
  if (at === -1) return null;
  for (let step = 1; step <= order.length; step += 1) {
    const index = at - step;
    const place = order[(index + order.length) % order.length];
    if (place !== undefined && place.isOut !== true) {
      const before = round - (index < 0 ? 1 : 0);
      return before < 1 ? null : { currentId: place.id, round: before };
    }
  }
  return null;
}
