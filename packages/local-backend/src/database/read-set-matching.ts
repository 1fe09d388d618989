// Whether a commit changed something that was read.

import { contains } from "./read-recorder.ts";
import type { Commit, ReadSet, SearchChange, SearchRead } from "./read-set.ts";

/** True if running the same reads again after the commit could give something else. */
export function isTouched(readSet: ReadSet, commit: Commit): boolean {
  const points = new Set(readSet.points);
  if (commit.keys.some((key) => points.has(key) || contains(readSet.intervals, key))) return true;
  if (readSet.searches.length === 0) return false;
  return commit.changes.some((change) =>
    change
      .searchEntries()
      .some((entry) => readSet.searches.some((search) => matchesSearch(search, entry))),
  );
}

/** True if the document, as it was or is, is one that the search finds. */
export function matchesSearch(search: SearchRead, entry: SearchChange): boolean {
  if (search.index !== entry.index) return false;
  if (!search.filters.every(({ field, value }) => entry.filters[field] === value)) return false;
  return search.tokens.some(({ text, prefix }) => {
    if (entry.tokens.has(text)) return true;
    if (!prefix) return false;
    for (const token of entry.tokens) if (token.startsWith(text)) return true;
    return false;
  });
}
