// One table: its fields, what the functions keep true of it, its indexes with their readers, its references, who reads and writes it.
import { named, markdownTable } from "../report/patterns.ts";
import { documentedMaxIndexes, type TableDefinition } from "../schema/schema.ts";
import { objectVariants, printValidator } from "../schema/validator.ts";
import { invariantsOf } from "./invariants.ts";
import type { DocumentationModel } from "./markdown.ts";

/** Markdown under a heading of the third level. */
export function tableSheet(docs: DocumentationModel, table: TableDefinition): string {
  const { model, boundness } = docs;
  const lines = [`### ${table.name}`];
  const verdict = boundness.get(table.name);
  if (verdict !== undefined)
    lines.push(
      verdict.kind === "bounded"
        ? `Small: at most ${verdict.max} ${verdict.max === 1 ? "document" : "documents"} (${verdict.because}).`
        : `Grows: ${verdict.because}.`,
    );
  lines.push(...fieldTables(table));
  const invariants = invariantsOf(model, table.name);
  if (invariants.length > 0) lines.push("Kept true by the functions:", bullets(invariants));
  const indexes = indexLines(docs, table);
  lines.push(
    `${table.indexes.length + table.searchIndexes.length + table.vectorIndexes.length} of ${documentedMaxIndexes} indexes used${indexes.length === 0 ? "." : ":"}`,
  );
  if (indexes.length > 0) lines.push(bullets(indexes));
  const references = referenceLines(docs, table.name);
  if (references.length > 0) lines.push("References:", bullets(references));
  const use = useLines(docs, table.name);
  if (use.length > 0) lines.push(bullets(use));
  return lines.join("\n\n");
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function fieldTables(table: TableDefinition): string[] {
  const variants = objectVariants(table.document);
  if (variants.length === 0) return ["Any document."];
  return variants.flatMap((variant, index) => [
    ...(variants.length > 1 ? [`Variant ${index + 1}:`] : []),
    markdownTable(
      ["Field", "Type", "Optional"],
      Object.entries(variant.value).map(([name, field]) => [
        name,
        `\`${printValidator(field.fieldType).replace(/\s+/g, " ")}\``,
        field.optional ? "yes" : "",
      ]),
    ),
  ]);
}

function indexLines({ patterns }: DocumentationModel, table: TableDefinition): string[] {
  return patterns.indexes
    .filter((row) => row.table === table.name)
    .map((row) => {
      const readers = [...new Set(row.readers.map((item) => item.function))];
      return `\`${row.index}\` [${row.fields.join(", ")}]${row.kind === "index" ? "" : ` (${row.kind})`}${row.staged ? " (staged)" : ""}: ${named(readers) || "no reader"}`;
    });
}

function referenceLines({ relationships }: DocumentationModel, table: string): string[] {
  return [
    ...relationships
      .filter((item) => item.from === table)
      .map((item) => `\`${item.field}\` leads to ${item.cardinality} of ${item.to}`),
    ...relationships
      .filter((item) => item.to === table && item.from !== table)
      .map(
        (item) =>
          `${item.isUnique ? "at most one" : "many"} of ${item.from} ${item.isUnique ? "leads" : "lead"} here by \`${item.field}\`${item.indexes.length === 0 ? ", without an index" : `, found by \`${item.indexes.join("`, `")}\``}`,
      ),
  ];
}

function useLines({ model }: DocumentationModel, table: string): string[] {
  const lines: string[] = [];
  const readers = new Set(
    model.reads.filter((read) => read.table === table).flatMap((read) => read.callers),
  );
  if (readers.size > 0) lines.push(`read: ${named([...readers].sort())}`);
  for (const kind of ["insert", "patch", "replace", "delete"] as const) {
    const names = new Set(
      model.writes
        .filter((write) => write.table === table && write.kind === kind)
        .flatMap((write) => write.callers),
    );
    if (names.size > 0) lines.push(`${kind}: ${[...names].sort().join(", ")}`);
  }
  return lines;
}
