// Hit points of characters and combatants: at level 1, on level-up, when hit or healed, and what players are told.
import { abilityModifier } from "./abilities.ts";
import { hitDieByClass, type ClassName } from "./classes.ts";
import { rollDie, type Rng } from "./random.ts";

/**
 * Hit points at level 1: the class die plus the Constitution modifier, at least 1; then 2 more for a
 * dwarf. Rule: quickstart rules; that the 1 comes before the dwarf’s 2 is our reading.
 *
 * @param character.constitution - the score, not the modifier
 * @param character.hitDieRoll - what the class die showed; its highest face where the campaign gives
 *   full hit points at level 1
 * @param character.ancestry - only "Dwarf" matters, whatever its capitals
 * @throws RangeError if the roll can't come from the class die, or the score is outside 0 to 30
 */
export function startingHitPoints(character: {
  className: ClassName;
  constitution: number;
  hitDieRoll: number;
  ancestry?: string;
}): number {
  assertHitDieRoll(character.className, character.hitDieRoll);
  const base = Math.max(1, character.hitDieRoll + abilityModifier(character.constitution));
  return base + sturdyBonus(character.ancestry);
}

/**
 * Hit points of a level 0 character: 1 plus the Constitution modifier, at least 1; 2 more for a dwarf.
 *
 * @param character.constitution - the score, not the modifier
 */
export function levelZeroHitPoints(character: { constitution: number; ancestry?: string }): number {
  return Math.max(1, 1 + abilityModifier(character.constitution)) + sturdyBonus(character.ancestry);
}

/**
 * Most hit points after gaining a level: the class die is added, Constitution is not again.
 *
 * @throws RangeError if the roll can't come from the class die
 */
export function levelUpHitPoints(character: {
  className: ClassName;
  maxHitPoints: number;
  hitDieRoll: number;
}): number {
  assertHitDieRoll(character.className, character.hitDieRoll);
  return character.maxHitPoints + character.hitDieRoll;
}

/** Rolls the class die; a dwarf rolls twice and keeps the better. `rolls` shows what fell. */
export function rollHitDie(
  character: { className: ClassName; ancestry?: string },
  rng: Rng,
): { rolls: readonly number[]; kept: number } {
  const sides = hitDieByClass[character.className];
  const rolls = [rollDie(sides, rng)];
  if (isDwarf(character.ancestry)) rolls.push(rollDie(sides, rng));
  return { rolls, kept: Math.max(...rolls) };
}

function assertHitDieRoll(className: ClassName, roll: number): void {
  const sides = hitDieByClass[className];
  if (!Number.isInteger(roll) || roll < 1 || roll > sides) {
    throw new RangeError(
      `\`hitDieRoll\` is ${roll}; a ${className}'s d${sides} shows 1 to ${sides}`,
    );
  }
}

function isDwarf(ancestry: string | undefined): boolean {
  return ancestry?.trim().toLowerCase() === "dwarf";
}

function sturdyBonus(ancestry: string | undefined): number {
  return isDwarf(ancestry) ? 2 : 0;
}

/** What happened to somebody's hit points. */
export type HitPointChange = {
  /** Hit points now, 0 to the most. */
  readonly hp: number;
  /** What really changed: healing stops at the most, damage at 0. */
  readonly applied: number;
  /** Damage left over after reaching 0; 0 otherwise. */
  readonly excess: number;
  /** "fell" from above 0 to 0, "rose" from 0 to above, or neither. */
  readonly crossing: "fell" | "rose" | "none";
};

/**
 * Applies damage (negative `delta`) or healing (positive), kept within 0 and `maxHp`. Somebody above
 * `maxHp` (a blessing, a lowered maximum) is never pulled down by healing.
 *
 * @throws RangeError if any of the three is not a whole number, or `maxHp` is below 0
 */
export function applyHitPointChange(hp: number, maxHp: number, delta: number): HitPointChange {
  for (const [name, value] of Object.entries({ hp, maxHp, delta })) {
    if (!Number.isInteger(value)) {
      throw new RangeError(`\`${name}\` is ${value}; expected a whole number`);
    }
  }
  if (maxHp < 0) throw new RangeError(`\`maxHp\` is ${maxHp}; expected 0 or more`);
  const before = Math.max(0, hp);
  const wanted = before + delta;
  const after = Math.max(0, delta > 0 ? Math.min(wanted, Math.max(maxHp, before)) : wanted);
  return {
    hp: after,
    applied: after - before,
    excess: wanted < 0 ? -wanted : 0,
    crossing: before > 0 && after === 0 ? "fell" : before === 0 && after > 0 ? "rose" : "none",
  };
}

/** What players are told of a monster's state instead of a number, from best to worst. */
export const healthWords = [
  "unhurt",
  "grazed",
  "wounded",
  "bloodied",
  "near death",
  "down",
] as const;

export type HealthWord = (typeof healthWords)[number];

/**
 * Hit points as a word: unhurt at the most, grazed above three quarters, wounded above half, bloodied
 * above a quarter, near death above 0, down at 0.
 */
export function healthWord(hp: number, maxHp: number): HealthWord {
  if (hp <= 0) return "down";
  if (hp >= maxHp) return "unhurt";
  const share = hp / maxHp;
  if (share > 0.75) return "grazed";
  if (share > 0.5) return "wounded";
  return share > 0.25 ? "bloodied" : "near death";
}
