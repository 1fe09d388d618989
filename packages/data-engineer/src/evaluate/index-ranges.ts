// The ranges that `withIndex` and `withSearchIndex` are given, and what they make of a query.
import type ts from "typescript6";
import type { Bound } from "../model/model.ts";
import type { Validator } from "../schema/validator.ts";
import type { Evaluator } from "./evaluator.ts";
import {
  constantText,
  originOf,
  stringsOf,
  unknown,
  type QueryState,
  type RangePart,
  type Value,
} from "./values.ts";

export function applyRange(
  e: Evaluator,
  state: QueryState,
  index: string | null,
  range: { parts: RangePart[]; uncertain: boolean },
  node: ts.CallExpression,
  isSearch: boolean,
): QueryState {
  const eq: Bound[] = [];
  let bounds: QueryState["range"] = null;
  let searchField: string | null = null;
  let problem: string | null = null;
  let uncertain = state.uncertain || range.uncertain || index === null;
  for (const part of range.parts) {
    if (part.field === null) {
      uncertain = true;
      continue;
    }
    const bound = boundOf(part, part.field);
    if (part.op === "search") searchField = part.field;
    else if (part.op === "eq") {
      if (eq.some((other) => other.field === part.field))
        problem = `it has two equalities on \`${part.field}\``;
      eq.push(bound);
    } else {
      const isLower = part.op === "gt" || part.op === "gte";
      const current: NonNullable<QueryState["range"]> = bounds ?? { field: part.field };
      if (current.field !== part.field)
        problem = `it bounds both \`${current.field}\` and \`${part.field}\`; only one field can have bounds, after the equalities`;
      else if ((isLower ? current.lower : current.upper) !== undefined)
        problem = `it has two ${isLower ? "lower" : "upper"} bounds on \`${part.field}\``;
      if (isLower) current.lower = bound;
      else current.upper = bound;
      bounds = current;
    }
    if (part.op === "eq" && index !== null && isElementForList(e, state.table, part))
      e.facts.elementBounds.push({ table: state.table, index, field: part.field });
    if (part.value.k === "field" && part.op === "eq") {
      const target = e.idTarget(state.table, part.field.split("."));
      if (target !== null) e.noteIdUse(part.value, target, node);
    }
  }
  return {
    ...state,
    source: isSearch ? "search" : "index",
    index,
    eq,
    range: bounds,
    searchField,
    nodes: { ...state.nodes, withIndex: node },
    rangeProblem: problem,
    uncertain,
  };
}

/** An equality of a stored array with something that is surely no array. */
function isElementForList(e: Evaluator, table: string, part: RangePart): boolean {
  const stored = e.fieldType(table, (part.field ?? "").split("."))?.types ?? [];
  if (stored.length === 0 || !stored.every((type) => type.type === "array")) return false;
  const { value } = part;
  switch (value.k) {
    case "id":
      return true;
    case "const":
      return value.value !== undefined;
    case "arg":
      return value.validator !== null && isScalar([value.validator]);
    case "field":
      return isScalar(e.fieldType(value.table, value.path)?.types ?? []);
    default:
      return false;
  }
}

function isScalar(types: readonly Validator[]): boolean {
  return (
    types.length > 0 &&
    types.every((type) => ["id", "string", "number", "boolean", "literal"].includes(type.type))
  );
}

function boundOf(part: RangePart, field: string): Bound {
  const constant = constantText(part.value);
  return {
    field,
    value: originOf(part.value),
    text: part.text,
    ...(constant === undefined ? {} : { constant }),
    ...(part.op === "eq" || part.op === "search" ? {} : { comparison: part.op }),
  };
}

export function callRange(
  base: Extract<Value, { k: "range" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  if (!/^(eq|gt|gte|lt|lte|search)$/.test(name)) return { ...base, uncertain: true };
  const op =
    name === "eq" || name === "gt" || name === "gte" || name === "lt" || name === "lte"
      ? name
      : "search";
  const fields = args[0] === undefined ? null : stringsOf(args[0]);
  const part: RangePart = {
    op,
    field: fields?.length === 1 ? (fields[0] ?? null) : null,
    value: args[1] ?? unknown,
    text: node.arguments[1]?.getText() ?? "",
  };
  return { k: "range", parts: [...base.parts, part], uncertain: base.uncertain };
}
