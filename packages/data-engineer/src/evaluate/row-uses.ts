// What code does with rows it has, as far as its syntax says it: which part of them, by which order, or only how many.
import ts from "typescript6";
import type { RowUse } from "../model/model.ts";
import type { FunctionNode, Value } from "./values.ts";

type Sort = NonNullable<RowUse["sort"]>;

/** The part `slice(start, end)` takes; null when it leaves out a few and takes the rest. */
export function sliceOf(node: ts.CallExpression, args: readonly Value[]): Partial<RowUse> | null {
  const [from, to] = args.map((value) => (value.k === "const" ? value.value : undefined));
  if (typeof from === "number" && from < 0)
    return args.length === 1 ? { limitText: String(-from), fromEnd: true } : null;
  if (args.length < 2 || (typeof to === "number" && to < 0)) return null;
  const limit = node.arguments[1]?.getText();
  return from === 0 && limit !== undefined ? { limitText: limit } : {};
}

/** `rows.map(…).slice(0, n)`, given the `map` call: no more than the first rows are used. */
export function sliceAfter(map: ts.CallExpression): Partial<RowUse> | null {
  const { parent } = map;
  if (!ts.isPropertyAccessExpression(parent) || parent.name.text !== "slice") return null;
  if (!ts.isCallExpression(parent.parent) || parent.parent.expression !== parent) return null;
  const [from, to] = parent.parent.arguments;
  if (from?.getText() !== "0" || to === undefined || /^-/.test(to.getText())) return null;
  return { limitText: to.getText() };
}

/** `rows[rows.length - 1]`. */
export function isLastElement(node: ts.ElementAccessExpression): boolean {
  const index = node.argumentExpression;
  return (
    ts.isBinaryExpression(index) &&
    index.operatorToken.kind === ts.SyntaxKind.MinusToken &&
    index.right.getText() === "1" &&
    ts.isPropertyAccessExpression(index.left) &&
    index.left.name.text === "length" &&
    index.left.expression.getText() === node.expression.getText()
  );
}

const zeroTests = new Set(["=== 0", "== 0", "!== 0", "!= 0", "> 0", "< 1", ">= 1"]);

/** A number that is only asked whether it is zero: `x.length > 0`, `!x.length`, `if (x.length)`. */
export function isZeroTest(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isZeroTest(parent);
  if (ts.isBinaryExpression(parent)) {
    if (
      parent.left === node &&
      zeroTests.has(`${parent.operatorToken.getText()} ${parent.right.getText()}`)
    )
      return true;
    return (
      parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
    );
  }
  if (ts.isPrefixUnaryExpression(parent)) return parent.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isCallExpression(parent) && parent.expression.getText() === "Boolean";
}

/** The body of a loop over rows that does nothing but count: `n++`, `n += 1`. */
export function onlyCounts(statements: readonly ts.Statement[]): boolean {
  return (
    statements.length > 0 &&
    statements.every((statement) => {
      if (ts.isBlock(statement)) return onlyCounts(statement.statements);
      return ts.isExpressionStatement(statement) && isIncrement(statement.expression);
    })
  );
}

function isIncrement(node: ts.Expression): boolean {
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.PlusPlusToken;
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
    ts.isNumericLiteral(node.right)
  );
}

/** A callback that leaves out rows by `if (…) return;` before it does anything. */
export function beginsWithReturns(node: FunctionNode): boolean {
  if (node.body === undefined || !ts.isBlock(node.body)) return false;
  const leaves = node.body.statements.map(isBareReturn);
  const last = leaves.lastIndexOf(true);
  return (
    last >= 0 &&
    node.body.statements
      .slice(0, last)
      .every((item, i) => leaves[i] === true || ts.isVariableStatement(item)) &&
    !node.body.statements.slice(last + 1).some(returnsWithin)
  );
}

function isBareReturn(statement: ts.Statement): boolean {
  if (!ts.isIfStatement(statement) || statement.elseStatement !== undefined) return false;
  const { thenStatement } = statement;
  const [only] = ts.isBlock(thenStatement) ? thenStatement.statements : [thenStatement];
  const isAlone = !ts.isBlock(thenStatement) || thenStatement.statements.length === 1;
  return isAlone && only !== undefined && ts.isReturnStatement(only);
}

function returnsWithin(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isReturnStatement(node)) return true;
  return ts.forEachChild(node, (child) => (returnsWithin(child) ? true : undefined)) ?? false;
}

/** A reducer that never looks at the row: it counts. */
export function ignoresRow(callback: Value | undefined): boolean {
  if (callback?.k !== "function") return false;
  const row = callback.node.parameters[1];
  if (row === undefined) return callback.node.parameters.length === 1;
  if (!ts.isIdentifier(row.name) || callback.node.parameters.length > 2) return false;
  return callback.node.body !== undefined && !mentions(callback.node.body, row.name.text);
}

function mentions(node: ts.Node, name: string): boolean {
  if (ts.isIdentifier(node)) return node.text === name;
  return ts.forEachChild(node, (child) => (mentions(child, name) ? true : undefined)) ?? false;
}

/** `(a, b) => b.f - a.f`, `a.f.localeCompare(b.f)`, `a.f < b.f ? -1 : 1`: a sort by one field. */
export function sortOf(callback: Value | undefined): Sort | null {
  const sides = callback?.k === "function" ? twoParameters(callback.node) : null;
  if (sides === null) return null;
  const { first, second, body } = sides;
  const compared = comparison(body);
  if (compared === null) return null;
  const left = fieldPath(compared.left);
  const right = fieldPath(compared.right);
  if (left === null || right === null || left.path !== right.path) return null;
  const inOrder = left.root === first && right.root === second;
  if (!inOrder && !(left.root === second && right.root === first)) return null;
  return { field: left.path, order: inOrder === compared.ascends ? "asc" : "desc" };
}

/** A reducer that keeps the better of two: `(a, b) => (a.f > b.f ? a : b)`, `(most, row) => Math.max(most, row.f)`. */
export function bestOf(callback: Value | undefined): Sort | null {
  const sides = callback?.k === "function" ? twoParameters(callback.node) : null;
  if (sides === null) return null;
  const { first, second, body } = sides;
  if (ts.isCallExpression(body)) {
    const kind = /^Math\.(max|min)$/.exec(body.expression.getText())?.[1];
    if (kind === undefined || body.arguments.length !== 2) return null;
    const names = body.arguments.map((argument) => fieldPath(argument));
    const row = names.find((item) => item?.root === second);
    const other = body.arguments.some((argument) => argument.getText() === first);
    return row === undefined || row === null || !other
      ? null
      : { field: row.path, order: kind === "max" ? "desc" : "asc" };
  }
  if (!ts.isConditionalExpression(body) || !ts.isBinaryExpression(body.condition)) return null;
  const direction = /^([<>])=?$/.exec(body.condition.operatorToken.getText())?.[1];
  if (direction === undefined) return null;
  const left = fieldPath(body.condition.left);
  const right = fieldPath(body.condition.right);
  const kept = plain(body.whenTrue).getText();
  const dropped = plain(body.whenFalse).getText();
  const isPair = (kept === first && dropped === second) || (kept === second && dropped === first);
  if (!isPair || left === null || right === null || left.path !== right.path) return null;
  if (![first, second].includes(left.root) || ![first, second].includes(right.root)) return null;
  const keepsLarger = (direction === ">") === (left.root === kept);
  return { field: left.path, order: keepsLarger ? "desc" : "asc" };
}

/** The field of `Math.max(...rows.map((row) => row.f))`, given the `map` call. */
export function extremeOf(map: ts.CallExpression, callback: Value | undefined): Sort | null {
  let { parent } = map;
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent;
  if (!ts.isSpreadElement(parent) || !ts.isCallExpression(parent.parent)) return null;
  const kind = /^Math\.(max|min)$/.exec(parent.parent.expression.getText())?.[1];
  if (kind === undefined || callback?.k !== "function") return null;
  const [row] = callback.node.parameters;
  const body = expressionBody(callback.node);
  const field = body === null ? null : fieldPath(body);
  if (field === null || row === undefined || field.root !== row.name.getText()) return null;
  return { field: field.path, order: kind === "max" ? "desc" : "asc" };
}

function twoParameters(
  node: FunctionNode,
): { first: string; second: string; body: ts.Expression } | null {
  const [first, second] = node.parameters;
  const body = expressionBody(node);
  if (first === undefined || second === undefined || body === null) return null;
  return { first: first.name.getText(), second: second.name.getText(), body };
}

function expressionBody(node: FunctionNode): ts.Expression | null {
  if (node.body === undefined) return null;
  if (!ts.isBlock(node.body)) return plain(node.body);
  const [only] = node.body.statements;
  return node.body.statements.length === 1 &&
    only !== undefined &&
    ts.isReturnStatement(only) &&
    only.expression !== undefined
    ? plain(only.expression)
    : null;
}

/** What is compared, and whether the smaller left side comes first. */
function comparison(
  body: ts.Expression,
): { left: ts.Expression; right: ts.Expression; ascends: boolean } | null {
  if (ts.isBinaryExpression(body) && body.operatorToken.kind === ts.SyntaxKind.MinusToken)
    return { left: body.left, right: body.right, ascends: true };
  if (
    ts.isCallExpression(body) &&
    ts.isPropertyAccessExpression(body.expression) &&
    body.expression.name.text === "localeCompare" &&
    body.arguments[0] !== undefined
  )
    return { left: body.expression.expression, right: body.arguments[0], ascends: true };
  if (ts.isConditionalExpression(body) && ts.isBinaryExpression(body.condition)) {
    const operator = body.condition.operatorToken.getText();
    const sign = /^-/.test(plain(body.whenTrue).getText()) ? -1 : 1;
    if (!/^[<>]=?$/.test(operator) || !ts.isNumericLiteral(unsigned(body.whenTrue))) return null;
    const { left, right } = body.condition;
    return { left, right, ascends: operator.startsWith("<") === sign < 0 };
  }
  return null;
}

function unsigned(node: ts.Expression): ts.Expression {
  const inner = plain(node);
  return ts.isPrefixUnaryExpression(inner) ? inner.operand : inner;
}

function plain(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)
    ? plain(node.expression)
    : node;
}

/** `row.a.b`, also `row.a ?? 0`: a missing field comes first in an index as the least value does. */
function fieldPath(whole: ts.Expression): { root: string; path: string } | null {
  let node = plain(whole);
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
    /^(0|""|''|-Infinity)$/.test(node.right.getText())
  )
    node = plain(node.left);
  const parts: string[] = [];
  while (ts.isPropertyAccessExpression(node)) {
    parts.unshift(node.name.text);
    node = plain(node.expression);
  }
  return ts.isIdentifier(node) && parts.length > 0
    ? { root: node.text, path: parts.join(".") }
    : null;
}
