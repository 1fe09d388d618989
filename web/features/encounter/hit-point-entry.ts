// Reads what a GM types into a hit point field: "7" sets, "-5" hurts, "+3" heals.

export type HitPointEntry =
  | { kind: "set"; hitPoints: number }
  | { kind: "change"; delta: number }
  | { kind: "unreadable"; message: string };

const LIMIT = 999;

/** Reads one typed entry; a sign makes it a change, none makes it the new value. Minus may be any dash. */
export function readHitPointEntry(text: string): HitPointEntry {
  const plain = text.replace(/[\u2012-\u2015\u2212]/g, "-").replace(/\s+/g, "");
  const match = /^([+-]?)(\d{1,6})$/.exec(plain);
  const digits = match?.[2];
  if (digits === undefined) {
    return {
      kind: "unreadable",
      message: `“${text.trim()}” is not a number. Type 7 to set, -5 to hurt, +3 to heal.`,
    };
  }
  const amount = Number(digits);
  if (amount > LIMIT) {
    return { kind: "unreadable", message: `${digits} is too much: the most is ${String(LIMIT)}.` };
  }
  if (match?.[1] === "-") return { kind: "change", delta: -amount };
  if (match?.[1] === "+") return { kind: "change", delta: amount };
  return { kind: "set", hitPoints: amount };
}
