// What the variants of a union tell of each other: a field that only one variant has says which variant a document is.
import type { ObjectValidator, Validator } from "./validator.ts";

/**
 * Whether every document that has the fields `present` has `constant` in `field`, because only such variants of the
 * document (or of an object in it) have those fields.
 *
 * @param constant - JSON text
 */
export function impliesConstant(
  document: Validator,
  present: readonly string[],
  field: string,
  constant: string,
): boolean {
  const segments = field.split(".");
  const leaf = segments.at(-1);
  if (leaf === undefined) return false;
  const holder = segments.slice(0, -1);
  const prefix = holder.length === 0 ? "" : `${holder.join(".")}.`;
  const siblings = present
    .filter((name) => name.startsWith(prefix) && name !== field)
    .map((name) => name.slice(prefix.length).split(".")[0] ?? "");
  const variants = objectsAt(document, holder);
  if (variants === null || variants.length < 2) return false;
  const possible = variants.filter((variant) =>
    siblings.every((name) => variant.value[name] !== undefined),
  );
  return (
    possible.length > 0 &&
    possible.every((variant) => {
      const found = variant.value[leaf];
      return (
        found !== undefined &&
        !found.optional &&
        found.fieldType.type === "literal" &&
        JSON.stringify(found.fieldType.value) === constant
      );
    })
  );
}

/** The object variants at a path; null when something else may be there. */
function objectsAt(validator: Validator, path: readonly string[]): ObjectValidator[] | null {
  if (validator.type === "union") {
    const members = validator.value.map((member) => objectsAt(member, path));
    return members.some((item) => item === null) ? null : members.flatMap((item) => item ?? []);
  }
  if (validator.type !== "object") return null;
  const [head, ...rest] = path;
  if (head === undefined) return [validator];
  const field = validator.value[head];
  return field === undefined || field.optional ? null : objectsAt(field.fieldType, rest);
}
