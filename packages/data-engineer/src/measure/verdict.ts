// Compares calls at two sizes of the tables: how documents read grow, with which table, by which read, and what that proves.
import type { ObservedRead } from "@torchkeeper/local-backend";
import type { FunctionInfo, Model } from "../model/model.ts";
import type { Finding } from "../rules/finding.ts";
import { matchRead, placeText } from "./match.ts";
import type { CallResult } from "./session.ts";

/** A number at the smaller and at the larger size. */
export type Pair = [number, number];

export type Verdict =
  | "constant"
  /** A range of a table: the wider the table, the more. */
  | "grows"
  /** The whole table, or documents that the result does not need. */
  | "proven scan"
  | "not measured"
  | "left out";

export interface MeasuredRead {
  table: string;
  index: string;
  kind: ObservedRead["kind"];
  /** Fields and comparisons, such as `userId Eq`; empty when the whole table is open to it. */
  range: string;
  /** `file:line` of the read. */
  at: string | null;
  /** The read in the model, as in `patterns`. */
  readId: string | null;
  /** How often it was made in one call. */
  count: Pair;
  documents: Pair;
  /** Documents handed to the function, after filters. */
  returned: Pair;
  bytes: Pair;
  /** Further documents read per further document of the table. */
  slope: number;
  /** Rules that speak of this read. */
  rules: string[];
}

export interface Growth {
  table: string;
  slope: number;
  at: string | null;
}

/** Growth below this share of the tables' growth is the unevenness of made-up data. */
const noise = 0.02;

export interface SizedCall {
  small: CallResult;
  large: CallResult;
}

export interface Compared {
  verdict: "constant" | "grows" | "proven scan";
  grows: Growth[];
  /** Of the call that grows most, or reads most. */
  reads: MeasuredRead[];
}

/** @param rows - documents per table at the two sizes */
export function compareCalls(
  calls: readonly SizedCall[],
  info: Pick<FunctionInfo, "name">,
  model: Model,
  findings: readonly Finding[],
  rows: ReadonlyMap<string, Pair>,
): Compared {
  const grown = (call: SizedCall) => call.large.documents - call.small.documents;
  const [worst] = [...calls].sort(
    (a, b) => grown(b) - grown(a) || b.large.documents - a.large.documents,
  );
  const span = Math.max(1, ...[...rows.values()].map(([small, large]) => large - small));
  const reads = worst === undefined ? [] : joinReads(worst, info, model, findings, rows, span);
  const growing =
    worst === undefined || grown(worst) <= noise * span
      ? []
      : reads.filter((read) => read.slope > noise);
  const grows = growing.map(({ table, slope, at }) => ({ table, slope, at }));
  const isScan = growing.some(
    (read) =>
      read.range === "" ||
      read.returned[1] - read.returned[0] <= noise * (read.documents[1] - read.documents[0]),
  );
  return {
    verdict: growing.length === 0 ? "constant" : isScan ? "proven scan" : "grows",
    grows,
    reads,
  };
}

function joinReads(
  call: SizedCall,
  info: Pick<FunctionInfo, "name">,
  model: Model,
  findings: readonly Finding[],
  rows: ReadonlyMap<string, Pair>,
  span: number,
): MeasuredRead[] {
  const joined = new Map<string, MeasuredRead>();
  const add = (read: ObservedRead, at: 0 | 1) => {
    const known = matchRead(read, info, model);
    const place = placeText(read, known);
    const key = JSON.stringify([
      read.component,
      read.table,
      read.index,
      read.kind,
      read.range,
      place,
    ]);
    const row = joined.get(key) ?? {
      table: read.component === "" ? read.table : `${read.component}/${read.table}`,
      index: read.index,
      kind: read.kind,
      range: read.range,
      at: place,
      readId: known?.id ?? null,
      count: [0, 0],
      documents: [0, 0],
      returned: [0, 0],
      bytes: [0, 0],
      slope: 0,
      rules: [
        ...new Set(
          findings
            .filter(
              (item) =>
                known !== null &&
                item.rule.startsWith("read/") &&
                item.file === known.at.file &&
                item.line >= known.at.line &&
                item.line <= known.at.endLine,
            )
            .map((item) => item.rule),
        ),
      ],
    };
    row.count[at] += read.count;
    row.documents[at] += read.documents;
    row.returned[at] += read.returned;
    row.bytes[at] += read.bytes;
    joined.set(key, row);
  };
  for (const read of call.small.reads) add(read, 0);
  for (const read of call.large.reads) add(read, 1);
  for (const row of joined.values()) {
    const [small, large] = rows.get(row.table) ?? [0, 0];
    // A table that did not grow itself is read more because something else did.
    row.slope = round(
      (row.documents[1] - row.documents[0]) / (large > small ? large - small : span),
    );
  }
  return [...joined.values()].sort(
    (a, b) =>
      b.documents[1] - a.documents[1] ||
      (a.at ?? "").localeCompare(b.at ?? "") ||
      a.table.localeCompare(b.table) ||
      a.index.localeCompare(b.index),
  );
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The middle one, the lower of two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
