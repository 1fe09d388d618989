// Which functions read, respectively write, what a change touches.
import type { Model } from "../model/model.ts";
import type { Change } from "./change.ts";

export function isIndexChange(change: Change): boolean {
  return change.change.includes("index");
}

/** Functions that read the table, or the index, of the new side. */
export function readersOf(change: Change, model: Model): string[] {
  const names = new Set<string>();
  const index = change.path.split(".").slice(1).join(".");
  for (const read of model.reads) {
    if (read.table !== change.table && read.table !== change.to) continue;
    if (isIndexChange(change) && read.index !== index && read.index !== change.to) continue;
    for (const name of read.callers) names.add(name);
  }
  return [...names].sort();
}

/** Functions that insert or delete, or patch a field that the change touches. */
export function writersOf(change: Change, model: Model): string[] {
  const names = new Set<string>();
  const heads = touchedFields(change);
  for (const write of model.writes) {
    if (write.table !== change.table && write.table !== change.to) continue;
    if (
      heads !== null &&
      write.kind === "patch" &&
      write.fields !== null &&
      !write.fields.some((field) => heads.includes(field))
    )
      continue;
    for (const name of write.callers) names.add(name);
  }
  return [...names].sort();
}

/** Top-level fields; null for the whole document. */
function touchedFields(change: Change): string[] | null {
  if (isIndexChange(change))
    return (change.fields ?? []).map((field) => field.split(".")[0] ?? field);
  const heads = [change.at, change.toAt ?? []].flatMap((place) => {
    const field = place.find((segment) => segment.kind === "field");
    return field?.kind === "field" ? [field.name] : [];
  });
  return heads.length === 0 ? null : heads;
}
