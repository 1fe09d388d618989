// Edits to index declarations that carry their readers along: rename, delete, take out a field.
import ts from "typescript6";
import type { DeclaredIndex, RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";
import { mentionedIndexes } from "./index-mentions.ts";

/**
 * Renames the declaration and every reader that names the index as text in its `withIndex`. Shown, not applied, where
 * the name occurs in other places too.
 */
export function renameFix(
  context: RuleContext,
  table: string,
  declared: DeclaredIndex,
  wanted: string,
  automatic = true,
): Fix | undefined {
  const from = declared.index.name;
  const literal = declared.call?.arguments[0];
  if (literal === undefined || !ts.isStringLiteralLike(literal)) return undefined;
  const to = freeName(context, table, wanted);
  const readers = readerEdits(context, table, declared, to);
  if (readers === null) return undefined;
  return {
    title: `Rename \`${from}\` to \`${to}\``,
    automatic: automatic && !mentionedIndexes(context).has(from),
    edits: [textEdit(context, literal, to), ...readers],
  };
}

function freeName(context: RuleContext, table: string, wanted: string): string {
  const definition = context.table(table);
  const taken = new Set(
    definition === undefined
      ? []
      : context.declaredIndexes(definition).map((item) => item.index.name),
  );
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}_${count}`;
    if (!taken.has(name)) return name;
  }
}

/** Takes an index out of the schema and lets its readers name another. */
export function repointFix(
  context: RuleContext,
  table: string,
  declared: DeclaredIndex,
  to: string | null,
  automatic: boolean,
): Fix | undefined {
  const removal = declared.call === null ? null : context.removeIndexEdit(declared.call);
  if (removal === null) return undefined;
  const readers = to === null ? [] : readerEdits(context, table, declared, to);
  if (readers === null) return undefined;
  const from = declared.index.name;
  return {
    title: to === null ? `Delete \`${from}\`` : `Delete \`${from}\`, readers use \`${to}\``,
    automatic: automatic && !mentionedIndexes(context).has(from),
    edits: [removal, ...readers],
  };
}

/** Edits that let every reader of the index name `to`; null when one names it by something else than text. */
function readerEdits(
  context: RuleContext,
  table: string,
  declared: DeclaredIndex,
  to: string,
): Edit[] | null {
  const edits: Edit[] = [];
  const isSearch = declared.kind === "search";
  for (const { state } of context.facts.reads.values()) {
    if (state.table !== table || state.index !== declared.index.name) continue;
    if ((state.source === "search") !== isSearch) continue;
    const node = state.nodes.withIndex;
    if (node === null || !ts.isCallExpression(node)) return null;
    const name = node.arguments[0];
    if (name === undefined || !ts.isStringLiteralLike(name)) return null;
    const edit = textEdit(context, name, to);
    if (!edits.some((other) => other.file === edit.file && other.start === edit.start))
      edits.push(edit);
  }
  return edits;
}

function textEdit(context: RuleContext, node: ts.StringLiteralLike, text: string): Edit {
  const span = context.span(node);
  const quote = node.getText().charAt(0) === "'" ? "'" : '"';
  return { file: span.file, start: span.start, end: span.end, text: `${quote}${text}${quote}` };
}

/** Takes a field out of the list of an index, where the list is written in its declaration. */
export function removeFieldFix(
  context: RuleContext,
  declared: DeclaredIndex,
  field: string,
): Fix | undefined {
  const { call } = declared;
  if (call === null) return undefined;
  const place = call.arguments
    .map((argument) => listWith(argument, field))
    .find((item) => item !== null);
  if (place === undefined || place.list.elements.length < 2) return undefined;
  const span = context.span(place.list);
  const rest = place.list.elements.filter((_, i) => i !== place.at).map((item) => item.getText());
  return {
    title: `Remove \`${field}\` from \`${declared.index.name}\``,
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
