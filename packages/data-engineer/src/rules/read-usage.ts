// Rules on how rows are used after reading, on reads inside loops, and on ranges Convex refuses.
import { hasDbFilter, isUniqueRange, isWide } from "../model/cost.ts";
import { isIndexable } from "../indexes/synthesis.ts";
import type { Read } from "../model/model.ts";
import { reservedIndexes } from "../schema/schema.ts";
import type { RuleContext } from "./context.ts";
import { boundNote, severityOf } from "./read-indexes.ts";
import { describeRead } from "./rewrite.ts";

const maxDocumentsPerCall = 32_000;
const maxRangesPerCall = 4_096;

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
  const { kind } = read.consumer;
  if (kind !== "collect" || read.source === "search" || read.uses.length === 0) return;
  const severity = severityOf(context, read.table);
  const note = boundNote(context, read.table);
  const ends = read.uses.map((use) => use.end);
  const isUnique = isUniqueRange(context.model, read);
  if (isUnique) return;
  if (ends.every((end) => end === "length" || end === "exists")) {
    const alreadyReported = context.findings.some(
      (item) => item.file === read.at.file && item.line === read.at.line && /index/.test(item.rule),
    );
    if (ends.includes("length") && !alreadyReported) {
      context.add(
        "read/count-by-collect",
        read.at,
        `All rows of ${describeRead(read)} are read only to count them. Keep the number in a document that the writers maintain, or use the aggregate component; to know whether there is any, \`first()\` is enough.${note}`,
        { severity, trace: read.trace },
      );
      return;
    }
  }
  const takesFew = ends.every((end) => end === "slice" || end === "first-element");
  if (takesFew) {
    const sorted = read.uses.some((use) => use.stages.includes("sort"));
    const filtered = read.uses.some((use) => use.stages.includes("filter"));
    const [use] = read.uses;
    if (sorted) {
      const reported = context.findings.some(
        (item) =>
          item.rule === "read/sort-in-js" &&
          item.file === read.at.file &&
          item.line === read.at.line,
      );
      if (!reported)
        context.add(
          "read/sort-in-js",
          read.at,
          `All rows of ${describeRead(read)} are read and sorted to use a few. Let an index give the order, then \`.order(…)\` and \`take\`.${note}`,
          { severity, trace: read.trace },
        );
      return;
    }
    if (!filtered) {
      if (use !== undefined) reportSlice(context, read, use.limitText, severity, note);
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

function reportSlice(
  context: RuleContext,
  read: Read,
  limitText: string | undefined,
  severity: "error" | "warning" | "info",
  note: string,
): void {
  const elements = read.uses.map((use) =>
    use.end === "first-element" ? Number(use.limitText ?? "1") : Infinity,
  );
  const most = Math.max(...elements);
  const isFirst = most === 1;
  const instead = isFirst
    ? "first()"
    : `take(${Number.isFinite(most) ? most : (limitText ?? "n")})`;
  context.add(
    "read/collect-then-slice",
    read.at,
    `All rows of ${describeRead(read)} are read, and ${isFirst ? "one is" : "a few are"} used: \`${instead}\` reads no more than that.${note}`,
    { severity, trace: read.trace, fix: sliceFix(context, read, limitText) },
  );
}

/** `collect` becomes `take(n)`; the slice that follows stays and does no harm. */
function sliceFix(context: RuleContext, read: Read, limitText: string | undefined) {
  const { consumer, inOnePlace } = read.parts;
  const numeric = limitText !== undefined && /^\d+$/.test(limitText);
  const isFirst = read.uses.every((use) => use.end === "first-element" && use.stages.length === 0);
  if (!inOnePlace || consumer === undefined || (!numeric && !isFirst) || read.uses.length !== 1)
    return undefined;
  const text = context.text(consumer);
  if (!text.endsWith(".collect()")) return undefined;
  // `.at(-1)` and `.pop()` want the last row.
  if (isFirst && !wantsFirst(context, consumer.file, consumer.end)) return undefined;
  const count = isFirst ? "1" : (limitText ?? "1");
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

function wantsFirst(context: RuleContext, file: string, end: number): boolean {
  const text = context.analysis.program.module(context.absolute(file))?.text ?? "";
  return /^\s*\)?\s*\[\s*0\s*\]/.test(text.slice(end, end + 20));
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
  const isGet = read.source === "get";
  const isLookup = read.consumer.kind === "unique" || read.consumer.kind === "first";
  context.add(
    "read/n-plus-one",
    read.at,
    isGet
      ? `A \`get\` of \`${read.table}\` for each row of ${describeRead(outer)} (line ${outer.at.line} of ${outer.at.file}). Where rows share documents, read each id once; where the list only needs a field or two, keep a copy of them in the row.`
      : `A query of \`${read.table}\` runs for each row of ${describeRead(outer)} (${outer.at.file}:${outer.at.line}): the number of reads grows with the rows. ${isLookup ? "Where rows share documents, look each key up once; or keep what is needed in the row." : "Read the children in one range, or keep what is needed in the row."}`,
    { severity: isGet || !unbounded ? "info" : "warning", trace: read.trace },
  );
}

/** Two paginates on one way through a function; different branches do not count. */
function checkSeveralPages(context: RuleContext): void {
  const byEntry = new Map<
    object,
    { node: object; branches: { node: object; branch: string }[]; read: Read }[]
  >();
  for (const occurrence of context.facts.reads.values()) {
    if (
      occurrence.consumer.kind !== "paginate" ||
      occurrence.entry === null ||
      occurrence.state.isHelper
    )
      continue;
    const span = context.span(occurrence.node);
    const read = context.model.reads.find(
      (item) => item.parts.consumer?.file === span.file && item.parts.consumer.start === span.start,
    );
    if (read === undefined) continue;
    const list = byEntry.get(occurrence.entry) ?? [];
    if (!list.some((item) => item.node === occurrence.node))
      list.push({ node: occurrence.node, branches: occurrence.branches, read });
    byEntry.set(occurrence.entry, list);
  }
  for (const list of byEntry.values()) {
    list.forEach((second, index) => {
      const first = list.slice(0, index).find((item) => !areApart(item.branches, second.branches));
      if (first === undefined) return;
      context.add(
        "read/multiple-paginate",
        second.read.at,
        `A second \`paginate\` in the same call: Convex allows one (the first is at ${first.read.at.file}:${first.read.at.line}). Make two functions, or read the smaller set with \`take\`.`,
        { trace: second.read.trace },
      );
    });
  }
}

/** Inside a component the built-in `paginate` throws; the paginator of convex-helpers does not. */
function checkComponentPages(context: RuleContext): void {
  if (!context.model.isComponent) return;
  const plain = new Map<object, Read>();
  const byHelper = new Set<object>();
  for (const { node, consumer, state } of context.facts.reads.values()) {
    if (consumer.kind !== "paginate") continue;
    if (state.isHelper) {
      byHelper.add(node);
      continue;
    }
    const span = context.span(node);
    const read = context.model.reads.find(
      (item) => item.parts.consumer?.file === span.file && item.parts.consumer.start === span.start,
    );
    if (read !== undefined) plain.set(node, read);
  }
  for (const [node, read] of plain) {
    // Which of the two it is depends on a value; the author knows of the difference.
    if (byHelper.has(node)) continue;
    context.add(
      "read/paginate-in-component",
      read.at,
      `\`paginate\` works in the app only; inside a component Convex throws "paginate() is only supported in the app". Use \`paginator(ctx.db, schema)\` of convex-helpers, or \`take\` with a cursor of your own.`,
      {
        trace: read.trace,
        fix: {
          title: "The paginator of convex-helpers",
          automatic: false,
          edits: [],
          code: `import { paginator } from "convex-helpers/server/pagination";\nimport schema from "./schema";\n\npaginator(ctx.db, schema).query(${JSON.stringify(read.table)})`,
        },
      },
    );
  }
}

function areApart(
  first: readonly { node: object; branch: string }[],
  second: readonly { node: object; branch: string }[],
): boolean {
  return first.some((a) => second.some((b) => a.node === b.node && a.branch !== b.branch));
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

/** Loops and limits whose product is known and passes a limit of one call. */
function checkBudget(context: RuleContext): void {
  for (const read of context.knownReads()) {
    let turns = 1;
    let isKnown = read.loops.length > 0;
    for (const loop of read.loops) {
      const outer = loop.read === undefined ? undefined : context.read(loop.read);
      const size = loop.over === "literal" ? loop.size : sizeOf(context, outer);
      if (size === undefined) isKnown = false;
      else turns *= size;
    }
    if (!isKnown) continue;
    const { documents } = context.cost(read);
    const each = typeof documents === "number" ? documents : 1;
    if (turns <= maxRangesPerCall && turns * each <= maxDocumentsPerCall) continue;
    context.add(
      "read/transaction-budget",
      read.at,
      `This read can run ${turns.toLocaleString("en")} times in one call${each > 1 ? `, ${each.toLocaleString("en")} documents each` : ""}; a call may open ${maxRangesPerCall.toLocaleString("en")} ranges and read ${maxDocumentsPerCall.toLocaleString("en")} documents. Lower the limits, or split the work over several calls.`,
      { trace: read.trace },
    );
  }
}

function sizeOf(context: RuleContext, read: Read | undefined): number | undefined {
  if (read === undefined) return undefined;
  const { documents } = context.cost(read);
  return typeof documents === "number" ? documents : undefined;
}
