// What a migration is asked to do, checked against the schema before any code is written.
import { ToolFailure } from "../project/failure.ts";
import {
  fullPath,
  parsePath,
  printPath,
  typesAtPath,
  type PlacedTypes,
  type Segment,
} from "../schema/path.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import type { Validator } from "../schema/validator.ts";
import { constantSource, mapSources, neutralSource } from "./constants.ts";
import { conversionTarget } from "./conversion.ts";

export const migrationKinds = [
  "backfill",
  "unset",
  "copy-then-unset",
  "map-values",
  "convert",
  "split-table",
  "copy-table",
  "remap-ids",
  "dedupe",
  "delete-orphans",
  "delete-all",
] as const;

export type MigrationKind = (typeof migrationKinds)[number];

export interface MigrationRequest {
  kind: string;
  table: string;
  field?: string;
  to?: string;
  /** JSON of a constant. */
  value?: string;
  /** Another field of the document, or `reference.field` of the document a reference leads to. */
  from?: string;
  /** JSON object of old to new value. */
  map?: string;
  /** A function that the project fills in computes the value. */
  function?: boolean;
  name?: string;
}

export interface MigrationSpec {
  kind: MigrationKind;
  /** Name of the file, and of the migration in the component's shape. */
  name: string;
  table: string;
  path: Segment[];
  /** Fields that together may occur once, for `dedupe`. */
  keys: string[];
  /** New field, new table, or the type of a conversion. */
  to: string;
  toPath: Segment[];
  /** TypeScript source of the constant. */
  value: string | null;
  from: string[] | null;
  /** TypeScript source of old and new values. */
  map: [string, string][];
  isFunction: boolean;
  /** What `convert` makes of the value; null for other kinds. */
  target: Validator | null;
  /** The table in the schema as it stands, and as it was; null where it is not in it. */
  now: TableDefinition | null;
  before: TableDefinition | null;
  schema: SchemaDefinition;
  oldSchema: SchemaDefinition | null;
  request: Record<string, unknown>;
}

const needsField: readonly MigrationKind[] = [
  "backfill",
  "unset",
  "copy-then-unset",
  "map-values",
  "split-table",
  "remap-ids",
  "dedupe",
  "delete-orphans",
];
const needsTo: readonly MigrationKind[] = [
  "copy-then-unset",
  "split-table",
  "copy-table",
  "remap-ids",
];

function wrong(message: string): never {
  throw new ToolFailure("bad-argument", message);
}

/**
 * @param oldSchema - the schema before the change, when it is known: what is gone already is looked up there
 * @throws ToolFailure saying which flag is missing or wrong
 */
export function checkRequest(
  request: MigrationRequest,
  schema: SchemaDefinition,
  oldSchema: SchemaDefinition | null = null,
): MigrationSpec {
  const kind = migrationKinds.find((item) => item === request.kind);
  if (kind === undefined)
    wrong(`"${request.kind}" is no kind of migration; expected ${migrationKinds.join(", ")}.`);
  const keys =
    kind === "dedupe" ? (request.field ?? "").split(",").filter((key) => key !== "") : [];
  const path = pathOf(kind === "dedupe" ? keys[0] : request.field, "--field");
  const to = request.to ?? "";
  if (needsField.includes(kind) && path.length === 0)
    wrong(`\`${kind}\` needs --field, the field it works on.`);
  if (needsTo.includes(kind) && to === "")
    wrong(`\`${kind}\` needs --to, the new ${kind === "copy-then-unset" ? "field" : "table"}.`);
  const spec: MigrationSpec = {
    kind,
    name: request.name ?? defaultName(kind, request.table, path, keys, to),
    table: request.table,
    path,
    keys,
    to,
    toPath: kind === "copy-then-unset" ? pathOf(to, "--to") : [],
    value: null,
    from: request.from === undefined ? null : fieldNames(request.from),
    map: [],
    isFunction: request.function === true,
    target: null,
    now: find(schema, request.table),
    before: oldSchema === null ? null : find(oldSchema, request.table),
    schema,
    oldSchema,
    request: requestFor(request),
  };
  checkName(spec.name);
  checkPlaces(spec);
  if (request.value !== undefined) spec.value = constantSource(request.value, spec);
  if (kind === "map-values") spec.map = mapSources(request.map, spec);
  if (kind === "convert") spec.target = conversionTarget(spec);
  checkKind(spec);
  return spec;
}

function requestFor(request: MigrationRequest): Record<string, unknown> {
  const { table, field, to, value, from, map } = request;
  const isFunction = request.function === true ? true : undefined;
  return { table, field, to, value, from, map, function: isFunction };
}

function find(schema: SchemaDefinition, name: string): TableDefinition | null {
  return schema.tables.find((table) => table.name === name) ?? null;
}

const reserved = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async run remaining status batch migrations name table".split(
    " ",
  ),
);

function checkName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
    wrong(`--name is "${name}"; expected letters, digits and _, beginning with a letter.`);
  if (reserved.has(name))
    wrong(`--name is "${name}", a word that the code itself uses; take another.`);
  if (name.length > 64)
    wrong(`The name "${name}" is ${name.length} characters long; pass a shorter --name.`);
}

/** The table and the fields are in the schema as it stands, or in the one before. */
function checkPlaces(spec: MigrationSpec): void {
  const { kind, table, now, before, schema, oldSchema, path } = spec;
  if (now === null && before === null) {
    const known = schema.tables.map((item) => item.name).join(", ");
    wrong(
      `The schema has no table "${table}"; it has ${known === "" ? "none" : known}.${beforeHint(spec)}`,
    );
  }
  if (now === null && kind !== "copy-table" && kind !== "delete-all" && kind !== "split-table")
    wrong(
      `Table "${table}" is no longer in the schema: its documents can only be copied (copy-table) or deleted (delete-all).`,
    );
  const placesToFind = kind === "dedupe" ? spec.keys.map((key) => pathOf(key, "--field")) : [path];
  for (const place of placesToFind) {
    if (place.length === 0) continue;
    if (isSystemField(place) && kind === "dedupe") continue;
    const isThere = kind === "backfill" ? placedNow(spec, place) : placed(spec, place);
    if (isThere === null)
      wrong(
        `The schema has no field \`${fullPath(table, place)}\`; ${fieldList(now ?? before, place)}${kind === "backfill" ? " Declare it first, optional as long as documents lack it." : beforeHint(spec)}`,
      );
  }
  if (spec.from !== null) {
    const [head = "", ...rest] = spec.from;
    const target =
      rest.length === 0 ? null : referenceTarget(spec, [{ kind: "field", name: head }]);
    const parent =
      target === null
        ? null
        : (find(schema, target) ?? (oldSchema === null ? null : find(oldSchema, target)));
    const isThere =
      target === null
        ? placed(spec, names(spec.from))
        : parent !== null &&
          (isSystemField(names(rest)) || typesAtPath(parent.document, names(rest)) !== null);
    if ((isThere === null || isThere === false) && !isSystemField(names(spec.from)))
      wrong(
        `--from is "${spec.from.join(".")}", which \`${table}\` has not; ${fieldList(now ?? before, names(spec.from))}`,
      );
  }
}

function beforeHint({ oldSchema }: MigrationSpec): string {
  return oldSchema === null
    ? " If it was removed already, pass --before with a schema that had it (git ref, file or snapshot)."
    : " Nor had the schema before.";
}

function names(fields: readonly string[]): Segment[] {
  return fields.map((name) => ({ kind: "field", name }));
}

function isSystemField(place: readonly Segment[]): boolean {
  const [head] = place;
  return (
    place.length === 1 && head?.kind === "field" && ["_id", "_creationTime"].includes(head.name)
  );
}

function fieldList(table: TableDefinition | null, place: readonly Segment[]): string {
  if (table === null) return "";
  const parent = typesAtPath(table.document, place.slice(0, -1));
  const types = parent?.types ?? [table.document];
  const fields = [
    ...new Set(types.flatMap((type) => (type.type === "object" ? Object.keys(type.value) : []))),
  ];
  const owner =
    parent === null || place.length < 2 ? table.name : fullPath(table.name, place.slice(0, -1));
  return `\`${owner}\` has ${fields.length === 0 ? "none" : fields.join(", ")}.`;
}

function checkKind(spec: MigrationSpec): void {
  const { kind, table, path, to, schema } = spec;
  const full = fullPath(table, path);
  const last = path.at(-1);
  const isInObject = kind === "backfill" || kind === "unset" || kind === "copy-then-unset";
  if (isInObject && last?.kind !== "field")
    wrong(`\`${kind}\` works on a field; "${printPath(path)}" names none at its end.`);
  if (
    ["split-table", "delete-orphans"].includes(kind) &&
    path.some((item) => item.kind !== "field")
  )
    wrong(
      `\`${kind}\` works on a field of the document itself; "${printPath(path)}" leads into a list.`,
    );
  if (
    kind === "backfill" &&
    [spec.value !== null, spec.from !== null && spec.value === null, spec.isFunction].filter(
      Boolean,
    ).length > 1
  )
    wrong(
      "Pass one of --value, --from and --function (--value beside --from is what is written where the source is missing).",
    );
  if (kind === "backfill" && spec.value === null && spec.from === null && !spec.isFunction)
    if (neutralSource(spec) === null)
      wrong(
        `What does \`${full}\` get where it is missing? Pass --value with JSON, --from with another field or \`reference.field\`, or --function to write it yourself.`,
      );
  if (kind === "copy-then-unset") checkMove(spec);
  if (kind === "copy-table" && find(schema, to) === null)
    wrong(`The schema has no table "${to}"; declare it first.`);
  if (kind === "remap-ids" && find(schema, to) === null)
    wrong(`The schema has no table "${to}" whose ids could be put in place.`);
  if (kind === "delete-orphans" && referenceTarget(spec, path) === null)
    wrong(`\`${full}\` is no \`v.id("…")\`; \`delete-orphans\` follows a reference.`);
  if (
    kind === "split-table" &&
    !typesOf(spec, path).some((type) => type.type === "array" || type.type === "any")
  )
    wrong(`\`${full}\` is no array; \`split-table\` makes a document of each element.`);
  if (kind === "dedupe" && dedupeIndex(spec) === null)
    wrong(
      `\`dedupe\` needs an index of \`${table}\` that starts with \`${spec.keys.join("`, `")}\`: add \`.index("by_${spec.keys.join("_and_").replaceAll(".", "_")}", ${JSON.stringify(spec.keys)})\` first, so that it does not read the table once per document.`,
    );
  if (kind === "delete-all" && path.length > 0 && spec.value === null)
    wrong(
      "`delete-all` with --field needs --value, the JSON of the value whose documents are deleted.",
    );
}

function checkMove(spec: MigrationSpec): void {
  const { path, toPath, table } = spec;
  if (placed(spec, toPath) === null)
    wrong(
      `The schema has no field \`${fullPath(table, toPath)}\`; declare it first, optional as long as documents lack it.`,
    );
  const [from, to] = [path.slice(0, -1), toPath.slice(0, -1)];
  const isBeside = printPath(from) === printPath(to);
  const isPlain = [...path, ...toPath].every((item) => item.kind === "field");
  const [a, b] = [path[0], toPath[0]];
  const isSameHead = a?.kind === "field" && b?.kind === "field" && a.name === b.name;
  if (!isBeside && (!isPlain || isSameHead))
    wrong(
      `"${printPath(path)}" and "${printPath(toPath)}" are in different objects of one field; use \`convert\`, which rewrites the whole value.`,
    );
}

/** An index that starts with the keys, in any order. */
export function dedupeIndex(
  spec: MigrationSpec,
): { name: string; fields: string[]; isExact: boolean } | null {
  const wanted = [...spec.keys].sort().join(",");
  const fitting = (spec.now?.indexes ?? [])
    .filter((index) => !index.staged)
    .filter((index) => index.fields.slice(0, spec.keys.length).sort().join(",") === wanted)
    .sort((a, b) => a.fields.length - b.fields.length);
  const [index] = fitting;
  if (index === undefined) return null;
  return {
    name: index.name,
    fields: index.fields.slice(0, spec.keys.length),
    isExact: index.fields.length === spec.keys.length,
  };
}

/** The table a reference leads to, or null. */
export function referenceTarget(spec: MigrationSpec, path: readonly Segment[]): string | null {
  for (const item of typesOf(spec, path)) if (item.type === "id") return item.tableName;
  return null;
}

/** The types at a path in the schema as it stands, or before. */
export function typesOf(spec: MigrationSpec, path: readonly Segment[]): Validator[] {
  return placed(spec, path)?.types ?? [];
}

export function placedNow(spec: MigrationSpec, path: readonly Segment[]): PlacedTypes | null {
  return spec.now === null ? null : typesAtPath(spec.now.document, path);
}

export function placedBefore(spec: MigrationSpec, path: readonly Segment[]): PlacedTypes | null {
  return spec.before === null ? null : typesAtPath(spec.before.document, path);
}

function placed(spec: MigrationSpec, path: readonly Segment[]): PlacedTypes | null {
  return placedNow(spec, path) ?? placedBefore(spec, path);
}

function pathOf(text: string | undefined, flag: string): Segment[] {
  if (text === undefined || text === "") return [];
  const path = parsePath(text);
  if (path === null)
    wrong(
      `${flag} is "${text}"; expected names joined by dots, \`[]\` for the elements of an array, \`{}\` for the values of a record, \`<label>\` for a variant.`,
    );
  return path;
}

function fieldNames(text: string): string[] {
  const parts = text.split(".");
  if (!parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part)))
    wrong(`--from is "${text}"; expected names joined by dots.`);
  return parts;
}

function defaultName(
  kind: MigrationKind,
  table: string,
  path: readonly Segment[],
  keys: readonly string[],
  to: string,
): string {
  const verb: Record<MigrationKind, string> = {
    backfill: "backfill",
    unset: "unset",
    "copy-then-unset": "move",
    "map-values": "map",
    convert: "convert",
    "split-table": "split",
    "copy-table": "copy",
    "remap-ids": "remap",
    dedupe: "dedupe",
    "delete-orphans": "deleteOrphanedOf",
    "delete-all": "deleteAll",
  };
  const place = path.flatMap((item) =>
    item.kind === "field" ? [item.name] : item.kind === "variant" ? [item.label] : [],
  );
  const words = kind === "dedupe" ? keys : place;
  const tail = kind === "copy-table" || kind === "copy-then-unset" ? ["to", to] : [];
  return verb[kind] + [table, ...words, ...tail].map(camel).join("");
}

function camel(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
