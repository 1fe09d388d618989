// Asks the type oracle where a value is vague. In a generic helper the answer is looked for where the running call came from.
import ts from "typescript6";
import type { ParameterOrigin, Question, TypeOracle } from "../types/oracle.ts";
import type { Receiver } from "../types/recognise.ts";
import type { Evaluator } from "./evaluator.ts";
import { originOf, type Value } from "./values.ts";

/** Values of which a type may know more. */
export function isVague(value: Value): boolean {
  switch (value.k) {
    case "unknown":
    case "derived":
      return true;
    case "method":
      return isVague(value.base) || value.base.k === "field";
    case "arg":
      return value.validator === null || value.validator.type === "any";
    case "union":
      return value.options.every(
        (option) =>
          isVague(option) ||
          (option.k === "const" && (option.value === null || option.value === undefined)),
      );
    default:
      return false;
  }
}

const databaseMethods = /^(query|get|insert|patch|replace|delete|normalizeId|table)$/;
const queryEnds = /^(first|unique|take|collect|paginate)$/;

/**
 * What a method of a vague value is called on, by its type.
 *
 * Only calls that could be Convex's are asked about: `map.get("key")`, `text.replace(a, b)` and the like cost nothing.
 */
export function typedReceiver(
  e: Evaluator,
  node: ts.CallExpression,
  name: string,
  args: readonly Value[],
): Receiver | null {
  const { oracle } = e;
  const callee = node.expression;
  if (oracle === null || !ts.isPropertyAccessExpression(callee)) return null;
  if (!mayBeConvex(e, node, name, args)) return null;
  return ask(e, oracle, callee.expression, (asked) => oracle.receiverKind(asked, name));
}

function mayBeConvex(
  e: Evaluator,
  node: ts.CallExpression,
  name: string,
  args: readonly Value[],
): boolean {
  if (!databaseMethods.test(name)) return queryEnds.test(name) && !isUsedUnawaited(node);
  const [first, second] = args;
  if (first === undefined || /^(function|object|array|api)$/.test(first.k)) return false;
  if (node.arguments.some(ts.isRegularExpressionLiteral)) return false;
  switch (name) {
    case "query":
    case "table":
      return first.k !== "const" || (typeof first.value === "string" && isTable(e, first.value));
    case "get":
      return (
        !isUsedUnawaited(node) &&
        (first.k !== "const" || (second !== undefined && isTableName(e, first)))
      );
    case "insert":
      return second !== undefined && (first.k !== "const" || isTableName(e, first));
    case "patch":
    case "replace":
      return (
        second !== undefined &&
        second.k !== "const" &&
        second.k !== "function" &&
        (first.k !== "const" || isTableName(e, first))
      );
    case "delete":
      return first.k !== "const" || (second !== undefined && isTableName(e, first));
    default:
      return second !== undefined && isTableName(e, first);
  }
}

/** A promise is awaited or handed on; a result that is looked into at once is none. */
function isUsedUnawaited(node: ts.CallExpression): boolean {
  let at: ts.Node = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isNonNullExpression(at.parent))
    at = at.parent;
  if (at !== node && ts.isNonNullExpression(at)) return true;
  const { parent } = at;
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === at && !/^(then|catch|finally)$/.test(parent.name.text);
  if (ts.isBinaryExpression(parent))
    return (
      parent.operatorToken.kind < ts.SyntaxKind.FirstAssignment ||
      parent.operatorToken.kind > ts.SyntaxKind.LastAssignment
    );
  return (
    (ts.isIfStatement(parent) && parent.expression === at) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isTemplateSpan(parent)
  );
}

function isTableName(e: Evaluator, value: Value): boolean {
  return value.k === "const" && typeof value.value === "string" && isTable(e, value.value);
}

function isTable(e: Evaluator, name: string): boolean {
  return e.schema === null || name.startsWith("_") || e.table(name) !== null;
}

/** The table that an id leads to, by the type of the expression that gives it. */
export function typedIdTable(e: Evaluator, node: ts.Expression | undefined): string | null {
  const { oracle } = e;
  return oracle === null || node === undefined
    ? null
    : ask(e, oracle, node, (asked) => oracle.idTable(asked));
}

/** The table that the ids of a list lead to. */
export function typedIdListTable(e: Evaluator, node: ts.Expression | undefined): string | null {
  const { oracle } = e;
  return oracle === null || node === undefined
    ? null
    : ask(e, oracle, node, (asked) => oracle.idListTable(asked));
}

/** The choice of texts an expression is typed as, such as a table's or an index's name. */
export function typedTexts(e: Evaluator, node: ts.Expression | undefined): string[] | null {
  const { oracle } = e;
  return oracle === null || node === undefined
    ? null
    : ask(e, oracle, node, (asked) => oracle.texts(asked));
}

/** A value for an id whose table its type tells. */
export function idValue(value: Value, table: string): Value {
  return { k: "id", table, origin: originOf(value) };
}

function ask<Answer>(
  e: Evaluator,
  oracle: TypeOracle,
  node: ts.Expression,
  question: (asked: Question) => Answer | null,
): Answer | null {
  let asked: Question = { node: underAny(node), path: [] };
  let answer = question(asked);
  for (let depth = e.frames.length; answer === null && depth > 0;) {
    const outer = callersQuestion(e, oracle, asked, depth);
    if (outer === null) break;
    for (const frame of e.frames.slice(outer.depth)) frame.isTypedByCall = true;
    asked = outer.asked;
    depth = outer.depth;
    answer = question(asked);
  }
  return answer;
}

/** `x as any` hides the type of `x`. */
function underAny(node: ts.Expression): ts.Expression {
  let at = node;
  while (
    ts.isParenthesizedExpression(at) ||
    ((ts.isAsExpression(at) || ts.isTypeAssertionExpression(at)) &&
      /^(Any|Unknown|Never)Keyword$/.test(ts.SyntaxKind[at.type.kind]))
  )
    at = at.expression;
  return at;
}

/** The same question about the argument that the running call of the enclosing function was given. */
function callersQuestion(
  e: Evaluator,
  oracle: TypeOracle,
  asked: Question,
  below: number,
): { asked: Question; depth: number } | null {
  const origin: ParameterOrigin | null = oracle.origin(asked.node);
  if (origin === null) return null;
  const owner = origin.parameter.parent;
  for (let depth = below - 1; depth >= 0; depth--) {
    if (e.frames[depth]?.node !== owner) continue;
    const site = e.trace[depth];
    const index = owner.parameters.indexOf(origin.parameter);
    if (site === undefined || !ts.isCallExpression(site) || isInside(owner, site)) return null;
    const argument = site.arguments.slice(0, index + 1).some(ts.isSpreadElement)
      ? undefined
      : site.arguments[index];
    return argument === undefined
      ? null
      : { asked: { node: underAny(argument), path: [...origin.path, ...asked.path] }, depth };
  }
  return null;
}

/** A callback is called with what the callee chooses, not with the arguments of the call it is written in. */
function isInside(node: ts.Node, site: ts.CallExpression): boolean {
  return (
    node.getSourceFile() === site.getSourceFile() && node.pos >= site.pos && node.end <= site.end
  );
}
