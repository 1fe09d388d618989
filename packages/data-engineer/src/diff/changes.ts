// What differs between two schemas, as single changes with the class Convex's push gives them.
import type {
  IndexDefinition,
  SchemaDefinition,
  SearchIndexDefinition,
  TableDefinition,
  VectorIndexDefinition,
} from "../schema/schema.ts";
import { isSubset } from "../schema/subset.ts";
import {
  objectVariants,
  sameValidator,
  type ObjectValidator,
  type Validator,
  ownField,
} from "../schema/validator.ts";

export type ChangeKind =
  | "table-added"
  | "table-removed"
  | "table-renamed"
  | "optional-field-added"
  | "required-field-added"
  | "field-removed"
  | "field-renamed"
  | "field-made-required"
  | "field-made-optional"
  | "type-widened"
  | "type-narrowed"
  | "type-replaced"
  | "id-target-changed"
  | "variant-added"
  | "variant-removed"
  | "validation-on"
  | "validation-off"
  | "staged-validator-added"
  | "staged-validator-removed"
  | "index-added"
  | "index-removed"
  | "index-changed"
  | "index-renamed"
  | "index-enabled"
  | "search-index-added"
  | "search-index-removed"
  | "search-index-changed"
  | "vector-index-added"
  | "vector-index-removed"
  | "vector-index-changed";

/** What a push does with it, on a deployment that has documents. */
export type ChangeClass =
  "safe" | "breaking" | "data-left-behind" | "data-check" | "unsafe" | "build" | "rebuild" | "drop";

export interface Change {
  change: ChangeKind;
  /** `table`, `table.field.inner`, `table.index`. */
  path: string;
  class: ChangeClass;
  table: string | null;
  /** The field path inside the table, for changes of fields. */
  field: string | null;
  before: Validator | null;
  after: Validator | null;
  /** New name, for renames. */
  to: string | null;
  /** Fields of an index, after. */
  fields: string[] | null;
}

function change(
  kind: ChangeKind,
  path: string,
  cls: ChangeClass,
  more: Partial<Change> = {},
): Change {
  return {
    change: kind,
    path,
    class: cls,
    table: null,
    field: null,
    before: null,
    after: null,
    to: null,
    fields: null,
    ...more,
  };
}

/** The changes from `before` to `after`, in the order of the new schema. Equal schemas have none. */
export function diffSchemas(before: SchemaDefinition, after: SchemaDefinition): Change[] {
  const changes: Change[] = [];
  if (before.schemaValidation !== after.schemaValidation)
    changes.push(
      after.schemaValidation
        ? change("validation-on", "schemaValidation", "data-check")
        : change("validation-off", "schemaValidation", "unsafe"),
    );
  const renames = renamedTables(before, after);
  for (const table of after.tables) {
    const oldName = renames.get(table.name);
    if (oldName !== undefined) {
      const old = before.tables.find((item) => item.name === oldName);
      changes.push(
        change("table-renamed", oldName, "breaking", {
          table: oldName,
          to: table.name,
          before: old?.document ?? null,
          after: table.document,
        }),
      );
      continue;
    }
    const old = before.tables.find((item) => item.name === table.name);
    if (old === undefined) {
      changes.push(
        change("table-added", table.name, "safe", { table: table.name, after: table.document }),
      );
      continue;
    }
    changes.push(
      ...diffDocuments(old, table),
      ...diffStaged(old, table),
      ...diffIndexes(old, table),
    );
  }
  const renamedFrom = new Set(renames.values());
  for (const table of before.tables) {
    if (renamedFrom.has(table.name) || after.tables.some((item) => item.name === table.name))
      continue;
    changes.push(
      change("table-removed", table.name, "data-left-behind", {
        table: table.name,
        before: table.document,
      }),
    );
  }
  return changes;
}

/** New name to old name, where exactly one table went and one of the same shape came. */
function renamedTables(before: SchemaDefinition, after: SchemaDefinition): Map<string, string> {
  const gone = before.tables.filter(
    (table) => !after.tables.some((item) => item.name === table.name),
  );
  const come = after.tables.filter(
    (table) => !before.tables.some((item) => item.name === table.name),
  );
  const renames = new Map<string, string>();
  for (const table of come) {
    const same = gone.filter((item) =>
      sameValidator(retarget(item.document, item.name, table.name), table.document),
    );
    const [only] = same;
    const rivals = come.filter((item) => sameValidator(item.document, table.document));
    const isTelling = objectVariants(table.document).some((v) => Object.keys(v.value).length >= 2);
    if (same.length === 1 && rivals.length === 1 && only !== undefined && isTelling)
      renames.set(table.name, only.name);
  }
  return renames;
}

/** References of a table to itself follow its new name. */
function retarget(validator: Validator, from: string, to: string): Validator {
  switch (validator.type) {
    case "id":
      return validator.tableName === from ? { type: "id", tableName: to } : validator;
    case "array":
      return { type: "array", value: retarget(validator.value, from, to) };
    case "union":
      return { type: "union", value: validator.value.map((item) => retarget(item, from, to)) };
    case "object":
      return {
        type: "object",
        value: Object.fromEntries(
          Object.entries(validator.value).map(([name, field]) => [
            name,
            { ...field, fieldType: retarget(field.fieldType, from, to) },
          ]),
        ),
      };
    default:
      return validator;
  }
}

function diffDocuments(before: TableDefinition, after: TableDefinition): Change[] {
  return diffTypes(before.document, after.document, after.name, "");
}

function join(path: string, name: string): string {
  if (path === "" || name === "") return path + name;
  return `${path}.${name}`;
}

function diffTypes(before: Validator, after: Validator, table: string, field: string): Change[] {
  if (sameValidator(before, after)) return [];
  if (before.type === "object" && after.type === "object")
    return diffObjects(before, after, table, field);
  if (before.type === "array" && after.type === "array")
    return diffTypes(before.value, after.value, table, `${field}[]`);
  const variants = diffVariants(before, after, table, field);
  if (variants !== null) return variants;
  const at = { table, field: field === "" ? null : field, before, after };
  const path = join(table, field);
  if (isSubset(before, after)) return [change("type-widened", path, "safe", at)];
  if (idTarget(before) !== null && idTarget(after) !== null && idTarget(before) !== idTarget(after))
    return [change("id-target-changed", path, "breaking", at)];
  if (isSubset(after, before) || isPartly(after, before))
    return [change("type-narrowed", path, "breaking", at)];
  return [change("type-replaced", path, "breaking", at)];
}

function idTarget(validator: Validator): string | null {
  if (validator.type === "id") return validator.tableName;
  if (validator.type !== "union") return null;
  const ids = validator.value.filter((item) => item.type !== "null");
  const [only] = ids;
  return ids.length === 1 && only?.type === "id" ? only.tableName : null;
}

/** Some value of the new type was possible before: values are mapped, not the whole field replaced. */
function isPartly(after: Validator, before: Validator): boolean {
  if (after.type !== "union") return false;
  return after.value.some((member) => isSubset(member, before));
}

function diffObjects(
  before: ObjectValidator,
  after: ObjectValidator,
  table: string,
  prefix: string,
): Change[] {
  const changes: Change[] = [];
  const gone = Object.keys(before.value).filter((name) => ownField(after, name) === undefined);
  const come = Object.keys(after.value).filter((name) => ownField(before, name) === undefined);
  const renames = renamedFields(before, after, gone, come);
  for (const [name, field] of Object.entries(after.value)) {
    const old = ownField(before, name);
    const path = join(prefix, name);
    const at = { table, field: path, after: field.fieldType };
    const full = join(table, path);
    if (old === undefined) {
      const oldName = renames.get(name);
      if (oldName !== undefined)
        changes.push(
          change("field-renamed", join(table, join(prefix, oldName)), "breaking", {
            table,
            field: join(prefix, oldName),
            before: ownField(before, oldName)?.fieldType ?? null,
            after: field.fieldType,
            to: path,
          }),
        );
      else if (field.optional) changes.push(change("optional-field-added", full, "safe", at));
      else changes.push(change("required-field-added", full, "breaking", at));
      continue;
    }
    const both = { ...at, before: old.fieldType };
    if (old.optional && !field.optional)
      changes.push(change("field-made-required", full, "breaking", both));
    if (!old.optional && field.optional)
      changes.push(change("field-made-optional", full, "safe", both));
    changes.push(...diffTypes(old.fieldType, field.fieldType, table, path));
  }
  const renamedFrom = new Set(renames.values());
  for (const name of gone) {
    if (renamedFrom.has(name)) continue;
    changes.push(
      change("field-removed", join(table, join(prefix, name)), "breaking", {
        table,
        field: join(prefix, name),
        before: ownField(before, name)?.fieldType ?? null,
      }),
    );
  }
  return changes;
}

/** New name to old name, where one field went and one of exactly the same type came. */
function renamedFields(
  before: ObjectValidator,
  after: ObjectValidator,
  gone: readonly string[],
  come: readonly string[],
): Map<string, string> {
  const renames = new Map<string, string>();
  const same = (from: string, to: string) => {
    const a = ownField(before, from);
    const b = ownField(after, to);
    return (
      a !== undefined &&
      b !== undefined &&
      a.optional === b.optional &&
      sameValidator(a.fieldType, b.fieldType)
    );
  };
  for (const name of come) {
    const candidates = gone.filter((item) => same(item, name));
    const rivals = come.filter((item) => candidates.some((candidate) => same(candidate, item)));
    const [only] = candidates;
    if (candidates.length === 1 && rivals.length === 1 && only !== undefined)
      renames.set(name, only);
  }
  return renames;
}

/** Unions of objects that a literal field tells apart; null when these are not such. */
function diffVariants(
  before: Validator,
  after: Validator,
  table: string,
  field: string,
): Change[] | null {
  const old = taggedVariants(before);
  const fresh = taggedVariants(after);
  if (old === null || fresh === null || old.tag !== fresh.tag) return null;
  const changes: Change[] = [];
  for (const [tag, variant] of fresh.variants) {
    const known = old.variants.get(tag);
    const path = `${join(table, field)}<${tag}>`;
    const at = { table, field: field === "" ? null : field };
    if (known === undefined)
      changes.push(change("variant-added", path, "safe", { ...at, after: variant }));
    else
      for (const item of diffObjects(known, variant, table, field))
        changes.push({ ...item, path: item.path.replace(join(table, field), path) });
  }
  for (const [tag, variant] of old.variants)
    if (!fresh.variants.has(tag))
      changes.push(
        change("variant-removed", `${join(table, field)}<${tag}>`, "breaking", {
          table,
          field: field === "" ? null : field,
          before: variant,
        }),
      );
  return changes;
}

function taggedVariants(
  validator: Validator,
): { tag: string; variants: Map<string, ObjectValidator> } | null {
  const members = objectVariants(validator);
  const all = validator.type === "union" ? validator.value.length : 1;
  const [first] = members;
  if (first === undefined || members.length !== all) return null;
  for (const [name, { fieldType, optional }] of Object.entries(first.value)) {
    if (fieldType.type !== "literal" || optional) continue;
    const variants = new Map<string, ObjectValidator>();
    for (const member of members) {
      const type = ownField(member, name)?.fieldType;
      if (type?.type === "literal") variants.set(JSON.stringify(type.value), member);
    }
    if (variants.size === members.length) return { tag: name, variants };
  }
  return null;
}

function diffStaged(before: TableDefinition, after: TableDefinition): Change[] {
  const { stagedDocument: old } = before;
  const { stagedDocument: fresh } = after;
  const at = { table: after.name, before: old ?? null, after: fresh ?? null };
  if (fresh !== undefined && (old === undefined || !sameValidator(old, fresh)))
    return [change("staged-validator-added", after.name, "safe", at)];
  if (old !== undefined && fresh === undefined && !sameValidator(old, after.document))
    return [change("staged-validator-removed", after.name, "safe", at)];
  return [];
}

function diffIndexes(before: TableDefinition, after: TableDefinition): Change[] {
  return [
    ...diffDatabaseIndexes(before, after),
    ...diffOthers("search-index", before.searchIndexes, after.searchIndexes, after.name, searchKey),
    ...diffOthers("vector-index", before.vectorIndexes, after.vectorIndexes, after.name, vectorKey),
  ];
}

function diffDatabaseIndexes(before: TableDefinition, after: TableDefinition): Change[] {
  const changes: Change[] = [];
  const table = after.name;
  const key = (index: IndexDefinition) => index.fields.join(",");
  const gone = before.indexes.filter(
    (old) => !after.indexes.some((item) => item.name === old.name),
  );
  const usedAsOld = new Set<string>();
  for (const index of after.indexes) {
    const path = `${table}.${index.name}`;
    const at = { table, fields: index.fields };
    const old = before.indexes.find((item) => item.name === index.name);
    if (old === undefined) {
      const renamed = gone.find((item) => key(item) === key(index) && !usedAsOld.has(item.name));
      if (renamed === undefined) changes.push(change("index-added", path, "build", at));
      else {
        usedAsOld.add(renamed.name);
        changes.push(
          change("index-renamed", `${table}.${renamed.name}`, "rebuild", { ...at, to: index.name }),
        );
      }
      continue;
    }
    if (key(old) !== key(index)) changes.push(change("index-changed", path, "rebuild", at));
    else if (old.staged && !index.staged) changes.push(change("index-enabled", path, "safe", at));
    else if (!old.staged && index.staged) changes.push(change("index-removed", path, "drop", at));
  }
  for (const old of gone)
    if (!usedAsOld.has(old.name))
      changes.push(
        change("index-removed", `${table}.${old.name}`, "drop", { table, fields: old.fields }),
      );
  return changes;
}

function searchKey(index: SearchIndexDefinition): string {
  return [index.searchField, ...[...index.filterFields].sort()].join(",");
}

function vectorKey(index: VectorIndexDefinition): string {
  return [index.vectorField, String(index.dimensions), ...[...index.filterFields].sort()].join(",");
}

function diffOthers<T extends { name: string; staged: boolean; filterFields: string[] }>(
  kind: "search-index" | "vector-index",
  before: readonly T[],
  after: readonly T[],
  table: string,
  key: (index: T) => string,
): Change[] {
  const changes: Change[] = [];
  for (const index of after) {
    const old = before.find((item) => item.name === index.name);
    const at = { table, fields: key(index).split(",") };
    if (old === undefined)
      changes.push(change(`${kind}-added`, `${table}.${index.name}`, "build", at));
    else if (key(old) !== key(index))
      changes.push(change(`${kind}-changed`, `${table}.${index.name}`, "rebuild", at));
  }
  for (const old of before)
    if (!after.some((item) => item.name === old.name))
      changes.push(
        change(`${kind}-removed`, `${table}.${old.name}`, "drop", {
          table,
          fields: key(old).split(","),
        }),
      );
  return changes;
}
