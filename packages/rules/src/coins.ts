// Money: three coins kept as whole copper, so that nothing is lost to rounding.

export type Coins = { readonly gold: number; readonly silver: number; readonly copper: number };

export const copperPerCoin = { gold: 100, silver: 10, copper: 1 } as const;

/** What coins are worth in copper. */
export function toCopper(coins: Coins): number {
  return coins.gold * 100 + coins.silver * 10 + coins.copper;
}

/**
 * A sum of copper in the fewest coins.
 *
 * @throws RangeError if it is not a whole number of 0 or more
 */
export function fromCopper(copper: number): Coins {
  if (!Number.isInteger(copper) || copper < 0) {
    throw new RangeError(`\`copper\` is ${copper}; expected a whole number of 0 or more`);
  }
  return {
    gold: Math.floor(copper / 100),
    silver: Math.floor((copper % 100) / 10),
    copper: copper % 10,
  };
}

/** A sum of copper as people say it: `12 gp 5 sp`; `0 gp` for nothing. */
export function formatCopper(copper: number): string {
  const coins = fromCopper(copper);
  const parts = [
    coins.gold > 0 ? `${coins.gold} gp` : "",
    coins.silver > 0 ? `${coins.silver} sp` : "",
    coins.copper > 0 ? `${coins.copper} cp` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "0 gp" : parts.join(" ");
}

/**
 * Pays a price from a purse. Exact coins go first; if they don't reach, larger ones are changed.
 * Null when the purse is worth less than the price.
 */
export function pay(purse: Coins, priceCopper: number): Coins | null {
  const left = toCopper(purse) - priceCopper;
  if (left < 0) return null;
  const copperPaid = Math.min(purse.copper, priceCopper);
  const silverPaid = Math.min(purse.silver, Math.floor((priceCopper - copperPaid) / 10));
  const goldPaid = Math.min(
    purse.gold,
    Math.floor((priceCopper - copperPaid - silverPaid * 10) / 100),
  );
  const rest = priceCopper - copperPaid - silverPaid * 10 - goldPaid * 100;
  if (rest === 0) {
    return {
      gold: purse.gold - goldPaid,
      silver: purse.silver - silverPaid,
      copper: purse.copper - copperPaid,
    };
  }
  return fromCopper(left);
}

/**
 * Shares a sum among people to the copper; the first ones get the odd coppers.
 *
 * @throws RangeError if `shares` is not a whole number of 1 or more
 */
export function splitCopper(copper: number, shares: number): number[] {
  if (!Number.isInteger(shares) || shares < 1) {
    throw new RangeError(`\`shares\` is ${shares}; expected a whole number of 1 or more`);
  }
  const each = Math.floor(copper / shares);
  const odd = copper - each * shares;
  return Array.from({ length: shares }, (_, index) => each + (index < odd ? 1 : 0));
}
