// Where chance enters the rules: every roll takes an `Rng`, so a caller can seed, replay or type a result.

/** Gives the next number in [0, 1), like `Math.random`. */
export type Rng = () => number;

/**
 * Rolls one die.
 *
 * @param sides - 1 or more, a whole number
 * @returns a whole number from 1 to `sides`
 * @throws RangeError if `sides` is not a positive whole number or `rng` leaves [0, 1)
 */
export function rollDie(sides: number, rng: Rng): number {
  if (!Number.isInteger(sides) || sides < 1) {
    throw new RangeError(`\`sides\` is ${sides}; expected a whole number of 1 or more`);
  }
  const chance = rng();
  if (!(chance >= 0 && chance < 1)) {
    throw new RangeError(`\`rng\` gave ${chance}; expected a number from 0 up to, but not, 1`);
  }
  return Math.floor(chance * sides) + 1;
}

/** Rolls `count` dice and adds them up. */
export function rollSum(count: number, sides: number, rng: Rng): number {
  let sum = 0;
  for (let rolled = 0; rolled < count; rolled += 1) sum += rollDie(sides, rng);
  return sum;
}

/**
 * One entry of a list, each equally likely.
 *
 * @throws RangeError if the list is empty
 */
export function pickOne<T>(choices: readonly T[], rng: Rng): T {
  const [first] = choices;
  if (first === undefined) throw new RangeError("`choices` is empty; expected at least one entry");
  return choices[rollDie(choices.length, rng) - 1] ?? first;
}

/** One row of a roll table: what comes up for `low` to `high`, both included. */
export type TableRow<T> = { readonly low: number; readonly high: number; readonly result: T };

/**
 * Reads a roll table. Rolls below the first row read as the first, above the last as the last, so a
 * modified roll always has a result.
 *
 * @param rows - ascending and without gaps
 */
export function readTable<T>(rows: readonly [TableRow<T>, ...TableRow<T>[]], roll: number): T {
  let found = rows[0].result;
  for (const row of rows) {
    if (roll < row.low) break;
    found = row.result;
  }
  return found;
}
