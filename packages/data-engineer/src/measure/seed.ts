// Documents made up from validators: enough to run queries on, spread so that a range stays small while the table grows.
import type { SchemaDefinition, TableDefinition } from "../schema/schema.ts";
import { objectVariants, type ObjectValidator, type Validator } from "../schema/validator.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Children per parent, whatever the table's size. */
const childrenPerParent = 10;

/** Tables in an order in which references lead to tables filled before; a cycle is broken where it is optional. */
export function seedOrder(schema: SchemaDefinition): TableDefinition[] {
  const done: TableDefinition[] = [];
  const left = [...schema.tables];
  while (left.length > 0) {
    const ready = left.findIndex((table) =>
      requiredTargets(table).every(
        (target) =>
          target === table.name ||
          target.startsWith("_") ||
          done.some((item) => item.name === target) ||
          !schema.tables.some((item) => item.name === target),
      ),
    );
    done.push(...left.splice(ready < 0 ? 0 : ready, 1));
  }
  return done;
}

function requiredTargets(table: TableDefinition): string[] {
  const [variant] = objectVariants(table.document);
  if (variant === undefined) return [];
  return Object.values(variant.value).flatMap((field) =>
    field.optional ? [] : targetsOf(field.fieldType),
  );
}

function targetsOf(type: Validator): string[] {
  switch (type.type) {
    case "id":
      return [type.tableName];
    case "object":
      return Object.values(type.value).flatMap((field) =>
        field.optional ? [] : targetsOf(field.fieldType),
      );
    case "union":
      return type.value.some((item) => targetsOf(item).length === 0)
        ? []
        : targetsOf(type.value[0] ?? { type: "null" });
    default:
      return [];
  }
}

export interface IdSource {
  /** Ids of a table filled so far. */
  idsOf: (table: string) => readonly string[];
}

/** A document for row `index`; null when a reference it needs leads to an empty table. */
export function makeDocument(table: TableDefinition, index: number, ids: IdSource): Json | null {
  const variants = objectVariants(table.document);
  const variant = variants[index % Math.max(1, variants.length)];
  if (variant === undefined) return { value: `row ${index}` };
  return makeObject(variant, index, ids);
}

function makeObject(
  type: ObjectValidator,
  index: number,
  ids: IdSource,
): { [key: string]: Json } | null {
  const document: { [key: string]: Json } = {};
  let references = 0;
  for (const [name, field] of Object.entries(type.value)) {
    const ordinal = targetsWithin(field.fieldType) ? references++ : 0;
    const value = makeValue(field.fieldType, name, index, ids, ordinal);
    if (value === undefined) {
      if (field.optional) continue;
      return null;
    }
    document[name] = value;
  }
  return document;
}

function targetsWithin(type: Validator): boolean {
  if (type.type === "id") return true;
  return type.type === "union" && type.value.some(targetsWithin);
}

/** The first reference of a table gives each parent ten children; the second differs for each of them, so that pairs are unique. */
function parentOf(index: number, ordinal: number): number {
  return ordinal === 1 ? index : Math.floor(index / childrenPerParent);
}

/** A value of a type, encoded as Convex JSON; undefined when there is none (a reference to an empty table). */
export function makeValue(
  type: Validator,
  name: string,
  index: number,
  ids: IdSource,
  ordinal = 0,
): Json | undefined {
  switch (type.type) {
    case "null":
    case "any":
      return null;
    case "number":
      return index;
    case "bigint":
    case "commitTs":
      return { $integer: integerText(index) };
    case "boolean":
      return index % 2 === 0;
    case "string":
      return `${name} ${index}`;
    case "bytes":
      return { $bytes: "" };
    case "literal":
      return type.value === null ? null : type.value;
    case "id": {
      const known = ids.idsOf(type.tableName);
      return known.length === 0 ? undefined : known[parentOf(index, ordinal) % known.length];
    }
    case "array": {
      const item = makeValue(type.value, name, index, ids);
      return item === undefined ? [] : [item];
    }
    case "record":
      return {};
    case "union": {
      for (let i = 0; i < type.value.length; i++) {
        const member = type.value[(index + i) % type.value.length];
        if (member === undefined || (member.type === "null" && type.value.length > 1)) continue;
        const value = makeValue(member, name, index, ids, ordinal);
        if (value !== undefined) return value;
      }
      return type.value.some((item) => item.type === "null") ? null : undefined;
    }
    case "object":
      return makeObject(type, index, ids) ?? undefined;
  }
}

function integerText(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes.toString("base64");
}
