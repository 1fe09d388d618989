// From a query's range expressions to one interval of an index's keys, by Convex's rules.

import { debugPrint, debugString } from "../values/debug-print.ts";
import { decodeDocumentId, encodeDocumentId } from "../values/document-id.ts";
import { UserError } from "../values/errors.ts";
import { encodeValueKey, keySuccessor, type Key } from "../values/index-key.ts";
import { isJsonObject, type Json } from "../values/json.ts";
import { decodeOptionalValue, type Value } from "../values/value.ts";
import type { Index, Table } from "./catalog.ts";
import type { KeyInterval } from "./read-set.ts";

interface Bound {
  readonly value: Value | undefined;
  readonly inclusive: boolean;
}

const comparators = { Gt: ">", Gte: ">=", Lt: "<", Lte: "<=" } as const;

/**
 * The keys that a range selects.
 *
 * @param range - `[{type, fieldPath, value}]` as the client package sends it
 * @throws UserError if it does not follow the index's fields
 */
export function compileRange(table: Table, index: Index, range: readonly Json[]): KeyInterval {
  const whole = { start: index.prefix, end: keySuccessor(index.prefix) };
  if (range.length === 0) return whole;
  const name = `${table.name}.${index.name}`;
  const equalities = new Map<string, Value | undefined>();
  let boundField: string | null = null;
  let lower: Bound | null = null;
  let upper: Bound | null = null;
  for (const expression of range) {
    const { type, field, value } = parseExpression(expression);
    if (type === "Eq") {
      if (equalities.has(field))
        throw alreadyDefined("equality", field, "==", equalities.get(field));
      equalities.set(field, value);
      continue;
    }
    const isUpper = type === "Lt" || type === "Lte";
    if ((isUpper ? upper : lower) !== null) {
      throw alreadyDefined(isUpper ? "upper" : "lower", field, comparators[type], value);
    }
    if (boundField !== null && boundField !== field) throw twoBoundFields(name, boundField, field);
    boundField = field;
    const bound = { value, inclusive: type === "Gte" || type === "Lte" };
    if (isUpper) upper = bound;
    else lower = bound;
  }
  if (boundField !== null && equalities.has(boundField)) {
    throw alreadyDefined("inequality", boundField, "==", equalities.get(boundField));
  }

  const declared = declaredFields(index);
  const fields = [...declared.filter((field) => field !== "_id"), "_id"];
  const used = [...equalities.keys()];
  for (const field of boundField === null ? used : [...used, boundField]) {
    if (!fields.includes(field)) throw notIndexed(name, declared, field);
  }
  used.sort((left, right) => fields.indexOf(left) - fields.indexOf(right));
  if (boundField !== null) used.push(boundField);
  for (const [position, field] of used.entries()) {
    if (fields[position] !== field) throw outOfOrder(name, declared, used, field);
  }

  let interval: KeyInterval = whole;
  for (const field of used) {
    if (equalities.has(field)) {
      const value = equalities.get(field);
      interval = narrow(
        table,
        interval.start,
        field,
        { value, inclusive: true },
        { value, inclusive: true },
      );
    } else {
      interval = narrow(table, interval.start, field, lower, upper);
    }
    if (interval.start >= interval.end) return { start: interval.start, end: interval.start };
  }
  return interval;
}

/** Fields of an index as error texts name them. */
export function declaredFields(index: Index): string[] {
  if (index.content.kind === "identity") return ["_id"];
  return index.paths.map((path) => path.join("."));
}

function narrow(
  table: Table,
  prefix: Key,
  field: string,
  lower: Bound | null,
  upper: Bound | null,
): KeyInterval {
  if (field === "_id") return narrowById(table, prefix, lower, upper);
  const after = (bound: Bound) => keySuccessor(prefix + encodeValueKey(bound.value));
  const at = (bound: Bound) => prefix + encodeValueKey(bound.value);
  return {
    start: lower === null ? prefix : lower.inclusive ? at(lower) : after(lower),
    end: upper === null ? keySuccessor(prefix) : upper.inclusive ? after(upper) : at(upper),
  };
}

/** Ids stand in keys as bare bytes, which sort like their texts within one table. */
function narrowById(
  table: Table,
  prefix: Key,
  lower: Bound | null,
  upper: Bound | null,
): KeyInterval {
  const end = keySuccessor(prefix);
  const edge = (bound: Bound, beyond: boolean): Key => {
    const place = idPlace(table, bound.value);
    switch (place.kind) {
      case "before":
        return prefix;
      case "after":
        return end;
      case "at":
        return prefix + place.bytes + (place.exact && beyond ? "\x00" : "");
      default:
        throw new Error(`Unknown place ${JSON.stringify(place satisfies never)}`);
    }
  };
  return {
    start: lower === null ? prefix : edge(lower, !lower.inclusive),
    end: upper === null ? end : edge(upper, upper.inclusive),
  };
}

type IdPlace =
  | { readonly kind: "before" }
  | { readonly kind: "after" }
  | { readonly kind: "at"; readonly bytes: Key; readonly exact: boolean };

function idPlace(table: Table, value: Value | undefined): IdPlace {
  if (typeof value !== "string") {
    // What is no string sorts before or after all ids, by its type.
    return { kind: encodeValueKey(value) < encodeValueKey("") ? "before" : "after" };
  }
  const id = decodeDocumentId(value);
  if (id !== null && id.tableNumber === table.number) {
    return { kind: "at", bytes: Buffer.from(id.internalId).toString("latin1"), exact: true };
  }
  // Find where the text would stand: the least internal id whose text is not less, bit by bit from the top.
  const bytes = new Uint8Array(16);
  const text = () => encodeDocumentId(table.number, bytes);
  bytes.fill(0xff);
  if (text() < value) return { kind: "after" };
  bytes.fill(0);
  if (text() >= value) return { kind: "before" };
  for (let position = 0; position < 16; position++) {
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      // Set the bit if even the greatest id without it is less.
      const probe = bytes.slice();
      probe[position] = (probe[position] ?? 0) | (bit - 1);
      probe.fill(0xff, position + 1);
      if (encodeDocumentId(table.number, probe) < value) {
        bytes[position] = (bytes[position] ?? 0) | bit;
      }
    }
  }
  return { kind: "at", bytes: Buffer.from(bytes).toString("latin1"), exact: false };
}

interface RangeExpression {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  field: string;
  value: Value | undefined;
}

function parseExpression(json: Json): RangeExpression {
  if (isJsonObject(json)) {
    const { type, fieldPath, value } = json;
    if (typeof fieldPath === "string" && value !== undefined) {
      switch (type) {
        case "Eq":
        case "Gt":
        case "Gte":
        case "Lt":
        case "Lte":
          return { type, field: fieldPath, value: decodeOptionalValue(value) };
        default:
          break;
      }
    }
  }
  throw new UserError(`Invalid index range expression: ${JSON.stringify(json).slice(0, 200)}`);
}

function alreadyDefined(
  kind: string,
  field: string,
  comparator: string,
  value: Value | undefined,
): UserError {
  return new UserError(
    `Already defined ${kind} bound in index range. Can't add ${debugString(field)} ${comparator} ${debugPrint(value)}.`,
    { code: "AlreadyDefinedBound" },
  );
}

function twoBoundFields(index: string, first: string, second: string): UserError {
  return new UserError(
    "Upper and lower bounds in `range` can only be applied to a single index field. " +
      `This query against index ${index} attempted to set a range bound on both ${debugString(first)} and ${debugString(second)}. ` +
      "Consider using `filter` instead. See https://docs.convex.dev/using/indexes for more info.",
    { code: "BoundsOnMultipleFields" },
  );
}

function notIndexed(index: string, declared: readonly string[], field: string): UserError {
  return new UserError(
    `The index range included a comparison with ${debugString(field)}, but ${index} with fields ${listed(declared)} doesn't index this field. ` +
      "For more information see https://docs.convex.dev/using/indexes.",
    { code: "FieldNotInIndex" },
  );
}

function outOfOrder(
  index: string,
  declared: readonly string[],
  used: readonly string[],
  field: string,
): UserError {
  return new UserError(
    `Tried to query index ${index} but the query didn't use the index fields in order.\n` +
      `Index fields: ${listed(declared)}\nQuery fields: ${listed(used)}\nFirst incorrect field: ${debugString(field)}\n` +
      "For more information see https://docs.convex.dev/using/indexes.",
    { code: "InvalidIndexRange" },
  );
}

function listed(fields: readonly string[]): string {
  return `[${fields.map(debugString).join(", ")}]`;
}
