// Convex's database API over abstract values: query chains become reads, writes are noted.
import ts from "typescript6";
import type { Consumer } from "../model/model.ts";
import type { Evaluator } from "./evaluator.ts";
import { applyRange } from "./index-ranges.ts";
import { movableText } from "./movable-text.ts";
import { predicatesOf } from "./predicates.ts";
import { consume, record, row, rows } from "./reads.ts";
import { callStream, mappedRow, mappedRows } from "./streams.ts";
import { tableOfId } from "./properties.ts";
import { typedIdTable, typedTexts } from "./typed.ts";
import {
  derived,
  optionsOf,
  originOf,
  present,
  stringsOf,
  undefinedValue,
  union,
  unknown,
  type QueryState,
  type RangePart,
  type Value,
} from "./values.ts";

const maxStates = 16;

export function callDatabase(
  e: Evaluator,
  base: Extract<Value, { k: "db" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  switch (name) {
    case "query":
      return startQuery(e, base, node, args[0]);
    case "table": {
      const [table] = args[0] === undefined ? [] : (stringsOf(args[0]) ?? []);
      return table === undefined ? unknown : { k: "table-handle", table };
    }
    case "get":
      return callGet(e, base.system, node, args);
    case "insert":
      return write(e, "insert", node, namedTables(e, node, args), null, args[1] ?? null, true);
    case "patch":
    case "replace":
      return args.length >= 3
        ? write(e, name, node, namedTables(e, node, args), args[1] ?? null, args[2] ?? null, true)
        : write(e, name, node, null, args[0] ?? null, args[1] ?? null, false);
    case "delete":
      return args.length >= 2
        ? write(e, name, node, namedTables(e, node, args), args[1] ?? null, null, true)
        : write(e, name, node, null, args[0] ?? null, null, false);
    case "normalizeId": {
      const table = tableOf(args[0]);
      return table === "?"
        ? unknown
        : union(
            { k: "id", table, origin: originOf(args[1] ?? unknown) },
            { k: "const", value: null },
          );
    }
    default:
      return unknown;
  }
}

export function callTableHandle(
  e: Evaluator,
  base: Extract<Value, { k: "table-handle" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const table: Value = { k: "const", value: base.table };
  return callDatabase(
    e,
    { k: "db", system: false },
    name,
    node,
    name === "query" ? [table] : [table, ...args],
  );
}

function tableOf(value: Value | undefined): string {
  const names = value === undefined ? null : stringsOf(value);
  return names?.length === 1 ? (names[0] ?? "?") : "?";
}

/** The tables a name may stand for. A type that allows every table of the schema tells nothing. */
function tableNames(
  e: Evaluator,
  value: Value | undefined,
  node: ts.Expression | undefined,
): string[] | null {
  const names = value === undefined ? null : stringsOf(value);
  if (names !== null || value === undefined) return names;
  const typed = typedTexts(e, node);
  if (typed === null || typed.length > maxStates) return null;
  return e.schema?.tables.every((table) => typed.includes(table.name)) === true ? null : typed;
}

function namedTables(e: Evaluator, node: ts.CallExpression, args: Value[]): string[] | null {
  return tableNames(e, args[0], node.arguments[0]);
}

function startQuery(
  e: Evaluator,
  base: Extract<Value, { k: "db" }>,
  node: ts.CallExpression,
  table: Value | undefined,
): Value {
  const names = tableNames(e, table, node.arguments[0]);
  e.facts.begunSites.add(node);
  const states = (names ?? ["?"]).map((name): QueryState => ({
    ...untouchedState(name, node),
    isSystem: base.system,
    isHelper: base.helper === true,
    source: "scan",
  }));
  return { k: "query", states };
}

/** A table as a read begins: no range, no filter, no order asked for. */
function untouchedState(table: string, node: ts.CallExpression): QueryState {
  return {
    table,
    isSystem: false,
    isHelper: false,
    source: "unknown",
    index: null,
    eq: [],
    range: null,
    searchField: null,
    order: "asc",
    orderExplicit: false,
    filters: [],
    nodes: { query: node, withIndex: null, filters: [], order: null },
    uncertain: table === "?",
    rangeProblem: null,
    limit: null,
  };
}

function callGet(e: Evaluator, isSystem: boolean, node: ts.CallExpression, args: Value[]): Value {
  const explicit = args.length >= 2;
  const id = present((explicit ? args[1] : args[0]) ?? unknown);
  const named = explicit ? tableNames(e, args[0], node.arguments[0]) : null;
  if (named !== null) return getFrom(e, named, isSystem, explicit, id, node);
  const table = isSystem
    ? "_system"
    : (tableOfId(e, id) ?? typedIdTable(e, node.arguments[explicit ? 1 : 0]));
  return getFrom(e, table === null ? ["?"] : [table], isSystem, explicit, id, node);
}

/** @param tables - more than one when the table is chosen at run time */
function getFrom(
  e: Evaluator,
  tables: readonly string[],
  isSystem: boolean,
  explicit: boolean,
  id: Value,
  node: ts.CallExpression,
): Value {
  const found = tables.map((table): Value => {
    if (id.k === "field" && table !== "?" && tables.length === 1) e.noteIdUse(id, table, node);
    const state: QueryState = { ...untouchedState(table, node), isSystem };
    const occurrence = record(e, node, state, { kind: "get" }, tables.length, "get");
    occurrence.idValue = id;
    occurrence.explicitTable = explicit;
    if (table === "?") {
      e.facts.unresolved.set(node, "the table of the id is not known");
      return { k: "unknown", origin: "row" };
    }
    e.facts.resolvedSites.add(node);
    return { k: "row", reads: [occurrence.id], table, nullable: true };
  });
  return union(...found);
}

/** @param explicit - the tables that the call names; null when it names none, or none that is known */
function write(
  e: Evaluator,
  kind: "insert" | "patch" | "replace" | "delete",
  node: ts.CallExpression,
  explicit: string[] | null,
  id: Value | null,
  value: Value | null,
  explicitTable: boolean,
): Value {
  const idNode = node.arguments[explicitTable ? 1 : 0];
  const byId =
    explicit !== null || id === null
      ? null
      : (tableOfId(e, present(id)) ?? typedIdTable(e, idNode));
  const tables = explicit ?? [byId ?? "?"];
  e.noteEffect();
  if (id !== null) e.useRow(id);
  for (const table of tables)
    e.facts.writes.push({
      kind,
      node,
      table,
      value,
      idValue: id,
      explicitTable,
      entry: e.entry,
      trace: [...e.trace],
      loops: [...e.loops],
      branches: [...e.branches],
    });
  if (value !== null) {
    for (const option of optionsOf(value))
      if (option.k === "rows" || option.k === "array") e.escape(option);
      else if (option.k === "object")
        for (const item of option.props.values()) if (item.k !== "arg") e.escape(item);
  }
  return kind === "insert"
    ? union(...tables.map((table): Value => ({ k: "id", table, origin: "unknown" })))
    : undefinedValue;
}

export function callQuery(
  e: Evaluator,
  base: Extract<Value, { k: "query" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  switch (name) {
    case "withIndex":
    case "withSearchIndex":
      return withIndex(e, base, node, args, name === "withSearchIndex");
    case "fullTableScan":
      return base;
    case "order": {
      const order = args[0] === undefined ? null : stringsOf(args[0]);
      return mapStates(base, (state) => ({
        ...state,
        order: order?.length === 1 && order[0] === "desc" ? "desc" : "asc",
        orderExplicit: true,
        nodes: { ...state.nodes, order: node },
      }));
    }
    case "filter": {
      const [callback] = args;
      return mapStates(base, (state) => {
        const result =
          callback === undefined ? unknown : e.callTest(callback, [{ k: "filter-builder" }], node);
        return {
          ...state,
          filters: [...state.filters, ...predicatesOf(e, result, { db: state.table })],
          nodes: { ...state.nodes, filters: [...state.nodes.filters, node] },
        };
      });
    }
    case "limit":
      return mapStates(base, (state) => ({ ...state, limit: limitOf(args[0]) }));
    case "first":
    case "unique":
      return mappedRow(e, base, row(consume(e, base, node, { kind: name }), true));
    case "take":
      return mappedRows(
        e,
        base,
        rows(consume(e, base, node, { kind: "take", limit: limitOf(args[0]) })),
      );
    case "collect":
      return mappedRows(e, base, rows(consume(e, base, node, { kind: "collect" })));
    case "paginate": {
      const page = rows(consume(e, base, node, paginateConsumer(args[0])));
      return base.each === undefined
        ? { k: "page", rows: page }
        : { k: "object", props: new Map([["page", mappedRows(e, base, page)]]), open: true };
    }
    // Not public, and used by Convex's own components: the server keeps the number, no rows are read for it.
    case "count":
      consume(e, base, node, { kind: "take", limit: 1 });
      return derived({ k: "unknown", origin: "row" });
    case "next":
    case "return":
      return unknown;
    default: {
      const streamed = callStream(e, base, name, node, args);
      if (streamed !== null) return streamed;
      e.escape(base);
      return unknown;
    }
  }
}

function mapStates(
  base: Extract<Value, { k: "query" }>,
  change: (state: QueryState) => QueryState,
): Value {
  return { ...base, states: base.states.map(change) };
}

function limitOf(value: Value | undefined): number | "arg" {
  if (value === undefined) return "arg";
  const numbers = optionsOf(value).map((option) =>
    option.k === "const" && typeof option.value === "number" ? option.value : null,
  );
  const known = numbers.filter((item) => item !== null);
  return known.length === numbers.length ? Math.max(...known) : "arg";
}

function paginateConsumer(options: Value | undefined): Consumer {
  const consumer: Consumer = { kind: "paginate", limit: "arg" };
  if (options?.k !== "object") return consumer;
  const size = options.props.get("numItems");
  if (size !== undefined) consumer.limit = limitOf(size);
  if (options.props.has("maximumRowsRead") || options.props.has("maximumBytesRead"))
    consumer.endsEarly = true;
  return consumer;
}

function withIndex(
  e: Evaluator,
  base: Extract<Value, { k: "query" }>,
  node: ts.CallExpression,
  args: Value[],
  isSearch: boolean,
): Value {
  const names = args[0] === undefined ? null : stringsOf(args[0]);
  const callback = args[1];
  const ranges: { parts: RangePart[]; uncertain: boolean }[] = [];
  if (callback === undefined) ranges.push({ parts: [], uncertain: false });
  else {
    const start: Value = { k: "range", parts: [], uncertain: false };
    for (const option of optionsOf(e.call(callback, [start], node)))
      ranges.push(option.k === "range" ? option : { parts: [], uncertain: true });
  }
  const choice = e.facts.indexChoices.get(node) ?? { tables: new Set(), isKnown: true };
  if (names === null) {
    choice.isKnown = false;
    for (const state of base.states) choice.tables.add(state.table);
  }
  e.facts.indexChoices.set(node, choice);
  const states: QueryState[] = [];
  for (const state of base.states) {
    for (const name of names ?? [null]) {
      for (const range of ranges) states.push(applyRange(e, state, name, range, node, isSearch));
    }
  }
  return { k: "query", states: states.slice(0, maxStates) };
}

export function callFilterBuilder(name: string, node: ts.CallExpression, args: Value[]): Value {
  const [left = unknown, right = unknown] = args;
  switch (name) {
    case "field": {
      const fields = stringsOf(left);
      return fields?.length === 1 && fields[0] !== undefined
        ? { k: "field-ref", path: fields[0] }
        : unknown;
    }
    case "eq":
    case "neq":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return {
        k: "compare",
        op: name,
        left,
        right,
        text: node.getText(),
        leftText: movableText(node.arguments[0]),
        rightText: movableText(node.arguments[1]),
      };
    case "and":
    case "or":
    case "not":
      return { k: "logic", op: name, parts: args, text: node.getText() };
    default:
      return derived(...args);
  }
}
