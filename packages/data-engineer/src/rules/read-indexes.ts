// Rules on what a read goes through: scans, missing, available and longer indexes, filters before pages, text matching.
import { hasDbFilter, isWide, isUniqueRange } from "../model/cost.ts";
import {
  isIndexable,
  isSettled,
  planIndexes,
  servingIndex,
  wantedKey,
  type WantedKey,
} from "../indexes/synthesis.ts";
import type { Predicate, Read } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";
import type { Severity } from "./finding.ts";
import { describeRead, useIndexFix } from "./rewrite.ts";

export function checkReadIndexes(context: RuleContext): void {
  for (const table of context.tables()) {
    const reads = context.knownReads().filter((read) => read.table === table.name);
    const keys: WantedKey[] = [];
    for (const read of reads) {
      if (read.source === "get") continue;
      if (read.source === "search") checkSearch(context, read, table);
      else if (!checkById(context, read)) {
        const key = needsIndex(context, read, table);
        if (key === null) checkWithoutIndex(context, read);
        else {
          keys.push(key);
          // What the index leaves over is still gone through for the text.
          checkText(context, read, false);
        }
      }
    }
    reportPlans(context, table, keys);
  }
}

/** The key of a read that pays for the lack of an index, or null. */
function needsIndex(context: RuleContext, read: Read, table: TableDefinition): WantedKey | null {
  const key = wantedKey(read, table);
  if (key === null) return null;
  if (read.source === "index" && isUniqueRange(context.model, read)) return null;
  if (read.consumer.kind === "paginate" && !read.residual.some((item) => item.by === "db"))
    if (!filtersPages(context, read)) return null;
  const residual = read.residual.filter((item) => isIndexable(item, table));
  const fresh = residual.some((item) => isServedAnew(item, read, key));
  if (fresh) return key;
  return key.lastIs === "order" && key.last !== null && !hasOrderAlready(read, key, table)
    ? key
    : null;
}

/** A condition the key takes over and the read's own range does not hold yet. */
function isServedAnew(item: Predicate, read: Read, key: WantedKey): boolean {
  if (read.eq.some((bound) => bound.field === item.field)) return false;
  if (item.op === "eq") return key.equal.includes(item.field);
  if (key.lastIs !== "range" || key.last !== item.field) return false;
  if (read.range?.field !== item.field) return true;
  const isLower = item.comparison === "gt" || item.comparison === "gte";
  return (isLower ? read.range.lower : read.range.upper) === undefined;
}

function hasOrderAlready(read: Read, key: WantedKey, table: TableDefinition): boolean {
  const index = table.indexes.find((item) => item.name === read.index);
  const next = index?.fields[read.eq.length] ?? "_creationTime";
  return key.last === next;
}

export function severityOf(
  context: RuleContext,
  table: string,
  otherwise: Severity = "warning",
): Severity {
  return context.isGrowing(table) ? otherwise : "info";
}

export function boundNote(context: RuleContext, table: string): string {
  const verdict = context.boundness.get(table);
  return verdict?.kind === "bounded"
    ? ` The table is small (${verdict.because}), so this is only a hint.`
    : "";
}

function reportPlans(
  context: RuleContext,
  table: TableDefinition,
  keys: readonly WantedKey[],
): void {
  for (const plan of planIndexes(table, keys, context.model)) {
    for (const key of plan.readers) {
      if (plan.exists) reportAvailable(context, table, key);
      else reportMissing(context, table, key, plan.name, plan.fields, plan.replaces);
    }
  }
}

function conditionText(key: WantedKey): string {
  const parts = key.equal.map((field) => `\`${field}\``);
  const equal = parts.length === 0 ? "" : `equality on ${parts.join(", ")}`;
  const last =
    key.last === null
      ? ""
      : key.lastIs === "range"
        ? `a range on \`${key.last}\``
        : `rows in the order of \`${key.last}\``;
  return [equal, last].filter((part) => part !== "").join(" and ");
}

function reportAvailable(context: RuleContext, table: TableDefinition, key: WantedKey): void {
  const { read } = key;
  const index = servingIndex(key, table);
  if (index === null) return;
  const isSort = !hasResidual(key, table);
  const takesPart =
    read.consumer.kind === "first" ||
    read.consumer.kind === "take" ||
    read.consumer.kind === "paginate";
  const order = index.fields[key.equal.length] ?? "_creationTime";
  const orderNote =
    (takesPart || read.orderExplicit) && order !== "_creationTime" && key.order === null
      ? ` Rows then come in the order of \`${order}\`, not of creation.`
      : "";
  const advice = { table: table.name, name: index.name, fields: index.fields, use: index.name };
  const fix = isSort ? undefined : useIndexFix(context, key, index);
  if (read.consumer.kind === "paginate" && read.residual.some((item) => item.by === "db")) {
    context.add(
      "read/paginate-filter",
      read.at,
      `The filter before \`paginate\` runs after reading: one page can read the whole range of ${describeRead(read)}. Index \`${index.name}\` serves ${conditionText(key)}; use it and drop the filter.${orderNote}${boundNote(context, table.name)}`,
      { severity: severityOf(context, table.name), index: advice, fix, trace: read.trace },
    );
    return;
  }
  if (isSort) {
    context.add(
      "read/sort-in-js",
      read.at,
      `All rows of ${describeRead(read)} are read and sorted by \`${key.last ?? ""}\` to use a few. Index \`${index.name}\` gives them in that order: read it with ${inOrder(key)}.${boundNote(context, table.name)}`,
      { severity: severityOf(context, table.name), index: advice, trace: read.trace },
    );
    return;
  }
  context.add(
    "read/index-available",
    read.at,
    `This read goes through ${describeRead(read)} and filters afterwards; index \`${index.name}\` [${index.fields.join(", ")}] serves ${conditionText(key)}. Use it.${orderNote}${boundNote(context, table.name)}`,
    { severity: severityOf(context, table.name), index: advice, fix, trace: read.trace },
  );
}

/** How to read no more than the rows wanted; a filter that stays in JavaScript lets no number be named beforehand. */
function inOrder(key: WantedKey): string {
  const order = `\`.order("${key.order ?? "asc"}")\``;
  return key.read.residual.length === 0
    ? `${order} and \`take\``
    : `${order} in a \`for await\` that stops when enough rows have passed the filter`;
}

function hasResidual(key: WantedKey, table: TableDefinition): boolean {
  return key.read.residual.some(
    (item) => isIndexable(item, table) && !key.read.eq.some((bound) => bound.field === item.field),
  );
}

/**
 * Who says `unique` after an equality expects one or two rows in the range, and who takes a number of them reads no more
 * than that: little is won.
 */
function expectsFew(read: Read): boolean {
  if (read.eq.length === 0) return false;
  const { kind, limit } = read.consumer;
  const isCapped = kind === "take" && typeof limit === "number" && !hasDbFilter(read);
  return kind === "unique" || isCapped;
}

function reportMissing(
  context: RuleContext,
  table: TableDefinition,
  key: WantedKey,
  name: string,
  fields: string[],
  replaces: string | null,
): void {
  const { read } = key;
  const edit = context.addIndexEdit(table.name, name, fields);
  const fix = useIndexFix(context, key, { name, fields }, edit === null ? [] : [edit]);
  const advice = {
    table: table.name,
    name,
    fields,
    ...(replaces === null ? {} : { replaces }),
  };
  const severity = severityOf(context, table.name, expectsFew(read) ? "info" : "warning");
  const note = boundNote(context, table.name);
  const line = `\`.index("${name}", [${fields.map((field) => `"${field}"`).join(", ")}])\``;
  const details = { severity, index: advice, fix, trace: read.trace };
  if (!hasResidual(key, table)) {
    context.add(
      "read/sort-in-js",
      read.at,
      `All rows of ${describeRead(read)} are read and sorted by \`${key.last ?? ""}\` to use a few. With ${line} they come in that order: read it with ${inOrder(key)}.${note}`,
      {
        ...details,
        fix: { title: `Add \`${name}\``, automatic: false, edits: edit === null ? [] : [edit] },
      },
    );
    return;
  }
  if (read.consumer.kind === "paginate" && read.residual.some((item) => item.by === "db")) {
    context.add(
      "read/paginate-filter",
      read.at,
      `The filter before \`paginate\` runs after reading: one page can read the whole range of ${describeRead(read)}. With ${line} the index serves ${conditionText(key)} and the filter goes.${note}`,
      details,
    );
    return;
  }
  if (read.consumer.kind === "paginate") {
    context.add(
      "read/paginate-post-filter",
      read.at,
      `Pages of ${describeRead(read)} are filtered after reading, so they come out short or empty. With ${line} the index serves ${conditionText(key)}.${note}`,
      details,
    );
    return;
  }
  if (read.source === "index" && read.eq.length > 0) {
    context.add(
      "read/extend-index",
      read.at,
      `\`${read.index ?? ""}\` narrows this read to ${read.eq.map((bound) => `\`${bound.field}\``).join(", ")}, the rest is filtered after reading. With ${line} the index serves ${conditionText(key)}${replaces === null ? "" : `; \`${replaces}\` is then not needed any more`}.${note}`,
      details,
    );
    return;
  }
  context.add(
    "read/missing-index",
    read.at,
    `Every call reads ${read.source === "scan" ? `all of \`${table.name}\`` : `all of \`${read.index ?? ""}\``} and filters afterwards. Add ${line} to \`${table.name}\`: it serves ${conditionText(key)}.${note}`,
    details,
  );
}

/** A filter on `_id` is a `get`. */
function checkById(context: RuleContext, read: Read): boolean {
  const byId = read.residual.find((item) => item.field === "_id" && item.op === "eq");
  if (byId === undefined) return false;
  const isOne = read.consumer.kind === "first" || read.consumer.kind === "unique";
  const value = byId.valueText ?? "id";
  const { consumer, query, inOnePlace } = read.parts;
  const receiver =
    query === undefined ? "ctx.db" : context.text(query).replace(/\s*\.\s*query\s*\([\s\S]*$/, "");
  const code = `${receiver}.get(${JSON.stringify(read.table)}, ${value})`;
  const canApply =
    isOne && inOnePlace && consumer !== undefined && read.residual.length === 1 && byId.by === "db";
  context.add(
    "read/get-by-filter",
    read.at,
    `A filter on \`_id\` reads \`${read.table}\` document by document until it meets the one; \`${code}\` reads just that.`,
    {
      fix: {
        title: "Use `get`",
        automatic: canApply,
        edits: canApply
          ? [{ file: consumer.file, start: consumer.start, end: consumer.end, text: code }]
          : [],
        code,
      },
      trace: read.trace,
    },
  );
  return true;
}

function checkWithoutIndex(context: RuleContext, read: Read): void {
  const wide = isWide(read);
  const severity = severityOf(context, read.table);
  const note = boundNote(context, read.table);
  const databaseFilter = read.residual.some((item) => item.by === "db");
  const { kind, endsEarly } = read.consumer;
  if (kind === "paginate") {
    if (databaseFilter && endsEarly !== true)
      context.add(
        "read/paginate-filter",
        read.at,
        `The filter before \`paginate\` runs after reading: one page can read the whole range of ${describeRead(read)}. No index can serve this condition; pass \`maximumRowsRead: 500\` in the pagination options, and expect short pages.${note}`,
        { severity, trace: read.trace },
      );
    else if (filtersPages(context, read))
      context.add(
        "read/paginate-post-filter",
        read.at,
        `Pages of ${describeRead(read)} are filtered after reading, so they come out short or empty while there is more. Filter in the index, or tell the client that pages may be short.${note}`,
        {
          severity: read.residual.every((item) => item.op === "opaque") ? "info" : severity,
          trace: read.trace,
        },
      );
    return;
  }
  if (checkText(context, read, wide)) return;
  if (!wide) return;
  if (databaseFilter || (kind === "iterate" && endsEarly !== true)) {
    context.add(
      "read/table-scan",
      read.at,
      `Every call reads ${read.source === "scan" ? `all of \`${read.table}\`` : `all of index \`${read.index ?? ""}\``}${databaseFilter ? ", because a filter runs after reading and this condition fits no index" : ""}. Read a range of an index, or in pages.${note}`,
      { severity, trace: read.trace },
    );
    return;
  }
  if (kind !== "collect" || hasSpecificUse(read)) return;
  context.add(
    "read/unbounded-collect",
    read.at,
    `\`collect\` reads ${read.source === "scan" ? `all of \`${read.table}\`` : `all of index \`${read.index ?? ""}\``}, which grows; above 32,000 documents or 16 MiB the call fails. Use \`paginate\` or \`take\`, or a range of an index.${note}`,
    { severity, trace: read.trace },
  );
}

/** A query hands on fewer rows than the page had: what a walk over pages skips does not matter to anybody. */
function filtersPages(context: RuleContext, read: Read): boolean {
  const isForClients = read.callers.some((name) => context.function(name)?.kind === "query");
  return (
    isForClients &&
    read.uses.some(
      (use) => use.stages.includes("filter") && use.end !== "length" && use.end !== "exists",
    )
  );
}

/** Counting, slicing and sorting have rules of their own; what is looked for with a filter first is none of them. */
export function hasSpecificUse(read: Read): boolean {
  const ends = new Set(read.uses.map((use) => use.end));
  if (read.uses.length === 0) return false;
  if ([...ends].every((end) => end === "length" || end === "exists")) return ends.has("length");
  return (
    [...ends].every((end) => end === "slice" || end === "first-element") &&
    (read.uses.some((use) => use.stages.includes("sort")) ||
      !read.uses.some((use) => use.stages.includes("filter")))
  );
}

function checkText(context: RuleContext, read: Read, wide: boolean): boolean {
  if (read.consumer.kind !== "collect" && read.consumer.kind !== "iterate") return false;
  const texts: Predicate[] = [
    ...read.residual,
    ...read.uses.flatMap((use) => [...use.predicates, ...(use.sometimes ?? [])]),
  ].filter((item) => item.op === "text");
  const [first] = texts;
  if (first === undefined) return false;
  const isPrefix = /\.startsWith\(/.test(first.text) && !/toLowerCase|toUpperCase/.test(first.text);
  const name = `search_${first.field.replaceAll(".", "_")}`;
  const existing = context
    .table(read.table)
    ?.searchIndexes.find((index) => index.searchField === first.field);
  const advice = isPrefix
    ? `A range serves a prefix: an index on \`${first.field}\` with \`.gte("${first.field}", prefix).lt("${first.field}", prefix + "\\uffff")\`.`
    : existing === undefined
      ? `Add \`.searchIndex("${name}", { searchField: "${first.field}" })\` and read with \`withSearchIndex(…).take(20)\`.`
      : `Search index \`${existing.name}\` is there: read with \`withSearchIndex("${existing.name}", (q) => q.search("${first.field}", text)).take(20)\`.`;
  context.add(
    "read/text-match",
    read.at,
    `All rows of ${describeRead(read)} are read to match the text of \`${first.field}\`. ${advice}${boundNote(context, read.table)}`,
    {
      severity: severityOf(context, read.table, wide ? "warning" : "info"),
      index: {
        table: read.table,
        ...(existing === undefined
          ? { name: isPrefix ? `by_${first.field}` : name }
          : { use: existing.name, name: existing.name }),
        fields: [first.field],
      },
      trace: read.trace,
    },
  );
  return true;
}

/** Equalities after a search, on fields that could be filter fields of the search index. */
function checkSearch(context: RuleContext, read: Read, table: TableDefinition): void {
  const index = table.searchIndexes.find((item) => item.name === read.index);
  if (index === undefined) return;
  const residual = [...read.residual, ...read.uses.flatMap((use) => use.predicates)].filter(
    (item) =>
      item.op === "eq" &&
      item.field !== "" &&
      fieldType(table.document, item.field, table.name) !== null &&
      !isSettled(item, read, table),
  );
  const [first] = residual;
  if (first === undefined || read.eq.some((bound) => bound.field === first.field)) return;
  const isDeclared = index.filterFields.includes(first.field);
  context.add(
    "read/search-filter-field",
    read.at,
    `The search on \`${index.name}\` reads up to 1,024 candidates and filters by \`${first.field}\` afterwards, so hits can be missed. ${isDeclared ? `\`${first.field}\` is a filter field` : `Add \`${first.field}\` to its \`filterFields\``}: use \`.eq("${first.field}", …)\` inside \`withSearchIndex\`.`,
    {
      index: {
        table: table.name,
        name: index.name,
        fields: [...new Set([...index.filterFields, first.field])],
      },
      trace: read.trace,
    },
  );
}
