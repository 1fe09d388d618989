// Which changes the migrations of a project carry over.
import type { MigrationHeader } from "../migrate/header.ts";
import { fullPath } from "../schema/path.ts";
import type { Change } from "./change.ts";

/** Kinds of migration that bring documents into the shape a change asks for, when they work on its path. */
const carriedBy: Partial<Record<Change["change"], readonly string[]>> = {
  "table-renamed": ["copy-table"],
  "required-field-added": ["backfill", "copy-then-unset", "convert"],
  "field-made-required": ["backfill", "copy-then-unset", "convert", "delete-orphans"],
  "field-removed": ["unset", "copy-then-unset", "split-table", "convert"],
  "field-renamed": ["copy-then-unset", "convert"],
  "type-narrowed": ["map-values", "convert", "remap-ids", "delete-orphans"],
  "type-replaced": ["map-values", "convert", "remap-ids"],
  "id-target-changed": ["remap-ids", "convert", "map-values"],
  "variant-removed": ["convert", "delete-all"],
};

export function isCovered(change: Change, migrations: readonly MigrationHeader[]): boolean {
  const kinds = carriedBy[change.change];
  if (kinds === undefined) return false;
  return migrations.some(
    (item) =>
      // What rewrites or deletes whole documents carries all there is in them.
      (item.kind === "delete-all" && item.path === change.table) ||
      (kinds.includes(item.kind) && isAt(item, change)),
  );
}

function isAt(migration: MigrationHeader, change: Change): boolean {
  const paths = [migration.path, ...(migration.to === null ? [] : [migration.to])];
  // A conversion rewrites the whole value: what is inside is carried with it.
  if (migration.kind === "convert")
    return paths.some(
      (path) => change.path === path || /^[.[{<]/.test(rest(change.path, path) ?? ""),
    );
  const wanted =
    change.change === "variant-removed" && change.table !== null
      ? fullPath(change.table, change.at.slice(0, -1))
      : change.path;
  return paths.some((path) => path === wanted || path === `${wanted}[]`);
}

function rest(path: string, start: string): string | null {
  return path.startsWith(start) ? path.slice(start.length) : null;
}
