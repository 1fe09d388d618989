// What an argument's validator says about the parts of the argument.
import { ownField } from "../schema/validator.ts";
import type { Validator } from "../schema/validator.ts";

/** The validator of a property, `*` being an element of an array; null when it has none or is not described. */
export function lookupValidator(validator: Validator, name: string): Validator | null {
  switch (validator.type) {
    case "object":
      return ownField(validator, name)?.fieldType ?? null;
    case "record":
      return validator.values.fieldType;
    case "array":
      return name === "*" ? validator.value : null;
    case "union": {
      const found = validator.value
        .map((member) => lookupValidator(member, name))
        .filter((item) => item !== null);
      if (found.length === 0) return null;
      const [only] = found;
      return found.length === 1 && only !== undefined ? only : { type: "union", value: found };
    }
    default:
      return null;
  }
}

/** The only table that ids of a validator lead to, or null. */
export function tableOfValidator(validator: Validator | null): string | null {
  if (validator === null) return null;
  if (validator.type === "id") return validator.tableName;
  if (validator.type === "union") {
    const tables = new Set<string>();
    for (const member of validator.value) {
      if (member.type === "null") continue;
      if (member.type !== "id") return null;
      tables.add(member.tableName);
    }
    return tables.size === 1 ? ([...tables][0] ?? null) : null;
  }
  return null;
}
