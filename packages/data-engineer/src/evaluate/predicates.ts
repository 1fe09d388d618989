// Turns boolean values into predicates on the fields of the rows read, for filters in the database and in JavaScript.
import type { Predicate, PredicateOp } from "../model/model.ts";
import type { FieldType } from "../schema/validator.ts";
import type { Evaluator, Frame } from "./evaluator.ts";
import {
  constant,
  constantText,
  optionsOf,
  originOf,
  unknown,
  walk,
  type CompareOp,
  type RowsValue,
  type Value,
} from "./values.ts";

/** What the predicate is about: the query whose `.filter` it is, or rows read before. */
export type Subject = { db: string } | { js: RowsValue[] };

/**
 * The conjunction a boolean value stands for. A part that says nothing about one field is "opaque": it never asks
 * for an index.
 *
 * @param negated - the rows for which the value is false are kept
 */
export function predicatesOf(
  e: Evaluator,
  value: Value,
  subject: Subject,
  negated = false,
): Predicate[] {
  const by = "db" in subject ? "db" : "js";
  switch (value.k) {
    case "const":
      return Boolean(value.value) === !negated ? [] : [opaque(by, String(value.value))];
    case "logic":
      return fromLogic(e, value, subject, negated);
    case "compare":
      return [fromCompare(e, value, subject, negated)];
    case "field":
    case "field-ref":
      return [truthiness(e, value, subject, negated)];
    default:
      return [opaque(by, "")];
  }
}

function fromLogic(
  e: Evaluator,
  value: Extract<Value, { k: "logic" }>,
  subject: Subject,
  negated: boolean,
): Predicate[] {
  const by = "db" in subject ? "db" : "js";
  if (value.op === "not") {
    const [inner] = value.parts;
    return inner === undefined ? [] : predicatesOf(e, inner, subject, !negated);
  }
  const isConjunction = (value.op === "and") !== negated;
  const parts = value.parts.map((part) => predicatesOf(e, part, subject, negated));
  if (isConjunction) return parts.flat();
  const about = value.parts.map((part) => isAboutRow(part, subject));
  if (about.includes(false)) return underCondition(value.parts, parts, about, subject, value.text);
  const single = parts.map((part) => (part.length === 1 ? part[0] : undefined));
  const first = single[0];
  if (
    first !== undefined &&
    first.field !== "" &&
    single.every(
      (p) => p !== undefined && p.field === first.field && (p.op === "eq" || p.op === "in"),
    )
  ) {
    return [{ field: first.field, op: "in", value: first.value, text: value.text, by }];
  }
  for (const op of ["text", "contains"] as const)
    if (first !== undefined && single.every((item) => item?.op === op))
      return [{ ...first, text: value.text }];
  return [opaque(by, value.text)];
}

/** `!args.kind || row.kind === args.kind`: the condition on the row holds whenever the argument asks for it. */
function underCondition(
  values: readonly Value[],
  parts: readonly Predicate[][],
  about: readonly boolean[],
  subject: Subject,
  text: string,
): Predicate[] {
  const by = "db" in subject ? "db" : "js";
  const ofRow = parts.filter((_, i) => about[i] === true);
  const [only = []] = ofRow;
  const isByArgument = values.every((value, i) => about[i] === true || originOf(value) === "arg");
  if (ofRow.length !== 1 || only.length !== 1 || !isByArgument) return [opaque(by, text)];
  return only.map((item) => ({ ...item, text, conditional: true }));
}

/** Whether a part of a condition looks at the rows at all. */
function isAboutRow(value: Value, subject: Subject): boolean {
  for (const part of walk(value)) {
    if (part.k === "field-ref" && "db" in subject) return true;
    if ("db" in subject || (part.k !== "field" && part.k !== "row")) continue;
    if (subject.js.some((rows) => rows.reads.some((id) => part.reads.includes(id)))) return true;
  }
  return false;
}

function opaque(by: "db" | "js", text: string): Predicate {
  return { field: "", op: "opaque", value: "unknown", text, by };
}

/** The field of the subject a value is, or null. `_id` and `_creationTime` count as fields. */
function fieldOf(value: Value, subject: Subject): { path: string; transformed: boolean } | null {
  if ("db" in subject)
    return value.k === "field-ref" ? { path: value.path, transformed: false } : null;
  if (value.k !== "field") return null;
  const ours = subject.js.some(
    (rows) => rows.table === value.table && rows.reads.some((id) => value.reads.includes(id)),
  );
  return ours ? { path: value.path.join("."), transformed: value.transformed } : null;
}

const operators: Record<CompareOp, { op: PredicateOp; negated: PredicateOp }> = {
  eq: { op: "eq", negated: "neq" },
  neq: { op: "neq", negated: "eq" },
  gt: { op: "range", negated: "range" },
  gte: { op: "range", negated: "range" },
  lt: { op: "range", negated: "range" },
  lte: { op: "range", negated: "range" },
  in: { op: "in", negated: "opaque" },
  contains: { op: "contains", negated: "opaque" },
  text: { op: "text", negated: "opaque" },
  opaque: { op: "opaque", negated: "opaque" },
};

const opposite: Partial<Record<CompareOp, CompareOp>> = {
  gt: "lte",
  gte: "lt",
  lt: "gte",
  lte: "gt",
};
const mirrored: Partial<Record<CompareOp, CompareOp>> = {
  gt: "lt",
  gte: "lte",
  lt: "gt",
  lte: "gte",
};

function fromCompare(
  e: Evaluator,
  value: Extract<Value, { k: "compare" }>,
  subject: Subject,
  negated: boolean,
): Predicate {
  const by = "db" in subject ? "db" : "js";
  const left = fieldOf(value.left, subject);
  const right = fieldOf(value.right, subject);
  if (left !== null && right !== null)
    return { field: left.path, op: "field-compare", value: "row", text: value.text, by };
  const field = left ?? right;
  if (field === null) return opaque(by, value.text);
  const other = left === null ? value.left : value.right;
  if (isAboutRow(other, subject))
    return { field: field.path, op: "field-compare", value: "row", text: value.text, by };
  if (field.transformed && value.op !== "text") return opaque(by, value.text);
  const { op, negated: inverse } = operators[value.op];
  const chosen = negated ? inverse : op;
  if (chosen === "opaque") return opaque(by, value.text);
  if (chosen === "eq" && value.isLoose === true && isNothing(other))
    return fromLooseNothing(e, field.path, value.text, subject);
  const direction = left === null ? (mirrored[value.op] ?? value.op) : value.op;
  const comparison = negated ? (opposite[direction] ?? direction) : direction;
  const text = constantText(other);
  return {
    field: field.path,
    op: chosen,
    value: originOf(other),
    text: value.text,
    by,
    valueText: left === null ? value.leftText : value.rightText,
    ...(chosen === "range" ? { comparison } : {}),
    ...(text === undefined ? {} : { constant: text }),
  };
}

function isNothing(value: Value): boolean {
  return optionsOf(value).every(
    (option) => option.k === "const" && (option.value === null || option.value === undefined),
  );
}

/** `row.f == null` is true of null and of a missing field: one key of an index when only one of them can be. */
function fromLooseNothing(e: Evaluator, field: string, text: string, subject: Subject): Predicate {
  const by = "db" in subject ? "db" : "js";
  const table = "db" in subject ? subject.db : (subject.js[0]?.table ?? "");
  const type = e.fieldType(table, field.split("."));
  const canBeNull =
    type === null || type.types.some((item) => item.type === "null" || item.type === "any");
  if (type === null || (canBeNull && type.optional)) return opaque(by, text);
  const constant = canBeNull ? "null" : "undefined";
  return { field, op: "eq", value: "const", text, by, valueText: constant, constant };
}

/** `row.isActive` alone: an equality with true when the field is a boolean, otherwise nothing an index can serve. */
function truthiness(
  e: Evaluator,
  value: Extract<Value, { k: "field" | "field-ref" }>,
  subject: Subject,
  negated: boolean,
): Predicate {
  const by = "db" in subject ? "db" : "js";
  const field = fieldOf(value, subject);
  if (field === null || field.transformed) return opaque(by, "");
  const table = "db" in subject ? subject.db : (subject.js[0]?.table ?? "");
  const type = e.fieldType(table, field.path.split("."));
  const isBoolean = type !== null && type.types.every((item) => item.type === "boolean");
  const none = negated && type !== null ? absence(type) : null;
  if (none !== null)
    return {
      field: field.path,
      op: "eq",
      value: "const",
      text: field.path,
      constant: none,
      by,
    };
  if (!isBoolean || (negated && (type.optional || type.types.length > 1)))
    return opaque(by, field.path);
  return {
    field: field.path,
    op: "eq",
    value: "const",
    text: field.path,
    constant: negated ? "false" : "true",
    by,
  };
}

/** What `!row.f` says of a field whose values are never falsy but for one way to have none: no field, or null. */
function absence(type: FieldType): "undefined" | "null" | null {
  const values = type.types.filter((item) => item.type !== "null");
  const hasNull = values.length < type.types.length;
  const solid = values.every((item) => ["id", "object", "array", "record"].includes(item.type));
  if (!solid || values.length === 0 || hasNull === type.optional) return null;
  return hasNull ? "null" : "undefined";
}

/**
 * What must be true for a function with several returns to answer yes: `if (a) return false; return b` is
 * `!a && b`. Ways that answer no fall away; what the others have in common holds in any case.
 */
export function conditionOfPaths(frame: Frame): Value {
  const ways = frame.returns
    .map((value, index) => ({ value, path: frame.paths[index] ?? null }))
    .filter(({ value }) => !(value.k === "const" && !value.value))
    // An answer from inside a loop holds for one turn of it; which, nobody knows.
    .map((way) => (way.path === null ? { value: unknown, path: [] } : { ...way, path: way.path }));
  const [first, ...others] = ways;
  if (first === undefined) return constant(false);
  const common = first.path.filter((item) =>
    others.every(({ path }) => path.some((other) => isSame(item, other))),
  );
  const alternatives = ways.map(({ value, path }) =>
    conjunction([
      ...path.filter((item) => !common.some((other) => isSame(item, other))).map(asTest),
      ...(value.k === "const" ? [] : [value]),
    ]),
  );
  return conjunction([
    ...common.map(asTest),
    ...(alternatives.length === 1
      ? alternatives
      : [{ k: "logic" as const, op: "or" as const, parts: alternatives, text: "" }]),
  ]);
}

/** What must be true on one way; null is a way nobody knows. */
export function conditionOfPath(path: Frame["paths"][number]): Value {
  return path === null ? unknown : conjunction(path.map(asTest));
}

type Path = NonNullable<Frame["paths"][number]>;

function isSame(first: Path[number], second: Path[number]): boolean {
  return first.condition === second.condition && first.negated === second.negated;
}

function asTest({ condition, negated }: Path[number]): Value {
  return negated ? { k: "logic", op: "not", parts: [condition], text: "" } : condition;
}

function conjunction(parts: Value[]): Value {
  const [only] = parts;
  if (only === undefined) return constant(true);
  return parts.length === 1 ? only : { k: "logic", op: "and", parts, text: "" };
}

/** Whether a condition holds in one of several named cases only: `provider === "s3"`. */
export function asksForOneCase(condition: Value, negated: boolean): boolean {
  if (condition.k === "compare") {
    if (condition.op !== (negated ? "neq" : "eq")) return false;
    return [condition.left, condition.right].some(
      (side) => side.k === "const" && typeof side.value === "string",
    );
  }
  if (condition.k !== "logic") return false;
  if (condition.op === "not") return condition.parts.some((part) => asksForOneCase(part, !negated));
  return (
    (condition.op === "and") !== negated &&
    condition.parts.some((part) => asksForOneCase(part, negated))
  );
}
