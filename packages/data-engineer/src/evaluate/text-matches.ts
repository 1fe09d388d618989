// Text searched in stored fields, and fields looked for in lists: conditions an ordinary index cannot serve.
import ts from "typescript6";
import type { Evaluator } from "./evaluator.ts";
import { unknown, walk, type CompareOp, type Value } from "./values.ts";

/** `list.includes(row.f)`, `set.has(row.f)`, of a list that is an argument or nobody could follow; not of text. */
export function isMembership(
  e: Evaluator,
  base: Value,
  name: string,
  args: readonly Value[],
): boolean {
  if ((name !== "includes" && name !== "has") || args[0]?.k !== "field") return false;
  if (base.k === "arg") return base.validator?.type !== "string";
  return (base.k === "unknown" || base.k === "derived") && textField(e, base) === null;
}

export function membership(node: ts.CallExpression, base: Value, args: readonly Value[]): Value {
  return {
    k: "compare",
    op: "in",
    left: args[0] ?? unknown,
    right: base,
    text: node.getText(),
    leftText: "",
    rightText: "",
  };
}

/** `pattern.test(row.f)`, and a search in text put together from fields. */
export function matchesText(
  e: Evaluator,
  base: Value,
  name: string,
  args: readonly Value[],
): boolean {
  if (base.k !== "derived" && base.k !== "unknown") return false;
  if (name === "test") return args[0]?.k === "field";
  return /^(includes|startsWith|endsWith|match|search)$/.test(name) && textField(e, base) !== null;
}

function textField(e: Evaluator, value: Value): Extract<Value, { k: "field" }> | null {
  for (const part of walk(value))
    if (
      part.k === "field" &&
      e.fieldType(part.table, part.path)?.types.some((type) => type.type === "string") === true
    )
      return part;
  return null;
}

export function textMatch(node: ts.CallExpression, base: Value, args: readonly Value[]): Value {
  const [first = unknown] = args;
  const found = first.k === "field" ? first : [...walk(base)].find((part) => part.k === "field");
  return {
    k: "compare",
    op: "text",
    left: found?.k === "field" ? { ...found, transformed: true } : base,
    right: first.k === "field" ? unknown : first,
    text: node.getText(),
    leftText: "",
    rightText: "",
  };
}

/** `row.f.indexOf(text) !== -1`, `>= 0`, `> -1`. */
export function textSearch(
  left: Value,
  right: Value,
  op: CompareOp,
  node: ts.BinaryExpression,
): Value | null {
  const call = node.left;
  if (left.k !== "field" || right.k !== "const" || !ts.isCallExpression(call)) return null;
  if (!/\.indexOf$/.test(call.expression.getText())) return null;
  const found: Value = {
    k: "compare",
    op: "text",
    left,
    right: unknown,
    text: node.getText(),
    leftText: "",
    rightText: call.arguments[0]?.getText() ?? "",
  };
  const sign = `${op} ${String(right.value)}`;
  if (/^(neq -1|gte 0|gt -1)$/.test(sign)) return found;
  return /^(eq -1|lt 0)$/.test(sign)
    ? { k: "logic", op: "not", parts: [found], text: node.getText() }
    : null;
}
