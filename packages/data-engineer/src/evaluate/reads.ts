// Notes reads: one occurrence per site, way through the program, and way the query may have been built.
import type ts from "typescript6";
import type { Consumer } from "../model/model.ts";
import type { Evaluator } from "./evaluator.ts";
import type { ReadOccurrence } from "./facts.ts";
import type { QueryState, RowsValue, Value } from "./values.ts";

export function consumeIteration(
  e: Evaluator,
  query: Extract<Value, { k: "query" }>,
  node: ts.Node,
  endsEarly: boolean,
): Value {
  return rows(consume(e, query, node, { kind: "iterate", ...(endsEarly ? { endsEarly } : {}) }));
}

/** Notes a read per way the query may have been built. */
export function consume(
  e: Evaluator,
  query: Extract<Value, { k: "query" }>,
  node: ts.Node,
  consumer: Consumer,
): ReadOccurrence[] {
  return query.states.map((state) => {
    const limited: Consumer =
      state.limit !== null && consumer.kind === "collect"
        ? { kind: "take", limit: state.limit }
        : consumer;
    const occurrence = record(e, node, state, limited, query.states.length, "query");
    const start = state.nodes.query;
    if (start !== null) {
      if (state.uncertain) e.facts.unresolved.set(start, "table, index or range is not known");
      else e.facts.resolvedSites.add(start);
    }
    return occurrence;
  });
}

export function record(
  e: Evaluator,
  node: ts.Node,
  state: QueryState,
  consumer: Consumer,
  alternatives: number,
  source: "get" | "query",
): ReadOccurrence {
  const entry = e.entry;
  const path = e.trace.map((site) => site.pos).join(",");
  const key = [
    entry?.call.pos ?? "-",
    entry?.file ?? "-",
    path,
    node.getSourceFile().fileName,
    node.pos,
    node.end,
    stateKey(state),
    e.loops.length,
  ].join("|");
  const existing = e.facts.reads.get(key);
  if (existing !== undefined) return existing;
  const occurrence: ReadOccurrence = {
    id: key,
    node,
    state,
    alternatives,
    consumer,
    uses: [],
    rowUsed: false,
    source,
    idValue: null,
    explicitTable: false,
    entry,
    trace: [...e.trace],
    loops: [...e.loops],
    branches: [...e.branches],
  };
  e.facts.reads.set(key, occurrence);
  return occurrence;
}

export function stateKey(state: QueryState): string {
  return [
    state.table,
    state.source,
    state.index ?? "",
    state.eq.map((bound) => `${bound.field}=${bound.text}`).join("&"),
    state.range === null ? "" : state.range.field,
    state.range?.lower?.text ?? "",
    state.range?.upper?.text ?? "",
    state.order,
    state.filters.map((item) => item.text).join("&"),
  ].join("~");
}

function tableOfOccurrences(occurrences: ReadOccurrence[]): string {
  const tables = new Set(occurrences.map((item) => item.state.table));
  return tables.size === 1 ? ([...tables][0] ?? "?") : "?";
}

export function rows(occurrences: ReadOccurrence[]): RowsValue {
  return {
    k: "rows",
    reads: occurrences.map((item) => item.id),
    table: tableOfOccurrences(occurrences),
    stages: [],
    predicates: [],
    sort: null,
    cut: false,
  };
}

export function row(occurrences: ReadOccurrence[], nullable: boolean): Value {
  return {
    k: "row",
    reads: occurrences.map((item) => item.id),
    table: tableOfOccurrences(occurrences),
    nullable,
  };
}
