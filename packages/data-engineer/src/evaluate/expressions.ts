// Evaluates expressions to abstract values. Calls are in calls.ts, property access in properties.ts.
import ts from "typescript6";
import { assignPattern } from "./assignment.ts";
import { evaluateCall, evaluateNew } from "./calls.ts";
import { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { arrayLiteral, closure, identifier, objectLiteral, template } from "./literals.ts";
import { elementOf, propertyOf, rowOf } from "./properties.ts";
import { isLastElement } from "./row-uses.ts";
import { inspectCondition } from "./statements.ts";
import { textSearch } from "./text-matches.ts";
import { refineByType } from "./type-hints.ts";
import {
  constant,
  derived,
  optionsOf,
  union,
  undefinedValue,
  unknown,
  type CompareOp,
  type Value,
} from "./values.ts";

export function evaluateExpression(e: Evaluator, node: ts.Expression, env: Environment): Value {
  if (ts.isIdentifier(node)) return identifier(node, env);
  if (ts.isStringLiteralLike(node)) return constant(node.text);
  if (ts.isNumericLiteral(node)) return constant(Number(node.text.replaceAll("_", "")));
  if (ts.isBigIntLiteral(node)) return constant(BigInt(node.text.replace(/n$/, "")));
  if (node.kind === ts.SyntaxKind.TrueKeyword) return constant(true);
  if (node.kind === ts.SyntaxKind.FalseKeyword) return constant(false);
  if (node.kind === ts.SyntaxKind.NullKeyword) return constant(null);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return env.findSelf() ?? unknown;
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node)
  )
    return e.evaluate(node.expression, env);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return cast(e, node, env);
  if (ts.isAwaitExpression(node)) return e.evaluate(node.expression, env);
  if (ts.isPropertyAccessExpression(node))
    return propertyOf(e, e.evaluate(node.expression, env), node.name.text, node);
  if (ts.isElementAccessExpression(node)) return elementAccess(e, node, env);
  if (ts.isCallExpression(node)) return evaluateCall(e, node, env);
  if (ts.isNewExpression(node)) return evaluateNew(e, node, env);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return closure(e, { k: "function", node, env, self: null });
  if (ts.isClassExpression(node)) return { k: "class", node, env };
  if (ts.isConditionalExpression(node)) return conditional(e, node, env);
  if (ts.isBinaryExpression(node)) return binary(e, node, env);
  if (ts.isPrefixUnaryExpression(node)) return prefix(e, node, env);
  if (ts.isPostfixUnaryExpression(node)) {
    const value = e.evaluate(node.operand, env);
    if (ts.isIdentifier(node.operand)) env.assign(node.operand.text, derived(value), e.log);
    return value;
  }
  if (ts.isObjectLiteralExpression(node)) return objectLiteral(e, node, env);
  if (ts.isArrayLiteralExpression(node)) return arrayLiteral(e, node, env);
  if (ts.isTemplateExpression(node)) return template(e, node, env);
  if (ts.isTaggedTemplateExpression(node)) return unknown;
  if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node) || ts.isDeleteExpression(node))
    return derived(e.evaluate(node.expression, env));
  if (ts.isSpreadElement(node)) return e.evaluate(node.expression, env);
  if (ts.isYieldExpression(node))
    return node.expression === undefined ? undefinedValue : e.evaluate(node.expression, env);
  return unknown;
}

function cast(e: Evaluator, node: ts.AsExpression | ts.TypeAssertion, env: Environment): Value {
  const value = e.evaluate(node.expression, env);
  const table = idTypeTable(node.type);
  if (table !== null) {
    e.noteIdUse(value, table, node);
    const options = optionsOf(value).filter((option) => option.k !== "const");
    const [only] = options;
    if (options.length === 1 && (only?.k === "field" || only?.k === "arg"))
      return { k: "id", table, origin: only.k === "field" ? "row" : "arg" };
    if (value.k === "const" && typeof value.value === "string")
      return { k: "id", table, origin: "const" };
  }
  return refineByType(e, value, node.type);
}

/** The table of `Id<"t">`, also beside null and undefined. */
function idTypeTable(type: ts.TypeNode): string | null {
  if (ts.isParenthesizedTypeNode(type)) return idTypeTable(type.type);
  if (ts.isUnionTypeNode(type)) {
    const rest = type.types.filter(
      (member) =>
        member.kind !== ts.SyntaxKind.UndefinedKeyword &&
        !(ts.isLiteralTypeNode(member) && member.literal.kind === ts.SyntaxKind.NullKeyword),
    );
    const [only] = rest;
    return rest.length === 1 && only !== undefined ? idTypeTable(only) : null;
  }
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return null;
  const argument = type.typeArguments?.[0];
  return /^(Generic)?Id$/.test(type.typeName.text) &&
    argument !== undefined &&
    ts.isLiteralTypeNode(argument) &&
    ts.isStringLiteral(argument.literal)
    ? argument.literal.text
    : null;
}

function elementAccess(e: Evaluator, node: ts.ElementAccessExpression, env: Environment): Value {
  const base = e.evaluate(node.expression, env);
  if (base.k === "rows" && isLastElement(node)) {
    e.useRows(base, "first-element", { limitText: "1", fromEnd: true });
    return union(rowOf(base), undefinedValue);
  }
  const key = e.evaluate(node.argumentExpression, env);
  if (key.k === "const" && typeof key.value === "string")
    return propertyOf(e, base, key.value, node);
  return elementOf(e, base, key.k === "const" && typeof key.value === "number" ? key.value : null);
}

function conditional(e: Evaluator, node: ts.ConditionalExpression, env: Environment): Value {
  const condition = e.evaluate(node.condition, env);
  inspectCondition(e, condition);
  if (condition.k === "const")
    return e.evaluate(condition.value ? node.whenTrue : node.whenFalse, env);
  const depth = e.branches.length;
  const mark = e.log.mark();
  e.branches.push({ node, branch: "then", holds: { condition, negated: false } });
  const whenTrue = e.evaluate(node.whenTrue, env);
  const first = e.log.undo(mark);
  e.branches.length = depth;
  e.branches.push({ node, branch: "else", holds: { condition, negated: true } });
  const whenFalse = e.evaluate(node.whenFalse, env);
  const second = e.log.undo(mark);
  e.branches.length = depth;
  e.log.join(first, second);
  return union(whenTrue, whenFalse);
}

const comparisons: Partial<Record<ts.SyntaxKind, CompareOp>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "eq",
  [ts.SyntaxKind.EqualsEqualsToken]: "eq",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "neq",
  [ts.SyntaxKind.ExclamationEqualsToken]: "neq",
  [ts.SyntaxKind.GreaterThanToken]: "gt",
  [ts.SyntaxKind.GreaterThanEqualsToken]: "gte",
  [ts.SyntaxKind.LessThanToken]: "lt",
  [ts.SyntaxKind.LessThanEqualsToken]: "lte",
};

function binary(e: Evaluator, node: ts.BinaryExpression, env: Environment): Value {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) {
    const value = e.evaluate(node.right, env);
    assignPattern(e, node.left, value, env);
    return value;
  }
  if (operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment) {
    const before = e.evaluate(node.left, env);
    const right = e.evaluate(node.right, env);
    const isLogical =
      operator === ts.SyntaxKind.BarBarEqualsToken ||
      operator === ts.SyntaxKind.QuestionQuestionEqualsToken ||
      operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken;
    const value = isLogical ? union(before, right) : derived(before, right);
    assignPattern(e, node.left, value, env);
    return value;
  }
  const left = e.evaluate(node.left, env);
  const comparison = comparisons[operator];
  if (comparison !== undefined) {
    const right = e.evaluate(node.right, env);
    return compare(e, comparison, left, right, node);
  }
  switch (operator) {
    case ts.SyntaxKind.AmpersandAmpersandToken: {
      inspectCondition(e, left);
      const right = e.evaluate(node.right, env);
      if (left.k === "const") return left.value ? right : left;
      return isTest(left) && isTest(right)
        ? { k: "logic", op: "and", parts: [left, right], text: node.getText() }
        : right;
    }
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken: {
      const right = e.evaluate(node.right, env);
      if (
        operator === ts.SyntaxKind.BarBarToken &&
        isTest(left) &&
        isTest(right) &&
        !(left.k === "field" && right.k === "field")
      )
        return { k: "logic", op: "or", parts: [left, right], text: node.getText() };
      if (left.k === "const" && (left.value === null || left.value === undefined)) return right;
      return union(left, right);
    }
    case ts.SyntaxKind.CommaToken:
      return e.evaluate(node.right, env);
    case ts.SyntaxKind.PlusToken: {
      const right = e.evaluate(node.right, env);
      if (left.k === "const" && right.k === "const") {
        if (typeof left.value === "string" || typeof right.value === "string")
          return constant(String(left.value) + String(right.value));
        if (typeof left.value === "number" && typeof right.value === "number")
          return constant(left.value + right.value);
      }
      return derived(left, right);
    }
    case ts.SyntaxKind.AsteriskToken: {
      const right = e.evaluate(node.right, env);
      if (
        left.k === "const" &&
        right.k === "const" &&
        typeof left.value === "number" &&
        typeof right.value === "number"
      )
        return constant(left.value * right.value);
      return derived(left, right);
    }
    default:
      return derived(left, e.evaluate(node.right, env));
  }
}

function compare(
  e: Evaluator,
  op: CompareOp,
  left: Value,
  right: Value,
  node: ts.BinaryExpression,
): Value {
  for (const [field, other] of [
    [left, right],
    [right, left],
  ] as const) {
    noteLengthCheck(e, field, other);
    if (field.k === "field" && !field.transformed && field.path.join(".") !== "_id") {
      e.facts.comparisons.push({
        table: field.table,
        path: field.path.join("."),
        other,
        node,
      });
      if (other.k === "field" && other.path.join(".") === "_id")
        e.noteIdUse(field, other.table, node);
      else if (other.k === "id") e.noteIdUse(field, other.table, node);
    }
  }
  const search = textSearch(left, right, op, node);
  if (search !== null) return search;
  if (left.k === "const" && right.k === "const" && (op === "eq" || op === "neq"))
    return constant((left.value === right.value) === (op === "eq"));
  return {
    k: "compare",
    op,
    left,
    right,
    text: node.getText(),
    leftText: node.left.getText(),
    rightText: node.right.getText(),
    ...(isLoose(node) ? { isLoose: true } : {}),
  };
}

/** `list.length` of a stored array (or of a longer copy of it) held against something else than nothing. */
function noteLengthCheck(e: Evaluator, side: Value, other: Value): void {
  if (other.k === "const" && (other.value === 0 || typeof other.value !== "number")) return;
  const list = side.k === "derived" ? side.from[0] : undefined;
  const stored =
    side.k === "field" && side.transformed
      ? { table: side.table, path: side.path.join(".") }
      : list?.k === "array"
        ? (list.extendsField ?? list.copiesField)
        : undefined;
  if (stored !== undefined) e.facts.lengthChecks.push({ ...stored, entry: e.entry });
}

function isLoose({ operatorToken }: ts.BinaryExpression): boolean {
  return (
    operatorToken.kind === ts.SyntaxKind.EqualsEqualsToken ||
    operatorToken.kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}

/** Values that stand for a truth of their own, so that `&&` and `||` of them are conditions. */
function isTest(value: Value): boolean {
  switch (value.k) {
    case "compare":
    case "logic":
    case "field":
    case "field-ref":
      return true;
    case "const":
      return typeof value.value === "boolean";
    case "derived":
    case "unknown":
    case "count":
    case "arg":
      return true;
    // `chosen ? row.f === x : true`; other unions are values first, `a && b` gives one of them.
    case "union":
      return value.options.every(
        (option) =>
          option.k === "compare" ||
          option.k === "logic" ||
          (option.k === "const" && typeof option.value === "boolean"),
      );
    default:
      return false;
  }
}

function prefix(e: Evaluator, node: ts.PrefixUnaryExpression, env: Environment): Value {
  const value = e.evaluate(node.operand, env);
  switch (node.operator) {
    case ts.SyntaxKind.ExclamationToken:
      if (value.k === "const") return constant(!value.value);
      return { k: "logic", op: "not", parts: [value], text: node.getText() };
    case ts.SyntaxKind.MinusToken:
      if (value.k === "const" && typeof value.value === "number") return constant(-value.value);
      return derived(value);
    default:
      if (ts.isIdentifier(node.operand)) env.assign(node.operand.text, derived(value), e.log);
      return derived(value);
  }
}
