// Rules on index definitions alone: fields, duplicates and limits that a push refuses. Names are in index-names.ts.
import {
  documentedMaxIndexes,
  maxFilterFields,
  maxIndexFields,
  serverMaxIndexes,
  type TableDefinition,
} from "../schema/schema.ts";
import { fieldPaths, fieldType, objectVariants } from "../schema/validator.ts";
import type { DeclaredIndex, RuleContext } from "./context.ts";
import { removeFieldFix, repointFix } from "./index-edits.ts";
import { checkNames } from "./index-names.ts";
import { nearest } from "./similar-names.ts";

export function checkDefinitions(context: RuleContext): void {
  for (const table of context.model.schema.tables) {
    if (context.isLibraryTable(table.name)) continue;
    checkNames(context, table);
    for (const item of context.declaredIndexes(table)) {
      checkFields(context, table, item);
      checkSize(context, table, item);
    }
    checkDuplicates(context, table);
    checkCount(context, table);
  }
}

const kindNames = { index: "index", search: "search index", vector: "vector index" };

function checkFields(context: RuleContext, table: TableDefinition, item: DeclaredIndex): void {
  const { span, paths } = item;
  if (span === null) return;
  const { name } = item.index;
  const kind = kindNames[item.kind];
  const symbol = `${table.name}.${name}`;
  if (paths.includes("_creationTime")) {
    context.add(
      "schema/creation-time-in-index",
      span,
      `The ${kind} \`${name}\` of \`${table.name}\` lists \`_creationTime\`: Convex adds it to the end of every index by itself and refuses the push. Remove it${kind === "index" ? "; the order by creation stays" : ""}.`,
      {
        symbol,
        index: { table: table.name, name, fields: paths.filter((f) => f !== "_creationTime") },
        fix: removeFieldFix(context, item, "_creationTime"),
      },
    );
  }
  const isDescribed =
    context.model.schema.schemaValidation && objectVariants(table.document).length > 0;
  for (const field of new Set(paths)) {
    if (field === "_creationTime") continue;
    if (field.split(".").some((part) => part.startsWith("_"))) {
      context.add(
        "schema/index-on-missing-field",
        span,
        `The ${kind} \`${name}\` names \`${field}\`: fields that start with \`_\` are Convex's own, and the push is refused.${field === "_id" ? " Read a document by its id with `db.get`." : ""}`,
        {
          symbol: `${symbol}.${field}`,
          index: { table: table.name, name, fields: paths.filter((other) => other !== field) },
          fix: removeFieldFix(context, item, field),
          identity: `${symbol}.${field}`,
        },
      );
      continue;
    }
    if (!isDescribed || fieldType(table.document, field, table.name) !== null) continue;
    const near = nearest(field, fieldPaths(table.document));
    context.add(
      "schema/index-on-missing-field",
      span,
      `The ${kind} \`${name}\` names the field \`${field}\`, which no document of \`${table.name}\` can have; the push is refused.${near === null ? " Declare the field or remove it from the index." : ` Did you mean \`${near}\`?`}`,
      {
        symbol: `${symbol}.${field}`,
        index: {
          table: table.name,
          name,
          fields: paths.map((f) => (f === field ? (near ?? f) : f)),
        },
        identity: `${symbol}.${field}`,
      },
    );
  }
}

function checkDuplicates(context: RuleContext, table: TableDefinition): void {
  const byContent = new Map<string, DeclaredIndex>();
  const byName = new Map<string, DeclaredIndex>();
  for (const item of context.declaredIndexes(table)) {
    const content = contentKey(item);
    const twin = byContent.get(content);
    const namesake = byName.get(item.index.name);
    if (twin !== undefined) reportDuplicate(context, table, twin, item);
    else if (namesake !== undefined) reportNamesake(context, table, namesake, item);
    if (twin === undefined) byContent.set(content, item);
    if (namesake === undefined) byName.set(item.index.name, item);
    if (item.kind === "index") reportDoubledField(context, table, item);
  }
}

/** Indexes with the same key are one to Convex. */
function contentKey({ kind, index, paths }: DeclaredIndex): string {
  if (kind === "index") return `index ${paths.join(",")}`;
  if (kind === "vector")
    return `vector ${paths[0] ?? ""} ${"dimensions" in index ? index.dimensions : ""}`;
  const [searched = "", ...filters] = paths;
  return `search ${searched} ${filters.sort().join(",")}`;
}

function reportDuplicate(
  context: RuleContext,
  table: TableDefinition,
  kept: DeclaredIndex,
  item: DeclaredIndex,
): void {
  if (item.span === null) return;
  const fields = item.kind === "index" ? item.paths : item.paths.slice(0, 1);
  const { name } = item.index;
  const same =
    item.kind === "vector"
      ? "the same vector field and dimensions"
      : item.kind === "search"
        ? "the same search and filter fields"
        : "the same fields";
  context.add(
    "schema/duplicate-index",
    item.span,
    `The ${kindNames[item.kind]} \`${name}\` of \`${table.name}\` has ${same} as \`${kept.index.name}\` ([${fields.join(", ")}]); Convex refuses the push. Delete one and let its readers use the other.`,
    {
      symbol: `${table.name}.${name}`,
      index: { table: table.name, name, fields, use: kept.index.name },
      fix: repointFix(context, table.name, item, kept.index.name, item.kind !== "vector"),
      identity: `${table.name}.${name} ${fields.join()}`,
    },
  );
}

function reportNamesake(
  context: RuleContext,
  table: TableDefinition,
  first: DeclaredIndex,
  item: DeclaredIndex,
): void {
  if (item.span === null) return;
  const { name } = item.index;
  context.add(
    "schema/duplicate-index",
    item.span,
    `\`${table.name}\` has two indexes named \`${name}\` (this ${kindNames[item.kind]} and the ${kindNames[first.kind]} on [${first.paths.join(", ")}]); names are unique over all kinds of indexes, and Convex refuses the push. Give one another name.`,
    {
      symbol: `${table.name}.${name}`,
      index: { table: table.name, name, fields: item.paths },
      identity: `${table.name}.${name} name`,
    },
  );
}

function reportDoubledField(
  context: RuleContext,
  table: TableDefinition,
  item: DeclaredIndex,
): void {
  const { paths, span } = item;
  const doubled = paths.find((field, i) => paths.indexOf(field) !== i);
  if (doubled === undefined || span === null) return;
  const { name } = item.index;
  context.add(
    "schema/duplicate-index",
    span,
    `Index \`${name}\` of \`${table.name}\` lists \`${doubled}\` twice; Convex refuses the push. Remove one.`,
    {
      symbol: `${table.name}.${name}`,
      index: { table: table.name, name, fields: [...new Set(paths)] },
      fix: removeFieldFix(context, item, doubled),
    },
  );
}

function checkCount(context: RuleContext, table: TableDefinition): void {
  const total = table.indexes.length + table.searchIndexes.length + table.vectorIndexes.length;
  const at = context.tableSpan(table.name);
  if (at === null || total <= documentedMaxIndexes) return;
  context.add(
    "schema/index-limits",
    { ...at, endLine: at.line },
    `\`${table.name}\` has ${total} indexes; ${documentedMaxIndexes} is the documented limit${total > serverMaxIndexes ? ` and the server refuses more than ${serverMaxIndexes}` : ""}. Remove those that no reader needs.`,
    {
      severity: total > serverMaxIndexes ? "error" : "warning",
      symbol: table.name,
      identity: `${table.name} count`,
    },
  );
}

function checkSize(context: RuleContext, table: TableDefinition, item: DeclaredIndex): void {
  for (const problem of sizeProblems(item)) {
    if (item.span === null) return;
    context.add(
      "schema/index-limits",
      item.span,
      `The ${kindNames[item.kind]} \`${item.index.name}\` of \`${table.name}\` ${problem}`,
      { symbol: `${table.name}.${item.index.name}` },
    );
  }
}

function sizeProblems({ kind, index, paths }: DeclaredIndex): string[] {
  const problems: string[] = [];
  if (kind === "index") {
    if (paths.length > maxIndexFields)
      problems.push(
        `has ${paths.length} fields; at most ${maxIndexFields} are allowed, because Convex adds \`_creationTime\`.`,
      );
    if (paths.length === 0)
      problems.push("has no field. `by_creation_time` is there by itself; delete this one.");
  } else if (paths.length - 1 > maxFilterFields)
    problems.push(`has ${paths.length - 1} filter fields; at most ${maxFilterFields} are allowed.`);
  if ("dimensions" in index && !(index.dimensions >= 2 && index.dimensions <= 4096))
    problems.push(`has ${index.dimensions} dimensions; expected 2 to 4096.`);
  return problems;
}
