// The access-pattern matrix: one row per read, and per index who reads it and who pays for it.
import { isExistenceRead, needsOwnOrder } from "../indexes/synthesis.ts";
import type { Boundness } from "./boundness.ts";
import { costOf, type Cost } from "./cost.ts";
import type { MeasuredDocuments, MeasuredReads } from "./measured-documents.ts";
import type { Model, Predicate, Read } from "./model.ts";

export interface PatternRow {
  functions: { name: string; kind: string; visibility: string }[];
  /** Where the read is, `file:line`. */
  at: string;
  table: string;
  source: Read["source"];
  index: string | null;
  equality: string[];
  range: string | null;
  order: string;
  residual: string[];
  stops: string;
  class: Cost["class"];
  documents: Cost["documents"];
  /** What `measure` saw; null when it saw nothing, or was not asked. */
  measured: MeasuredDocuments | null;
  /** Runs once per row of another read. */
  perRowOf: string | null;
  /** Rules that speak of it. */
  advice: string[];
  readId: string;
}

export interface IndexRow {
  table: string;
  index: string;
  kind: "index" | "search" | "vector";
  fields: string[];
  staged: boolean;
  readers: { function: string; at: string; prefixUsed: number; needsOwnOrder: boolean }[];
  /** Functions whose writes change a field of it. */
  writers: string[];
  verdict: "used" | "existence only" | "unused";
}

export interface Patterns {
  rows: PatternRow[];
  indexes: IndexRow[];
}

interface AdviceSource {
  rule: string;
  file: string;
  line: number;
}

export function buildPatterns(
  model: Model,
  boundness: ReadonlyMap<string, Boundness>,
  findings: readonly AdviceSource[],
  measured: MeasuredReads = new Map(),
): Patterns {
  const kinds = new Map(model.functions.map((item) => [item.name, item]));
  const rows = model.reads
    .filter((read) => read.source !== "system")
    .map((read): PatternRow => {
      const cost = costOf(read, boundness);
      const loop = read.loops.findLast((item) => item.over === "rows" && item.read !== undefined);
      const outer = model.reads.find((item) => item.id === loop?.read);
      return {
        functions: read.callers.map((name) => ({
          name,
          kind: kinds.get(name)?.kind ?? "?",
          visibility: kinds.get(name)?.visibility ?? "?",
        })),
        at: `${read.at.file}:${read.at.line}`,
        table: read.table,
        source: read.source,
        index: read.index ?? null,
        equality: read.eq.map((bound) => bound.field),
        range: read.range === undefined ? null : rangeText(read.range),
        order: orderText(read),
        residual: read.residual.map(residualText),
        stops: stopText(read),
        class: cost.class,
        documents: cost.documents,
        measured: measured.get(read.id) ?? null,
        perRowOf: outer?.table ?? null,
        advice: [
          ...new Set(
            findings
              .filter(
                (item) =>
                  item.file === read.at.file &&
                  item.line === read.at.line &&
                  item.rule.startsWith("read/"),
              )
              .map((item) => item.rule),
          ),
        ],
        readId: read.id,
      };
    })
    .sort(
      (a, b) =>
        a.table.localeCompare(b.table) ||
        (a.functions[0]?.name ?? "").localeCompare(b.functions[0]?.name ?? "") ||
        a.at.localeCompare(b.at, "en", { numeric: true }),
    );
  return { rows, indexes: indexRows(model) };
}

function rangeText(range: NonNullable<Read["range"]>): string {
  const parts = [
    ...(range.lower === undefined ? [] : [`from ${range.lower.text}`]),
    ...(range.upper === undefined ? [] : [`to ${range.upper.text}`]),
  ];
  return `${range.field} ${parts.join(" ")}`.trim();
}

function orderText(read: Read): string {
  if (read.source === "get") return "";
  return read.orderExplicit || read.order === "relevance" ? read.order : "asc (default)";
}

function residualText(item: Predicate): string {
  const where = item.by === "db" ? "filter" : "JavaScript";
  return item.field === "" ? `${where}: other` : `${where}: ${item.field} ${item.op}`;
}

function stopText(read: Read): string {
  const { kind, limit } = read.consumer;
  if (kind === "take") return `take ${limit === undefined || limit === "arg" ? "argument" : limit}`;
  if (kind === "iterate") return read.consumer.endsEarly === true ? "iterate, may stop" : "iterate";
  return kind;
}

function indexRows(model: Model): IndexRow[] {
  const rows: IndexRow[] = [];
  for (const table of [...model.schema.tables].sort((a, b) => a.name.localeCompare(b.name))) {
    const all: Pick<IndexRow, "index" | "kind" | "fields" | "staged">[] = [
      ...table.indexes.map((item) => ({
        index: item.name,
        kind: "index" as const,
        fields: item.fields,
        staged: item.staged,
      })),
      ...table.searchIndexes.map((item) => ({
        index: item.name,
        kind: "search" as const,
        fields: [item.searchField, ...item.filterFields],
        staged: item.staged,
      })),
      ...table.vectorIndexes.map((item) => ({
        index: item.name,
        kind: "vector" as const,
        fields: [item.vectorField, ...item.filterFields],
        staged: item.staged,
      })),
    ];
    for (const item of all) {
      const readers = model.reads.filter(
        (read) => read.table === table.name && read.index === item.index,
      );
      rows.push({
        table: table.name,
        ...item,
        readers: readers.flatMap((read) =>
          (read.callers.length === 0 ? ["(helper)"] : read.callers).map((name) => ({
            function: name,
            at: `${read.at.file}:${read.at.line}`,
            prefixUsed: read.eq.length + (read.range === undefined ? 0 : 1),
            needsOwnOrder: needsOwnOrder(read),
          })),
        ),
        writers: writersOf(model, table.name, item.fields),
        verdict:
          readers.length === 0
            ? "unused"
            : readers.every(isExistenceRead)
              ? "existence only"
              : "used",
      });
    }
  }
  return rows;
}

function writersOf(model: Model, table: string, fields: readonly string[]): string[] {
  const heads = new Set(fields.map((field) => field.split(".")[0] ?? field));
  const names = new Set<string>();
  for (const write of model.writes) {
    if (write.table !== table) continue;
    const touches =
      write.kind === "insert" ||
      write.kind === "delete" ||
      write.kind === "replace" ||
      write.fields === null ||
      write.fields.some((field) => heads.has(field));
    if (touches) for (const name of write.callers) names.add(name);
  }
  return [...names].sort();
}
