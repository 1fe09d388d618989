// Rewrites a read to use an index: the text edits, when the whole chain stands in one place.
import { keepsOrder } from "../indexes/synthesis.ts";
import { takesPart, type WantedKey } from "../indexes/wanted-key.ts";
import type { Predicate, Read, Span } from "../model/model.ts";
import type { RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";

/** The `withIndex` a key asks for, as code; fields in index order. A value that is not known leaves "…". */
export function withIndexCode(key: WantedKey, name: string, fields: readonly string[]): string {
  const { read } = key;
  const parts: string[] = [];
  for (const field of fields) {
    if (!key.equal.includes(field)) break;
    const bound = read.eq.find((item) => item.field === field);
    const residual = key.taken.find((item) => item.field === field && item.op === "eq");
    parts.push(`.eq(${JSON.stringify(field)}, ${bound?.text ?? valueText(residual)})`);
  }
  const { last } = key;
  if (last !== null && key.lastIs === "range") {
    if (read.range?.field === last)
      for (const bound of [read.range.lower, read.range.upper])
        if (bound !== undefined)
          parts.push(`.${bound.comparison ?? "…"}(${JSON.stringify(last)}, ${bound.text})`);
    for (const item of key.taken)
      if (item.field === last && item.op === "range")
        parts.push(`.${item.comparison ?? "…"}(${JSON.stringify(last)}, ${valueText(item)})`);
  }
  return parts.length === 0
    ? `.withIndex(${JSON.stringify(name)})`
    : `.withIndex(${JSON.stringify(name)}, (q) => q${parts.join("")})`;
}

function valueText(item: Predicate | undefined): string {
  const text = item?.constant ?? item?.valueText ?? "";
  return text === "" ? "…" : text;
}

/**
 * The fix that makes a read use an index. Automatic only when it cannot change which rows the reader gets, nor an
 * order the reader asks for: every condition of the database filter moves into the range, and either the rows come
 * as before or all of them are used, in no order that was asked for.
 */
export function useIndexFix(
  context: RuleContext,
  key: WantedKey,
  index: { name: string; fields: readonly string[] },
  extra: Edit[] = [],
): Fix {
  const { read } = key;
  const table = context.table(read.table);
  const code = withIndexCode(key, index.name, index.fields);
  const title = `Read through \`${index.name}\``;
  const shown: Fix = { title, automatic: false, edits: extra, code };
  const { query, withIndex, filters } = read.parts;
  if (table === undefined || query === undefined || !read.parts.inOnePlace || code.includes("…"))
    return shown;
  const byDatabase = read.residual.filter((item) => item.by === "db");
  // A value that only exists inside the JavaScript filter cannot stand at the query.
  if (
    key.taken.some((item) => item.by === "js" && item.value !== "const" && item.value !== "arg") ||
    key.taken.some((item) => item.conditional === true)
  )
    return shown;
  const edits: Edit[] = [...extra];
  const target = withIndex === undefined ? query : withIndex;
  edits.push({
    file: query.file,
    start: withIndex === undefined ? query.end : segmentStart(context, withIndex, query.end),
    end: target.end,
    text: code,
  });
  const allMoved =
    byDatabase.length > 0 &&
    filters.length > 0 &&
    byDatabase.every((item) => key.taken.includes(item));
  if (allMoved) {
    for (const filter of filters) {
      const start = methodStart(context, filter, "filter");
      if (start === null) return shown;
      edits.push({ file: filter.file, start, end: filter.end, text: "" });
    }
  }
  const automatic =
    extra.length === 0 &&
    allMoved &&
    !key.taken.some((item) => mayBeMissing(context, read, item)) &&
    read.certainty === "exact" &&
    key.taken.every((item) => item.by === "db") &&
    (keepsOrder(key, index.fields, table) ||
      read.existenceOnly ||
      (!read.orderExplicit && !takesPart(read, "filtered too")));
  return { title, automatic, edits, code };
}

/** A filter compares with anything; the range of an index takes what the field can hold, and no optional argument. */
function mayBeMissing(context: RuleContext, read: Read, item: Predicate): boolean {
  if (item.value !== "arg") return false;
  const name = /(?:^|\.)(\w+)$/.exec(item.valueText ?? "")?.[1];
  return read.callers.some((caller) => {
    const args = context.function(caller)?.args;
    return name !== undefined && args?.type === "object" && args.value[name]?.optional === true;
  });
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

/** What a reader does that sorts all rows, or looks for the best one, in JavaScript. */
export function sortWords(read: Read, field: string): string {
  const use = read.uses.find((item) => item.isBest === true);
  if (use !== undefined)
    return `All rows of ${describeRead(read)} are read to find the ${use.sort?.order === "asc" ? "least" : "greatest"} \`${field}\`.`;
  return `All rows of ${describeRead(read)} are read and sorted${field === "" ? "" : ` by \`${field}\``} to use a few.`;
}

/**
 * How to read no more than the rows wanted, which come in order; a filter that stays in JavaScript lets no number be
 * named beforehand.
 */
export function orderedCode(
  read: Read,
  order: "asc" | "desc" | null,
  taken: readonly Predicate[] = [],
): string {
  const said = `\`.order("${order ?? "asc"}")\``;
  if (read.residual.some((item) => !taken.includes(item)))
    return `${said} in a \`for await\` that stops when enough rows have passed the filter`;
  const isOne = read.uses.every(
    (use) => use.end === "first-element" && Number(use.limitText ?? "1") === 1,
  );
  return `${said} and \`${isOne ? "first" : "take"}\``;
}

/** A read in words: table, index and range. */
export function describeRead(read: Read): string {
  if (read.source === "scan") return `\`${read.table}\` without an index`;
  const fields = [
    ...read.eq.map((bound) => bound.field),
    ...(read.range === undefined ? [] : [read.range.field]),
  ];
  return `\`${read.table}\` through \`${read.index ?? "?"}\`${fields.length === 0 ? " without a range" : ` (${fields.join(", ")})`}`;
}
