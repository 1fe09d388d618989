// Paths into documents, as `diff` writes and `migrate` reads them: `field.inner`, `[]` for the elements of an array, `{}` for
// the values of a record, `<circle>` for the variant of a union of objects that the literal field tells apart.
import {
  flatUnion,
  type LiteralValue,
  type ObjectField,
  type ObjectValidator,
  type Validator,
  ownField,
} from "./validator.ts";

export type Segment =
  | { kind: "field"; name: string }
  | { kind: "element" }
  | { kind: "value" }
  | { kind: "variant"; label: string };

const plainLabel = /^[A-Za-z0-9_ .-]+$/;

/** What stands between `<` and `>`. */
export function variantLabel(value: LiteralValue): string {
  if (typeof value === "string" && plainLabel.test(value) && !isJson(value)) return value;
  return JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function printPath(segments: readonly Segment[]): string {
  let text = "";
  for (const segment of segments) {
    switch (segment.kind) {
      case "field":
        text += text === "" ? segment.name : `.${segment.name}`;
        break;
      case "element":
        text += "[]";
        break;
      case "value":
        text += "{}";
        break;
      case "variant":
        text += `<${segment.label}>`;
        break;
    }
  }
  return text;
}

/** `table.field`, or `table<variant>` where no field comes first. */
export function fullPath(table: string, segments: readonly Segment[]): string {
  const [first] = segments;
  return first?.kind === "field" ? `${table}.${printPath(segments)}` : table + printPath(segments);
}

/** null when the text is no path. */
export function parsePath(text: string): Segment[] | null {
  const segments: Segment[] = [];
  const pattern = /(\.?)([A-Za-z_][A-Za-z0-9_]*)|\[\]|\{\}|<([^<>]+)>/y;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) return null;
    const [whole, dot, name, label] = match;
    if (name !== undefined) {
      if ((dot === "") !== (start === 0)) return null;
      segments.push({ kind: "field", name });
    } else if (label !== undefined) segments.push({ kind: "variant", label });
    else segments.push({ kind: whole === "[]" ? "element" : "value" });
  }
  return segments;
}

/** The field that tells the members of a union of objects apart by a literal, with the members by label. */
export interface TaggedUnion {
  tag: string;
  variants: Map<string, { member: ObjectValidator; value: LiteralValue }>;
  /** Members that are no objects, such as null. */
  others: Validator[];
}

/** null when no required literal field tells all object members apart. */
export function taggedUnion(validator: Validator): TaggedUnion | null {
  const members = flatUnion(validator);
  const objects = members.flatMap((member) => (member.type === "object" ? [member] : []));
  const [first] = objects;
  if (first === undefined) return null;
  for (const name of Object.keys(first.value)) {
    const variants: TaggedUnion["variants"] = new Map();
    for (const member of objects) {
      const field = ownField(member, name);
      if (field?.fieldType.type !== "literal" || field.optional) break;
      const { value } = field.fieldType;
      variants.set(variantLabel(value), { member, value });
    }
    if (variants.size === objects.length)
      return { tag: name, variants, others: members.filter((member) => member.type !== "object") };
  }
  return null;
}

export interface PlacedTypes {
  types: Validator[];
  /** True when it may be absent where its parent is there. */
  optional: boolean;
}

/** The types at a path over all variants that have it; null when none has. Through `any`, `any`. */
export function typesAtPath(
  validator: Validator,
  segments: readonly Segment[],
): PlacedTypes | null {
  const [head, ...rest] = segments;
  const members = flatUnion(validator);
  if (head === undefined) return { types: members, optional: false };
  const found: { inner: Validator; optional: boolean }[] = [];
  for (const member of members) {
    if (member.type === "any") {
      found.push({ inner: member, optional: true });
      continue;
    }
    if (head.kind === "field" && member.type === "object") {
      const field = ownField(member, head.name);
      if (field !== undefined) found.push({ inner: field.fieldType, optional: field.optional });
    } else if (head.kind === "element" && member.type === "array")
      found.push({ inner: member.value, optional: false });
    else if (head.kind === "value" && member.type === "record")
      found.push({ inner: member.values.fieldType, optional: false });
  }
  if (head.kind === "variant") {
    const variant = taggedUnion(validator)?.variants.get(head.label);
    if (variant !== undefined) found.push({ inner: variant.member, optional: false });
  }
  if (found.length === 0) return null;
  const isEverywhere = head.kind !== "field" || found.length === objectsIn(members);
  if (rest.length === 0)
    return {
      types: found.flatMap((item) => flatUnion(item.inner)),
      optional: !isEverywhere || found.some((item) => item.optional),
    };
  const deeper = found.map((item) => typesAtPath(item.inner, rest));
  const present = deeper.filter((item) => item !== null);
  if (present.length === 0) return null;
  return {
    types: present.flatMap((item) => item.types),
    optional: present.some((item) => item.optional),
  };
}

function objectsIn(members: readonly Validator[]): number {
  return members.filter((member) => member.type === "object" || member.type === "any").length;
}

/**
 * The validator with the object that stands at a path replaced; unchanged where the path does not lead.
 *
 * @param change - gets each object that holds the last field
 */
export function editObjects(
  validator: Validator,
  segments: readonly Segment[],
  change: (object: ObjectValidator) => ObjectValidator,
): Validator {
  return editAt(validator, segments, (value) => mapMembers(value, change));
}

function mapMembers(
  validator: Validator,
  change: (object: ObjectValidator) => ObjectValidator,
): Validator {
  if (validator.type === "union")
    return { type: "union", value: validator.value.map((member) => mapMembers(member, change)) };
  return validator.type === "object" ? change(validator) : validator;
}

/** The validator with what stands at a path replaced. */
export function editAt(
  validator: Validator,
  segments: readonly Segment[],
  change: (value: Validator) => Validator,
): Validator {
  const [head, ...rest] = segments;
  if (head === undefined) return change(validator);
  if (head.kind === "variant") {
    const wanted = taggedUnion(validator)?.variants.get(head.label)?.member;
    if (wanted === undefined) return validator;
    const replace = (item: Validator): Validator =>
      item === wanted
        ? editAt(item, rest, change)
        : item.type === "union"
          ? { type: "union", value: item.value.map(replace) }
          : item;
    return replace(validator);
  }
  switch (validator.type) {
    case "union":
      return {
        type: "union",
        value: validator.value.map((member) => editAt(member, segments, change)),
      };
    case "array":
      return head.kind === "element"
        ? { type: "array", value: editAt(validator.value, rest, change) }
        : validator;
    case "record":
      return head.kind === "value"
        ? {
            ...validator,
            values: {
              ...validator.values,
              fieldType: editAt(validator.values.fieldType, rest, change),
            },
          }
        : validator;
    case "object": {
      if (head.kind !== "field") return validator;
      const field: ObjectField | undefined = ownField(validator, head.name);
      if (field === undefined) return validator;
      return {
        type: "object",
        value: {
          ...validator.value,
          [head.name]: { ...field, fieldType: editAt(field.fieldType, rest, change) },
        },
      };
    }
    default:
      return validator;
  }
}
