// When every value of one validator surely fits another, so that a schema push need not look at the documents.

import { encodeJsonKey } from "../values/index-key.ts";
import { decodeValue } from "../values/value.ts";
import type { ObjectValidator, Validator } from "./validator.ts";

/** True only if every value that fits `left` fits `right`. May be false although it is so. */
export function isSubset(left: Validator, right: Validator): boolean {
  if (right.type === "any") return true;
  if (left.type === "union") return left.value.every((member) => isSubset(member, right));
  if (right.type === "union") {
    if (right.value.some((member) => isSubset(left, member))) return true;
    return left.type === "boolean" && coversBooleans(right.value);
  }
  switch (left.type) {
    case "array":
      return right.type === "array" && isSubset(left.value, right.value);
    case "record":
      return (
        right.type === "record" &&
        isSubset(left.keys, right.keys) &&
        isSubset(left.values, right.values)
      );
    case "object":
      return right.type === "object" && isObjectSubset(left, right);
    case "literal":
      if (right.type === "literal") {
        return encodeJsonKey(left.value) === encodeJsonKey(right.value);
      }
      return right.type === typeof decodeValue(left.value);
    case "id":
      return right.type === "string" || (right.type === "id" && right.tableName === left.tableName);
    case "bigint":
    case "commitTs":
      // Both accept exactly the Int64.
      return right.type === "bigint" || right.type === "commitTs";
    case "any":
      return false;
    case "null":
    case "number":
    case "boolean":
    case "string":
    case "bytes":
      return right.type === left.type;
    default:
      throw new Error(`Unknown validator ${JSON.stringify(left satisfies never)}`);
  }
}

function isObjectSubset(left: ObjectValidator, right: ObjectValidator): boolean {
  for (const name of left.fields.keys()) if (!right.fields.has(name)) return false;
  for (const [name, field] of right.fields) {
    const before = left.fields.get(name);
    if (before === undefined) {
      if (!field.optional) return false;
    } else if (
      (before.optional && !field.optional) ||
      !isSubset(before.fieldType, field.fieldType)
    ) {
      return false;
    }
  }
  return true;
}

function coversBooleans(members: readonly Validator[]): boolean {
  return [true, false].every((value) =>
    members.some((member) => member.type === "literal" && member.value === value),
  );
}
