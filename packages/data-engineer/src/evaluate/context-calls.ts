// Calls on the function context: runQuery and its kin, the scheduler, vector search.
import type ts from "typescript6";
import type { FunctionCall } from "../model/model.ts";
import type { Evaluator } from "./evaluator.ts";
import { optionsOf, unknown, type Value } from "./values.ts";

export function callContext(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  switch (name) {
    case "runQuery":
    case "runMutation":
    case "runAction":
      if (name !== "runQuery") e.noteEffect();
      noteCall(e, name, node, args[0]);
      for (const argument of args.slice(1)) e.escape(argument);
      return resultOf(e, args[0]);
    case "vectorSearch":
      if (args[1]?.k === "const" && typeof args[1].value === "string")
        e.facts.namedIndexes.add(args[1].value);
      return { k: "unknown", origin: "row" };
    default:
      return unknown;
  }
}

function resultOf(e: Evaluator, reference: Value | undefined): Value {
  const nothing: Value = { k: "unknown", origin: "row" };
  if (reference?.k !== "api") return nothing;
  const result = e.resultAt(addressOf(reference.path));
  return result.k === "unknown" ? nothing : result;
}

export function callScheduler(e: Evaluator, node: ts.CallExpression, args: Value[]): Value {
  e.noteEffect();
  noteCall(e, "schedule", node, args[1]);
  for (const argument of args.slice(2)) e.escape(argument);
  return { k: "id", table: "_scheduled_functions", origin: "unknown" };
}

export function noteCall(
  e: Evaluator,
  via: FunctionCall["via"],
  node: ts.Node,
  target: Value | undefined,
): void {
  for (const option of target === undefined ? [unknown] : optionsOf(target)) {
    e.facts.calls.push({
      target: option.k === "api" ? addressOf(option.path) : null,
      via,
      node,
      entry: e.entry,
      trace: [...e.trace],
      loops: [...e.loops],
      branches: [...e.branches],
    });
  }
}

/** `internal.folder.file.name` is `folder/file:name`. */
export function addressOf(path: readonly string[]): string {
  return `${path.slice(0, -1).join("/")}:${path.at(-1) ?? ""}`;
}
