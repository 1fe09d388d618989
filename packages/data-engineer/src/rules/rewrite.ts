// Rewrites a read to use an index: the text edits, when the whole chain stands in one place.
import { isIndexable, type WantedKey } from "../indexes/synthesis.ts";
import type { Predicate, Read, Span } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import type { RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";

/** The `withIndex` a key asks for, as code; fields in index order. */
export function withIndexCode(
  key: WantedKey,
  name: string,
  fields: readonly string[],
  table: TableDefinition,
): string {
  const { read } = key;
  const parts: string[] = [];
  for (const field of fields) {
    const bound = read.eq.find((item) => item.field === field);
    const residual = read.residual.find(
      (item) => item.field === field && item.op === "eq" && isIndexable(item, table),
    );
    const text = bound?.text ?? valueText(residual);
    if (text === null) break;
    parts.push(`.eq(${JSON.stringify(field)}, ${text})`);
  }
  const last = key.last;
  if (last !== null && key.lastIs === "range") {
    if (read.range?.field === last) {
      const { lower, upper } = read.range;
      if (lower !== undefined) parts.push(`.gte(${JSON.stringify(last)}, ${lower.text})`);
      if (upper !== undefined) parts.push(`.lte(${JSON.stringify(last)}, ${upper.text})`);
    }
    for (const item of read.residual)
      if (item.field === last && item.op === "range" && item.comparison !== undefined)
        parts.push(`.${item.comparison}(${JSON.stringify(last)}, ${valueText(item) ?? "…"})`);
  }
  return parts.length === 0
    ? `.withIndex(${JSON.stringify(name)})`
    : `.withIndex(${JSON.stringify(name)}, (q) => q${parts.join("")})`;
}

function valueText(item: Predicate | undefined): string | null {
  if (item === undefined) return null;
  return item.constant ?? item.valueText ?? null;
}

/**
 * The fix that makes a read use an index. Automatic only when it cannot change what the reader gets: no explicit
 * order, all rows consumed, and every condition of the database filter moves into the range.
 */
export function useIndexFix(
  context: RuleContext,
  key: WantedKey,
  index: { name: string; fields: readonly string[] },
  extra: Edit[] = [],
): Fix {
  const { read } = key;
  const table = context.table(read.table);
  const code = table === undefined ? "" : withIndexCode(key, index.name, index.fields, table);
  const title = `Read through \`${index.name}\``;
  const shown: Fix = { title, automatic: false, edits: extra, code };
  const { query, withIndex, filters } = read.parts;
  if (table === undefined || query === undefined || !read.parts.inOnePlace || code.includes("…"))
    return shown;
  const byDatabase = read.residual.filter((item) => item.by === "db");
  const moved = read.residual.filter((item) => isMoved(item, key, table));
  const allMoved = byDatabase.every((item) => moved.includes(item)) && filters.length <= 1;
  // A value that only exists inside the JavaScript filter cannot stand at the query.
  if (moved.some((item) => item.by === "js" && item.value !== "const" && item.value !== "arg"))
    return shown;
  if (read.range !== undefined && key.lastIs === "range") return shown;
  const edits: Edit[] = [...extra];
  const target = withIndex === undefined ? query : withIndex;
  edits.push({
    file: query.file,
    start: withIndex === undefined ? query.end : segmentStart(context, withIndex, query.end),
    end: target.end,
    text: code,
  });
  if (allMoved && byDatabase.length > 0) {
    const [filter] = filters;
    if (filter !== undefined) {
      const start = methodStart(context, filter, "filter");
      if (start === null) return shown;
      edits.push({ file: filter.file, start, end: filter.end, text: "" });
    }
  }
  const takesPart = read.consumer.kind !== "collect" && read.consumer.kind !== "iterate";
  const isUnique = read.consumer.kind === "unique";
  const automatic =
    extra.length === 0 &&
    allMoved &&
    !read.orderExplicit &&
    (!takesPart || isUnique) &&
    read.certainty === "exact" &&
    moved.every((item) => item.by === "db") &&
    byDatabase.length > 0;
  return { title, automatic, edits, code };
}

function isMoved(item: Predicate, key: WantedKey, table: TableDefinition): boolean {
  if (!isIndexable(item, table)) return false;
  if (item.op === "eq") return key.equal.includes(item.field);
  return key.last === item.field && key.lastIs === "range";
}

/** Where `.method(` of a chained call begins. */
function methodStart(context: RuleContext, call: Span, method: string): number | null {
  const text = context.text(call);
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const char = text[i];
    if (char === ")" || char === "}" || char === "]") depth++;
    else if (char === "(" || char === "{" || char === "[") {
      depth--;
      if (depth === 0) {
        const at = text.slice(0, i).search(new RegExp(`\\s*\\.\\s*${method}\\s*$`));
        return at < 0 ? null : call.start + at;
      }
    }
  }
  return null;
}

function segmentStart(context: RuleContext, withIndex: Span, fallback: number): number {
  return methodStart(context, withIndex, "withIndex") ?? fallback;
}

/** A read in words: table, index and range. */
export function describeRead(read: Read): string {
  if (read.source === "scan") return `\`${read.table}\` without an index`;
  const fields = [
    ...read.eq.map((bound) => bound.field),
    ...(read.range === undefined ? [] : [read.range.field]),
  ];
  return `\`${read.table}\` by \`${read.index ?? "?"}\`${fields.length === 0 ? " without a range" : ` (${fields.join(", ")})`}`;
}
