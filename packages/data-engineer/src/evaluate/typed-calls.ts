// Method calls on values that only their type tells: databases, tables, queries, contexts and schedulers under any name.
import type ts from "typescript6";
import { callContext, callScheduler } from "./context-calls.ts";
import { callDatabase, callTableHandle } from "./database.ts";
import type { Evaluator } from "./evaluator.ts";
import { typedReceiver } from "./typed.ts";
import type { Value } from "./values.ts";

/** @returns null when the types do not say what the receiver is */
export function callTyped(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value | null {
  // A function reference in the right place needs no type.
  if (/^run(Query|Mutation|Action)$/.test(name) && args[0]?.k === "api")
    return callContext(e, name, node, args);
  if (/^run(After|At)$/.test(name) && args[1]?.k === "api") return callScheduler(e, node, args);
  const receiver = typedReceiver(e, node, name, args);
  if (receiver === null) return null;
  switch (receiver.kind) {
    case "db":
      return callDatabase(e, { k: "db", system: isSystemTable(args[0]) }, name, node, args);
    case "table":
      return callTableHandle(e, { k: "table-handle", table: receiver.table }, name, node, args);
    case "query":
      return receiver.table === null ? null : rowsOfQuery(receiver.table, name);
    case "context":
    case "scheduler":
      return null;
  }
}

function isSystemTable(value: Value | undefined): boolean {
  return value?.k === "const" && typeof value.value === "string" && value.value.startsWith("_");
}

/** What running a query gives that was built out of sight: the read itself is told where it was built. */
function rowsOfQuery(table: string, method: string): Value | null {
  switch (method) {
    case "first":
    case "unique":
      return { k: "row", reads: [], table, nullable: true };
    case "collect":
    case "take":
      return { k: "rows", reads: [], table, stages: [], predicates: [], sort: null, cut: false };
    case "paginate":
      return {
        k: "page",
        rows: { k: "rows", reads: [], table, stages: [], predicates: [], sort: null, cut: false },
      };
    default:
      return null;
  }
}
