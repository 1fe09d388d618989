// Rules on indexes and tables as the program uses them: unused, redundant, missing for a parent, undeclared.
import { needsOwnOrder } from "../indexes/synthesis.ts";
import type { Read } from "../model/model.ts";
import { officialIndexName, type IndexDefinition, type TableDefinition } from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import { authUserIndexes, type RuleContext } from "./context.ts";
import { repointFix } from "./index-edits.ts";
import { hasUnknownReaders, mentionedIndexes } from "./index-mentions.ts";

export function checkUsage(context: RuleContext): void {
  checkUndeclaredTables(context);
  const certain = mentionedIndexes(context);
  for (const table of context.model.schema.tables) {
    if (context.isLibraryTable(table.name)) continue;
    checkArrays(context, table);
    checkUnused(context, table, certain);
    checkRedundant(context, table, certain);
  }
}

function checkUndeclaredTables(context: RuleContext): void {
  const { schema, schemaFrom } = context.model;
  if (schemaFrom === "none" || schema.tables.length === 0) return;
  if (context.analysis.schemaSyntax.allowsOtherTables) return;
  if (
    context.analysis.introspection?.schemaIsPartial === true ||
    context.analysis.schemaSyntax.open
  ) {
    if (schemaFrom !== "introspection" || context.analysis.introspection?.schemaIsPartial === true)
      return;
  }
  const declared = new Set(schema.tables.map((table) => table.name));
  const reads = context.model.reads.filter((read) => read.source !== "system");
  const told = new Set<string>();
  for (const { table, at } of [...reads, ...context.model.writes]) {
    const key = `${table} ${at.file}`;
    if (told.has(key)) continue;
    told.add(key);
    if (table === "?" || table.startsWith("_") || declared.has(table)) continue;
    context.add(
      "schema/table-not-in-schema",
      at,
      `Table \`${table}\` is not declared in the schema: its documents are not validated and it can have no index. Add \`${table}: defineTable({ … })\`.`,
      {
        fix: {
          title: `Declare \`${table}\``,
          automatic: false,
          edits: [],
          code: stub(context, table),
        },
      },
    );
  }
}

function stub(context: RuleContext, table: string): string {
  const fields = new Set(
    context.model.writes
      .filter((write) => write.table === table)
      .flatMap((write) => write.fields ?? []),
  );
  const lines = [...fields].map((field) => `    ${field}: v.any(), // give its type\n`);
  return `${table}: defineTable({\n${lines.join("")}  }),`;
}

function checkUnused(
  context: RuleContext,
  table: TableDefinition,
  elsewhere: ReadonlySet<string>,
): void {
  if (hasUnknownReaders(context, table.name)) return;
  for (const item of context.declaredIndexes(table)) {
    const { index, kind, span } = item;
    if (index.staged || elsewhere.has(index.name)) continue;
    if (table.name === "users" && authUserIndexes.has(index.name)) continue;
    const isRead = context.model.reads.some(
      (read) =>
        read.table === table.name &&
        read.index === index.name &&
        (read.source === "search") === (kind === "search"),
    );
    const isOnArray = context.findings.some(
      (other) =>
        other.rule === "schema/array-index" && other.symbol === `${table.name}.${index.name}`,
    );
    if (isRead || isOnArray || span === null || wouldServe(context, table, index.name)) continue;
    context.add(
      "schema/unused-index",
      span,
      `No reader uses index \`${index.name}\` of \`${table.name}\`; every write still keeps it up to date, and it stores another copy of its fields. Delete it. (Building it again on a large table takes time.)`,
      {
        symbol: `${table.name}.${index.name}`,
        index: {
          table: table.name,
          name: index.name,
          ...(kind === "index" ? { fields: item.paths } : {}),
        },
        fix: repointFix(context, table.name, item, null, false),
      },
    );
  }
}

/** A read that does not use the index but should: then `read/index-available` speaks, not this rule. */
function wouldServe(context: RuleContext, table: TableDefinition, name: string): boolean {
  return context.findings.some(
    (finding) => finding.index?.table === table.name && finding.index.use === name,
  );
}

function checkRedundant(
  context: RuleContext,
  table: TableDefinition,
  elsewhere: ReadonlySet<string>,
): void {
  if (hasUnknownReaders(context, table.name)) return;
  for (const item of context.declaredIndexes(table)) {
    const index = table.indexes.find((other) => other === item.index);
    if (index === undefined || index.staged || index.fields.length === 0) continue;
    const longer = keptInstead(context, table, index, elsewhere);
    const { span } = item;
    if (longer === undefined || span === null || !canGo(context, table, index, elsewhere)) continue;
    const readers = readersOf(context, table.name, index);
    const wholeRows = readers.some((read) => !read.existenceOnly);
    context.add(
      "schema/redundant-index",
      span,
      `Index \`${index.name}\` of \`${table.name}\` is the beginning of \`${longer.name}\` ([${longer.fields.join(", ")}]), and no reader needs rows in creation order within it: let its readers use \`${longer.name}\` and delete it.${wholeRows ? " Rows then come in the order of the longer index." : ""}`,
      {
        severity: wholeRows ? "info" : "warning",
        symbol: `${table.name}.${index.name}`,
        index: { table: table.name, name: index.name, fields: index.fields, use: longer.name },
        fix: repointFix(context, table.name, item, longer.name, false),
      },
    );
  }
}

/** Some reader uses an index, and none needs rows in the order of creation within it. */
function canGo(
  context: RuleContext,
  table: TableDefinition,
  index: IndexDefinition,
  elsewhere: ReadonlySet<string>,
): boolean {
  if (elsewhere.has(index.name)) return false;
  const readers = readersOf(context, table.name, index);
  return readers.length > 0 && !readers.some((read) => needsOwnOrder(read));
}

/** An index that begins with all fields of another and stays itself: it has readers, and no third one replaces it. */
function keptInstead(
  context: RuleContext,
  table: TableDefinition,
  index: IndexDefinition,
  elsewhere: ReadonlySet<string>,
): IndexDefinition | undefined {
  return table.indexes
    .filter(
      (other) =>
        !other.staged &&
        other.fields.length > index.fields.length &&
        index.fields.every((field, i) => field === other.fields[i]) &&
        !context.findings.some(
          (item) =>
            item.rule === "schema/unused-index" && item.symbol === `${table.name}.${other.name}`,
        ),
    )
    .sort((a, b) => a.fields.length - b.fields.length)
    .find(
      (other) =>
        !canGo(context, table, other, elsewhere) ||
        keptInstead(context, table, other, elsewhere) === undefined,
    );
}

function readersOf(context: RuleContext, table: string, index: IndexDefinition): Read[] {
  return context.model.reads.filter((read) => read.table === table && read.index === index.name);
}

/** An index on an array field, while some reader wants the rows whose array has an element. */
function checkArrays(context: RuleContext, table: TableDefinition): void {
  for (const index of table.indexes) {
    const field = index.fields.find((name) => {
      const type = fieldType(table.document, name, table.name);
      return type !== null && type.types.length > 0 && type.types.every((t) => t.type === "array");
    });
    const span = context.indexSpan(table.name, index.name);
    if (field === undefined || span === null) continue;
    const wantsElement = context.model.reads.some(
      (read) =>
        read.table === table.name &&
        (read.residual.some((item) => item.field === field && item.op === "contains") ||
          read.uses.some((use) =>
            use.predicates.some((item) => item.field === field && item.op === "contains"),
          ) ||
          context.facts.elementBounds.some(
            (bound) =>
              bound.table === table.name && bound.index === index.name && bound.field === field,
          )),
    );
    if (!wantsElement) continue;
    const type = fieldType(table.document, field, table.name);
    const array = type?.types.find((t) => t.type === "array");
    const target =
      array?.type === "array" && array.value.type === "id" ? array.value.tableName : null;
    const join = `${table.name.replace(/s$/, "")}${capital(field)}`;
    const element = field.replace(/s$/, "") + (target === null ? "" : "Id");
    context.add(
      "schema/array-index",
      span,
      `Index \`${index.name}\` is on the array \`${field}\` of \`${table.name}\`: its key is the whole array, so it cannot find the rows that contain one element. Keep one row per element in a table \`${join}\`, indexed from both sides.`,
      {
        symbol: `${table.name}.${index.name}`,
        index: { table: table.name, name: index.name, fields: index.fields },
        fix: {
          title: `Join table \`${join}\``,
          automatic: false,
          edits: [],
          code: `${join}: defineTable({\n  ${table.name.replace(/s$/, "")}Id: v.id(${JSON.stringify(table.name)}),\n  ${element}: ${target === null ? "v.string()" : `v.id(${JSON.stringify(target)})`},\n})\n  .index("${officialIndexName([`${table.name.replace(/s$/, "")}Id`, element])}", ["${table.name.replace(/s$/, "")}Id", "${element}"])\n  .index("${officialIndexName([element])}", ["${element}"]),`,
        },
      },
    );
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
