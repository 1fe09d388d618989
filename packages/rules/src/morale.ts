// Morale: when a side may lose heart, who never does, and the check.
import { checkOutcome, isSuccess } from "./checks.ts";

export const moraleDifficultyClass = 15;

const fearless: ReadonlySet<string> = new Set([
  "bone naga",
  "cultist",
  "ghast",
  "ghost",
  "ghoul",
  "lich",
  "mordanticus the flayed",
  "mummy",
  "naga, bone",
  "obe-ixx of azarumne",
  "shark, megalodon",
  "megalodon shark",
  "skeleton",
  "vampire",
  "vampire spawn",
  "wight",
  "wraith",
  "zombie",
]);

const fearlessWhileRaging: ReadonlySet<string> = new Set([
  "badger",
  "berserker",
  "gnoll",
  "orc",
  "orc chieftain",
  "orc, chieftain",
]);

/**
 * Whether a core monster ever checks morale: never, not while it rages (once a day for 3 rounds: ask,
 * and show the trait), or always. Homebrew monsters always do.
 *
 * @param name - printed or spoken, capitals don't matter
 */
export function moraleImmunity(name: string): "always" | "while raging" | "none" {
  const key = name.trim().toLowerCase();
  if (fearless.has(key)) return "always";
  return fearlessWhileRaging.has(key) ? "while raging" : "none";
}

/**
 * Whether a side must check: a group at half its number or fewer, somebody alone at half the hit
 * points or fewer. A side with nobody left has nothing to check.
 *
 * @param side.startCount - how many the fight began with; 1 makes it a solo
 * @param side.hp - of the one left, used for a solo only
 */
export function isMoraleCheckDue(side: {
  startCount: number;
  aliveCount: number;
  hp: number;
  maxHp: number;
}): boolean {
  if (side.aliveCount < 1) return false;
  if (side.startCount > 1) return side.aliveCount <= side.startCount / 2;
  return side.hp > 0 && side.hp <= side.maxHp / 2;
}

/** Whether a side stands its ground: d20 plus WIS (the leader's, for a big group) against 15. */
export function holdsMorale(natural: number, wisdomModifier: number): boolean {
  return isSuccess(checkOutcome(natural, natural + wisdomModifier, moraleDifficultyClass));
}
