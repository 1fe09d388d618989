// Splits text into the words that searches match.

const maximumBytes = 32;

/** Runs of letters and digits of any script, lower-cased; words of 32 bytes or more are left out, as on Convex. */
export function tokenise(text: string): string[] {
  // eslint-disable-next-line no-control-regex -- the whole of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) {
    const plain = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return plain.filter((word) => word.length < maximumBytes);
  }
  const words: string[] = [];
  for (const [word] of text.matchAll(/[\p{Alphabetic}\p{N}]+/gu)) {
    const lower = word.toLowerCase();
    if (Buffer.byteLength(lower, "utf8") < maximumBytes) words.push(lower);
  }
  return words;
}
