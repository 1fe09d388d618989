// Compares calls at two sizes of the tables: how documents read grow, with which table, by which read, and what that proves.
import type { ObservedRead } from "@torchkeeper/local-backend";
import type { FunctionInfo, Model, Read } from "../model/model.ts";
import type { Finding } from "../rules/finding.ts";
import { matchRead, placeText } from "./match.ts";
import type { CallResult } from "./session.ts";

/** A number at the smaller and at the larger size. */
export type Pair = [number, number];

export type Verdict =
  | "constant"
  /** More in the larger tables, but only up to a number at which it stops. */
  | "bounded"
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
  verdict: Exclude<Verdict, "not measured" | "left out">;
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
      : reads.filter(({ read }) => read.slope > noise);
  // What reads by id, or stops at a number, only follows: something else must give it more to do.
  const drivers = growing.filter(({ read, known }) => !isBounded(read, known, rows));
  const isScan = drivers.some(
    ({ read, known }) =>
      known?.consumer.endsEarly !== true &&
      (read.range === "" ||
        read.returned[1] - read.returned[0] <= noise * (read.documents[1] - read.documents[0])),
  );
  const grows =
    drivers.length === 0
      ? []
      : growing.map(({ read: { table, slope, at } }) => ({ table, slope, at }));
  return {
    verdict:
      growing.length === 0
        ? "constant"
        : grows.length === 0
          ? "bounded"
          : isScan
            ? "proven scan"
            : "grows",
    grows,
    reads: reads.map(({ read }) => read),
  };
}

const stopping = new Set(["first", "unique", "take", "paginate"]);

/** Whether a read cannot go on growing, whatever it did between the two sizes. */
function isBounded(
  measured: MeasuredRead,
  known: Read | null,
  rows: ReadonlyMap<string, Pair>,
): boolean {
  if (measured.kind === "get" || measured.kind === "search" || measured.kind === "vector")
    return true;
  if (known !== null)
    return stopping.has(known.consumer.kind) && !known.residual.some((item) => item.by === "db");
  // Not followed by the model: only a share of the table that stays the same tells that it has no end.
  const [small, large] = rows.get(measured.table) ?? [0, 0];
  return measured.documents[1] * small < 0.8 * measured.documents[0] * large;
}

/** A measured read, and the model's. */
interface JoinedRead {
  read: MeasuredRead;
  known: Read | null;
}

function joinReads(
  call: SizedCall,
  info: Pick<FunctionInfo, "name">,
  model: Model,
  findings: readonly Finding[],
  rows: ReadonlyMap<string, Pair>,
  span: number,
): JoinedRead[] {
  const joined = new Map<string, JoinedRead>();
  const add = (observed: ObservedRead, at: 0 | 1) => {
    const known = matchRead(observed, info, model);
    const fresh = emptyRead(observed, known, findings);
    const { table, index, kind, range } = fresh;
    const key = JSON.stringify([table, index, kind, range, fresh.at]);
    const entry = joined.get(key) ?? { read: fresh, known };
    entry.read.count[at] += observed.count;
    entry.read.documents[at] += observed.documents;
    entry.read.returned[at] += observed.returned;
    entry.read.bytes[at] += observed.bytes;
    joined.set(key, entry);
  };
  for (const read of call.small.reads) add(read, 0);
  for (const read of call.large.reads) add(read, 1);
  for (const { read } of joined.values()) {
    const [small, large] = rows.get(read.table) ?? [0, 0];
    // A table that did not grow itself is read more because something else did.
    read.slope = round(
      (read.documents[1] - read.documents[0]) / (large > small ? large - small : span),
    );
  }
  return [...joined.values()].sort(
    ({ read: a }, { read: b }) =>
      b.documents[1] - a.documents[1] ||
      (a.at ?? "").localeCompare(b.at ?? "") ||
      a.table.localeCompare(b.table) ||
      a.index.localeCompare(b.index),
  );
}

function emptyRead(
  observed: ObservedRead,
  known: Read | null,
  findings: readonly Finding[],
): MeasuredRead {
  const speaks = (item: Finding) =>
    known !== null &&
    item.rule.startsWith("read/") &&
    item.file === known.at.file &&
    item.line >= known.at.line &&
    item.line <= known.at.endLine;
  return {
    table: observed.component === "" ? observed.table : `${observed.component}/${observed.table}`,
    index: observed.index,
    kind: observed.kind,
    range: observed.range,
    at: placeText(observed, known),
    readId: known?.id ?? null,
    count: [0, 0],
    documents: [0, 0],
    returned: [0, 0],
    bytes: [0, 0],
    slope: 0,
    rules: [...new Set(findings.filter(speaks).map((item) => item.rule))],
  };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The middle one, the lower of two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
