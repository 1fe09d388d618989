// What a refusal says of the values it wants: "Ability scores must be between 3 and 18" helps the next attempt.

export interface RangeHint {
  words: ReadonlySet<string>;
  low: number;
  high: number;
}

const number = String.raw`(-?\d[\d,]*(?:\.\d+)?)`;
const between = new RegExp(
  String.raw`(?:between|from|in)\s+\[?${number}\s*(?:and|to|-|–|\.\.+|,)\s*${number}`,
  "i",
);
const atLeast = new RegExp(String.raw`(?:at least|minimum of|no less than|>=)\s*${number}`, "i");
const atMost = new RegExp(
  String.raw`(?:at most|up to|maximum of|no more than|exceed|<=)\s*${number}`,
  "i",
);

/** @returns null when the refusal names no bounds of a number */
export function rangeHint(refusal: string): RangeHint | null {
  const both = between.exec(refusal);
  const least = atLeast.exec(refusal);
  const most = atMost.exec(refusal);
  const match = both ?? least ?? most;
  if (match === null) return null;
  const first = toNumber(match[1]);
  const low = both !== null || least !== null ? first : Math.min(0, first);
  const high = both !== null ? toNumber(match[2]) : least !== null ? first + 10 : first;
  if (!(low <= high)) return null;
  return { words: wordsOf(refusal), low, high };
}

/** A number that the refusals so far would accept for a field, by the words they share; null when they say nothing of it. */
export function hintedNumber(
  hints: readonly RangeHint[],
  path: string,
  variant: number,
): number | null {
  const words = [...wordsOf(path)];
  const hint = hints.findLast((item) => words.some((word) => item.words.has(word)));
  if (hint === undefined) return null;
  const span = Math.floor(hint.high) - Math.ceil(hint.low);
  return span < 0
    ? (hint.low + hint.high) / 2
    : Math.ceil(hint.low) + Math.floor((span * (variant % 3)) / 2);
}

/** Words of more than three letters, lower case, without a plural's s. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .split(/[^a-z]+/)
      .filter((word) => word.length > 3)
      .map((word) => word.replace(/s$/, "")),
  );
}

function toNumber(text: string | undefined): number {
  return Number((text ?? "").replaceAll(",", ""));
}
