// Rules on what functions do: writes that may be lost, clocks in queries, jobs over whole tables, calls per row.
import ts from "typescript6";
import { isWide } from "../model/cost.ts";
import type { Read, Write } from "../model/model.ts";
import { nameOf, type RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";

export function checkEffects(context: RuleContext): void {
  checkFloating(context);
  checkClocks(context);
  checkRunsPerRow(context);
  checkJobs(context);
  checkExplicitTables(context);
}

function checkFloating(context: RuleContext): void {
  for (const { node, what, isForEach } of context.facts.floating) {
    const span = context.span(node);
    const asyncAround = isInAsync(node);
    const fix: Fix | undefined = isForEach
      ? forEachFix(context, node, asyncAround)
      : {
          title: "Await it",
          automatic: asyncAround,
          edits: asyncAround
            ? [{ file: span.file, start: span.start, end: span.start, text: "await " }]
            : [],
          code: `await ${node.getText().split("\n")[0] ?? ""}`,
        };
    context.add(
      "fn/floating-write",
      span,
      `${what}: Convex ends the function without waiting, and the write may never happen. ${isForEach ? "Use `await Promise.all(list.map(async …))` or a `for` loop." : "Put `await` before it."}`,
      { fix },
    );
  }
}

function isInAsync(node: ts.Node): boolean {
  const around = ts.findAncestor(node, (item) => ts.isFunctionLike(item));
  return (
    around !== undefined &&
    ts.canHaveModifiers(around) &&
    (ts.getModifiers(around) ?? []).some((item) => item.kind === ts.SyntaxKind.AsyncKeyword) &&
    ts.isExpressionStatement(node.parent)
  );
}

/** `rows.forEach(async …)` becomes `await Promise.all(rows.map(async …))`. */
function forEachFix(
  context: RuleContext,
  node: ts.CallExpression,
  canAwait: boolean,
): Fix | undefined {
  if (!canAwait || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const span = context.span(node);
  const name = context.span(node.expression.name);
  const edits: Edit[] = [
    { file: span.file, start: span.start, end: span.start, text: "await Promise.all(" },
    { file: span.file, start: name.start, end: name.end, text: "map" },
    { file: span.file, start: span.end, end: span.end, text: ")" },
  ];
  return { title: "Wait for all", automatic: true, edits };
}

function checkClocks(context: RuleContext): void {
  for (const { node, entry, trace } of context.facts.clocks) {
    if (entry?.kind !== "query") continue;
    const name = nameOf(context, entry);
    const inRange = context.model.reads.some(
      (read) =>
        read.callers.includes(name) &&
        [...read.eq, read.range?.lower, read.range?.upper].some(
          (bound) => bound?.value === "clock",
        ),
    );
    context.add(
      "fn/clock-in-query",
      context.span(node),
      `Query \`${name}\` reads the clock (\`${node.getText()}\`): its result is cached and does not change as time passes${inRange ? ", and a range that moves with the clock spoils the cache for everybody" : ""}. Take the time as an argument, rounded, or let a scheduled mutation set a field when the time comes.`,
      {
        // Nobody subscribes to an internal query; the clock only matters to those that do.
        severity: entry.visibility === "internal" ? "info" : "warning",
        symbol: name,
        trace: trace.slice(1).map((site) => context.span(site)),
      },
    );
  }
}

const batchName = /batch|chunk|page|group|slice/i;

function checkRunsPerRow(context: RuleContext): void {
  for (const call of context.facts.calls) {
    if (call.via !== "runQuery" && call.via !== "runMutation") continue;
    if (call.entry?.kind !== "action" && call.entry?.kind !== "httpAction") continue;
    // A function chosen at run time takes the arguments it takes.
    if (call.target === null) continue;
    const loop = call.loops.at(-1);
    if (loop === undefined || loop.over === "literal" || loop.over === "while") continue;
    const around = [call.node, ...call.trace.toReversed()]
      .map(loopNode)
      .find((item) => item !== null);
    if (around === undefined || batchName.test(loopVariable(around))) continue;
    context.add(
      "fn/run-per-row",
      context.span(call.node),
      `\`${call.via}\` runs once per element: each is a transaction of its own, so a failure in between leaves half done, and each pays a round trip. Pass the list to one ${call.via === "runQuery" ? "query" : "mutation"} that loops inside (in batches when it is long).`,
      { severity: isCaught(call.node) ? "info" : "warning" },
    );
  }
}

/** Its own function catches what goes wrong: one element that fails is meant to leave the others alone. */
function isCaught(node: ts.Node): boolean {
  for (let current = node; !ts.isSourceFile(current); current = current.parent) {
    const { parent } = current;
    if (
      ts.isTryStatement(parent) &&
      parent.tryBlock === current &&
      parent.catchClause !== undefined
    )
      return true;
    if (ts.isFunctionLike(current) || isLoop(current)) return false;
  }
  return false;
}

function isLoop(node: ts.Node): boolean {
  return ts.isForOfStatement(node) || ts.isForStatement(node) || ts.isWhileStatement(node);
}

/** The loop, or the callback of `map` and its kin, a call stands in within its function. */
function loopNode(node: ts.Node): ts.Node | null {
  for (let current = node.parent; !ts.isSourceFile(current); current = current.parent) {
    if (ts.isForOfStatement(current)) return current;
    if (ts.isForStatement(current)) return current;
    if (
      (ts.isArrowFunction(current) || ts.isFunctionExpression(current)) &&
      ts.isCallExpression(current.parent) &&
      ts.isPropertyAccessExpression(current.parent.expression) &&
      /^(map|forEach|flatMap)$/.test(current.parent.expression.name.text)
    )
      return current;
    if (ts.isFunctionLike(current)) return null;
  }
  return null;
}

function loopVariable(node: ts.Node): string {
  if (ts.isForOfStatement(node))
    return `${node.initializer.getText()} ${node.expression.getText()}`;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    const call = node.parent;
    const list = ts.isCallExpression(call) ? call.expression.getText() : "";
    return `${node.parameters[0]?.name.getText() ?? ""} ${list}`;
  }
  return "";
}

/** Writes in a loop over the rows of a read; one finding per loop, at its first write. */
function checkJobs(context: RuleContext): void {
  const reported = new Set<string>();
  for (const write of context.model.writes) {
    const loop = write.loops.findLast((item) => item.over === "rows" && item.read !== undefined);
    const read = loop?.read === undefined ? undefined : context.read(loop.read);
    if (read === undefined || !context.isGrowing(read.table)) continue;
    const { kind } = read.consumer;
    const whole = kind === "collect" || kind === "iterate";
    if (!whole && kind !== "paginate") continue;
    const loopKey = [read.id, write.within ?? write.at.file, write.table].join("|");
    if (whole && read.consumer.endsEarly !== true && !reported.has(loopKey))
      checkUnbounded(context, write, read);
    reported.add(loopKey);
    if (!isWholeTable(read)) continue;
    for (const name of write.callers) {
      const info = context.function(name);
      if (info === undefined || !context.isClientFacing(info)) continue;
      context.add(
        "fn/public-data-job",
        { ...info.at, endLine: info.at.line },
        `\`${name}\` is public and goes through all of \`${read.table}\`, ${write.kind === "delete" ? "deleting" : "rewriting"} its rows: any client can start it. Make it an \`internal${info.kind === "mutation" ? "Mutation" : "Action"}\`, or check who asks.`,
        { symbol: name, identity: `${name} ${write.table}` },
      );
    }
  }
}

function checkUnbounded(context: RuleContext, write: Write, read: Read): void {
  const kind = isWholeTable(read) ? "all rows" : "every row of a range";
  context.add(
    "fn/unbounded-write",
    write.at,
    `One mutation can write ${kind} of \`${read.table}\` (read at ${read.at.file}:${read.at.line}), which grows; above 16,000 documents written it fails and nothing is done. Take a batch (\`take(500)\`), write it, and schedule the next with \`ctx.scheduler.runAfter(0, …)\`.`,
    { severity: isWholeTable(read) ? "warning" : "info" },
  );
}

/**
 * All rows are meant: not those a missing index would have found, nor those picked by something the caller names or
 * another document holds.
 */
function isWholeTable(read: Read): boolean {
  return (
    isWide(read) &&
    !read.residual.some(
      (item) =>
        (item.op === "eq" && item.constant === undefined) ||
        item.value === "arg" ||
        item.value === "row",
    )
  );
}

/** `db.patch(id, …)` instead of `db.patch("t", id, …)`. */
function checkExplicitTables(context: RuleContext): void {
  // In a project pinned to an older one the form would be wrong.
  if (!context.hasConvex(1, 31)) return;
  const sites: { node: ts.CallExpression; table: string; what: string }[] = [];
  for (const write of context.facts.writes)
    if (!write.explicitTable && write.table !== "?")
      sites.push({ node: write.node, table: write.table, what: write.kind });
  for (const read of context.facts.reads.values())
    if (
      read.source === "get" &&
      !read.explicitTable &&
      !read.state.isSystem &&
      read.state.table !== "?" &&
      ts.isCallExpression(read.node)
    )
      sites.push({ node: read.node, table: read.state.table, what: "get" });
  const tables = new Map<ts.Node, Set<string>>();
  for (const { node, table } of sites) tables.set(node, (tables.get(node) ?? new Set()).add(table));
  for (const { node, table, what } of sites) {
    if (!ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== what)
      continue;
    const [first] = node.arguments;
    if (first === undefined) continue;
    const only = tables.get(node)?.size === 1 && !isGeneric(node);
    const at = context.span(first);
    context.add(
      "fn/explicit-table",
      context.span(node),
      `\`${what}\` without the table's name: the explicit form \`${what}(${JSON.stringify(table)}, …)\` is checked by TypeScript and refuses an id of another table.`,
      {
        fix: only
          ? {
              title: `Name \`${table}\``,
              automatic: true,
              edits: [
                {
                  file: at.file,
                  start: at.start,
                  end: at.start,
                  text: `${JSON.stringify(table)}, `,
                },
              ],
            }
          : undefined,
      },
    );
  }
}

/** In a function with type parameters the table is a type of the caller's. */
function isGeneric(node: ts.Node): boolean {
  return (
    ts.findAncestor(
      node,
      (item) => ts.isFunctionLike(item) && (item.typeParameters ?? []).length > 0,
    ) !== undefined
  );
}
