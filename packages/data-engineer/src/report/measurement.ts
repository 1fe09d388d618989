// What was measured, as a Markdown table with the reasons below it, or as JSON.
import type { MeasuredFunction, Measurement } from "../measure/measure.ts";
import type { Verdict } from "../measure/verdict.ts";
import { markdownTable } from "./patterns.ts";

/** Rises when a field of the JSON changes its meaning. */
export const measurementVersion = 2;

/** @param withReads - false leaves out each function's reads and its example, for readers who want an overview */
export function measurementJson(measured: Measurement, withReads = true): string {
  const functions = withReads
    ? measured.functions
    : measured.functions.map(({ reads: _reads, example: _example, ...rest }) => rest);
  return JSON.stringify(
    { version: measurementVersion, summary: summaryOf(measured), ...measured, functions },
    null,
    2,
  );
}

export interface MeasurementSummary {
  measured: number;
  constant: number;
  bounded: number;
  grows: number;
  provenScans: number;
  notMeasured: number;
  leftOut: number;
  overBudget: number;
}

export function summaryOf({ functions }: Measurement): MeasurementSummary {
  const count = (verdict: Verdict) => functions.filter((item) => item.verdict === verdict).length;
  return {
    measured: functions.filter((item) => item.documents !== null).length,
    constant: count("constant"),
    bounded: count("bounded"),
    grows: count("grows"),
    provenScans: count("proven scan"),
    notMeasured: count("not measured"),
    leftOut: count("left out"),
    overBudget: functions.filter((item) => item.isOverBudget).length,
  };
}

const rank: Record<Verdict, number> = {
  "proven scan": 0,
  grows: 1,
  bounded: 2,
  constant: 3,
  "not measured": 4,
  "left out": 5,
};

export function measurementMarkdown(measured: Measurement): string {
  const [small, large] = measured.sizes;
  const sum = summaryOf(measured);
  const all = [...measured.functions].sort(
    (a, b) =>
      rank[a.verdict] - rank[b.verdict] ||
      (b.documents?.max[1] ?? 0) - (a.documents?.max[1] ?? 0) ||
      (a.function < b.function ? -1 : 1),
  );
  const done = all.filter((item) => item.documents !== null);
  const missing = all.filter((item) => item.documents === null);
  const lines = [
    `${sum.measured} of ${measured.functions.length} functions measured: ${sum.provenScans} proven to scan, ${sum.grows} growing with a range, ${sum.bounded} bounded, ${sum.constant} constant.`,
    "",
  ];
  if (done.length > 0)
    lines.push(
      markdownTable(
        [
          "Function",
          "Kind",
          "Calls",
          `Documents at ${small}, p50 / max`,
          `At ${large}`,
          "Ranges",
          "Written",
          "Verdict",
          "Most read",
          "Findings",
        ],
        done.map(cells),
      ),
    );
  if (missing.length > 0)
    lines.push(
      "",
      "Not measured:",
      "",
      ...missing.map((item) => `- ${item.function}: ${item.error ?? item.verdict}`),
      "",
      "Give calls that succeed with `--calls FILE` or `--run FILE`.",
    );
  if (measured.notFilled.length > 0)
    lines.push(
      "",
      "Tables that could not be filled:",
      "",
      ...measured.notFilled.map((item) => `- ${item.table}: ${item.because}`),
    );
  return lines.join("\n");
}

function cells(item: MeasuredFunction): string[] {
  const [most] = item.reads;
  const size = (at: 0 | 1) =>
    item.documents === null ? "–" : `${item.documents.p50[at]} / ${item.documents.max[at]}`;
  return [
    item.function,
    `${item.visibility} ${item.kind}`,
    `${item.calls}${item.from === "made up" ? "" : ` ${item.from}`}`,
    size(0),
    `${size(1)}${item.isOverBudget ? ` (budget ${item.budget ?? 0})` : ""}`,
    String(item.ranges[1]),
    String(item.written[1]),
    verdictText(item),
    most === undefined || most.documents[1] === 0
      ? "–"
      : `${most.table} through ${most.index}: ${most.documents[1]}${most.at === null ? "" : ` (${most.at})`}`,
    item.findings.join(", ") || "–",
  ];
}

/** `proven scan of rolls (1 per document)`. */
export function verdictText(item: Pick<MeasuredFunction, "verdict" | "grows">): string {
  if (item.grows.length === 0) return item.verdict;
  const word = item.verdict === "proven scan" ? "of" : "with";
  const tables = item.grows.map(({ table, slope }) => `${table} (${slope} per document)`);
  return `${item.verdict} ${word} ${[...new Set(tables)].join(", ")}`;
}
