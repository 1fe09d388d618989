// Filter expressions of queries: `{"$eq": [a, b]}` and the like, compiled to functions of a document.

import { compareValues } from "../values/compare.ts";
import { debugPrint, typeName } from "../values/debug-print.ts";
import { UserError } from "../values/errors.ts";
import { fieldAt, parseFieldPath } from "../values/field-path.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import { decodeOptionalValue, decodeValue, type Value } from "../values/value.ts";

type Expression = (document: JsonObject) => Value | undefined;

/**
 * Compiles a filter; the result says whether a document passes.
 *
 * @throws UserError when compiling, for an unknown form, and when run, for operands of the wrong type
 */
export function compileFilter(json: Json): (document: JsonObject) => boolean {
  const expression = compile(json);
  return (document) => asBoolean(expression(document));
}

function compile(json: Json): Expression {
  if (!isJsonObject(json)) throw malformed(json);
  const [name, ...more] = Object.keys(json);
  const operand = name === undefined ? undefined : json[name];
  if (name === undefined || operand === undefined || more.length > 0) throw malformed(json);
  switch (name) {
    case "$eq":
      return comparison(operand, (order) => order === 0);
    case "$neq":
      return comparison(operand, (order) => order !== 0);
    case "$lt":
      return comparison(operand, (order) => order < 0);
    case "$lte":
      return comparison(operand, (order) => order <= 0);
    case "$gt":
      return comparison(operand, (order) => order > 0);
    case "$gte":
      return comparison(operand, (order) => order >= 0);
    case "$add":
    case "$sub":
    case "$mul":
    case "$div":
    case "$mod": {
      const [left, right] = pair(operand);
      return (document) => calculate(name, left(document), right(document));
    }
    case "$neg": {
      const inner = compile(operand);
      return (document) => negate(inner(document));
    }
    case "$not": {
      const inner = compile(operand);
      return (document) => !asBoolean(inner(document));
    }
    case "$and": {
      const parts = compileAll(operand);
      return (document) => parts.every((part) => asBoolean(part(document)));
    }
    case "$or": {
      const parts = compileAll(operand);
      return (document) => parts.some((part) => asBoolean(part(document)));
    }
    case "$field": {
      if (typeof operand !== "string") throw malformed(json);
      const path = parseFieldPath(operand);
      return (document) => {
        const value = fieldAt(document, path);
        return value === undefined ? undefined : decodeValue(value);
      };
    }
    case "$literal": {
      const value = decodeOptionalValue(operand);
      return () => value;
    }
    default:
      throw malformed(json);
  }
}

function comparison(operand: Json, test: (order: number) => boolean): Expression {
  const [left, right] = pair(operand);
  return (document) => test(compareValues(left(document), right(document)));
}

function pair(operand: Json): [Expression, Expression] {
  const [left, right] = Array.isArray(operand) ? operand : [];
  if (
    !Array.isArray(operand) ||
    operand.length !== 2 ||
    left === undefined ||
    right === undefined
  ) {
    throw malformed(operand);
  }
  return [compile(left), compile(right)];
}

function compileAll(operand: Json): Expression[] {
  if (!Array.isArray(operand)) throw malformed(operand);
  return operand.map(compile);
}

function asBoolean(value: Value | undefined): boolean {
  if (typeof value === "boolean") return value;
  throw new UserError(`Cannot use value ${described(value)} as a Boolean`);
}

type Operator = "$add" | "$sub" | "$mul" | "$div" | "$mod";

const verbs: Record<Operator, string> = {
  $add: "add",
  $sub: "subtract",
  $mul: "multiply",
  $div: "divide",
  $mod: "take the remainder of",
};

function calculate(operator: Operator, left: Value | undefined, right: Value | undefined): Value {
  if (typeof left === "number" && typeof right === "number") {
    return calculateFloat(operator, left, right);
  }
  if (typeof left === "bigint" && typeof right === "bigint") {
    return calculateInteger(operator, left, right);
  }
  throw new UserError(`Cannot ${verbs[operator]} ${described(left)} and ${described(right)}`);
}

function calculateFloat(operator: Operator, left: number, right: number): number {
  switch (operator) {
    case "$add":
      return left + right;
    case "$sub":
      return left - right;
    case "$mul":
      return left * right;
    case "$div":
      return left / right;
    case "$mod":
      return left % right;
    default:
      throw new Error(`Unknown operator ${String(operator satisfies never)}`);
  }
}

function calculateInteger(operator: Operator, left: bigint, right: bigint): bigint {
  if ((operator === "$div" || operator === "$mod") && right === 0n) {
    throw new UserError(`Cannot ${verbs[operator]} ${described(left)} and ${described(right)}`);
  }
  const exact = {
    $add: () => left + right,
    $sub: () => left - right,
    $mul: () => left * right,
    $div: () => left / right,
    $mod: () => left % right,
  }[operator]();
  return checkedInteger(exact);
}

function negate(value: Value | undefined): Value {
  if (typeof value === "number") return -value;
  if (typeof value === "bigint") return checkedInteger(-value);
  throw new UserError(`Cannot negate ${described(value)}`);
}

function checkedInteger(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) {
    throw new UserError(`Integer overflow: ${value} does not fit into 64 bits`);
  }
  return value;
}

function described(value: Value | undefined): string {
  return `${debugPrint(value)} (type ${typeName(value)})`;
}

function malformed(json: Json | undefined): UserError {
  return new UserError(`Invalid filter expression: ${JSON.stringify(json)?.slice(0, 200) ?? ""}`);
}
