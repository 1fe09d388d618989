// A value of any validator, for row `index`: the same every time, different from row to row.
import { flatUnion, type ObjectValidator, type Validator } from "../schema/validator.ts";
import type { Json, JsonObject } from "./json.ts";
import { isPresent, madeUpNumber, madeUpText, madeUpTruth, mix } from "./made-up.ts";

export interface ValueContext {
  /** Id of a document of a table, for this row; undefined when there is none. */
  idOf: (table: string, name: string) => string | undefined;
  /** A value that is settled otherwise, by dotted path; undefined when it is to be made up. */
  settled: (path: string, type: Validator) => Json | undefined;
}

/** @returns undefined when there is no such value: a reference to an empty table */
export function makeValue(
  type: Validator,
  path: string,
  index: number,
  context: ValueContext,
): Json | undefined {
  const settled = context.settled(path, type);
  if (settled !== undefined) return settled;
  switch (type.type) {
    case "null":
      return null;
    case "any":
      return {};
    case "number":
      return madeUpNumber(path, index, false);
    case "bigint":
    case "commitTs":
      return integer(Math.trunc(madeUpNumber(path, index, false)));
    case "boolean":
      return madeUpTruth(lastOf(path), index);
    case "string":
      return madeUpText(path, index);
    case "bytes":
      return { $bytes: Buffer.from(`${lastOf(path)} ${index}`).toString("base64") };
    case "literal":
      return type.value === null
        ? null
        : typeof type.value === "object"
          ? { $integer: type.value.$integer }
          : type.value;
    case "id":
      return context.idOf(type.tableName, lastOf(path));
    case "array": {
      const length = index % 3 === 1 ? 2 : 1;
      const items: Json[] = [];
      for (let i = 0; i < length; i++) {
        const item = makeValue(type.value, path, index + i, context);
        if (item !== undefined) items.push(item);
      }
      return items;
    }
    case "record": {
      const key = makeValue(type.keys, `${path}.key`, index, context);
      const value = makeValue(type.values.fieldType, `${path}.value`, index, context);
      return typeof key === "string" && value !== undefined && /^[\x20-\x7e]+$/.test(key)
        ? { [key]: value }
        : {};
    }
    case "union":
      return memberValue(type, path, index, context);
    case "object":
      return makeObject(type, path, index, context) ?? undefined;
  }
}

/** @returns null when a required field has no value */
export function makeObject(
  type: ObjectValidator,
  path: string,
  index: number,
  context: ValueContext,
): JsonObject | null {
  const document: JsonObject = {};
  for (const [name, field] of Object.entries(type.value)) {
    const inner = path === "" ? name : `${path}.${name}`;
    if (
      field.optional &&
      !isPresent(name, index) &&
      context.settled(inner, field.fieldType) === undefined
    )
      continue;
    const value = makeValue(field.fieldType, inner, index, context);
    if (value !== undefined) document[name] = value;
    else if (!field.optional) return null;
  }
  return document;
}

/** Each member comes first once, in declared order, then as if drawn; null where an optional field would be absent. */
function memberValue(
  type: Validator,
  path: string,
  index: number,
  context: ValueContext,
): Json | undefined {
  const all = flatUnion(type);
  const members = all.filter((item) => item.type !== "null");
  const hasNull = members.length < all.length;
  if (members.length === 0 || (hasNull && !isPresent(lastOf(path), index))) return null;
  const first = index < members.length ? index : mix(index, path) % members.length;
  for (let i = 0; i < members.length; i++) {
    const member = members[(first + i) % members.length];
    const value = member === undefined ? undefined : makeValue(member, path, index, context);
    if (value !== undefined) return value;
  }
  return hasNull ? null : undefined;
}

export function integer(value: number): { $integer: string } {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return { $integer: bytes.toString("base64") };
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
