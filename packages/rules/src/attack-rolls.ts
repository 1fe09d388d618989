// Rolling an attack: does it hit, and what does it do. For monsters' parts and characters' weapons alike.
import { parseAttacks, type AttackOption, type AttackPart } from "./attacks.ts";
import {
  averageOf,
  doubleDice,
  parseDice,
  rollDice,
  type DiceExpression,
  type DiceResult,
  type RollMode,
} from "./dice.ts";
import type { Rng } from "./random.ts";

export type AttackOutcome = "critical hit" | "hit" | "miss" | "critical miss";

/** A natural 20 always hits and doubles the damage dice, a natural 1 always misses. */
export function attackOutcome(natural: number, total: number, armorClass: number): AttackOutcome {
  if (natural === 20) return "critical hit";
  if (natural === 1) return "critical miss";
  return total >= armorClass ? "hit" : "miss";
}

/** A d20 plus a bonus, as an expression to roll. */
export function d20Expression(bonus: number, mode: RollMode = "plain"): DiceExpression {
  const die = { kind: "dice", sign: 1, count: 1, sides: 20 } as const;
  if (bonus === 0) return { terms: [die], mode };
  const constant = {
    kind: "constant",
    sign: bonus < 0 ? -1 : 1,
    value: Math.abs(bonus),
  } as const;
  return { terms: [die, constant], mode };
}

/** The damage of a part as an expression; null if it does none. Riders are not dice. */
export function damageExpression(part: AttackPart, isCritical = false): DiceExpression | null {
  if (part.damage === null) return null;
  const { dice, bonus } = part.damage;
  const expression = parseDice(bonus === null ? dice : `${dice}+${bonus}`);
  return isCritical ? doubleDice(expression) : expression;
}

/** One swing of a part: the roll to hit, what came of it against an armor class, and its damage. */
export type Swing = {
  readonly toHit: DiceResult;
  /** Null when no armor class was given. */
  readonly outcome: AttackOutcome | null;
  /** Null on a miss and for parts that do no damage. */
  readonly damage: DiceResult | null;
};

/**
 * Rolls all swings of a part, its count first where that is dice. Without an armor class damage is
 * rolled for each, so that the table can decide.
 *
 * @throws RangeError if the part has no bonus, so nothing to roll
 */
export function rollAttackPart(
  part: AttackPart,
  rng: Rng,
  options: { armorClass?: number; mode?: RollMode; explode?: boolean } = {},
): Swing[] {
  const { bonus } = part;
  if (bonus === null) {
    throw new RangeError(`\`${part.name}\` has no attack bonus; its trait says what happens`);
  }
  const swings = rollDice(parseDice(part.count), rng).total;
  return Array.from({ length: swings }, () => {
    const toHit = rollDice(d20Expression(bonus, options.mode), rng);
    const natural = toHit.natural ?? 0;
    const outcome =
      options.armorClass === undefined
        ? null
        : attackOutcome(natural, toHit.total, options.armorClass);
    const hits = outcome === null || outcome === "hit" || outcome === "critical hit";
    const expression = hits ? damageExpression(part, natural === 20) : null;
    const damage =
      expression === null ? null : rollDice(expression, rng, { explode: options.explode === true });
    return { toHit, outcome, damage };
  });
}

/** Mean damage of an option in one round if everything hits, riders not counted. */
export function averageDamage(option: AttackOption): number {
  return option.reduce((sum, part) => {
    const expression = damageExpression(part);
    return expression === null
      ? sum
      : sum + averageOf(parseDice(part.count)) * averageOf(expression);
  }, 0);
}

/** The largest mean damage among the options of an attack line; 0 for a line without damage. */
export function bestAverageDamage(line: string): number {
  return Math.max(0, ...parseAttacks(line).map(averageDamage));
}
