// Rules on what one call may do: one `paginate`, and Convex's limits on documents and ranges.
import type ts from "typescript6";
import type { BranchPoint, ReadOccurrence } from "../evaluate/facts.ts";
import type { LoopContext, Read, Span } from "../model/model.ts";
import type { RuleContext } from "./context.ts";

const maxDocumentsPerCall = 32_000;
const maxRangesPerCall = 4_096;

interface Page {
  occurrence: ReadOccurrence;
  read: Read;
}

/** Two paginates on one way through a function, or one that runs again; different branches do not count. */
export function checkSeveralPages(context: RuleContext): void {
  const byEntry = new Map<object, Page[]>();
  for (const occurrence of context.facts.reads.values()) {
    const { entry, consumer, state } = occurrence;
    if (consumer.kind !== "paginate" || entry === null || state.isHelper) continue;
    const span = context.span(occurrence.node);
    const read = context.model.reads.find(
      (item) => item.parts.consumer?.file === span.file && item.parts.consumer.start === span.start,
    );
    if (read === undefined) continue;
    const list = byEntry.get(entry) ?? [];
    if (!list.some((item) => isSameWay(item.occurrence, occurrence)))
      list.push({ occurrence, read });
    byEntry.set(entry, list);
  }
  for (const list of byEntry.values()) {
    for (const { occurrence, read } of list)
      if (occurrence.loops.some(runsAgain))
        context.add(
          "read/multiple-paginate",
          read.at,
          "This `paginate` is in a loop and can run again in the same call: Convex allows one. Take one page per call and let the caller come back with `continueCursor`, or read with `take` or `for await`.",
          { trace: read.trace },
        );
    list.forEach((second, index) => {
      const first = list
        .slice(0, index)
        .find((item) => !areApart(item.occurrence.branches, second.occurrence.branches));
      if (first !== undefined) reportSecond(context, first, second);
    });
  }
}

function reportSecond(context: RuleContext, first: Page, second: Page): void {
  const at = first.read.id === second.read.id ? callSite(context, first, second) : second.read.at;
  context.add(
    "read/multiple-paginate",
    at,
    `A second \`paginate\` in the same call: Convex allows one (the first is at ${first.read.at.file}:${first.read.at.line}). Make two functions, or read the smaller set with \`take\`.`,
    { trace: second.read.trace },
  );
}

/** Where the way to the second run of one read leaves the way to its first. */
function callSite(context: RuleContext, first: Page, second: Page): Span {
  const index = second.occurrence.trace.findIndex((site, i) => site !== first.occurrence.trace[i]);
  const site = second.occurrence.trace[index];
  return site === undefined ? second.read.at : context.span(site);
}

function isSameWay(a: ReadOccurrence, b: ReadOccurrence): boolean {
  const same = (x: readonly ts.Node[], y: readonly ts.Node[]) =>
    x.length === y.length && x.every((node, i) => node === y[i]);
  return a.node === b.node && same(a.trace, b.trace);
}

/** A loop that runs its body more than once. A callback handed to unknown code may run once. */
function runsAgain(loop: LoopContext): boolean {
  if (loop.over === "literal") return loop.size !== undefined && loop.size > 1;
  return loop.over !== "unknown";
}

/** Inside a component the built-in `paginate` throws; the paginator of convex-helpers does not. */
export function checkComponentPages(context: RuleContext): void {
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

function areApart(first: readonly BranchPoint[], second: readonly BranchPoint[]): boolean {
  return first.some((a) => second.some((b) => a.node === b.node && a.branch !== b.branch));
}

/** Loops and limits whose product is known and passes a limit of one call. */
export function checkBudget(context: RuleContext): void {
  for (const read of context.knownReads()) {
    let turns = 1;
    let isKnown = true;
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
    const often =
      turns > 1
        ? `can run ${turns.toLocaleString("en")} times in one call${each > 1 ? `, ${each.toLocaleString("en")} documents each` : ""}`
        : `can read ${each.toLocaleString("en")} documents`;
    context.add(
      "read/transaction-budget",
      read.at,
      `This read ${often}; a call may open ${maxRangesPerCall.toLocaleString("en")} ranges and read ${maxDocumentsPerCall.toLocaleString("en")} documents. Lower the limits, or split the work over several calls.`,
      { trace: read.trace },
    );
  }
}

function sizeOf(context: RuleContext, read: Read | undefined): number | undefined {
  if (read === undefined) return undefined;
  const { documents } = context.cost(read);
  return typeof documents === "number" ? documents : undefined;
}
