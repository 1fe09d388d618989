// Registered functions that the syntax does not show: what running the modules found, or what the type of an export says.
import ts from "typescript6";
import type { Environment } from "../evaluate/environment.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import { isVague } from "../evaluate/typed.ts";
import { unknown, type Entry, type Value } from "../evaluate/values.ts";
import { introspectedFunction, type Introspection } from "../introspect/introspect.ts";
import type { ConvexFolder } from "../project/discover.ts";
import type { Program } from "../syntax/program.ts";

/** Functions that a push would register although the syntax does not show the builder. */
export function adoptIntrospected(e: Evaluator, introspection: Introspection): void {
  const seen = new Set(e.facts.entries.map((entry) => introspectedFunction(introspection, entry)));
  for (const found of introspection.functions) {
    if (seen.has(found)) continue;
    const call = exportedCall(e.program, found.file, found.exportName);
    if (call !== null) adopt(e, call, found);
  }
}

/** Functions of modules that were not run, whose exports are typed as registered functions. */
export function adoptTyped(
  e: Evaluator,
  folder: ConvexFolder,
  introspection: Introspection | null,
): void {
  const { oracle } = e;
  if (oracle === null) return;
  const isFolderLost = introspection?.failures.some((item) => item.file === folder.path) ?? true;
  const lost = new Set(introspection?.failures.map((item) => item.file));
  const seen = new Set(e.facts.entries.map((entry) => entry.call));
  for (const file of folder.entryFiles) {
    if (!isFolderLost && !lost.has(file)) continue;
    for (const { name, call } of exportedCalls(e, file)) {
      if (seen.has(call)) continue;
      const found = oracle.builder(call);
      if (found !== null)
        adopt(e, call, { file, exportName: name, ...found, args: null, returns: null });
    }
  }
}

/** Exported calls of nobody knows what, with a function somewhere in them. */
function exportedCalls(e: Evaluator, file: string): { name: string; call: ts.CallExpression }[] {
  const module = e.modules.load(file);
  if (module === null) return [];
  return e.modules.exportNames(file).flatMap((name) => {
    const call = exportedCall(e.program, file, name);
    if (call === null || !isVague(e.modules.exportOf(file, name))) return [];
    return handlerOf(e, call, module.env) === null ? [] : [{ name, call }];
  });
}

function adopt(
  e: Evaluator,
  call: ts.CallExpression,
  found: Pick<Entry, "file" | "exportName" | "kind" | "visibility" | "args" | "returns">,
): void {
  const module = e.modules.load(found.file);
  if (module === null) return;
  const made = handlerOf(e, call, module.env);
  e.facts.entries.push({
    file: found.file,
    exportName: found.exportName,
    kind: found.kind,
    visibility: found.visibility,
    args: found.args,
    returns: found.returns,
    call,
    isMade: false,
    madeAt: null,
    handler: made?.handler ?? unknown,
    custom: unknown,
    argsNode: null,
    returnsNode: null,
    definition: made?.definition ?? null,
  });
}

/** The function in a call's arguments, or in those of the calls it is chained to (`builder.input(…).handler(…).public()`). */
function handlerOf(
  e: Evaluator,
  call: ts.CallExpression,
  env: Environment,
): { handler: Value; definition: ts.ObjectLiteralExpression | null } | null {
  let at: ts.Expression = call;
  while (ts.isCallExpression(at)) {
    for (const argument of at.arguments) {
      const value = e.evaluate(argument, env);
      if (value.k === "function") return { handler: value, definition: null };
      const handler = value.k === "object" ? value.props.get("handler") : undefined;
      if (handler !== undefined)
        return {
          handler,
          definition: ts.isObjectLiteralExpression(argument) ? argument : null,
        };
    }
    at = ts.isPropertyAccessExpression(at.expression) ? at.expression.expression : at.expression;
  }
  return null;
}

function exportedCall(program: Program, file: string, name: string): ts.CallExpression | null {
  const source = program.module(file)?.source;
  for (const statement of source?.statements ?? []) {
    if (
      name === "default" &&
      ts.isExportAssignment(statement) &&
      ts.isCallExpression(statement.expression)
    )
      return statement.expression;
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations)
      if (
        ts.isIdentifier(declaration.name) &&
        declaration.name.text === name &&
        declaration.initializer !== undefined &&
        ts.isCallExpression(declaration.initializer)
      )
        return declaration.initializer;
  }
  return null;
}
