// Checks of what people type: trimmed, not empty where something is needed, not endless.
import { refuse } from "./errors";

/** Most characters of a name; longer ones are refused, not cut. */
export const MAX_NAME_LENGTH = 80;
/** Most characters of a description or of notes. */
export const MAX_PROSE_LENGTH = 10_000;

/**
 * A name with blanks collapsed.
 *
 * @param what - opens the message, for instance "Character name"
 * @throws ConvexError "invalid": "<what> cannot be empty" or the longest allowed
 */
export function requireName(what: string, text: string, maxLength = MAX_NAME_LENGTH): string {
  const name = text.replace(/\s+/g, " ").trim();
  if (name === "") throw refuse("invalid", `${what} cannot be empty`);
  if (name.length > maxLength) {
    throw refuse(
      "invalid",
      `${what} can have at most ${maxLength} characters; it has ${name.length}`,
    );
  }
  return name;
}

/** Prose of any lines, trimmed at the ends. May be empty. */
export function requireProse(what: string, text: string, maxLength = MAX_PROSE_LENGTH): string {
  const prose = text.trim();
  if (prose.length > maxLength) {
    throw refuse(
      "invalid",
      `${what} can have at most ${maxLength} characters; it has ${prose.length}`,
    );
  }
  return prose;
}

/** A whole number within bounds, both included. */
export function requireWhole(what: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw refuse("invalid", `${what} must be a whole number from ${low} to ${high}; ${value} came`);
  }
  return value;
}

/** The years between which an evening can be planned: enough to catch seconds taken for milliseconds. */
const PLANNED_YEARS = { first: 2000, last: 2199 } as const;

/** An instant in milliseconds since 1970, within the years that people plan for. */
export function requireInstant(what: string, instant: number): number {
  const low = Date.UTC(PLANNED_YEARS.first, 0);
  const high = Date.UTC(PLANNED_YEARS.last + 1, 0);
  if (!(instant >= low && instant < high)) {
    throw refuse(
      "invalid",
      `${what} must be an instant in milliseconds from the years ${PLANNED_YEARS.first} to ${PLANNED_YEARS.last}; ${instant} came`,
    );
  }
  return instant;
}
