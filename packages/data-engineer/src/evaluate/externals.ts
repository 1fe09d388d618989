// What imported packages mean to the data layer: `convex/*`, `_generated/*`, and the helpers of convex-helpers that read or register.
import ts from "typescript6";
import { callUnknown } from "./calls.ts";
import { callScheduler, noteCall } from "./context-calls.ts";
import { callDatabase } from "./database.ts";
import { consume, rows as rowsOf } from "./reads.ts";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { elementOf, rowOf, tableOfId } from "./properties.ts";
import { builderByName, callBuilder, customBuilder } from "./registration.ts";
import { callSchemaFunction } from "./schema-syntax.ts";
import { mergeStreams, walkIndex, withPredicate } from "./streams.ts";
import { typedIdListTable } from "./typed.ts";
import {
  constant,
  present,
  stringsOf,
  unknown,
  type QueryState,
  type Value,
  union,
} from "./values.ts";

/** A name imported from `_generated/<file>`. */
export function generatedValue(file: string, name: string): Value {
  if (file === "server") {
    if (name === "*") return { k: "external", module: "convex/server", name: "*" };
    return builderByName(name) ?? { k: "external", module: "convex/server", name };
  }
  if (file === "api") {
    if (name === "api" || name === "internal") return { k: "api", path: [] };
    return { k: "external", module: "_generated/api", name };
  }
  return unknown;
}

export function externalProperty(base: Extract<Value, { k: "external" }>, name: string): Value {
  const isConvex = /^convex(\/|:|$)/.test(base.module);
  if (base.name === "*" || base.name === "default") {
    if (base.module === "convex/server") {
      const builder = builderByName(name.replace(/Generic$/, ""));
      if (builder !== null) return builder;
    }
    return { k: "external", module: base.module, name };
  }
  return {
    k: "external",
    module: base.module,
    name: isConvex || base.name !== "" ? `${base.name}.${name}` : name,
  };
}

export function callExternal(
  e: Evaluator,
  callee: Extract<Value, { k: "external" }>,
  node: ts.CallExpression | ts.NewExpression,
  args: Value[],
  env: Environment,
): Value {
  const { module, name } = callee;
  if (ts.isNewExpression(node))
    return module.startsWith("convex") || module.startsWith("@convex-dev")
      ? { k: "external", module, name: `${name}()` }
      : callUnknown(e, node, args, unknown);
  if (module === "convex:ctx") return callContextMember(e, name, node, args);
  if (module === "convex/server") return callConvexServer(e, name, node, args, env);
  if (module === "convex/values" || module === "@convex/values")
    return callSchemaFunction(e, name, node, args) ?? callUnknown(e, node, args, unknown);
  if (/^convex-helpers(\/|$)/.test(module)) return callHelper(e, callee, node, args);
  if (name === "getAuthUserId" && module.startsWith("@convex-dev/auth"))
    return union({ k: "id", table: "users", origin: "arg" }, constant(null));
  const schema = callSchemaFunction(e, name, node, args);
  if (schema !== null) return schema;
  if (/(Query|Mutation|Action)$/.test(name) && isDefinition(args[0])) {
    const builder = builderByName(name) ?? guessBuilder(name);
    if (builder !== null && builder.k === "builder")
      return callBuilder(e, { ...builder, isGuess: true }, node, env);
  }
  return callUnknown(e, node, args, unknown);
}

function isDefinition(value: Value | undefined): boolean {
  return value?.k === "object" && value.props.has("handler");
}

function guessBuilder(name: string): Value | null {
  const kind = /query$/i.test(name) ? "query" : /mutation$/i.test(name) ? "mutation" : "action";
  return {
    k: "builder",
    kind,
    visibility: /internal/i.test(name) ? "internal" : "public",
    custom: null,
  };
}

function callContextMember(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  if (name === "scheduler.runAfter" || name === "scheduler.runAt")
    return callScheduler(e, node, args);
  if (name === "scheduler.cancel" || name === "storage.delete") {
    e.noteEffect();
    return unknown;
  }
  if (name.startsWith("storage.")) {
    for (const argument of args) e.escape(argument);
    return name === "storage.store" ? { k: "id", table: "_storage", origin: "unknown" } : unknown;
  }
  return unknown;
}

function callConvexServer(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
  env: Environment,
): Value {
  const builder = builderByName(name.replace(/Generic$/, ""));
  if (builder !== null && builder.k === "builder") return callBuilder(e, builder, node, env);
  if (name === "cronJobs") return { k: "external", module: "convex/server", name: "cronJobs()" };
  if (name === "httpRouter")
    return { k: "external", module: "convex/server", name: "httpRouter()" };
  if (/^cronJobs\(\)\.(interval|hourly|daily|weekly|monthly|cron)$/.test(name)) {
    noteCall(e, "cron", node, args[2]);
    return unknown;
  }
  if (name === "getFunctionName" || name === "makeFunctionReference") return unknown;
  return callSchemaFunction(e, name, node, args) ?? callUnknown(e, node, args, unknown);
}

function callHelper(
  e: Evaluator,
  callee: Extract<Value, { k: "external" }>,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const { module, name } = callee;
  if (
    /^(customQuery|customMutation|customAction|zCustomQuery|zCustomMutation|zCustomAction)$/.test(
      name,
    )
  )
    return customBuilder(args[0] ?? unknown, args[1] ?? unknown, name);
  if (name === "customCtx" || name === "customCtxAndArgs") {
    const [input] = args;
    if (name === "customCtxAndArgs") return input ?? unknown;
    return {
      k: "object",
      props: new Map([
        ["args", { k: "object", props: new Map(), open: false }],
        ["*ctxOnly", input ?? unknown],
      ]),
      open: false,
    };
  }
  if (name === "NoOp") return { k: "object", props: new Map(), open: false };
  const relationship = callRelationship(e, name, node, args);
  if (relationship !== null) return relationship;
  if (name === "asyncMap") {
    const [list = unknown, callback] = args;
    const { element, loop } = listLoop(e, list);
    const result =
      callback === undefined ? unknown : e.inLoop(loop, () => e.call(callback, [element], node));
    return { k: "array", elements: [result], over: loop, exact: false };
  }
  if (name === "filter" && module.endsWith("/filter")) return filterHelper(e, node, args);
  if (name === "nullThrows" || name === "pruneNull") return args[0] ?? unknown;
  if (name === "stream" || name === "paginator") return { k: "db", system: false, helper: true };
  if (name === "mergedStream") return mergeStreams(e, node, args[0] ?? unknown);
  if (name === "getPage" || name === "streamQuery")
    return walkIndex(e, name, node, args[1] ?? unknown);
  if (/\.wrapDB$/.test(name) || /^wrapDatabase(Reader|Writer)$/.test(name))
    return (
      args.find((argument) => argument.k === "db") ??
      (args[0]?.k === "ctx" ? args[0] : { k: "db", system: false })
    );
  return callSchemaFunction(e, name, node, args) ?? callUnknown(e, node, args, unknown);
}

function listLoop(e: Evaluator, value: Value) {
  if (value.k === "rows") {
    e.useRows(value, "map");
    const read = value.reads[0];
    return {
      element: rowOf(value),
      loop: read === undefined ? ({ over: "unknown" } as const) : ({ over: "rows", read } as const),
    };
  }
  if (value.k === "array") return { element: elementOf(e, value, null), loop: value.over };
  return { element: elementOf(e, value, null), loop: { over: "unknown" } as const };
}

function filterHelper(e: Evaluator, node: ts.CallExpression, args: Value[]): Value {
  const [query, callback] = args;
  if (query?.k !== "query") return callUnknown(e, node, args, unknown);
  return callback === undefined ? query : withPredicate(e, query, callback, node);
}

/** `convex-helpers/server/relationships`: reads by an index that is named as text. */
function callRelationship(
  e: Evaluator,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value | null {
  switch (name) {
    case "getOrThrow":
      return present(
        callDatabase(
          e,
          { k: "db", system: false },
          "get",
          node,
          args.slice(1).filter((item) => item.k !== "ctx"),
        ),
      );
    case "getAll":
    case "getAllOrThrow": {
      const list = args.at(-1) ?? unknown;
      const { element, loop } = listLoop(e, list);
      const table =
        args.length >= 3
          ? (stringsOf(args[1] ?? unknown)?.[0] ?? null)
          : (tableOfId(e, element) ??
            typedIdListTable(e, node.arguments[node.arguments.length - 1]));
      if (table === null) {
        e.facts.unresolved.set(node, "the table of the ids is not known");
        return { k: "array", elements: [unknown], over: loop, exact: false };
      }
      const id: Value = { k: "id", table, origin: "row" };
      const row = e.inLoop(loop, () =>
        callDatabase(e, { k: "db", system: false }, "get", node, [constant(table), id]),
      );
      return { k: "array", elements: [row], over: loop, exact: false };
    }
    case "getOneFrom":
    case "getOneFromOrThrow":
    case "getManyFrom": {
      const query = namedQuery(e, node, args.slice(1));
      if (query === null) return unknown;
      const many = name === "getManyFrom";
      const occurrences = consume(e, query, node, { kind: many ? "collect" : "unique" });
      const result = rowsOf(occurrences);
      return many ? result : { ...result, k: "row", nullable: true };
    }
    case "getManyVia":
    case "getManyViaOrThrow": {
      const [, join, field, index, value, fieldName] = args;
      const query = namedQuery(
        e,
        node,
        [join, index, value, fieldName].filter((item) => item !== undefined),
      );
      if (query === null) return unknown;
      const joined = rowsOf(consume(e, query, node, { kind: "collect" }));
      e.useRows(joined, "map");
      const path = field === undefined ? null : stringsOf(field);
      const target = path?.[0] === undefined ? null : e.idTarget(joined.table, [path[0]]);
      if (target === null) return unknown;
      const id: Value = { k: "id", table: target, origin: "row" };
      const read = joined.reads[0];
      const loop =
        read === undefined ? ({ over: "unknown" } as const) : ({ over: "rows", read } as const);
      const row = e.inLoop(loop, () =>
        callDatabase(e, { k: "db", system: false }, "get", node, [constant(target), id]),
      );
      return { k: "array", elements: [row], over: loop, exact: false };
    }
    default:
      return null;
  }
}

/** Arguments `table, index, value, fieldName?`. */
function namedQuery(
  e: Evaluator,
  node: ts.CallExpression,
  args: Value[],
): Extract<Value, { k: "query" }> | null {
  const [tableValue = unknown, indexValue = unknown, value = unknown, fieldValue] = args;
  const table = stringsOf(tableValue)?.[0];
  const index = stringsOf(indexValue)?.[0];
  if (index !== undefined) e.facts.namedIndexes.add(index);
  if (table === undefined || index === undefined) {
    e.facts.unresolved.set(node, "table or index is not known");
    return null;
  }
  const named = fieldValue === undefined ? undefined : stringsOf(fieldValue)?.[0];
  const definition = e.table(table)?.indexes.find((item) => item.name === index);
  const field = named ?? definition?.fields[0] ?? index.replace(/^by_/, "");
  const start = callDatabase(e, { k: "db", system: false }, "query", node, [constant(table)]);
  const range: Value = {
    k: "range",
    parts: [{ op: "eq", field, value, text: node.arguments[3]?.getText() ?? "" }],
    uncertain: false,
  };
  const query = start.k === "query" ? start : null;
  if (query === null) return null;
  const states = query.states.map((state): QueryState => ({
    ...state,
    source: "index",
    index,
    eq: range.parts.map((part) => ({
      field: part.field ?? "",
      value: "arg",
      text: part.text,
    })),
  }));
  return { k: "query", states };
}
