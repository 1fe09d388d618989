// Evaluates calls: functions of the project are entered, Convex's API and the standard library are known, the rest is unknown.
import ts from "typescript6";
import { callArrayMethod, callFieldMethod, callRowsMethod, loopElement } from "./collections.ts";
import { callDatabase, callFilterBuilder, callQuery, callTableHandle } from "./database.ts";
import { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { callRange } from "./index-ranges.ts";
import { elementOf } from "./properties.ts";
import { callExternal } from "./externals.ts";
import { noteFloating } from "./floating.ts";
import { callGlobal } from "./globals.ts";
import { callBuilder } from "./registration.ts";
import { callSchemaMethod } from "./schema-syntax.ts";
import { callContext } from "./context-calls.ts";
import { bindParameters } from "./binding.ts";
import { runBlock } from "./statements.ts";
import { isMembership, matchesText, membership, textMatch } from "./text-matches.ts";
import { callTyped } from "./typed-calls.ts";
import { isVague } from "./typed.ts";
import { derived, present, union, unknown, type FunctionNode, type Value } from "./values.ts";

export function evaluateCall(e: Evaluator, node: ts.CallExpression, env: Environment): Value {
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) {
    for (const argument of node.arguments) e.evaluate(argument, env);
    return unknown;
  }
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return dynamicImport(e, node);
  const callee = present(e.evaluate(node.expression, env));
  const effectsBefore = e.effects;
  const result = dispatch(e, callee, node, env);
  if (e.effects > effectsBefore) noteFloating(e, node, callee, env);
  return result;
}

function dispatch(e: Evaluator, callee: Value, node: ts.CallExpression, env: Environment): Value {
  switch (callee.k) {
    case "union": {
      const functions = callee.options.filter((option) => option.k !== "unknown");
      return union(...functions.map((option) => dispatch(e, option, node, env)));
    }
    case "function":
      return e.call(callee, evaluateArguments(e, node, env), node);
    case "method":
      return callMethod(e, callee, node, env);
    case "builder":
      return callBuilder(e, callee, node, env);
    case "external":
      return callExternal(e, callee, node, evaluateArguments(e, node, env), env);
    case "global":
      return callGlobal(e, callee.name, null, node, evaluateArguments(e, node, env));
    case "registered": {
      const args = evaluateArguments(e, node, env);
      return e.call(callee, args, node);
    }
    default:
      return callUnknown(e, node, evaluateArguments(e, node, env), callee);
  }
}

export function evaluateArguments(
  e: Evaluator,
  node: ts.CallExpression | ts.NewExpression,
  env: Environment,
): Value[] {
  const values: Value[] = [];
  for (const argument of node.arguments ?? []) {
    const value = e.evaluate(argument, env);
    if (ts.isSpreadElement(argument)) {
      if (value.k === "array" && value.exact) values.push(...value.elements);
      else values.push(value.k === "array" ? union(...value.elements) : unknown);
    } else {
      values.push(value);
    }
  }
  return values;
}

function callMethod(
  e: Evaluator,
  callee: Extract<Value, { k: "method" }>,
  node: ts.CallExpression,
  env: Environment,
): Value {
  const { base, name } = callee;
  const args = evaluateArguments(e, node, env);
  switch (base.k) {
    case "db":
      return callDatabase(e, base, name, node, args);
    case "table-handle":
      return callTableHandle(e, base, name, node, args);
    case "query":
      return callQuery(e, base, name, node, args);
    case "filter-builder":
      return callFilterBuilder(name, node, args);
    case "range":
      return callRange(base, name, node, args);
    case "rows":
      return callRowsMethod(e, base, name, node, args);
    case "array":
      return callArrayMethod(e, base, name, node, args);
    case "ctx":
      return callContext(e, name, node, args);
    case "field":
      return callFieldMethod(e, base, name, node, args);
    case "global":
      return callGlobal(e, base.name, name, node, args);
    case "validator":
    case "table-definition":
    case "schema-definition":
      return callSchemaMethod(e, base, name, node, args);
    case "function":
      if (name === "call") return e.call(base, args.slice(1), node);
      return callUnknown(e, node, args, callee);
    // A promise is its value here.
    default:
      if (name === "then" || name === "finally" || name === "catch")
        return callThen(e, base, name, node, args);
      if (isMembership(e, base, name, args)) return membership(node, base, args);
      if (matchesText(e, base, name, args)) return textMatch(node, base, args);
      if (args[0]?.k === "function" && listMethod.test(name))
        return callArrayMethod(e, listOf(e, base), name, node, args);
      return (
        (isVague(base) ? callTyped(e, name, node, args) : null) ?? callUnknown(e, node, args, base)
      );
  }
}

const listMethod = /^(map|flatMap|filter|forEach|find|findLast|some|every|findIndex|reduce)$/;

/** A list of which only the elements' kind is known: an argument, or what nobody could follow. */
function listOf(e: Evaluator, base: Value): Extract<Value, { k: "array" }> {
  const { element, loop } = loopElement(e, base);
  return { k: "array", elements: [element], over: loop, exact: false };
}

export function callThen(
  e: Evaluator,
  base: Value,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [handler] = args;
  if (handler === undefined) return base;
  if (name === "then") return e.call(handler, [base], node);
  const other = e.call(handler, [unknown], node);
  return name === "catch" ? union(base, other) : base;
}

/** Nobody knows what it does: its arguments leave our sight, its callbacks may run. */
export function callUnknown(
  e: Evaluator,
  node: ts.CallExpression | ts.NewExpression,
  args: Value[],
  from: Value,
): Value {
  for (const argument of args) {
    if (argument.k === "function") {
      const result = e.inLoop({ over: "unknown" }, () => e.call(argument, [], node));
      e.escape(result);
    } else {
      e.escape(argument);
    }
  }
  return from.k === "method" ? derived(unknown, ...args) : derived(from, unknown, ...args);
}

function dynamicImport(e: Evaluator, node: ts.CallExpression): Value {
  const [specifier] = node.arguments;
  if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return unknown;
  const resolution = e.program.resolve(specifier.text, node.getSourceFile().fileName);
  return resolution.kind === "file" ? { k: "module", path: resolution.path } : unknown;
}

export function evaluateNew(e: Evaluator, node: ts.NewExpression, env: Environment): Value {
  const callee = e.evaluate(node.expression, env);
  const args = evaluateArguments(e, node, env);
  if (callee.k === "global") return newGlobal(e, callee.name, node, args);
  if (callee.k === "class") return instantiate(e, callee, args, node);
  if (callee.k === "external") return callExternal(e, callee, node, args, env);
  return callUnknown(e, node, args, callee);
}

function newGlobal(e: Evaluator, name: string, node: ts.NewExpression, args: Value[]): Value {
  const [first] = args;
  switch (name) {
    case "Date":
      if (first !== undefined) return derived(first);
      e.facts.clocks.push({
        node,
        entry: e.entry,
        trace: [...e.trace],
        loops: [...e.loops],
        branches: [...e.branches],
      });
      return { k: "clock" };
    case "Set":
    case "Map":
    case "Array":
      if (first === undefined || (name === "Array" && first.k !== "array"))
        return { k: "array", elements: [], over: { over: "unknown" }, exact: false };
      if (first.k === "rows") {
        e.useRows(first, "map");
        return {
          k: "array",
          elements: [{ k: "row", reads: first.reads, table: first.table, nullable: false }],
          over:
            first.reads[0] === undefined
              ? { over: "unknown" }
              : { over: "rows", read: first.reads[0] },
          exact: false,
        };
      }
      if (first.k === "field")
        return {
          k: "array",
          elements: [elementOf(e, first, null)],
          over: { over: "unknown" },
          exact: false,
          copiesField: { table: first.table, path: first.path.join(".") },
        };
      return first.k === "array" ? { ...first, exact: first.exact && name === "Array" } : first;
    case "Promise": {
      const result = first === undefined ? unknown : e.call(first, [unknown, unknown], node);
      e.escape(result);
      return unknown;
    }
    default:
      return callUnknown(e, node, args, unknown);
  }
}

/** An instance is an object with the class's fields and methods; the constructor is run. */
export function instantiate(
  e: Evaluator,
  callee: Extract<Value, { k: "class" }>,
  args: Value[],
  node: ts.Node,
): Value {
  const instance: Extract<Value, { k: "object" }> = { k: "object", props: new Map(), open: false };
  // A class that makes one of itself would do so without end.
  if (e.instantiating.has(callee.node)) return { ...instance, open: true };
  e.instantiating.add(callee.node);
  try {
    construct(e, callee, instance, args, node);
  } finally {
    e.instantiating.delete(callee.node);
  }
  return instance;
}

function construct(
  e: Evaluator,
  callee: Extract<Value, { k: "class" }>,
  instance: Extract<Value, { k: "object" }>,
  args: Value[],
  node: ts.Node,
): void {
  const chain = [callee.node];
  let env = callee.env;
  for (
    let current: ts.ClassLikeDeclaration | undefined = callee.node;
    current !== undefined && chain.length < 6;
  ) {
    const parent: ts.ExpressionWithTypeArguments | undefined = current.heritageClauses?.find(
      (clause) => clause.token === ts.SyntaxKind.ExtendsKeyword,
    )?.types[0];
    const base: Value | null = parent === undefined ? null : e.evaluate(parent.expression, env);
    if (parent !== undefined && base?.k !== "class") instance.open = true;
    current = base?.k === "class" ? base.node : undefined;
    if (base?.k === "class") {
      env = base.env;
      chain.push(base.node);
    }
  }
  for (const declaration of chain.reverse()) fill(e, instance, declaration, callee.env, args, node);
}

function fill(
  e: Evaluator,
  instance: Extract<Value, { k: "object" }>,
  declaration: ts.ClassLikeDeclaration,
  env: Environment,
  args: Value[],
  node: ts.Node,
): void {
  const local = new Environment(env);
  local.self = instance;
  let constructor: ts.ConstructorDeclaration | null = null;
  for (const member of declaration.members) {
    if (ts.isConstructorDeclaration(member)) {
      if (member.body !== undefined) constructor = member;
      continue;
    }
    const name = memberName(member);
    if (name === null) continue;
    if (ts.isMethodDeclaration(member) || ts.isGetAccessor(member))
      instance.props.set(name, method(member, local, instance));
  }
  const initialise = () => {
    for (const member of declaration.members) {
      const name = memberName(member);
      if (name !== null && ts.isPropertyDeclaration(member) && member.initializer !== undefined)
        instance.props.set(name, e.evaluate(member.initializer, local));
    }
  };
  if (constructor === null) {
    initialise();
    return;
  }
  const body = new Environment(local);
  e.trace.push(node);
  e.frames.push({
    node: constructor,
    returns: [],
    mutated: new Set(),
    paths: [],
    branchDepth: e.branches.length,
    loopDepth: e.loops.length,
  });
  bindParameters(e, constructor.parameters, args, body);
  initialise();
  if (constructor.body !== undefined) runBlock(e, constructor.body.statements, body);
  e.frames.pop();
  e.trace.pop();
}

function method(node: FunctionNode, env: Environment, self: Value): Value {
  return { k: "function", node, env, self };
}

function memberName(member: ts.ClassElement): string | null {
  const name = member.name;
  if (name === undefined) return null;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)
    ? name.text
    : null;
}
