// What the schema, as it stands, says of a migration: still to be run, done, or at odds with it.
import { sourceOfJson } from "../schema/neutral.ts";
import { parsePath, typesAtPath, type PlacedTypes, type Segment } from "../schema/path.ts";
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { flatUnion, isRecord, type Validator } from "../schema/validator.ts";
import type { MigrationHeader } from "./header.ts";

export type SchemaState = "needed" | "done" | "conflicting" | "unknown";

export interface Judgement {
  schema: SchemaState;
  reason: string;
}

const needed = (reason: string): Judgement => ({ schema: "needed", reason });
const done = (reason: string): Judgement => ({ schema: "done", reason });
const conflicting = (reason: string): Judgement => ({ schema: "conflicting", reason });
const unknown = (reason: string): Judgement => ({ schema: "unknown", reason });

/** `done` is what the schema requires: the migration must have finished before this schema is deployed. */
export function judge(header: MigrationHeader, schema: SchemaDefinition): Judgement {
  const { table, path } = splitPath(header.path);
  const find = (name: string | null) => schema.tables.find((item) => item.name === name) ?? null;
  const definition = find(table);
  const to = header.to === null ? null : splitPath(header.to);
  const target = header.to === null ? null : find(header.to);
  if (header.kind === "copy-table") {
    if (target === null)
      return conflicting(`the schema has no table ${header.to ?? ""} to copy to`);
    return definition === null
      ? done(`${table} has left the schema`)
      : needed(`${table} and ${header.to ?? ""} are both there: run it before ${table} goes`);
  }
  if (definition === null)
    return header.kind === "delete-all"
      ? done(`${table} has left the schema`)
      : conflicting(`the schema has no table ${table}`);
  const at = typesAtPath(definition.document, path);
  switch (header.kind) {
    case "backfill":
      if (at === null)
        return conflicting(`the schema has no ${header.path}: what is written would be refused`);
      return at.optional
        ? needed(`${header.path} may still be missing: run it, then make the field required`)
        : done(`${header.path} is required`);
    case "unset":
      return removal(header.path, at);
    case "split-table": {
      if (target === null)
        return conflicting(`the schema has no table ${header.to ?? ""} for the elements`);
      return removal(header.path, at);
    }
    case "copy-then-unset": {
      const fresh = to === null ? null : typesAtPath(definition.document, to.path);
      if (fresh === null) return conflicting(`the schema has no ${header.to ?? ""} to copy to`);
      return removal(header.path, at);
    }
    case "map-values":
      return at === null ? conflicting(`the schema has no ${header.path}`) : mapState(header, at);
    case "convert":
      return convertState(header, definition, path, at);
    case "remap-ids": {
      const ids = references(at);
      if (!ids.includes(header.to ?? ""))
        return conflicting(`${header.path} does not accept ids of ${header.to ?? ""}`);
      return ids.length > 1
        ? needed(
            `${header.path} still accepts ids of ${ids.filter((id) => id !== header.to).join(", ")}`,
          )
        : done(`${header.path} accepts ids of ${header.to ?? ""} only`);
    }
    case "delete-all":
      return path.at(-1)?.kind === "variant"
        ? at === null
          ? done(`the variant ${header.path} has left the schema`)
          : needed(`the schema still has the variant ${header.path}`)
        : unknown("only the data tells");
    default:
      return unknown("only the data tells");
  }
}

function removal(path: string, at: PlacedTypes | null): Judgement {
  if (at === null) return done(`${path} has left the schema`);
  return at.optional
    ? needed(`${path} is still in the schema: run it, then remove the field`)
    : conflicting(
        `${path} is required: make it optional first, or documents without it are refused`,
      );
}

function mapState(header: MigrationHeader, at: PlacedTypes): Judgement {
  const map = jsonOf(header.request["map"]);
  if (map === null) return unknown("its map is not known");
  const types = at.types.flatMap((type) =>
    type.type === "array" ? flatUnion(type.value) : [type],
  );
  const accepts = (json: unknown) => types.some((type) => sourceOfJson(json, type) !== null);
  const refused = Object.values(map).find((value) => !accepts(value));
  if (refused !== undefined)
    return conflicting(`${header.path} does not accept ${JSON.stringify(refused)}`);
  const old = Object.keys(map).find((key) => accepts(key) || accepts(plainJson(key)));
  return old === undefined
    ? done(`${header.path} accepts none of the old values`)
    : needed(`${header.path} still accepts ${old}`);
}

function plainJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function jsonOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== "string") return null;
  const json = plainJson(value);
  return isRecord(json) ? json : null;
}

const kinds: Record<string, Validator["type"]> = {
  number: "number",
  float64: "number",
  string: "string",
  boolean: "boolean",
  int64: "bigint",
  bigint: "bigint",
  array: "array",
};

function convertState(
  header: MigrationHeader,
  table: TableDefinition,
  path: readonly Segment[],
  at: PlacedTypes | null,
): Judgement {
  if (path.length === 0)
    return unknown(`it rewrites whole documents of ${table.name}: only the data tells`);
  if (at === null) return conflicting(`the schema has no ${header.path}`);
  const { to } = header.request;
  const wanted = typeof to === "string" ? kinds[to] : undefined;
  const others = at.types.filter((type) => type.type !== "null");
  if (wanted === undefined)
    return others.length > 1
      ? needed(`${header.path} still accepts several types`)
      : done(`${header.path} accepts one type`);
  if (!others.some((type) => type.type === "any" || isOfKind(type, wanted)))
    return conflicting(`${header.path} does not accept ${wanted}`);
  return others.every((type) => isOfKind(type, wanted))
    ? done(`${header.path} accepts ${wanted} only`)
    : needed(`${header.path} still accepts other types`);
}

/** Of the kind, or a literal of it. */
function isOfKind(type: Validator, wanted: Validator["type"]): boolean {
  if (type.type === wanted) return true;
  return type.type === "literal" && typeof type.value === wanted;
}

function references(at: PlacedTypes | null): string[] {
  const types = (at?.types ?? []).flatMap((type) =>
    type.type === "array" ? flatUnion(type.value) : [type],
  );
  return types.flatMap((type) => (type.type === "id" ? [type.tableName] : []));
}

/** `table` and the path in its documents. */
function splitPath(text: string): { table: string; path: Segment[] } {
  const table = /^[A-Za-z0-9_]*/.exec(text)?.[0] ?? "";
  const rest = text.slice(table.length).replace(/^\./, "");
  return { table, path: parsePath(rest) ?? [] };
}
