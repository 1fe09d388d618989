// Splits text into the words that searches match.

const maximumBytes = 32;

/** Runs of letters and digits of any script, lower-cased; words of 32 bytes or more are left out, as on Convex. */
export function tokenise(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/[\p{Alphabetic}\p{N}]+/gu)) {
    const lower = word.toLowerCase();
    if (Buffer.byteLength(lower, "utf8") < maximumBytes) words.push(lower);
  }
  return words;
}
