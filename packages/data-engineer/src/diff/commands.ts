// The `migrate new` command that writes the migration of a change, where one is needed.
import { flatUnion, printLiteral, type Validator } from "../schema/validator.ts";
import { isIncluded } from "../schema/inclusion.ts";
import { neutralJson, sourceOfJson } from "../schema/neutral.ts";
import { printPath, type Segment } from "../schema/path.ts";
import type { Change } from "./change.ts";

/** What the commands refer to besides the change itself. */
export interface CommandContext {
  /** BEFORE as it was typed, for `--before`; null when only schemas are known. */
  before: string | null;
  /** Project folder as it was typed; null when it is the working folder. */
  directory: string | null;
  /** Old name to new name of the tables that are renamed in the same diff. */
  renamedTables: ReadonlyMap<string, string>;
}

/** What takes the place of a value that only people can know; no enumeration accepts it. */
export const openValue = "?";

/** Arguments after `migrate new`; null when documents need no migration. */
export function migrationArguments(change: Change, context: CommandContext): string[] | null {
  const { table, at, after, to, toAt } = change;
  if (table === null) return null;
  const base = (kind: string, place: readonly Segment[]) => [
    kind,
    "--table",
    table,
    ...(place.length === 0 ? [] : ["--field", printPath(place)]),
  ];
  const old = context.before === null ? [] : ["--before", context.before];
  const where = context.directory === null ? [] : ["--dir", context.directory];
  switch (change.change) {
    case "table-renamed":
      return [...base("copy-table", []), "--to", to ?? "", ...old, ...where];
    case "required-field-added":
    case "field-made-required": {
      const value = after === null ? undefined : neutralJson(after);
      return [
        ...base("backfill", at),
        ...(value === undefined ? ["--function"] : ["--value", JSON.stringify(value)]),
        ...where,
      ];
    }
    case "field-removed":
      return [...base("unset", at), ...old, ...where];
    case "field-renamed":
      return [...base("copy-then-unset", at), "--to", printPath(toAt ?? []), ...old, ...where];
    case "type-narrowed":
    case "type-replaced": {
      const map = openMap(change);
      return map === null
        ? [...base("convert", at), ...old, ...where]
        : [...base("map-values", at), "--map", JSON.stringify(map), ...old, ...where];
    }
    case "id-target-changed": {
      const target = renamedTarget(change, context);
      return target === null
        ? [...base("convert", at), ...old, ...where]
        : [...base("remap-ids", at), "--to", target, ...where];
    }
    case "variant-removed":
      return [...base("convert", at.slice(0, -1)), ...old, ...where];
    default:
      return null;
  }
}

/** The new table of a reference whose old one is renamed in the same diff. */
function renamedTarget(change: Change, context: CommandContext): string | null {
  const targets = (type: Validator | null) =>
    type === null
      ? []
      : flatUnion(type).flatMap((item) => (item.type === "id" ? [item.tableName] : []));
  const fresh = targets(change.after);
  for (const name of targets(change.before)) {
    const renamed = context.renamedTables.get(name);
    if (renamed !== undefined && fresh.includes(renamed)) return renamed;
  }
  return null;
}

/** The values that are lost, when they can be counted, each to be given a new one. */
function openMap({ before, after }: Change): Record<string, unknown> | null {
  if (before === null || after === null) return null;
  const lost = flatUnion(before)
    .flatMap(booleanLiterals)
    .filter((item) => !isIncluded(item, after));
  if (lost.length === 0) return null;
  // Where text is accepted there is no value that means "still open", and a conversion is at hand.
  if (sourceOfJson(openValue, after) !== null && lost.some((item) => item.type !== "null"))
    return null;
  // A map over a list maps its elements.
  if (flatUnion(after).some((item) => item.type === "array")) return null;
  const neutral = neutralJson(after);
  const map: Record<string, unknown> = {};
  for (const item of lost) {
    if (item.type === "null") map["null"] = isEnumeration(after) ? openValue : neutral;
    else if (item.type === "literal" && typeof item.value !== "object")
      map[String(item.value)] = openValue;
    else if (item.type === "literal" && item.value !== null)
      map[printLiteral(item.value).slice(0, -1)] = openValue;
    else return null;
  }
  // JSON has no ids and no bytes to map to.
  return Object.values(map).includes(undefined) ? null : map;
}

function booleanLiterals(item: Validator): Validator[] {
  if (item.type !== "boolean") return [item];
  return [true, false].map((value) => ({ type: "literal", value }));
}

function isEnumeration(type: Validator): boolean {
  return flatUnion(type).every((item) => item.type === "literal");
}

/** Words of a command as a shell reads them. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(" ");
}
