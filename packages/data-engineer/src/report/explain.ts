// The story of one function: what it reads, by which index, at what cost, what it writes, and what re-runs it.
import type { Boundness } from "../model/boundness.ts";
import { costOf, isWide } from "../model/cost.ts";
import type { FunctionInfo, Model, Read } from "../model/model.ts";
import type { Finding } from "../rules/finding.ts";
import { jsonVersion } from "../version.ts";
import { describeRange } from "./ranges.ts";

export interface Explanation {
  version: number;
  function: string;
  kind: string;
  visibility: string;
  at: string;
  reads: {
    at: string;
    table: string;
    through: string;
    range: string;
    stops: string;
    class: string;
    documents: number | string;
    perRowOf: string | null;
    /** What changes re-run a query that made this read. */
    rerunBy: string;
  }[];
  writes: { at: string; kind: string; table: string; fields: string[] | null; inLoop: boolean }[];
  calls: { at: string; via: string; target: string }[];
  /** Functions whose writes fall into a range this function reads. */
  rerunBy: string[];
  findings: { rule: string; severity: string; message: string; at: string }[];
}

/** Functions that `name` may mean: an exact address, or the only one that ends so. */
export function matchFunction(model: Model, name: string): FunctionInfo[] {
  const wanted = name.replace(/^(api|internal)\./, "").replace(/\.js:/, ":");
  const exact = model.functions.filter((item) => item.name === wanted);
  if (exact.length > 0) return exact;
  const dotted = wanted.replace(/\.([^.]+)$/, ":$1").replaceAll(".", "/");
  const byDots = model.functions.filter((item) => item.name === dotted);
  if (byDots.length > 0) return byDots;
  return model.functions.filter(
    (item) => item.name.endsWith(`:${wanted}`) || item.name.endsWith(`/${wanted}`),
  );
}

export function explain(
  model: Model,
  info: FunctionInfo,
  boundness: ReadonlyMap<string, Boundness>,
  findings: readonly Finding[],
): Explanation {
  const reads = model.reads.filter(
    (read) => read.callers.includes(info.name) && read.source !== "system",
  );
  const writes = model.writes.filter((write) => write.callers.includes(info.name));
  const rerun = new Set<string>();
  if (info.kind === "query")
    for (const read of reads)
      for (const write of model.writes)
        if (read.table === write.table && !(read.source === "get" && write.kind === "insert"))
          for (const name of write.callers) rerun.add(name);
  return {
    version: jsonVersion,
    function: info.name,
    kind: info.kind,
    visibility: info.visibility,
    at: `${info.at.file}:${info.at.line}`,
    reads: reads.map((read) => {
      const cost = costOf(read, boundness);
      const loop = read.loopCallers.includes(info.name)
        ? read.loops.findLast((item) => item.over === "rows")
        : undefined;
      return {
        at: `${read.at.file}:${read.at.line}`,
        table: read.table,
        through: read.source === "get" ? "id" : (read.index ?? "no index"),
        range: describeRange(read),
        stops: read.consumer.kind,
        class: cost.class,
        documents: cost.documents,
        perRowOf: model.reads.find((item) => item.id === loop?.read)?.table ?? null,
        rerunBy: invalidation(read),
      };
    }),
    writes: writes.map((write) => ({
      at: `${write.at.file}:${write.at.line}`,
      kind: write.kind,
      table: write.table,
      fields: write.fields,
      inLoop: write.loops.length > 0,
    })),
    calls: model.calls
      .filter((call) => call.callers.includes(info.name))
      .map((call) => ({
        at: `${call.at.file}:${call.at.line}`,
        via: call.via,
        target: call.target,
      })),
    rerunBy: [...rerun].sort(),
    findings: findings
      .filter(
        (item) =>
          item.symbol === info.name ||
          reads.some((read) => read.at.file === item.file && read.at.line === item.line),
      )
      .map((item) => ({
        rule: item.rule,
        severity: item.severity,
        message: item.message,
        at: `${item.file}:${item.line}`,
      })),
  };
}

/** A subscription is what was read: a read that stops is not concerned by what lies behind its last document. */
function invalidation(read: Read): string {
  if (read.source === "get") return `a write to that document of ${read.table}`;
  if (read.source === "search")
    return `a write to ${read.table} that matches the search and its filters`;
  const { kind, endsEarly } = read.consumer;
  const stops =
    kind === "first" ||
    kind === "take" ||
    kind === "paginate" ||
    (kind === "iterate" && endsEarly === true);
  const until = stops ? ", up to the last document read" : "";
  if (isWide(read))
    return stops ? `a write to ${read.table}${until}` : `any write to ${read.table}`;
  return `a write to ${read.table} with ${describeRange(read)}${until}`;
}

function wayIn(through: string): string {
  if (through === "id") return "by id";
  return through === "no index" ? "without an index" : `through ${through}`;
}

export function explainText(item: Explanation): string {
  const lines = [`${item.function}  ${item.visibility} ${item.kind}  ${item.at}`, ""];
  lines.push(item.reads.length === 0 ? "Reads nothing." : "Reads");
  for (const read of item.reads) {
    const per = read.perRowOf === null ? "" : `, once per row of ${read.perRowOf}`;
    lines.push(
      `  ${read.table} ${wayIn(read.through)}${read.range === "" ? "" : ` where ${read.range}`}  (${read.at})`,
      `    ${read.stops}: ${read.class}, ${documentsText(read.documents)}${per}`,
    );
    if (item.kind === "query") lines.push(`    re-run by ${read.rerunBy}`);
  }
  if (item.writes.length > 0) lines.push("", "Writes");
  for (const write of item.writes)
    lines.push(
      `  ${write.kind} ${write.table}${write.fields === null || write.fields.length === 0 ? "" : ` (${write.fields.join(", ")})`}${write.inLoop ? ", in a loop" : ""}  (${write.at})`,
    );
  if (item.calls.length > 0) lines.push("", "Calls");
  for (const call of item.calls) lines.push(`  ${call.via} ${call.target}  (${call.at})`);
  if (item.kind === "query" && item.reads.length > 0)
    lines.push(
      "",
      `Re-run by writes of: ${item.rerunBy.join(", ") || "no function of the project"}`,
    );
  if (item.findings.length > 0) lines.push("", "Findings");
  for (const finding of item.findings)
    lines.push(`  ${finding.severity} ${finding.rule} (${finding.at})`, `    ${finding.message}`);
  return lines.join("\n");
}

function documentsText(documents: number | string): string {
  if (typeof documents === "number")
    return `at most ${documents} document${documents === 1 ? "" : "s"}`;
  switch (documents) {
    case "table":
      return "every document of the table";
    case "range":
      return "every document of the range";
    case "page":
      return "a page of documents";
    case "argument":
      return "as many documents as the argument says";
    default:
      return "an unknown number of documents";
  }
}
