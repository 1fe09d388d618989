// Which known name a misspelt one was meant to be.

/** The candidate that differs by case, separators, an `Id` at the end, or a letter or two; null when none does. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const simple = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = simple(name);
  return (
    candidates.find((item) => simple(item) === wanted) ??
    candidates.find((item) => simple(item) === `${wanted}id` || `${simple(item)}id` === wanted) ??
    candidates.find((item) => distance(simple(item), wanted) <= Math.min(2, wanted.length / 3)) ??
    null
  );
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(
        Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost),
      );
    }
    previous = row;
  }
  return previous.at(-1) ?? 0;
}
