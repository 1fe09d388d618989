// Rules on what a read goes through: scans, missing, available and longer indexes, filters before pages, text matching.
import { hasDbFilter, isWide, isUniqueRange } from "../model/cost.ts";
import { keepsOrder, planIndexes, servingIndex } from "../indexes/synthesis.ts";
import {
  isConditional,
  isSettled,
  sortInCode,
  takesPart,
  wantedKey,
  type WantedKey,
} from "../indexes/wanted-key.ts";
import type { Predicate, Read, RowUse } from "../model/model.ts";
import { officialIndexName, type TableDefinition } from "../schema/schema.ts";
import { fieldType } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";
import type { IndexAdvice, Severity } from "./finding.ts";
import { describeRead, orderedCode, sortWords, useIndexFix } from "./rewrite.ts";

export function checkReadIndexes(context: RuleContext): void {
  for (const table of context.tables()) {
    const reads = context.knownReads().filter((read) => read.table === table.name);
    const keys: WantedKey[] = [];
    for (const read of reads) {
      if (read.source === "get") continue;
      if (read.source === "search") checkSearch(context, read, table);
      else if (!checkById(context, read)) {
        const key = needsIndex(context, read, table);
        // What helps some calls only leaves the others as they are.
        if (key === null || isConditional(key)) checkWithoutIndex(context, read);
        // What the index leaves over is still gone through for the text.
        else checkText(context, read, "info");
        if (key !== null) keys.push(key);
      }
    }
    reportPlans(context, table, keys);
  }
  for (const read of context.model.reads) if (read.source === "system") checkSystem(context, read);
}

/** System tables grow as the project's do, and have no index but by creation. */
function checkSystem(context: RuleContext, read: Read): void {
  const { kind, endsEarly } = read.consumer;
  if (read.certainty === "unknown" || read.eq.length > 0 || read.range !== undefined) return;
  const isFiltered = read.residual.some((item) => item.by === "db");
  const isWhole = kind === "collect" || (kind === "iterate" && endsEarly !== true);
  const advice =
    read.table === "_storage"
      ? "keep what is asked for in a table of your own that holds the file ids"
      : "keep the ids of the jobs in question in a table of your own";
  if (isFiltered && (isWhole || kind === "first" || kind === "unique" || kind === "take"))
    context.add(
      "read/table-scan",
      read.at,
      `Every call reads all of \`${read.table}\`, because a filter runs after reading and system tables have no index of your own. Read a range of \`by_creation_time\` or a page, or ${advice}.`,
      { trace: read.trace },
    );
  else if (isWhole)
    context.add(
      kind === "collect" ? "read/unbounded-collect" : "read/table-scan",
      read.at,
      `This reads all of \`${read.table}\`, which grows; above 32,000 documents or 16 MiB the call fails. Use \`take\` or \`paginate\`, or ${advice}.`,
      { trace: read.trace },
    );
}

/** The key of a read that pays for the lack of an index, or null. */
function needsIndex(context: RuleContext, read: Read, table: TableDefinition): WantedKey | null {
  const key = wantedKey(read, table);
  if (key === null) return null;
  if (read.consumer.kind === "paginate" && isConditional(key)) return null;
  if (read.source === "index" && isUniqueRange(context.model, read)) return null;
  if (read.consumer.kind === "paginate" && !read.residual.some((item) => item.by === "db"))
    if (!filtersPages(context, read)) return null;
  if (key.taken.length > 0) return key;
  const isForSort = key.last !== null && sortInCode(read)?.field === key.last;
  return isForSort && key.lastIs === "order" && !hasOrderAlready(read, key, table) ? key : null;
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
  const text = [equal, last].filter((part) => part !== "").join(" and ");
  return isConditional(key) ? `${text}, for calls whose arguments ask for it` : text;
}

function reportAvailable(context: RuleContext, table: TableDefinition, key: WantedKey): void {
  const { read } = key;
  const index = servingIndex(key, table);
  if (index === null) return;
  const isSort = key.taken.length === 0;
  const severity = severityOf(context, table.name, isConditional(key) ? "info" : "warning");
  const orderNote = orderChange(key, index.fields, table);
  const advice = { table: table.name, name: index.name, fields: index.fields, use: index.name };
  const fix = isSort ? undefined : useIndexFix(context, key, index);
  if (read.consumer.kind === "paginate" && read.residual.some((item) => item.by === "db")) {
    context.add(
      "read/paginate-filter",
      read.at,
      `The filter before \`paginate\` runs after reading: one page can read the whole range of ${describeRead(read)}. Index \`${index.name}\` serves ${conditionText(key)}; use it and drop the filter.${orderNote}${boundNote(context, table.name)}`,
      { severity, index: advice, fix, trace: read.trace },
    );
    return;
  }
  if (read.consumer.kind === "paginate") {
    context.add(
      "read/paginate-post-filter",
      read.at,
      `Pages of ${describeRead(read)} are filtered after reading, so they come out short or empty. Index \`${index.name}\` serves ${conditionText(key)}; use it.${orderNote}${boundNote(context, table.name)}`,
      { severity, index: advice, fix, trace: read.trace },
    );
    return;
  }
  if (isSort) {
    context.add(
      "read/sort-in-js",
      read.at,
      `${sortWords(read, key.last ?? "")} Index \`${index.name}\` gives them in that order: read it with ${orderedCode(read, key.order, key.taken)}.${textOrderNote(key, table)}${boundNote(context, table.name)}`,
      { severity, index: advice, trace: read.trace },
    );
    return;
  }
  context.add(
    "read/index-available",
    read.at,
    `This read goes through ${describeRead(read)} and filters afterwards; index \`${index.name}\` [${index.fields.join(", ")}] serves ${conditionText(key)}. Use it.${orderNote}${boundNote(context, table.name)}`,
    { severity, index: advice, fix, trace: read.trace },
  );
}

/** An index orders text by its bytes, which is not what \`localeCompare\` says. */
function textOrderNote(key: WantedKey, table: TableDefinition): string {
  const type = fieldType(table.document, key.last ?? "", table.name);
  return type?.types.some((item) => item.type === "string") === true
    ? " (An index orders text by its bytes: capitals first.)"
    : "";
}

/** What a reader has to know who gets rows in another order than before. */
function orderChange(key: WantedKey, fields: readonly string[], table: TableDefinition): string {
  const { read } = key;
  if (read.existenceOnly || read.consumer.kind === "unique" || key.order !== null) return "";
  if (keepsOrder(key, fields, table)) return "";
  const order = fields[key.equal.length] ?? "_creationTime";
  const before = table.indexes.find((item) => item.name === read.index)?.fields[read.eq.length];
  const was = before === undefined ? "creation" : `\`${before}\``;
  const part = takesPart(read) ? ", so it may be other rows that are taken" : "";
  return ` Rows then come in the order of \`${order}\`, not of ${was}${part}.`;
}

/**
 * Who says `unique` after an equality expects one or two rows in the range, and who takes a number of them reads no more
 * than that: little is won.
 */
function expectsFew(read: Read): boolean {
  if (read.eq.length === 0) return false;
  return read.consumer.kind === "unique" || capOf(read) !== null;
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
  const severity = severityOf(
    context,
    table.name,
    expectsFew(read) || isConditional(key) ? "info" : "warning",
  );
  const note = `${orderChange(key, fields, table)}${boundNote(context, table.name)}`;
  const cap = capOf(read);
  const line = `\`.index("${name}", [${fields.map((field) => `"${field}"`).join(", ")}])\``;
  const details = { severity, index: advice, fix, trace: read.trace };
  if (key.taken.length === 0) {
    context.add(
      "read/sort-in-js",
      read.at,
      `${sortWords(read, key.last ?? "")} With ${line} they come in that order: ${orderedCode(read, key.order, key.taken)}.${textOrderNote(key, table)}${note}`,
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
    cap !== null
      ? `Every call reads up to ${cap.toLocaleString("en")} documents of \`${table.name}\` and filters afterwards; what matches beyond them is never found. Add ${line} to \`${table.name}\`: it serves ${conditionText(key)}.${note}`
      : `Every call reads ${read.source === "scan" ? `all of \`${table.name}\`` : `all of \`${read.index ?? ""}\``} and filters afterwards. Add ${line} to \`${table.name}\`: it serves ${conditionText(key)}.${note}`,
    details,
  );
}

/** The limit of a `take` whose rows are filtered in JavaScript. */
function capOf(read: Read): number | null {
  const { kind, limit } = read.consumer;
  return kind === "take" && typeof limit === "number" && !hasDbFilter(read) ? limit : null;
}

/** A filter on `_id` is a `get`. */
function checkById(context: RuleContext, read: Read): boolean {
  const byId = read.residual.find(
    (item) => item.field === "_id" && (item.op === "eq" || item.op === "in"),
  );
  if (byId === undefined || byId.conditional === true) return false;
  if (byId.op === "in") {
    context.add(
      "read/get-by-filter",
      read.at,
      `\`${read.table}\` is read document by document to pick those with certain ids; a \`get\` for each id reads just them: \`Promise.all(ids.map((id) => ctx.db.get(${JSON.stringify(read.table)}, id)))\`.`,
      { trace: read.trace },
    );
    return true;
  }
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
          severity,
          trace: read.trace,
        },
      );
    return;
  }
  if (checkText(context, read, "warning")) return;
  if (!wide) return;
  const isWholeWalk = kind === "iterate" && endsEarly !== true && !hasSpecificUse(read);
  if (databaseFilter || isWholeWalk) {
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

/** A use of a few rows only: a slice, one element, or whether there is any. */
export function takesFew(use: RowUse): boolean {
  return use.end === "slice" || use.end === "first-element" || use.byLength === true;
}

/** Counting, slicing and sorting have rules of their own; what is looked for with a filter first is none of them. */
export function hasSpecificUse(read: Read): boolean {
  const ends = new Set(read.uses.map((use) => use.end));
  if (read.uses.length === 0) return false;
  if ([...ends].every((end) => end === "length" || end === "exists"))
    return ends.has("length") || read.uses.some((use) => use.byLength === true);
  return (
    read.uses.every(takesFew) &&
    (read.uses.some((use) => use.stages.includes("sort")) ||
      !read.uses.some((use) => use.stages.includes("filter")))
  );
}

function checkText(context: RuleContext, read: Read, severity: Severity): boolean {
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
  const narrowing = read.eq.map((bound) => bound.field);
  const advice = isPrefix
    ? `A range serves a prefix: an index on ${[...narrowing, first.field].map((field) => `\`${field}\``).join(", ")} with \`.gte("${first.field}", prefix).lt("${first.field}", prefix + "\\uffff")\`.`
    : existing === undefined
      ? `Add \`.searchIndex("${name}", { searchField: "${first.field}"${narrowing.length === 0 ? "" : `, filterFields: [${narrowing.map((field) => JSON.stringify(field)).join(", ")}]`} })\` and read with \`withSearchIndex(…).take(20)\`.`
      : `Search index \`${existing.name}\` is there: read with \`withSearchIndex("${existing.name}", (q) => q.search("${first.field}", text)).take(20)\`.`;
  context.add(
    "read/text-match",
    read.at,
    `All rows of ${describeRead(read)} are read to match the text of \`${first.field}\`. ${advice}${boundNote(context, read.table)}`,
    {
      severity: severityOf(context, read.table, severity),
      index: textIndex(read, first.field, isPrefix, existing?.name, name),
      trace: read.trace,
    },
  );
  return true;
}

function textIndex(
  read: Read,
  field: string,
  isPrefix: boolean,
  existing: string | undefined,
  search: string,
): IndexAdvice {
  const fields = isPrefix ? [...read.eq.map((bound) => bound.field), field] : [field];
  if (existing !== undefined && !isPrefix)
    return { table: read.table, name: existing, use: existing, fields };
  return { table: read.table, name: isPrefix ? officialIndexName(fields) : search, fields };
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
