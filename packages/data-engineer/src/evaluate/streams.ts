// Streams and pages of convex-helpers: `filterWith`, `map`, `flatMap`, `distinct`, merging, `getPage`. They read like the query they begin with.
import type ts from "typescript6";
import { callUnknown } from "./calls.ts";
import { loopOf } from "./collections.ts";
import { callDatabase } from "./database.ts";
import type { Evaluator } from "./evaluator.ts";
import { elementOf, rowOf } from "./properties.ts";
import { predicatesOf } from "./predicates.ts";
import { consume, row, rows } from "./reads.ts";
import {
  constant,
  optionsOf,
  present,
  stringsOf,
  union,
  unknown,
  type QueryState,
  type RowsValue,
  type Value,
} from "./values.ts";

type Query = Extract<Value, { k: "query" }>;

/** Operations that a stream has and a plain query has not; null for any other name. */
export function callStream(
  e: Evaluator,
  base: Query,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value | null {
  const [callback] = args;
  switch (name) {
    case "filterWith":
      return callback === undefined ? base : withPredicate(e, base, callback, node);
    case "distinct":
      return { ...base, states: base.states.map((state) => ({ ...state, distinct: true })) };
    case "map":
      return callback === undefined ? base : { ...base, each: { callback, node } };
    case "flatMap":
      return callback === undefined ? base : flatMapped(e, base, callback, node);
    default:
      return null;
  }
}

/** A JavaScript condition that is applied before the consumer stops, as by `filter` of convex-helpers. */
export function withPredicate(
  e: Evaluator,
  query: Query,
  callback: Value,
  node: ts.CallExpression,
): Value {
  const states = query.states.map((state): QueryState => {
    const probe: RowsValue = {
      k: "rows",
      reads: ["*filter"],
      table: state.table,
      stages: [],
      predicates: [],
      sort: null,
      cut: false,
    };
    const kept = e.callTest(callback, [rowOf(probe)], node);
    const predicates = predicatesOf(e, kept, { js: [probe] }).map((item) => ({
      ...item,
      by: "db" as const,
    }));
    return { ...state, filters: [...state.filters, ...predicates] };
  });
  return { ...query, states };
}

/** For each row of the outer stream the callback gives an inner one; both are read until the consumer stops. */
function flatMapped(e: Evaluator, base: Query, callback: Value, node: ts.CallExpression): Value {
  const outer = rows(consume(e, base, node, { kind: "iterate", endsEarly: true }));
  e.useRows(outer, "map");
  const loop = loopOf(outer);
  const element = e.inLoop(loop, () => {
    const inner = e.call(callback, [rowOf(outer)], node);
    const found = optionsOf(inner).flatMap((option) =>
      option.k === "query"
        ? [rowOf(rows(consume(e, option, node, { kind: "iterate", endsEarly: true })))]
        : [],
    );
    return found.length === 0 ? unknown : union(...found);
  });
  return { k: "array", elements: [element], over: loop, exact: false };
}

/** What a consumer gives when the stream has a `map`: the rows, each through the callback. */
export function mappedRows(e: Evaluator, query: Query, result: RowsValue): Value {
  const { each } = query;
  if (each === undefined) return result;
  e.useRows(result, "map");
  const loop = loopOf(result);
  const element = e.inLoop(loop, () => e.call(each.callback, [rowOf(result)], each.node));
  return { k: "array", elements: [element], over: loop, exact: false };
}

/** The same for `first` and `unique`. */
export function mappedRow(e: Evaluator, query: Query, result: Value): Value {
  const { each } = query;
  if (each === undefined) return result;
  return union(e.call(each.callback, [present(result)], each.node), constant(null));
}

/** `mergedStream([a, b], fields)`: every stream of the list is read. */
export function mergeStreams(e: Evaluator, node: ts.CallExpression, list: Value): Value {
  const queries = optionsOf(list)
    .flatMap((option) => (option.k === "array" ? option.elements : [elementOf(e, option, null)]))
    .flatMap(optionsOf)
    .filter((item) => item.k === "query");
  if (queries.length === 0) return callUnknown(e, node, [list], unknown);
  return { k: "query", states: [...new Set(queries.flatMap((query) => query.states))] };
}

/** `getPage(ctx, request)` and `streamQuery(ctx, request)`: a walk along an index from a key on. */
export function walkIndex(
  e: Evaluator,
  name: "getPage" | "streamQuery",
  node: ts.CallExpression,
  request: Value,
): Value {
  if (request.k !== "object") return callUnknown(e, node, [request], unknown);
  const begun = callDatabase(e, { k: "db", system: false, helper: true }, "query", node, [
    request.props.get("table") ?? unknown,
  ]);
  if (begun.k !== "query") return unknown;
  const index = request.props.get("index");
  const names = index === undefined ? [null] : (stringsOf(index) ?? [undefined]);
  const order = request.props.get("order");
  const states = begun.states.flatMap((state) =>
    names.map((item): QueryState => {
      if (item === undefined) return { ...state, uncertain: true };
      return {
        ...state,
        source: item === null ? "scan" : "index",
        index: item,
        order: order?.k === "const" && order.value === "desc" ? "desc" : "asc",
        orderExplicit: order !== undefined,
      };
    }),
  );
  for (const item of names) if (typeof item === "string") e.facts.namedIndexes.add(item);
  const query: Query = { k: "query", states };
  if (name === "streamQuery") {
    const walked = consume(e, query, node, { kind: "iterate", endsEarly: true });
    const pair: Value = {
      k: "array",
      elements: [row(walked, false), unknown],
      over: { over: "literal" },
      exact: true,
    };
    return { k: "array", elements: [pair], over: loopOf(rows(walked)), exact: false };
  }
  const size = request.props.get("absoluteMaxRows") ?? request.props.get("targetMaxRows");
  const limit =
    size === undefined
      ? 100
      : size.k === "const" && typeof size.value === "number"
        ? size.value
        : "arg";
  const page = rows(consume(e, query, node, { kind: "paginate", limit, endsEarly: true }));
  return {
    k: "object",
    props: new Map<string, Value>([["page", page]]),
    open: true,
  };
}
