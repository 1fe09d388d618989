// A read's range in words.
import type { Read } from "../model/model.ts";

/** `authorId = args.id, createdAt from since`; empty when nothing narrows it. */
export function describeRange(read: Read): string {
  const parts = read.eq.map((bound) => `${bound.field} = ${bound.text}`);
  if (read.range !== undefined) {
    const { field, lower, upper } = read.range;
    if (lower !== undefined) parts.push(`${field} from ${lower.text}`);
    if (upper !== undefined) parts.push(`${field} to ${upper.text}`);
  }
  if (read.searchField !== undefined) parts.unshift(`${read.searchField} matches`);
  return parts.join(", ");
}
