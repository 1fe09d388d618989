// The data model page: diagram, tables, relationships, access patterns, why each index is there, who writes what. No dates, sorted.
import type { Boundness } from "../model/boundness.ts";
import { buildPatterns, type Patterns } from "../model/patterns.ts";
import type { FolderReport } from "../project/report.ts";
import { markdownTable, named, patternsMarkdown } from "../report/patterns.ts";
import { describeRange } from "../report/ranges.ts";
import type { Model } from "../model/model.ts";
import { documentedMaxIndexes, type TableDefinition } from "../schema/schema.ts";
import { objectVariants, printValidator } from "../schema/validator.ts";
import { mermaidDiagram } from "./mermaid.ts";
import { isJoinTable, relationshipsOf, type Relationship } from "./relationships.ts";

export interface DocumentationModel {
  model: Model;
  boundness: ReadonlyMap<string, Boundness>;
  relationships: Relationship[];
  patterns: Patterns;
}

export function documentationModel(folder: FolderReport): DocumentationModel {
  const boundness = new Map(folder.boundness);
  return {
    model: folder.model,
    boundness,
    relationships: relationshipsOf(folder.model),
    patterns: buildPatterns(folder.model, boundness, []),
  };
}

export function documentationMarkdown(folders: readonly FolderReport[]): string {
  const parts = folders.map((folder) =>
    folderMarkdown(documentationModel(folder), folders.length > 1),
  );
  return `# Data model

Written by \`convex-data-engineer docs\` from the schema and the functions. Do not edit; \`docs --check\` fails when it is out of date.

${parts.join("\n\n")}
`;
}

function folderMarkdown(docs: DocumentationModel, isNamed: boolean): string {
  const { model, relationships } = docs;
  const tables = [...model.schema.tables].sort((a, b) => a.name.localeCompare(b.name));
  const sections = [
    ...(isNamed ? [`# ${model.folder}${model.isComponent ? " (component)" : ""}`] : []),
    `${tables.length} tables, ${model.functions.length} functions; ${model.coverage.resolved} of ${model.coverage.total} reads resolved.`,
    "## Diagram",
    ["```mermaid", mermaidDiagram(model, relationships), "```"].join("\n"),
    "## Relationships",
    relationshipTable(docs),
    "## Tables",
    ...tables.map((table) => tableSheet(docs, table)),
    "# Access patterns",
    patternsMarkdown(docs.patterns),
    "## Why each index is there",
    indexRationale(docs),
    "## Write fan-out",
    writeTable(model),
    "## Subscriptions",
    subscriptionTable(model),
  ];
  return sections.join("\n\n");
}

function relationshipTable({ model, relationships }: DocumentationModel): string {
  if (relationships.length === 0) return "No table refers to another.";
  return markdownTable(
    [
      "From",
      "Field",
      "To",
      "Each leads to",
      "Each is led to by",
      "Walked back by index",
      "Readers back",
    ],
    relationships.map((item) => [
      `${item.from}${isJoinTable(model, item.from, relationships) ? " (join table)" : ""}`,
      item.field,
      item.to,
      item.cardinality,
      item.isUnique ? "at most one" : "many",
      item.indexes.join(", ") || "–",
      named(item.readersBack) || "–",
    ]),
  );
}

function tableSheet({ model, boundness }: DocumentationModel, table: TableDefinition): string {
  const variants = objectVariants(table.document);
  const verdict = boundness.get(table.name);
  const lines = [`### ${table.name}`, ""];
  if (verdict !== undefined)
    lines.push(
      verdict.kind === "bounded"
        ? `Small: at most ${verdict.max} documents (${verdict.because}).`
        : `Grows: ${verdict.because}.`,
      "",
    );
  if (variants.length === 0) lines.push("Any document.", "");
  variants.forEach((variant, index) => {
    if (variants.length > 1) lines.push(`Variant ${index + 1}:`, "");
    lines.push(
      markdownTable(
        ["Field", "Type", "Optional"],
        Object.entries(variant.value).map(([name, field]) => [
          name,
          `\`${printValidator(field.fieldType).replace(/\s+/g, " ")}\``,
          field.optional ? "yes" : "",
        ]),
      ),
      "",
    );
  });
  const total = table.indexes.length + table.searchIndexes.length + table.vectorIndexes.length;
  lines.push(`${total} of ${documentedMaxIndexes} indexes used.`);
  const writers = new Map<string, Set<string>>();
  for (const write of model.writes.filter((item) => item.table === table.name)) {
    const names = writers.get(write.kind) ?? new Set();
    for (const name of write.callers) names.add(name);
    writers.set(write.kind, names);
  }
  for (const kind of ["insert", "patch", "replace", "delete"]) {
    const names = [...(writers.get(kind) ?? [])].sort();
    if (names.length > 0) lines.push("", `${kind}: ${names.join(", ")}`);
  }
  return lines.join("\n");
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

function writeTable(model: Model): string {
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
    ["Function", "Writes"],
    [...rows]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, tables]) => [
        name,
        [...tables]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([table, kinds]) => `${table} (${[...kinds].sort().join(", ")})`)
          .join("; "),
      ]),
  );
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
