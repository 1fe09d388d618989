// The access-pattern matrix as Markdown, JSON or CSV.
import type { IndexRow, PatternRow, Patterns } from "../model/patterns.ts";
import { jsonVersion } from "../version.ts";

export function patternsMarkdown(patterns: Patterns): string {
  return [
    "## Reads",
    "",
    markdownTable(
      readHeader(hasMeasured(patterns)),
      patterns.rows.map((row) => readCells(row, maxNamed, hasMeasured(patterns))),
    ),
    "",
    "## Indexes",
    "",
    markdownTable(indexHeader, patterns.indexes.map(indexCells)),
  ].join("\n");
}

export function patternsJson(patterns: Patterns, model: unknown): string {
  return JSON.stringify({ version: jsonVersion, ...patterns, model }, null, 2);
}

export function patternsCsv(patterns: Patterns): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const withMeasured = hasMeasured(patterns);
  return [
    readHeader(withMeasured),
    ...patterns.rows.map((row) => readCells(row, Infinity, withMeasured)),
  ]
    .map((cells) => cells.map((cell) => quote(cell.replaceAll("`", ""))).join(","))
    .join("\n");
}

/** The column is there when something was measured. */
function hasMeasured(patterns: Patterns): boolean {
  return patterns.rows.some((row) => row.measured !== null);
}

const readHeader = (withMeasured: boolean): string[] => [
  "Function",
  "Table",
  "Index",
  "Equality",
  "Range",
  "Order",
  "Residual",
  "Stops at",
  "Class",
  "Documents",
  ...(withMeasured ? ["Measured, p50 / max"] : []),
  "Advice",
];

/** Functions named in one cell of Markdown; JSON and CSV name all. */
const maxNamed = 6;

/** The first names, and how many more there are. */
export function named(names: readonly string[], most = maxNamed): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

function readCells(row: PatternRow, most: number, withMeasured: boolean): string[] {
  const functions = row.functions.map((item) => `${item.name} (${item.visibility} ${item.kind})`);
  const per = row.perRowOf === null ? "" : `, per row of ${row.perRowOf}`;
  return [
    functions.length === 0 ? `helper at ${row.at}` : named(functions, most),
    row.table,
    row.source === "get" ? "by id" : (row.index ?? "– (scan)"),
    row.equality.join(", ") || "–",
    row.range ?? "–",
    row.order || "–",
    row.residual.join("; ") || "–",
    row.stops,
    row.class,
    `${row.documents}${per}`,
    ...(withMeasured
      ? [row.measured === null ? "–" : `${row.measured.p50} / ${row.measured.max}`]
      : []),
    row.advice.join(", ") || "–",
  ];
}

const indexHeader = [
  "Table",
  "Index",
  "Fields",
  "Readers",
  "Prefix used",
  "Own order",
  "Writers",
  "Verdict",
];

function indexCells(row: IndexRow): string[] {
  const readers = [...new Set(row.readers.map((item) => item.function))];
  const prefix = row.readers.map((item) => item.prefixUsed);
  return [
    row.table,
    `${row.index}${row.staged ? " (staged)" : ""}`,
    row.fields.join(", "),
    named(readers) || "–",
    prefix.length === 0 ? "–" : `${Math.max(...prefix)} of ${row.fields.length}`,
    row.readers.some((item) => item.needsOwnOrder) ? "yes" : "no",
    named(row.writers) || "–",
    row.verdict,
  ];
}

export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `| ${header.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}
