// Luck tokens: at most one each; the "pulp" mode lets them pile up.

/** Tokens after one is given. In the usual rule a second one is lost. */
export function giveLuck(tokens: number, isPulp = false): number {
  return isPulp ? tokens + 1 : 1;
}

/**
 * Tokens after one is spent: re-roll a roll just made and keep the new result.
 *
 * @throws RangeError if there is none to spend
 */
export function spendLuck(tokens: number): number {
  if (tokens < 1) throw new RangeError("There is no luck token to spend; the GM can give one.");
  return tokens - 1;
}

/**
 * One token passes from giver to taker.
 *
 * @throws RangeError if the giver has none, or the taker can't hold another
 */
export function passLuck(
  giver: number,
  taker: number,
  isPulp = false,
): { giver: number; taker: number } {
  if (taker >= 1 && !isPulp) {
    throw new RangeError("A player holds at most one luck token; this one has one already.");
  }
  return { giver: spendLuck(giver), taker: taker + 1 };
}
