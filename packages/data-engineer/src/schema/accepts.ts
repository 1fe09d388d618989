// Does a validator accept a value? The plain definition, used to check generated data and the subset rule.
import { ownField } from "./validator.ts";
import type { Validator } from "./validator.ts";

/** `undefined` in an object means the field is absent. Ids are any string here: their table is not decoded. */
export function accepts(validator: Validator, value: unknown): boolean {
  switch (validator.type) {
    case "any":
      return value !== undefined;
    case "null":
      return value === null;
    case "number":
      return typeof value === "number";
    case "bigint":
    case "commitTs":
      return typeof value === "bigint";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "id":
      return typeof value === "string" && value.startsWith(`${validator.tableName}|`);
    case "bytes":
      return value instanceof ArrayBuffer;
    case "literal":
      return value === validator.value;
    case "array":
      return Array.isArray(value) && value.every((item) => accepts(validator.value, item));
    case "record":
      return (
        isPlain(value) &&
        Object.entries(value).every(
          ([key, item]) =>
            accepts(validator.keys, key) && accepts(validator.values.fieldType, item),
        )
      );
    case "object": {
      if (!isPlain(value)) return false;
      for (const [name, field] of Object.entries(validator.value)) {
        const item = value[name];
        if (item === undefined ? !field.optional : !accepts(field.fieldType, item)) return false;
      }
      return Object.entries(value).every(
        ([name, item]) => item === undefined || ownField(validator, name) !== undefined,
      );
    }
    case "union":
      return validator.value.some((member) => accepts(member, value));
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ArrayBuffer)
  );
}
