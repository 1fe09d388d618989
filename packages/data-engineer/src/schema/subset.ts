// The rule by which a push decides whether existing documents must be checked: is one validator a subset of another?
import { flatUnion, sameValidator, type Validator, ownField } from "./validator.ts";

/**
 * True when every value that `a` accepts is accepted by `b`, as far as the server's rule sees. The rule is
 * one-sided: false means "the documents are walked", not "some value fails".
 *
 * Source of the rule: the Convex backend's subset check of enforced and new schema.
 */
export function isSubset(a: Validator, b: Validator): boolean {
  if (sameValidator(a, b)) return true;
  if (b.type === "any") return true;
  if (a.type === "union") return flatUnion(a).every((member) => isSubset(member, b));
  if (b.type === "union") {
    const members = flatUnion(b);
    if (members.some((member) => isSubset(a, member))) return true;
    return a.type === "boolean" && coversBoolean(members);
  }
  switch (a.type) {
    case "literal":
      return literalBase(a.value) === b.type;
    case "id":
      return b.type === "string";
    case "bigint":
      return b.type === "commitTs";
    case "commitTs":
      return b.type === "bigint";
    case "array":
      return b.type === "array" && isSubset(a.value, b.value);
    case "object": {
      if (b.type !== "object") return false;
      for (const [name, field] of Object.entries(a.value)) {
        const target = ownField(b, name);
        if (target === undefined) return false;
        if (field.optional && !target.optional) return false;
        if (!isSubset(field.fieldType, target.fieldType)) return false;
      }
      return Object.entries(b.value).every(
        ([name, field]) => ownField(a, name) !== undefined || field.optional,
      );
    }
    // Records are a subset only of an identical one, which the first line answered.
    default:
      return false;
  }
}

function coversBoolean(members: Validator[]): boolean {
  const has = (value: boolean) =>
    members.some((member) => member.type === "literal" && member.value === value);
  return has(true) && has(false);
}

function literalBase(value: unknown): Validator["type"] | null {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return value === null ? "null" : "bigint";
  }
}
