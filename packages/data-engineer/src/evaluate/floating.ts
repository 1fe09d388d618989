// Writes whose promise nobody waits for: Convex ends the function before they are done, and they may be lost.
import ts from "typescript6";
import type { Evaluator } from "./evaluator.ts";
import type { Value } from "./values.ts";

/** Called for a call that had an effect; notes it when its promise is dropped. */
export function noteFloating(e: Evaluator, node: ts.CallExpression, callee: Value): void {
  if (callee.k === "method" && callee.name === "forEach") {
    const [callback] = node.arguments;
    if (callback !== undefined && ts.isFunctionLike(callback) && isAsync(callback))
      add(e, node, "`forEach` drops the promises of its async callback", true);
    else if (
      callback !== undefined &&
      ts.isArrowFunction(callback) &&
      !ts.isBlock(callback.body) &&
      ts.isCallExpression(callback.body)
    )
      add(e, node, "`forEach` drops the promises its callback returns", true);
    return;
  }
  if (!isDropped(node)) return;
  if (callee.k === "function") {
    if (isAsync(callee.node))
      add(e, node, `\`${nameOf(node)}\` writes, and its promise is dropped`, false);
    return;
  }
  if (callee.k === "method" && callee.base.k === "db")
    add(e, node, `\`${nameOf(node)}\` is not awaited`, false);
  else if (callee.k === "method" && callee.base.k === "ctx")
    add(e, node, `\`${nameOf(node)}\` is not awaited`, false);
  else if (callee.k === "external" && callee.module === "convex:ctx")
    add(e, node, `\`${nameOf(node)}\` is not awaited`, false);
  else if (callee.k === "method" && /^(map|flatMap)$/.test(callee.name))
    add(e, node, "the promises of `map` are dropped", true);
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
  return false;
}
