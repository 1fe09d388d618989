// Notes reads: one occurrence per site, way through the program, and way the query may have been built.
import type ts from "typescript6";
import type { Consumer } from "../model/model.ts";
import type { Evaluator } from "./evaluator.ts";
import type { ReadOccurrence } from "./facts.ts";
import { mappedRows } from "./streams.ts";
import type { QueryState, RowsValue, Value } from "./values.ts";

export function consumeIteration(
  e: Evaluator,
  query: Extract<Value, { k: "query" }>,
  node: ts.Node,
  endsEarly: boolean,
): Value {
  const result = consume(e, query, node, { kind: "iterate", ...(endsEarly ? { endsEarly } : {}) });
  return mappedRows(e, query, rows(result));
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
      consumer.kind !== "collect"
        ? consumer
        : state.limit !== null
          ? { kind: "take", limit: state.limit }
          : state.distinct === true
            ? { kind: "iterate", endsEarly: true }
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

/** Ways through helpers to one site that are told apart; further ones count as the last, with all that is done to their rows. */
const maxWaysPerSite = 24;

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
  const site = [
    entry?.call.pos ?? "-",
    entry?.file ?? "-",
    entry?.isMade === true ? (entry.exportName ?? "") : "",
    node.getSourceFile().fileName,
    node.pos,
    node.end,
    stateKey(state),
    e.loops.length,
  ].join("|");
  const key = `${site}|${path}`;
  const existing = e.facts.reads.get(key);
  if (existing !== undefined) return existing;
  const others = e.facts.readsBySite.get(site) ?? [];
  const last = others.at(-1);
  if (last !== undefined && others.length >= maxWaysPerSite) return last;
  e.facts.readsBySite.set(site, others);
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
  others.push(occurrence);
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
