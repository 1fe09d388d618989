// The data model page: diagram, relationships, tables, access patterns, why each index is there, who writes and re-runs
// what, and the room that limits leave. No dates, sorted.
import type { Boundness } from "../model/boundness.ts";
import type { MeasuredReads } from "../model/measured-documents.ts";
import type { Model } from "../model/model.ts";
import { buildPatterns, type Patterns } from "../model/patterns.ts";
import type { FolderReport } from "../project/report.ts";
import { markdownTable, named, patternsMarkdown } from "../report/patterns.ts";
import { describeRange } from "../report/ranges.ts";
import { mermaidDiagram } from "./mermaid.ts";
import { documentedMaxIndexes, maxIndexFields } from "../schema/schema.ts";
import { functionRoom, maxDocumentsRead, maxRangesRead, tableRoom } from "./limits.ts";
import { joinsOf, relationshipsOf, type Relationship } from "./relationships.ts";
import { tableSheet } from "./table-sheet.ts";

export interface DocumentationModel {
  model: Model;
  boundness: ReadonlyMap<string, Boundness>;
  relationships: Relationship[];
  patterns: Patterns;
}

export function documentationModel(
  folder: FolderReport,
  measured?: MeasuredReads,
): DocumentationModel {
  const boundness = new Map(folder.boundness);
  return {
    model: folder.model,
    boundness,
    relationships: relationshipsOf(folder.model),
    patterns: buildPatterns(folder.model, boundness, [], measured),
  };
}

export function documentationMarkdown(
  folders: readonly FolderReport[],
  measured?: MeasuredReads,
): string {
  const parts = folders.map((folder) => {
    const text = folderMarkdown(documentationModel(folder, measured));
    if (folders.length === 1) return text;
    const { folder: path, isComponent } = folder.model;
    return `## ${path}${isComponent ? " (component)" : ""}\n\n${text.replace(/^#/gm, "##")}`;
  });
  return `# Data model

Written by \`convex-data-engineer docs\` from the schema and the functions. Do not edit; \`docs --check\` fails when it is out of date.

${parts.join("\n\n")}
`;
}

function folderMarkdown(docs: DocumentationModel): string {
  const { model, relationships } = docs;
  const tables = [...model.schema.tables].sort((a, b) => a.name.localeCompare(b.name));
  const sections = [
    `${tables.length} tables, ${model.functions.length} functions; ${model.coverage.resolved} of ${model.coverage.total} reads resolved.`,
    "## Diagram",
    "Each line leads from a field that refers to the table it refers to.",
    ["```mermaid", mermaidDiagram(model, relationships), "```"].join("\n"),
    "## Relationships",
    relationshipTable(docs),
    ...joinLines(docs),
    "## Tables",
    ...tables.map((table) => tableSheet(docs, table)),
    "## Access patterns",
    patternsMarkdown(docs.patterns).replace(/^## /gm, "### "),
    "## Why each index is there",
    indexRationale(docs),
    "## Write fan-out",
    writeTable(docs),
    "## Subscriptions",
    subscriptionTable(model),
    "## Limits",
    limits(docs),
  ];
  return sections.join("\n\n");
}

function relationshipTable({ relationships }: DocumentationModel): string {
  if (relationships.length === 0) return "No table refers to another.";
  return markdownTable(
    [
      "From",
      "Field",
      "To",
      "Each leads to",
      "Each is led to by",
      "Walked forward by id",
      "Walked back by index",
      "Readers back",
    ],
    relationships.map((item) => [
      item.from,
      item.field,
      item.to,
      item.cardinality,
      item.isUnique ? "at most one" : "many",
      named(item.readersForward) || "–",
      item.indexes.join(", ") || "–",
      named(item.readersBack) || "–",
    ]),
  );
}

function joinLines({ model, relationships }: DocumentationModel): string[] {
  const joins = joinsOf(model, relationships);
  if (joins.length === 0) return [];
  const lines = joins.map(
    (join) =>
      `- \`${join.table}\` ties ${join.left} and ${join.right}, many to many, by \`${join.index}\`.`,
  );
  return [lines.join("\n")];
}

function indexRationale({ patterns }: DocumentationModel): string {
  if (patterns.indexes.length === 0) return "No index is declared.";
  return patterns.indexes
    .map((row) => {
      const readers = [...new Set(row.readers.map((item) => item.function))];
      const why =
        readers.length === 0
          ? "no reader in these functions"
          : `${named(readers)} read${readers.length === 1 ? "s" : ""} it by ${row.fields.slice(0, Math.max(1, ...row.readers.map((item) => item.prefixUsed))).join(", ")}`;
      const order = row.readers.some((item) => item.needsOwnOrder) ? "; its order matters" : "";
      return `- \`${row.table}.${row.index}\` [${row.fields.join(", ")}]: ${why}${order}. Kept up by ${named(row.writers) || "no function"}.`;
    })
    .join("\n");
}

function writeTable({ model, patterns }: DocumentationModel): string {
  const rows = new Map<string, Map<string, Set<string>>>();
  for (const write of model.writes)
    for (const name of write.callers) {
      const tables = rows.get(name) ?? new Map<string, Set<string>>();
      const kinds = tables.get(write.table) ?? new Set<string>();
      kinds.add(write.loops.length > 0 ? `${write.kind} in a loop` : write.kind);
      tables.set(write.table, kinds);
      rows.set(name, tables);
    }
  if (rows.size === 0) return "No function writes.";
  return markdownTable(
    ["Function", "Writes", "Indexes kept up", "Public queries that it may re-run"],
    [...rows]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, tables]) => [
        name,
        [...tables]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([table, kinds]) => `${table} (${[...kinds].sort().join(", ")})`)
          .join("; "),
        String(patterns.indexes.filter((index) => index.writers.includes(name)).length),
        named(rerunBy(model, new Set(tables.keys()))) || "–",
      ]),
  );
}

/** Public queries that read one of these tables. */
function rerunBy(model: Model, tables: ReadonlySet<string>): string[] {
  const queries = new Set(
    model.functions
      .filter((item) => item.kind === "query" && item.visibility === "public")
      .map((item) => item.name),
  );
  const names = new Set<string>();
  for (const read of model.reads)
    if (tables.has(read.table))
      for (const name of read.callers) if (queries.has(name)) names.add(name);
  return [...names].sort();
}

function subscriptionTable(model: Model): string {
  const queries = model.functions.filter(
    (item) => item.kind === "query" && item.visibility === "public",
  );
  if (queries.length === 0) return "No public query.";
  return markdownTable(
    ["Query", "Re-run by a write to"],
    queries.map((item) => {
      const ranges = model.reads
        .filter((read) => read.callers.includes(item.name) && read.source !== "system")
        .map((read) => {
          if (read.source === "get") return `one document of ${read.table}`;
          const range = describeRange(read);
          return range === "" ? `any document of ${read.table}` : `${read.table} with ${range}`;
        });
      return [item.name, [...new Set(ranges)].sort().join("; ") || "nothing"];
    }),
  );
}

/** Functions named in the table of limits: those that come nearest. */
const maxListed = 12;

function limits({ model, boundness }: DocumentationModel): string {
  const tables = model.schema.tables
    .map(tableRoom)
    .sort((a, b) => b.indexes - a.indexes || a.table.localeCompare(b.table));
  const functions = functionRoom(model, boundness);
  const bounded = functions
    .flatMap(({ function: name, documents, ranges }) =>
      documents === null || ranges === null ? [] : [{ name, documents, ranges }],
    )
    .sort((a, b) => b.documents - a.documents || a.name.localeCompare(b.name));
  const open = functions.filter((item) => item.documents === null).map((item) => item.function);
  const parts = [
    `Convex allows ${documentedMaxIndexes} indexes per table, ${maxIndexFields} fields per index, and per call ${maxDocumentsRead.toLocaleString("en")} documents and ${maxRangesRead.toLocaleString("en")} ranges read.`,
    markdownTable(
      ["Table", `Indexes of ${documentedMaxIndexes}`, `Fields of the widest, of ${maxIndexFields}`],
      tables
        .filter((item) => item.indexes > 0)
        .map((item) => [item.table, String(item.indexes), String(item.widestIndex)]),
    ),
  ];
  if (tables.every((item) => item.indexes === 0)) parts.pop();
  if (bounded.length > 0)
    parts.push(
      markdownTable(
        ["Function", "Documents read at most", "Of the limit", "Ranges at most"],
        bounded
          .slice(0, maxListed)
          .map(({ name, documents, ranges }) => [
            name,
            documents.toLocaleString("en"),
            `${((100 * documents) / maxDocumentsRead).toFixed(1)} %`,
            ranges.toLocaleString("en"),
          ]),
      ),
    );
  if (bounded.length > maxListed) parts.push(`${bounded.length - maxListed} more read less.`);
  if (open.length > 0)
    parts.push(
      `What arguments, pages or data decide, the code does not bound: ${named(open.sort(), 12)}.`,
    );
  return parts.join("\n\n");
}
