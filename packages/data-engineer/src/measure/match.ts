// Finds the read of the model that a measured read is: by its place in the code, its table, index and range.
import type { ObservedRead } from "@torchkeeper/local-backend";
import type { FunctionInfo, Model, Read } from "../model/model.ts";

/** @returns null when no read of the model is at that place: it was not followed, or lies in a package */
export function matchRead(
  observed: ObservedRead,
  info: Pick<FunctionInfo, "name">,
  model: Model,
): Read | null {
  const ofTable = model.reads.filter(
    (read) => read.table === observed.table && indexOf(read) === observed.index,
  );
  const place = parsePlace(observed.callSite);
  const there = ofTable.filter(
    (read) =>
      place !== null &&
      isSameFile(read.at.file, place.file) &&
      read.at.line <= place.line &&
      place.line <= read.at.endLine,
  );
  if (there.length > 0) return best(there, observed);
  const own = ofTable.filter((read) => read.callers.includes(info.name));
  return own.length === 1 ? (own[0] ?? null) : null;
}

/** Several reads in one place are branches: the one whose range is the measured one. */
function best(reads: readonly Read[], observed: ObservedRead): Read | null {
  const fields = observed.range.split(", ").map((step) => step.split(" ")[0] ?? "");
  const misfits = (read: Read) => {
    const own = [
      ...read.eq.map((bound) => bound.field),
      ...(read.range === undefined ? [] : [read.range.field]),
    ];
    return (
      own.filter((field) => !fields.includes(field)).length +
      fields.filter((field) => field !== "" && !own.includes(field)).length
    );
  };
  return [...reads].sort((a, b) => misfits(a) - misfits(b))[0] ?? null;
}

function indexOf(read: Read): string {
  if (read.source === "get") return "by_id";
  return read.index ?? "by_creation_time";
}

/** `file:line` of a place in the project's code, for people; null when it is not known. */
export function placeText(observed: ObservedRead, read: Read | null): string | null {
  if (read !== null) return `${read.at.file}:${read.at.line}`;
  const place = parsePlace(observed.callSite);
  return place === null ? null : `${place.file}:${place.line}`;
}

function parsePlace(site: string | null): { file: string; line: number } | null {
  const match = /^(.*):(\d+):\d+$/.exec(site ?? "");
  if (match === null) return null;
  return { file: (match[1] ?? "").replace(/^(\.\.\/)+/, ""), line: Number(match[2]) };
}

function isSameFile(a: string, b: string): boolean {
  return a === b || a.endsWith(`/${b}`) || b.endsWith(`/${a}`);
}
