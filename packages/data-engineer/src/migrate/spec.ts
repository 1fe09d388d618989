// What a migration is asked to do, checked against the schema before any code is written.
import { ToolFailure } from "../project/failure.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { fieldType, isRecord, type Validator } from "../schema/validator.ts";

export const migrationKinds = [
  "backfill",
  "unset",
  "copy-then-unset",
  "map-values",
  "convert",
  "split-table",
  "copy-table",
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
  name?: string;
}

export interface MigrationSpec {
  kind: MigrationKind;
  /** Export name, and name of the file. */
  name: string;
  table: string;
  field: string[];
  to: string[];
  value: string | null;
  from: string[] | null;
  map: Record<string, unknown> | null;
  definition: TableDefinition | null;
  schema: SchemaDefinition;
}

const needsField: readonly MigrationKind[] = [
  "backfill",
  "unset",
  "copy-then-unset",
  "map-values",
  "convert",
  "split-table",
  "dedupe",
  "delete-orphans",
];
const needsTo: readonly MigrationKind[] = ["copy-then-unset", "split-table", "copy-table"];

/** @throws ToolFailure saying which flag is missing or wrong */
export function checkRequest(request: MigrationRequest, schema: SchemaDefinition): MigrationSpec {
  const kind = migrationKinds.find((item) => item === request.kind);
  if (kind === undefined)
    throw new ToolFailure(
      "bad-argument",
      `"${request.kind}" is no kind of migration; expected ${migrationKinds.join(", ")}.`,
    );
  const field = pathOf(request.field);
  const to = pathOf(request.to);
  if (needsField.includes(kind) && field.length === 0)
    throw new ToolFailure("bad-argument", `\`${kind}\` needs --field, the field it works on.`);
  if (needsTo.includes(kind) && to.length === 0)
    throw new ToolFailure(
      "bad-argument",
      `\`${kind}\` needs --to, the new ${kind === "copy-then-unset" ? "field" : "table"}.`,
    );
  const definition = schema.tables.find((table) => table.name === request.table) ?? null;
  if (definition === null && kind !== "copy-table" && kind !== "delete-all")
    throw new ToolFailure(
      "bad-argument",
      `The schema has no table "${request.table}"; it has ${schema.tables.map((table) => table.name).join(", ")}.`,
    );
  const spec: MigrationSpec = {
    kind,
    name: request.name ?? defaultName(kind, request.table, field, to),
    table: request.table,
    field,
    to,
    value: constant(request.value),
    from: request.from === undefined ? null : pathOf(request.from),
    map: mapping(request.map),
    definition,
    schema,
  };
  if (!/^[a-z][A-Za-z0-9]*$/.test(spec.name))
    throw new ToolFailure(
      "bad-argument",
      `--name is "${spec.name}"; expected a camelCase name of letters and digits.`,
    );
  checkKind(spec);
  return spec;
}

function checkKind(spec: MigrationSpec): void {
  if (spec.kind === "map-values" && spec.map === null)
    throw new ToolFailure(
      "bad-argument",
      '`map-values` needs --map, a JSON object of old to new value, such as \'{"gm":"gameMaster"}\'.',
    );
  if (spec.kind === "delete-orphans" && referenceTarget(spec, spec.field) === null)
    throw new ToolFailure(
      "bad-argument",
      `\`${spec.table}.${spec.field.join(".")}\` is no \`v.id("…")\`; \`delete-orphans\` follows a reference.`,
    );
  if (spec.kind === "dedupe" && dedupeIndex(spec) === null)
    throw new ToolFailure(
      "bad-argument",
      `\`dedupe\` needs an index of \`${spec.table}\` that starts with \`${spec.field.join(".")}\`: add \`.index("by_${spec.field.join("_")}", ["${spec.field.join(".")}"])\` first, so that it does not read the table once per document.`,
    );
}

/** An index whose first field is the key. */
export function dedupeIndex(spec: MigrationSpec): string | null {
  const key = spec.field.join(".");
  return (
    spec.definition?.indexes.find((index) => !index.staged && index.fields[0] === key)?.name ?? null
  );
}

/** The table a reference leads to, or null. */
export function referenceTarget(spec: MigrationSpec, path: readonly string[]): string | null {
  const type = typeAt(spec, path);
  for (const item of type) if (item.type === "id") return item.tableName;
  return null;
}

export function typeAt(spec: MigrationSpec, path: readonly string[]): Validator[] {
  if (spec.definition === null) return [];
  return fieldType(spec.definition.document, path, spec.table)?.types ?? [];
}

function pathOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  if (text.includes("[]"))
    throw new ToolFailure(
      "bad-argument",
      `"${text}" is inside an array; name the array field, and use \`convert\` to rewrite its elements.`,
    );
  const parts = text.split(".");
  if (!parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part)))
    throw new ToolFailure(
      "bad-argument",
      `"${text}" is no field path; expected names joined by dots.`,
    );
  return parts;
}

function constant(text: string | undefined): string | null {
  if (text === undefined) return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new ToolFailure(
      "bad-argument",
      `--value is ${text}; expected JSON, such as '"none"', '0' or 'false'.`,
    );
  }
}

function mapping(text: string | undefined): Record<string, unknown> | null {
  if (text === undefined) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  if (!isRecord(json))
    throw new ToolFailure("bad-argument", '--map is no JSON object; expected \'{"old":"new"}\'.');
  const again = Object.values(json)
    .filter((value) => typeof value === "string")
    .find((value) => Object.hasOwn(json, value) && json[value] !== value);
  if (again !== undefined)
    throw new ToolFailure(
      "bad-argument",
      `--map maps to "${again}" and also from it: a second run would map twice. Do it in two migrations.`,
    );
  return json;
}

function defaultName(
  kind: MigrationKind,
  table: string,
  field: readonly string[],
  to: readonly string[],
): string {
  const verb: Record<MigrationKind, string> = {
    backfill: "backfill",
    unset: "unset",
    "copy-then-unset": "move",
    "map-values": "map",
    convert: "convert",
    "split-table": "split",
    "copy-table": "copy",
    dedupe: "dedupe",
    "delete-orphans": "deleteOrphanedOf",
    "delete-all": "deleteAll",
  };
  const tail = kind === "copy-table" || kind === "copy-then-unset" ? ["to", ...to] : [];
  return verb[kind] + [table, ...field, ...tail].map(capital).join("");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
