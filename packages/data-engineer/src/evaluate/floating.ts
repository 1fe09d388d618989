// Writes whose promise nobody waits for: Convex ends the function before they are done, and they may be lost.
import ts from "typescript6";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Value } from "./values.ts";

/** Called for a call that had an effect; notes it when its promise is dropped. */
export function noteFloating(
  e: Evaluator,
  node: ts.CallExpression,
  callee: Value,
  env: Environment,
): void {
  if (callee.k === "method" && callee.name === "forEach") {
    const [callback] = node.arguments;
    if (callback === undefined) return;
    const called = ts.isIdentifier(callback) ? env.lookup(callback.text) : null;
    const body = called?.k === "function" ? called.node : callback;
    if (ts.isFunctionLike(body) && givesPromise(e, body))
      add(e, node, "`forEach` drops the promises its callback returns", true);
    return;
  }
  const what = whatIsDropped(e, node, callee);
  if (what === null) return;
  e.facts.promiseCalls.add(node);
  if (isDropped(node)) add(e, node, what.text, what.isList);
}

/** Says what is lost when the call's promise is dropped; null when it gives none. */
function whatIsDropped(
  e: Evaluator,
  node: ts.CallExpression,
  callee: Value,
): { text: string; isList: boolean } | null {
  const name = nameOf(node);
  if (callee.k === "function")
    return givesPromise(e, callee.node)
      ? { text: `\`${name}\` writes, and its promise is dropped`, isList: false }
      : null;
  const isOfContext =
    (callee.k === "method" && (callee.base.k === "db" || callee.base.k === "ctx")) ||
    (callee.k === "method" && callee.base.k === "table-handle") ||
    (callee.k === "external" && callee.module === "convex:ctx") ||
    (callee.k === "external" && callee.name === "asyncMap") ||
    (callee.k === "method" &&
      callee.base.k === "global" &&
      callee.base.name === "Promise" &&
      /^(all|allSettled|race|any)$/.test(callee.name));
  if (isOfContext) return { text: `\`${name}\` is not awaited`, isList: false };
  return callee.k === "method" && /^(map|flatMap)$/.test(callee.name)
    ? { text: "the promises of `map` are dropped", isList: true }
    : null;
}

/** An async function, or one that returns the promise of a call that writes. */
function givesPromise(e: Evaluator, node: ts.SignatureDeclaration | ts.Node): boolean {
  if (isAsync(node)) return true;
  if (
    !ts.isArrowFunction(node) &&
    !ts.isFunctionExpression(node) &&
    !ts.isFunctionDeclaration(node)
  )
    return false;
  if (node.body === undefined) return false;
  if (!ts.isBlock(node.body)) return isPromise(e, node.body);
  let found = false;
  const visit = (inner: ts.Node): void => {
    if (ts.isFunctionLike(inner)) return;
    if (ts.isReturnStatement(inner) && inner.expression !== undefined)
      found ||= isPromise(e, inner.expression);
    ts.forEachChild(inner, visit);
  };
  visit(node.body);
  return found;
}

function isPromise(e: Evaluator, node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isPromise(e, node.expression);
  if (ts.isConditionalExpression(node))
    return isPromise(e, node.whenTrue) || isPromise(e, node.whenFalse);
  if (ts.isBinaryExpression(node)) return isPromise(e, node.right);
  if (!ts.isCallExpression(node)) return false;
  if (e.facts.promiseCalls.has(node)) return true;
  const { expression } = node;
  return (
    ts.isPropertyAccessExpression(expression) &&
    /^(then|catch|finally)$/.test(expression.name.text) &&
    isPromise(e, expression.expression)
  );
}

function add(e: Evaluator, node: ts.CallExpression, what: string, isForEach: boolean): void {
  if (e.facts.floating.some((other) => other.node === node)) return;
  e.facts.floating.push({ node, what, entry: e.entry, isForEach });
}

function isAsync(node: ts.SignatureDeclaration | ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword)
  );
}

function nameOf(node: ts.CallExpression): string {
  return node.expression.getText().replace(/\s+/g, "");
}

/** The value of the call goes nowhere: a statement of its own, behind `void`, or after a dropped `.then`. */
function isDropped(node: ts.Expression): boolean {
  const parent = node.parent;
  if (ts.isExpressionStatement(parent)) return true;
  if (ts.isParenthesizedExpression(parent) || ts.isVoidExpression(parent)) return isDropped(parent);
  if (ts.isBinaryExpression(parent)) {
    const isGuard =
      parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      parent.operatorToken.kind === ts.SyntaxKind.BarBarToken ||
      parent.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken;
    return isGuard && parent.right === node && isDropped(parent);
  }
  if (ts.isConditionalExpression(parent)) return parent.condition !== node && isDropped(parent);
  if (ts.isPropertyAccessExpression(parent) && /^(then|catch|finally)$/.test(parent.name.text))
    return ts.isCallExpression(parent.parent) && isDropped(parent.parent);
  // Kept in a variable that nothing looks at, or in a list that only ever gets longer.
  if (ts.isVariableDeclaration(parent) && parent.initializer === node)
    return ts.isIdentifier(parent.name) && isForgotten(parent.name);
  if (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === "push" &&
    ts.isIdentifier(parent.expression.expression)
  )
    return isForgotten(parent.expression.expression);
  return false;
}

/** A local name of a function that occurs only where it is declared and where something is pushed on it. */
function isForgotten(name: ts.Identifier): boolean {
  const around = ts.findAncestor(name, (item) => ts.isFunctionLike(item));
  if (around === undefined) return false;
  let declarations = 0;
  let isUsed = false;
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text) {
      const { parent } = node;
      const isPush =
        ts.isPropertyAccessExpression(parent) &&
        parent.expression === node &&
        parent.name.text === "push" &&
        ts.isCallExpression(parent.parent) &&
        ts.isExpressionStatement(parent.parent.parent);
      const isName = ts.isPropertyAccessExpression(parent) && parent.name === node;
      if (ts.isVariableDeclaration(parent) && parent.name === node) declarations++;
      else if (!isPush && !isName) isUsed = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(around);
  return declarations === 1 && !isUsed;
}
