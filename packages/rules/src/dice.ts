// Dice notation: text to expression, expression to text, and the roll itself. Keeps each die, so a table can check the sum.
import { rollDie, type Rng } from "./random.ts";

/** How a single d20 is rolled: once, or twice keeping the better or the worse. */
export type RollMode = "plain" | "advantage" | "disadvantage";

export type DiceTerm =
  | {
      readonly kind: "dice";
      readonly sign: 1 | -1;
      readonly count: number;
      readonly sides: number;
    }
  | { readonly kind: "constant"; readonly sign: 1 | -1; readonly value: number };

/** A parsed expression. `mode` is other than "plain" only when the dice are exactly one d20. */
export type DiceExpression = {
  readonly terms: readonly DiceTerm[];
  readonly mode: RollMode;
};

/** One die on the table. A dropped die shows but doesn't count. */
export type RolledDie = {
  readonly sides: number;
  readonly value: number;
  readonly sign: 1 | -1;
  readonly kept: boolean;
};

/** What a roll gave: the dice in the order they fell and the total of the kept ones and constants. */
export type DiceResult = {
  readonly expression: DiceExpression;
  readonly dice: readonly RolledDie[];
  /** Sum of the constants, signed. */
  readonly constant: number;
  readonly total: number;
  /** The kept face of the only d20 in the roll, else null. A 20 or a 1 here is a critical. */
  readonly natural: number | null;
};

/** What {@link parseDice} accepts at most; a typo must not roll a million dice. */
export const diceLimits = { terms: 20, dice: 200, sides: 1_000, constant: 100_000 } as const;

const termPattern = /^(?:(\d{0,9})d(\d{1,9}|%)|(\d{1,9}))/;
const modePattern = /\(?(?<![a-z])(advantage|adv|disadvantage|dis)(?![a-z])\)?/;

/**
 * Reads dice notation: `d20`, `2d6+3`, `1d8 + 1d4 - 1`, `d%`, `7`, and `d20+3 adv`, `adv+3` or
 * `adv` alone (a d20 with advantage), `dis` likewise. Blanks and capitals don't matter.
 *
 * @throws RangeError that names the text and what was wrong with it
 */
export function parseDice(text: string): DiceExpression {
  let rest = text
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .trim();
  let mode: RollMode = "plain";
  const modeMatch = modePattern.exec(rest);
  if (modeMatch !== null) {
    mode = modeMatch[1]?.startsWith("adv") === true ? "advantage" : "disadvantage";
    rest = rest.replace(modeMatch[0], " ").trim();
    if (!/[d0-9]/.test(rest.charAt(0))) rest = `1d20${rest}`;
  }
  const terms = parseTerms(rest.replace(/\s+/g, ""), text);
  if (mode !== "plain" && !isOneD20(terms)) {
    throw badDice(text, "advantage and disadvantage need exactly one d20, such as `d20+2 adv`");
  }
  return { terms, mode };
}

function parseTerms(compact: string, text: string): DiceTerm[] {
  if (compact === "") throw badDice(text, "write dice such as `2d6+3` or `d20 adv`");
  const terms: DiceTerm[] = [];
  let rest = /^[+-]/.test(compact) ? compact : `+${compact}`;
  while (rest !== "") {
    const sign = rest.startsWith("-") ? -1 : 1;
    const match = /^[+-]/.test(rest) ? termPattern.exec(rest.slice(1)) : null;
    if (match === null) throw badDice(text, `could not read \`${rest.replace(/^\+/, "")}\``);
    const [whole, count, sides, constant] = match;
    terms.push(
      sides === undefined
        ? constantTerm(sign, Number(constant), text)
        : diceTerm(sign, count, sides, text),
    );
    rest = rest.slice(1 + whole.length);
  }
  if (terms.length > diceLimits.terms) {
    throw badDice(text, `it has ${terms.length} terms; at most ${diceLimits.terms} are allowed`);
  }
  const dice = terms.reduce((sum, term) => sum + (term.kind === "dice" ? term.count : 0), 0);
  if (dice > diceLimits.dice) {
    throw badDice(text, `it has ${dice} dice; at most ${diceLimits.dice} are allowed`);
  }
  return terms;
}

function diceTerm(
  sign: 1 | -1,
  countText: string | undefined,
  sidesText: string,
  text: string,
): DiceTerm {
  const count = countText === undefined || countText === "" ? 1 : Number(countText);
  const sides = sidesText === "%" ? 100 : Number(sidesText);
  if (count < 1) throw badDice(text, "the number of dice must be 1 or more");
  if (sides < 2 || sides > diceLimits.sides) {
    throw badDice(text, `a die has 2 to ${diceLimits.sides} sides, not ${sides}`);
  }
  return { kind: "dice", sign, count, sides };
}

function constantTerm(sign: 1 | -1, value: number, text: string): DiceTerm {
  if (value > diceLimits.constant) {
    throw badDice(text, `the number ${value} is above ${diceLimits.constant}`);
  }
  return { kind: "constant", sign, value };
}

function isOneD20(terms: readonly DiceTerm[]): boolean {
  const dice = terms.filter((term) => term.kind === "dice");
  const [only] = dice;
  return dice.length === 1 && only?.count === 1 && only.sides === 20 && only.sign === 1;
}

function badDice(text: string, reason: string): RangeError {
  return new RangeError(`Cannot read the dice \`${text.slice(0, 60)}\`: ${reason}`);
}

/** Prints an expression the way {@link parseDice} reads it back: `2d6+3`, `1d20+2 adv`. */
export function formatDice(expression: DiceExpression): string {
  const terms = expression.terms.map((term, index) => {
    const sign = term.sign === -1 ? "-" : index === 0 ? "" : "+";
    return sign + (term.kind === "dice" ? `${term.count}d${term.sides}` : String(term.value));
  });
  const suffix = { plain: "", advantage: " adv", disadvantage: " dis" }[expression.mode];
  return terms.join("") + suffix;
}

/**
 * Rolls an expression.
 *
 * @param options.explode - a die that shows its highest face is rolled again and added (the
 *   "momentum" mode for damage); at most 20 times per die
 */
export function rollDice(
  expression: DiceExpression,
  rng: Rng,
  options: { explode?: boolean } = {},
): DiceResult {
  const values: number[] = [];
  for (const term of expression.terms) {
    if (term.kind === "constant") continue;
    const throws = expression.mode === "plain" ? term.count : 2;
    for (let thrown = 0; thrown < throws; thrown += 1) values.push(rollDie(term.sides, rng));
  }
  const result = resultFromValues(expression, values);
  return options.explode === true ? explode(result, rng) : result;
}

function explode(result: DiceResult, rng: Rng): DiceResult {
  const dice: RolledDie[] = [];
  let added = 0;
  for (const die of result.dice) {
    dice.push(die);
    let last = die;
    for (let again = 0; again < 20 && last.kept && last.value === last.sides; again += 1) {
      last = { ...last, value: rollDie(last.sides, rng) };
      dice.push(last);
      added += last.sign * last.value;
    }
  }
  return { ...result, dice, total: result.total + added };
}

/**
 * The result for faces read off real dice.
 *
 * @param values - one face per die in order of the expression; two for a d20 with advantage
 * @throws RangeError if there are too many or too few faces, or one its die doesn't have
 */
export function resultFromValues(
  expression: DiceExpression,
  values: readonly number[],
): DiceResult {
  const doubled = expression.mode !== "plain";
  const sides = expression.terms.flatMap((term) =>
    term.kind === "dice"
      ? Array<{ sides: number; sign: 1 | -1 }>(doubled ? 2 : term.count).fill(term)
      : [],
  );
  if (sides.length !== values.length) {
    throw new RangeError(
      `\`${formatDice(expression)}\` needs ${sides.length} dice; ${values.length} came`,
    );
  }
  const keep = doubled ? keptIndex(values, expression.mode) : null;
  const dice = sides.map((die, index): RolledDie => {
    const value = values[index];
    if (value === undefined || !Number.isInteger(value) || value < 1 || value > die.sides) {
      throw new RangeError(`A d${die.sides} shows 1 to ${die.sides}; ${value} came`);
    }
    return {
      sides: die.sides,
      value,
      sign: die.sign,
      kept: keep === null || keep === index,
    };
  });
  const constant = expression.terms.reduce(
    (sum, term) => (term.kind === "constant" ? sum + term.sign * term.value : sum),
    0,
  );
  const kept = dice.filter((die) => die.kept);
  const total = kept.reduce((sum, die) => sum + die.sign * die.value, constant);
  const natural = isOneD20(expression.terms) ? (kept[0]?.value ?? null) : null;
  return { expression, dice, constant, total, natural };
}

function keptIndex(values: readonly number[], mode: RollMode): number {
  const [first = 0, second = 0] = values;
  return (mode === "advantage" ? second > first : second < first) ? 1 : 0;
}

/**
 * The same expression with every die twice and the constants once: the damage of a critical hit.
 */
export function doubleDice(expression: DiceExpression): DiceExpression {
  return {
    ...expression,
    terms: expression.terms.map((term) =>
      term.kind === "dice" ? { ...term, count: term.count * 2 } : term,
    ),
  };
}

/** The mean of an expression; for a d20 with advantage 13.825, with disadvantage 7.175. */
export function averageOf(expression: DiceExpression): number {
  const swing = { plain: 0, advantage: 3.325, disadvantage: -3.325 }[expression.mode];
  return expression.terms.reduce((sum, term) => {
    const mean = term.kind === "dice" ? (term.count * (term.sides + 1)) / 2 : term.value;
    return sum + term.sign * mean;
  }, swing);
}

/**
 * One line a person can check: `1d20+3 adv: 17 (dropped 4) + 3 = 20`.
 */
export function describeRoll(result: DiceResult): string {
  const pieces = result.dice
    .filter((die) => die.kept)
    .map((die) => ({ sign: die.sign, text: String(die.value) }));
  const dropped = result.dice.filter((die) => !die.kept).map((die) => die.value);
  const constants = result.expression.terms
    .filter((term) => term.kind === "constant")
    .map((term) => ({ sign: term.sign, text: String(term.value) }));
  const [first, ...others] = pieces;
  const droppedText = dropped.length === 0 ? "" : ` (dropped ${dropped.join(", ")})`;
  const lead = first === undefined ? "" : `${first.sign === -1 ? "-" : ""}${first.text}`;
  const tail = [...others, ...constants]
    .map((piece) => `${piece.sign === -1 ? "-" : "+"} ${piece.text}`)
    .join(" ");
  const sum = [lead + droppedText, tail].filter((part) => part !== "").join(" ");
  return `${formatDice(result.expression)}: ${sum.replace(/^\+ /, "")} = ${result.total}`;
}
