// Rules on how rows are used after reading, on reads inside loops, and on ranges Convex refuses.
import { hasDbFilter, isUniqueRange, isWide } from "../model/cost.ts";
import { isIndexable, sortInCode } from "../indexes/wanted-key.ts";
import type { Read, RowUse } from "../model/model.ts";
import { reservedIndexes, type SearchIndexDefinition } from "../schema/schema.ts";
import { checkBudget, checkComponentPages, checkSeveralPages } from "./call-limits.ts";
import type { RuleContext } from "./context.ts";
import type { Fix } from "./finding.ts";
import { boundNote, severityOf, takesFew } from "./read-indexes.ts";
import { describeRead, orderedCode, sortWords } from "./rewrite.ts";

export function checkReadUsage(context: RuleContext): void {
  for (const read of context.knownReads()) {
    checkRange(context, read);
    if (read.source === "get") {
      checkLoop(context, read);
      continue;
    }
    checkWaste(context, read);
    checkLoop(context, read);
  }
  checkSeveralPages(context);
  checkComponentPages(context);
  checkBudget(context);
}

function checkWaste(context: RuleContext, read: Read): void {
  const { kind, endsEarly } = read.consumer;
  const isWhole = kind === "collect" || (kind === "iterate" && endsEarly !== true);
  if (!isWhole || read.source === "search" || read.uses.length === 0) return;
  if (isUniqueRange(context.model, read)) return;
  if (countsOnly(read)) {
    reportCount(context, read);
    return;
  }
  if (kind === "iterate") return;
  if (read.uses.every(takesFew)) {
    if (read.uses.some((use) => use.stages.includes("sort"))) {
      reportSort(context, read);
      return;
    }
    if (!read.uses.some((use) => use.stages.includes("filter"))) {
      reportSlice(context, read);
      return;
    }
  }
  // A whole table, a filter of the database and conditions an index could serve are spoken of elsewhere.
  const table = context.table(read.table);
  const servable = read.residual.some((item) => table !== undefined && isIndexable(item, table));
  const matchesText = read.residual.some((item) => item.op === "text");
  if (
    !isWide(read) &&
    !servable &&
    !matchesText &&
    context.isGrowing(read.table) &&
    !hasDbFilter(read)
  ) {
    context.add(
      "read/range-collect",
      read.at,
      `\`collect\` reads the whole range of ${describeRead(read)}; nothing bounds how many rows it has. Where it can grow, use \`take\` or \`paginate\`.`,
      { trace: read.trace },
    );
  }
}

/** Only how many rows there are is asked, or whether there is any by their number. */
function countsOnly(read: Read): boolean {
  return (
    read.uses.every((use) => use.end === "length" || use.end === "exists") &&
    read.uses.some((use) => use.end === "length" || use.byLength === true)
  );
}

/** Another finding on the same read says already which index serves it. */
function hasIndexFinding(context: RuleContext, read: Read): boolean {
  return context.findings.some(
    (item) =>
      item.file === read.at.file &&
      item.line === read.at.line &&
      /^read\/.*(index|get-by-filter)/.test(item.rule),
  );
}

function reportCount(context: RuleContext, read: Read): void {
  if (hasIndexFinding(context, read)) return;
  const isTest = read.uses.every((use) => use.end === "exists");
  context.add(
    "read/count-by-collect",
    read.at,
    isTest
      ? `All rows of ${describeRead(read)} are read to know whether there is any: \`first()\` reads one.${boundNote(context, read.table)}`
      : `All rows of ${describeRead(read)} are read only to count them. Keep the number in a document that the writers maintain, or use the aggregate component; to know whether there is any, \`first()\` is enough.${boundNote(context, read.table)}`,
    {
      severity: severityOf(context, read.table),
      trace: read.trace,
      fix: isTest ? takeFix(context, read, "1") : undefined,
    },
  );
}

/** A sort that no plan of indexes spoke of: by something no index orders by, or by what the read's index does. */
function reportSort(context: RuleContext, read: Read): void {
  const known = context.findings.filter(
    (item) => item.file === read.at.file && item.line === read.at.line && item.index !== undefined,
  );
  if (known.some((item) => item.rule === "read/sort-in-js")) return;
  const note = boundNote(context, read.table);
  const sort = sortInCode(read);
  const details = { severity: severityOf(context, read.table), trace: read.trace };
  const index = sort === null ? null : indexInOrder(context, read, sort.field);
  const planned = known.find((item) => item.index?.fields?.at(-1) === sort?.field)?.index;
  const said = sortWords(read, sort?.field ?? "");
  const code = orderedCode(read, sort?.direction ?? null);
  if (index !== null)
    context.add(
      "read/sort-in-js",
      read.at,
      `${said} \`${index}\` gives them in that order: ${code}.${note}`,
      { ...details, index: { table: read.table, name: index, use: index } },
    );
  else if (planned !== undefined)
    context.add(
      "read/sort-in-js",
      read.at,
      `${said} The index that serves the filter gives them in that order as well: ${code}.${note}`,
      { ...details, index: planned },
    );
  else
    context.add(
      "read/sort-in-js",
      read.at,
      `${said} Let an index give the order, then \`.order(…)\` and \`take\`.${note}`,
      details,
    );
}

/** The index a read goes through, when its rows come by this field; `by_creation_time` without one. */
function indexInOrder(context: RuleContext, read: Read, field: string): string | null {
  if (read.residual.length > 0) return null;
  const index = context.table(read.table)?.indexes.find((item) => item.name === read.index);
  const name = read.source === "scan" ? "by_creation_time" : read.index;
  if (name === undefined || (read.source === "index" && index === undefined)) return null;
  return (index?.fields[read.eq.length] ?? "_creationTime") === field ? name : null;
}

function reportSlice(context: RuleContext, read: Read): void {
  if (hasIndexFinding(context, read)) return;
  const few = read.uses.filter((use) => use.end !== "exists");
  const counts = few.map((use) =>
    use.end === "first-element" ? Number(use.limitText ?? "1") : Infinity,
  );
  const most = Math.max(...counts);
  const limitText = few.find((use) => use.limitText !== undefined)?.limitText;
  const isOne = most === 1;
  const fromEnd = few.filter(isFromEnd).length;
  const cut = isOne ? "first()" : `take(${Number.isFinite(most) ? most : (limitText ?? "n")})`;
  const turned = read.order === "asc" ? "desc" : "asc";
  const instead =
    fromEnd === 0
      ? `\`${cut}\` reads no more than that`
      : fromEnd === few.length
        ? `\`.order("${turned}").${cut}\` reads no more than that`
        : `read the first ones and, with \`.order("${turned}")\`, the last ones`;
  const which = fromEnd === few.length ? (isOne ? "the last is" : "the last are") : null;
  context.add(
    "read/collect-then-slice",
    read.at,
    `All rows of ${describeRead(read)} are read, and ${which ?? (isOne ? "one is" : "a few are")} used: ${instead}.${boundNote(context, read.table)}`,
    {
      severity: severityOf(context, read.table),
      trace: read.trace,
      fix: fromEnd === 0 ? sliceFix(context, read, few) : undefined,
    },
  );
}

function isFromEnd(use: RowUse): boolean {
  const turns = use.stages.filter((stage) => stage === "reverse").length % 2 === 1;
  return (use.fromEnd === true) !== turns;
}

/** `collect` becomes `take(n)`; the slice that follows stays and does no harm. */
function sliceFix(context: RuleContext, read: Read, few: readonly RowUse[]): Fix | undefined {
  const counts = few.map((use) => use.limitText ?? "");
  if (few.some((use) => use.stages.length > 0) || counts.some((text) => !/^\d+$/.test(text)))
    return undefined;
  return takeFix(context, read, String(Math.max(...counts.map(Number))));
}

function takeFix(context: RuleContext, read: Read, count: string): Fix | undefined {
  const { consumer, inOnePlace } = read.parts;
  if (!inOnePlace || consumer === undefined || read.uses.some((use) => use.stages.length > 0))
    return undefined;
  if (!context.text(consumer).endsWith(".collect()")) return undefined;
  return {
    title: `take(${count})`,
    automatic: true,
    edits: [
      {
        file: consumer.file,
        start: consumer.end - ".collect()".length,
        end: consumer.end,
        text: `.take(${count})`,
      },
    ],
  };
}

/** A read whose table or index is chosen at run time is several reads of the model, and one in the loop. */
function isSameSite(first: Read, second: Read): boolean {
  return (
    first.at.file === second.at.file &&
    first.at.start === second.at.start &&
    first.at.end === second.at.end &&
    first.source === second.source &&
    JSON.stringify(first.loops) === JSON.stringify(second.loops)
  );
}

function checkLoop(context: RuleContext, read: Read): void {
  const loop = read.loops.findLast((item) => item.over === "rows" && item.read !== undefined);
  if (loop?.read === undefined) return;
  const outer = context.read(loop.read);
  if (outer === undefined || outer.id === read.id || outer.source === "get") return;
  const { kind } = outer.consumer;
  // An iteration that can stop is bounded by whatever stops it.
  const stops = kind === "iterate" && outer.consumer.endsEarly === true;
  const unbounded = kind === "collect" || (kind === "iterate" && !stops);
  if (!unbounded && !stops && kind !== "take" && kind !== "paginate") return;
  if (!context.isGrowing(outer.table)) return;
  const choice = context.model.reads.filter((other) => isSameSite(other, read));
  if (choice[0] !== read) return;
  const tables = [...new Set(choice.map((item) => item.table))];
  const table =
    tables.length === 1
      ? `\`${read.table}\``
      : `one of ${tables.length} tables (\`${read.table}\`, …)`;
  const isGet = read.source === "get";
  const isLookup = read.consumer.kind === "unique" || read.consumer.kind === "first";
  context.add(
    "read/n-plus-one",
    read.at,
    isGet
      ? `A \`get\` of ${table} for each row of ${describeRead(outer)} (line ${outer.at.line} of ${outer.at.file}). Where rows share documents, read each id once; where the list only needs a field or two, keep a copy of them in the row.`
      : `A query of ${table} runs for each row of ${describeRead(outer)} (${outer.at.file}:${outer.at.line}): the number of reads grows with the rows. ${isLookup ? "Where rows share documents, look each key up once; or keep what is needed in the row." : "Read the children in one range, or keep what is needed in the row."}`,
    {
      severity: isGet || !unbounded || writesEach(context, read) ? "info" : "warning",
      trace: read.trace,
    },
  );
}

/** The rows are read to be deleted or changed one by one, as a cascade does: there is no other way to find them. */
function writesEach(context: RuleContext, read: Read): boolean {
  return context.model.writes.some(
    (write) =>
      write.table === read.table &&
      write.kind !== "insert" &&
      write.loops.some((loop) => loop.over === "rows" && loop.read === read.id),
  );
}

function checkRange(context: RuleContext, read: Read): void {
  if (read.source !== "index" && read.source !== "search") return;
  const table = context.table(read.table);
  if (table === undefined || read.index === undefined) return;
  if (!context.model.schema.tables.includes(table)) return;
  if (read.source === "search") {
    const index = table.searchIndexes.find((item) => item.name === read.index);
    if (index === undefined)
      reportUnknown(
        context,
        read,
        table.searchIndexes.map((item) => item.name),
      );
    else if (index.staged) reportStaged(context, read);
    else checkSearchRange(context, read, index);
    return;
  }
  const index =
    reservedIndexes.find((item) => item.name === read.index) ??
    table.indexes.find((item) => item.name === read.index);
  if (index === undefined) {
    if (
      context.analysis.introspection?.schemaIsPartial !== true &&
      !context.analysis.schemaSyntax.open
    )
      reportUnknown(
        context,
        read,
        table.indexes.map((item) => item.name),
      );
    return;
  }
  if (index.staged) {
    reportStaged(context, read);
    return;
  }
  const problem = read.rangeProblem ?? prefixProblem(index.fields, read);
  if (problem !== null) {
    context.add(
      "read/invalid-range",
      read.at,
      `Convex refuses this range of \`${index.name}\` [${index.fields.join(", ")}]: ${problem}.`,
      { index: { table: table.name, name: index.name, fields: index.fields }, trace: read.trace },
    );
  }
}

/** A search names the search field once, filters by filter fields only, and has no order but relevance. */
function checkSearchRange(context: RuleContext, read: Read, index: SearchIndexDefinition): void {
  const foreign = read.eq.find((bound) => !index.filterFields.includes(bound.field));
  const problem =
    read.searchField !== undefined && read.searchField !== index.searchField
      ? `it searches \`${read.searchField}\``
      : foreign !== undefined
        ? `\`${foreign.field}\` is none of its filter fields`
        : read.orderExplicit
          ? "`.order` on a search throws, hits come by relevance"
          : null;
  if (problem === null) return;
  const fields = [index.searchField, ...index.filterFields];
  context.add(
    "read/invalid-range",
    read.at,
    `Convex refuses this search of \`${index.name}\` (searches \`${index.searchField}\`${index.filterFields.length === 0 ? "" : `, filters by ${index.filterFields.map((field) => `\`${field}\``).join(", ")}`}): ${problem}.`,
    { index: { table: read.table, name: index.name, fields }, trace: read.trace },
  );
}

function prefixProblem(fields: readonly string[], read: Read): string | null {
  const all = [...fields, "_creationTime", "_id"];
  const equal = read.eq.map((bound) => bound.field);
  const foreign = [...equal, ...(read.range === undefined ? [] : [read.range.field])].find(
    (field) => !all.includes(field),
  );
  if (foreign !== undefined) return `\`${foreign}\` is no field of the index`;
  const prefix = all.slice(0, equal.length);
  const gap = prefix.find((field) => !equal.includes(field));
  if (gap !== undefined)
    return `the equalities skip \`${gap}\`; they must cover the index's first fields`;
  if (read.range !== undefined && all[equal.length] !== read.range.field) {
    const next = all[equal.length];
    return `bounds are on \`${read.range.field}\`, but the next field is \`${next ?? ""}\``;
  }
  return null;
}

function reportUnknown(context: RuleContext, read: Read, names: string[]): void {
  context.add(
    "read/invalid-range",
    read.at,
    `\`${read.table}\` has no index \`${read.index ?? ""}\`; it has ${names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ")}. The call fails.`,
    {
      index: { table: read.table, ...(read.index === undefined ? {} : { name: read.index }) },
      trace: read.trace,
    },
  );
}

function reportStaged(context: RuleContext, read: Read): void {
  context.add(
    "read/staged-index",
    read.at,
    `Index \`${read.index ?? ""}\` of \`${read.table}\` is staged: it cannot be read until \`staged: true\` is removed, and the call fails. Deploy that first.`,
    { trace: read.trace },
  );
}
