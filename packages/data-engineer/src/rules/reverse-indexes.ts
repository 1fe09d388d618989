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

function isServed(table: TableDefinition, read: Read, field: string): boolean {
  return table.indexes.some((index) => serves(index.fields, read, field));
}

/** Whether an index starts with the reference, or with it among fields the read fixes as well. */
function serves(fields: readonly string[], read: Read, field: string): boolean {
  const fixed = new Set(read.residual.filter((item) => item.op === "eq").map((item) => item.field));
  const at = fields.indexOf(field);
  return at >= 0 && fields.slice(0, at).every((other) => fixed.has(other));
}

/** The index to add: one that the rules on reads advise already serves the reference too, and a second would be one too many. */
function adviceFor(
  context: RuleContext,
  table: TableDefinition,
  read: Read,
  field: string,
): { name: string; fields: string[] } {
  for (const { rule, index } of context.findings) {
    if (!rule.startsWith("read/") || index?.table !== table.name || index.use !== undefined)
      continue;
    const { name, fields } = index;
    if (name !== undefined && fields !== undefined && serves(fields, read, field))
      return { name, fields };
  }
  return { name: officialIndexName([field]), fields: [field] };
}

function report(context: RuleContext, table: TableDefinition, read: Read, field: string): void {
  const symbol = `${table.name}.${field}`;
  const isTold = context.findings.some(
    (item) => item.rule === "schema/missing-reverse-index" && item.symbol === symbol,
  );
  if (isTold) return;
  const target = context.analysis.evaluator.idTarget(table.name, field.split(".")) ?? "";
  const { name, fields } = adviceFor(context, table, read, field);
  const edit = context.addIndexEdit(table.name, name, fields);
  const list = fields.map((item) => JSON.stringify(item)).join(", ");
  context.add(
    "schema/missing-reverse-index",
    context.fieldSpan(table.name, field) ?? read.at,
    `\`${table.name}\` is looked up by its \`${target}\` (\`${field}\`, ${read.at.file}:${read.at.line}), and no index starts with it. Add \`.index("${name}", [${list}])\`.`,
    {
      symbol,
      index: { table: table.name, name, fields },
      fix: {
        title: `Add \`${name}\``,
        automatic: edit !== null,
        edits: edit === null ? [] : [edit],
      },
    },
  );
}
