// Does one validator accept everything another accepts? Says yes more often than the server's subset rule, never wrongly:
// the rule decides whether documents are read at a push, this decides whether one of them can fail it.
import { isSubset } from "./subset.ts";
import { flatUnion, type ObjectValidator, type Validator, ownField } from "./validator.ts";

/** Splits of one object into cases before it is given up: unions of unions multiply. */
const maxCases = 128;

/** True when every value of `a` is a value of `b`. False may be wrong only where types multiply beyond reason. */
export function isIncluded(a: Validator, b: Validator): boolean {
  return included(a, b, { left: maxCases });
}

/** The same values fit both; what people wrote differs at most in form. */
export function isEquivalent(a: Validator, b: Validator): boolean {
  return isIncluded(a, b) && isIncluded(b, a) && holdsCommitTs(a) === holdsCommitTs(b);
}

interface Fuel {
  left: number;
}

function included(a: Validator, b: Validator, fuel: Fuel): boolean {
  if (isSubset(a, b)) return true;
  if (a.type === "union") return flatUnion(a).every((member) => included(member, b, fuel));
  if (b.type === "union") {
    const members = flatUnion(b);
    if (members.some((member) => included(a, member, fuel))) return true;
    const cases = split(a);
    if (cases === null || --fuel.left < 0) return false;
    return cases.every((item) => included(item, b, fuel));
  }
  switch (a.type) {
    case "array":
      return b.type === "array" && included(a.value, b.value, fuel);
    case "record":
      return (
        b.type === "record" &&
        included(a.keys, b.keys, fuel) &&
        included(a.values.fieldType, b.values.fieldType, fuel)
      );
    case "object":
      if (b.type === "record")
        return Object.entries(a.value).every(
          ([name, field]) =>
            included({ type: "literal", value: name }, b.keys, fuel) &&
            included(field.fieldType, b.values.fieldType, fuel),
        );
      return b.type === "object" && includedObject(a, b, fuel);
    default:
      return false;
  }
}

function includedObject(a: ObjectValidator, b: ObjectValidator, fuel: Fuel): boolean {
  for (const [name, field] of Object.entries(a.value)) {
    const target = ownField(b, name);
    if (target === undefined || (field.optional && !target.optional)) return false;
    if (!included(field.fieldType, target.fieldType, fuel)) return false;
  }
  return Object.entries(b.value).every(
    ([name, field]) => ownField(a, name) !== undefined || field.optional,
  );
}

/** The cases a value falls into: by the members of one field's union, by its presence, by true and false. */
function split(validator: Validator): Validator[] | null {
  if (validator.type === "boolean")
    return [true, false].map((value) => ({ type: "literal", value }));
  if (validator.type !== "object") return null;
  for (const [name, field] of Object.entries(validator.value)) {
    const { [name]: _, ...others } = validator.value;
    if (field.optional)
      return [
        { type: "object", value: others },
        { type: "object", value: { ...others, [name]: { ...field, optional: false } } },
      ];
    const cases =
      field.fieldType.type === "union" ? flatUnion(field.fieldType) : split(field.fieldType);
    if (cases !== null && cases.length > 1)
      return cases.map((fieldType) => ({
        type: "object",
        value: { ...validator.value, [name]: { fieldType, optional: false } },
      }));
  }
  return null;
}

function holdsCommitTs(validator: Validator): boolean {
  switch (validator.type) {
    case "commitTs":
      return true;
    case "array":
      return holdsCommitTs(validator.value);
    case "record":
      return holdsCommitTs(validator.values.fieldType);
    case "object":
      return Object.values(validator.value).some((field) => holdsCommitTs(field.fieldType));
    case "union":
      return validator.value.some(holdsCommitTs);
    default:
      return false;
  }
}
