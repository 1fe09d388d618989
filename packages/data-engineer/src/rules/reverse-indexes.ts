// A reference by which children are looked up, without an index that starts with it.
import type { Read } from "../model/model.ts";
import { officialIndexName, type TableDefinition } from "../schema/schema.ts";
import type { RuleContext } from "./context.ts";

/** Speaks of the schema, once per reference; the rules on reads speak of each place that looks it up. */
export function checkReverseIndexes(context: RuleContext): void {
  for (const table of context.model.schema.tables) {
    if (context.isLibraryTable(table.name) || !context.isGrowing(table.name)) continue;
    for (const read of context.knownReads()) {
      if (read.table !== table.name || read.source !== "scan") continue;
      const field = referenceOf(context, table, read);
      if (field !== null && !isServed(table, read, field)) report(context, table, read, field);
    }
  }
}

/** The reference a scan looks for, when it does. */
function referenceOf(context: RuleContext, table: TableDefinition, read: Read): string | null {
  const lookup = read.residual.find(
    (item) =>
      item.op === "eq" &&
      item.constant === undefined &&
      item.conditional !== true &&
      item.field !== "_id" &&
      item.field !== "" &&
      context.analysis.evaluator.idTarget(table.name, item.field.split(".")) !== null,
  );
  return lookup?.field ?? null;
}

/** Some index starts with the reference, or with it among fields the read fixes as well. */
function isServed(table: TableDefinition, read: Read, field: string): boolean {
  const fixed = new Set(read.residual.filter((item) => item.op === "eq").map((item) => item.field));
  return table.indexes.some((index) => {
    const at = index.fields.indexOf(field);
    return at >= 0 && index.fields.slice(0, at).every((other) => fixed.has(other));
  });
}

function report(context: RuleContext, table: TableDefinition, read: Read, field: string): void {
  const symbol = `${table.name}.${field}`;
  const isTold = context.findings.some(
    (item) => item.rule === "schema/missing-reverse-index" && item.symbol === symbol,
  );
  if (isTold) return;
  const target = context.analysis.evaluator.idTarget(table.name, field.split(".")) ?? "";
  const name = officialIndexName([field]);
  const edit = context.addIndexEdit(table.name, name, [field]);
  context.add(
    "schema/missing-reverse-index",
    context.fieldSpan(table.name, field) ?? read.at,
    `\`${table.name}\` is looked up by its \`${target}\` (\`${field}\`, ${read.at.file}:${read.at.line}), and no index starts with it. Add \`.index("${name}", ["${field}"])\`.`,
    {
      symbol,
      index: { table: table.name, name, fields: [field] },
      fix: {
        title: `Add \`${name}\``,
        automatic: edit !== null,
        edits: edit === null ? [] : [edit],
      },
    },
  );
}
