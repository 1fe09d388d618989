// Rules on index definitions alone: what a push refuses, limits, names.
import ts from "typescript6";
import {
  documentedMaxIndexes,
  indexNameProblem,
  maxFilterFields,
  maxIndexFields,
  officialIndexName,
  serverMaxIndexes,
  type TableDefinition,
} from "../schema/schema.ts";
import { fieldPaths, fieldType, objectVariants } from "../schema/validator.ts";
import { authUserIndexes, type RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";

export function checkDefinitions(context: RuleContext): void {
  for (const table of context.model.schema.tables) {
    if (context.isLibraryTable(table.name)) continue;
    checkNames(context, table);
    checkFields(context, table);
    checkDuplicates(context, table);
    checkLimits(context, table);
  }
}

function checkNames(context: RuleContext, table: TableDefinition): void {
  const all = [...table.indexes, ...table.searchIndexes, ...table.vectorIndexes];
  for (const index of all) {
    const problem = indexNameProblem(index.name);
    const span = context.indexSpan(table.name, index.name);
    if (span === null) continue;
    const fields = "fields" in index ? index.fields : [];
    const better =
      fields.length > 0 ? officialIndexName(fields) : `search_${index.name.replace(/\W|^_+/g, "")}`;
    if (problem === "reserved") {
      context.add(
        "schema/reserved-index-name",
        span,
        `Index \`${index.name}\` of \`${table.name}\`: Convex keeps \`by_id\`, \`by_creation_time\` and names that start with \`_\` for itself, and refuses the push.`,
        {
          symbol: `${table.name}.${index.name}`,
          index: { table: table.name, name: better, fields },
          fix: renameFix(context, table, index.name, better),
        },
      );
    } else if (problem === "invalid") {
      context.add(
        "schema/invalid-index-name",
        span,
        `Index name \`${index.name}\` of \`${table.name}\` is refused: expected a letter, then letters, digits and \`_\`, at most 64 characters.`,
        {
          symbol: `${table.name}.${index.name}`,
          index: { table: table.name, name: better, fields },
          fix: renameFix(context, table, index.name, better),
        },
      );
    }
  }
  const style = context.analysis.config.indexNames;
  if (style === "off") return;
  for (const index of table.indexes) {
    if (indexNameProblem(index.name) !== null) continue;
    const official = officialIndexName(index.fields);
    if (official.length > 64 || follows(index.name, index.fields, style)) continue;
    if (index.fields.includes("_creationTime")) continue;
    const twin = table.indexes.find((other) => other.fields.join() === index.fields.join());
    if (twin !== index) continue;
    if (table.name === "users" && authUserIndexes.has(index.name)) continue;
    const span = context.indexSpan(table.name, index.name);
    if (span === null) continue;
    context.add(
      "schema/index-name",
      span,
      `Index \`${index.name}\` of \`${table.name}\` has the fields [${index.fields.join(", ")}]; name it \`${official}\`, so that readers see what it serves. Renaming builds a new index: add it under the new name, move the readers, then drop the old one.`,
      {
        symbol: `${table.name}.${index.name}`,
        index: { table: table.name, name: official, fields: index.fields },
        fix: renameFix(context, table, index.name, official, false),
      },
    );
  }
}

function follows(
  name: string,
  fields: readonly string[],
  style: "official" | "anySeparator",
): boolean {
  if (name === officialIndexName(fields)) return true;
  if (style === "official") return false;
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  const wanted = plain(fields.join(""));
  return plain(name.replace(/_and_/g, "_")).replace(/^by/, "") === wanted;
}

/** Renames the declaration and every reader that names the index as text in its `withIndex`. */
function renameFix(
  context: RuleContext,
  table: TableDefinition,
  from: string,
  to: string,
  automatic = true,
): Fix | undefined {
  const call = context.indexCall(table.name, from);
  const literal = call?.arguments[0];
  if (literal === undefined || !ts.isStringLiteralLike(literal)) return undefined;
  const edits: Edit[] = [textEdit(context, literal, to)];
  for (const occurrence of context.facts.reads.values()) {
    const { state } = occurrence;
    if (state.table !== table.name || state.index !== from) continue;
    const node = state.nodes.withIndex;
    if (node === null || !ts.isCallExpression(node)) continue;
    const name = node.arguments[0];
    if (name === undefined || !ts.isStringLiteralLike(name) || name.text !== from) return undefined;
    const edit = textEdit(context, name, to);
    if (!edits.some((other) => other.file === edit.file && other.start === edit.start))
      edits.push(edit);
  }
  return { title: `Rename \`${from}\` to \`${to}\``, automatic, edits };
}

function textEdit(context: RuleContext, node: ts.Node, text: string): Edit {
  const span = context.span(node);
  return { file: span.file, start: span.start, end: span.end, text: JSON.stringify(text) };
}

function checkFields(context: RuleContext, table: TableDefinition): void {
  const lists = [
    ...table.indexes.map((index) => ({ name: index.name, fields: index.fields, kind: "index" })),
    ...table.searchIndexes.map((index) => ({
      name: index.name,
      fields: [index.searchField, ...index.filterFields],
      kind: "search index",
    })),
    ...table.vectorIndexes.map((index) => ({
      name: index.name,
      fields: [index.vectorField, ...index.filterFields],
      kind: "vector index",
    })),
  ];
  for (const { name, fields, kind } of lists) {
    const span = context.indexSpan(table.name, name);
    if (span === null) continue;
    const symbol = `${table.name}.${name}`;
    if (fields.includes("_creationTime")) {
      const rest = fields.filter((field) => field !== "_creationTime");
      context.add(
        "schema/creation-time-in-index",
        span,
        `The ${kind} \`${name}\` of \`${table.name}\` lists \`_creationTime\`: Convex adds it to the end of every index by itself and refuses the push. Remove it${kind === "index" ? "; the order by creation stays" : ""}.`,
        {
          symbol,
          index: { table: table.name, name, fields: rest },
          fix: removeFieldFix(context, table.name, name, "_creationTime"),
        },
      );
    }
    if (!context.model.schema.schemaValidation || objectVariants(table.document).length === 0)
      continue;
    for (const field of fields) {
      if (field.startsWith("_") || fieldType(table.document, field, table.name) !== null) continue;
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
            fields: fields.map((f) => (f === field ? (near ?? f) : f)),
          },
          identity: `${symbol}.${field}`,
        },
      );
    }
  }
}

function removeFieldFix(
  context: RuleContext,
  table: string,
  index: string,
  field: string,
): Fix | undefined {
  const call = context.indexCall(table, index);
  if (call === null) return undefined;
  const place = call.arguments
    .map((argument) => listWith(argument, field))
    .find((item) => item !== null);
  if (place === undefined || place.list.elements.length < 2) return undefined;
  const span = context.span(place.list);
  const rest = place.list.elements.filter((_, i) => i !== place.at).map((item) => item.getText());
  return {
    title: `Remove \`${field}\` from \`${index}\``,
    automatic: true,
    edits: [{ file: span.file, start: span.start, end: span.end, text: `[${rest.join(", ")}]` }],
  };
}

function listWith(
  node: ts.Node,
  field: string,
): { list: ts.ArrayLiteralExpression; at: number } | null {
  if (ts.isArrayLiteralExpression(node)) {
    const at = node.elements.findLastIndex(
      (item) => ts.isStringLiteralLike(item) && item.text === field,
    );
    return at >= 0 ? { list: node, at } : null;
  }
  return ts.forEachChild(node, (child) => listWith(child, field) ?? undefined) ?? null;
}

function nearest(name: string, candidates: readonly string[]): string | null {
  const simple = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = simple(name);
  return (
    candidates.find((item) => simple(item) === wanted) ??
    candidates.find((item) => simple(item) === `${wanted}id` || `${simple(item)}id` === wanted) ??
    candidates.find((item) => distance(simple(item), wanted) <= Math.min(2, wanted.length / 3)) ??
    null
  );
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(
        Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + cost),
      );
    }
    previous = row;
  }
  return previous.at(-1) ?? 0;
}

function checkDuplicates(context: RuleContext, table: TableDefinition): void {
  const seen = new Map<string, string>();
  for (const index of table.indexes) {
    const key = index.fields.join(",");
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index.name);
      continue;
    }
    reportDuplicate(context, table, first, index.name, index.fields);
  }
  const searches = new Map<string, string>();
  for (const index of table.searchIndexes) {
    const key = [index.searchField, ...[...index.filterFields].sort()].join(",");
    const first = searches.get(key);
    if (first === undefined) searches.set(key, index.name);
    else reportDuplicate(context, table, first, index.name, [index.searchField]);
  }
  for (const index of table.indexes) {
    const doubled = index.fields.find((field, i) => index.fields.indexOf(field) !== i);
    const span = context.indexSpan(table.name, index.name);
    if (doubled === undefined || span === null) continue;
    context.add(
      "schema/duplicate-index",
      span,
      `Index \`${index.name}\` of \`${table.name}\` lists \`${doubled}\` twice; Convex refuses the push. Remove one.`,
      {
        symbol: `${table.name}.${index.name}`,
        index: { table: table.name, name: index.name, fields: [...new Set(index.fields)] },
        fix: removeFieldFix(context, table.name, index.name, doubled),
      },
    );
  }
}

function reportDuplicate(
  context: RuleContext,
  table: TableDefinition,
  kept: string,
  name: string,
  fields: string[],
): void {
  const span = context.indexSpan(table.name, name);
  if (span === null) return;
  context.add(
    "schema/duplicate-index",
    span,
    `Index \`${name}\` of \`${table.name}\` has the same fields as \`${kept}\` ([${fields.join(", ")}]); Convex refuses the push. Delete one and let its readers use the other.`,
    {
      symbol: `${table.name}.${name}`,
      index: { table: table.name, name, fields, use: kept },
      fix: repointFix(context, table.name, name, kept, true),
    },
  );
}

/** Takes an index out of the schema and lets its readers name another. */
export function repointFix(
  context: RuleContext,
  table: string,
  from: string,
  to: string | null,
  automatic: boolean,
): Fix | undefined {
  const call = context.indexCall(table, from);
  const removal = call === null ? null : context.removeIndexEdit(call);
  if (removal === null) return undefined;
  const edits: Edit[] = [removal];
  for (const { state } of context.facts.reads.values()) {
    if (to === null || state.table !== table || state.index !== from) continue;
    const node = state.nodes.withIndex;
    if (node === null || !ts.isCallExpression(node)) continue;
    const name = node.arguments[0];
    if (name === undefined || !ts.isStringLiteralLike(name)) return undefined;
    const edit = textEdit(context, name, to);
    if (!edits.some((other) => other.file === edit.file && other.start === edit.start))
      edits.push(edit);
  }
  return {
    title: to === null ? `Delete \`${from}\`` : `Delete \`${from}\`, readers use \`${to}\``,
    automatic,
    edits,
  };
}

function checkLimits(context: RuleContext, table: TableDefinition): void {
  const total = table.indexes.length + table.searchIndexes.length + table.vectorIndexes.length;
  const at = context.tableSpan(table.name);
  if (at !== null && total > documentedMaxIndexes) {
    context.add(
      "schema/index-limits",
      at,
      `\`${table.name}\` has ${total} indexes; ${documentedMaxIndexes} is the documented limit${total > serverMaxIndexes ? ` and the server refuses more than ${serverMaxIndexes}` : ""}. Remove those that no reader needs.`,
      {
        severity: total > serverMaxIndexes ? "error" : "warning",
        symbol: table.name,
        identity: `${table.name} count`,
      },
    );
  }
  for (const index of table.indexes) {
    const span = context.indexSpan(table.name, index.name);
    if (span === null) continue;
    if (index.fields.length > maxIndexFields)
      context.add(
        "schema/index-limits",
        span,
        `Index \`${index.name}\` of \`${table.name}\` has ${index.fields.length} fields; at most ${maxIndexFields} are allowed, because Convex adds \`_creationTime\`.`,
        { symbol: `${table.name}.${index.name}` },
      );
    if (index.fields.length === 0)
      context.add(
        "schema/index-limits",
        span,
        `Index \`${index.name}\` of \`${table.name}\` has no field. \`by_creation_time\` is there by itself; delete this one.`,
        { symbol: `${table.name}.${index.name}` },
      );
  }
  for (const index of [...table.searchIndexes, ...table.vectorIndexes]) {
    const span = context.indexSpan(table.name, index.name);
    if (span === null) continue;
    if (index.filterFields.length > maxFilterFields)
      context.add(
        "schema/index-limits",
        span,
        `Index \`${index.name}\` of \`${table.name}\` has ${index.filterFields.length} filter fields; at most ${maxFilterFields} are allowed.`,
        { symbol: `${table.name}.${index.name}` },
      );
    if ("dimensions" in index && !(index.dimensions >= 2 && index.dimensions <= 4096))
      context.add(
        "schema/index-limits",
        span,
        `Vector index \`${index.name}\` of \`${table.name}\` has ${index.dimensions} dimensions; expected 2 to 4096.`,
        { symbol: `${table.name}.${index.name}` },
      );
  }
}
