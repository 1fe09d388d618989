// Turns what the evaluator wrote down into the plain model.
import { relative, sep } from "node:path";
import ts from "typescript6";
import { stateKey } from "../evaluate/reads.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import type { ReadOccurrence, WriteOccurrence } from "../evaluate/facts.ts";
import { commonPredicates, optionsOf, type Entry } from "../evaluate/values.ts";
import { introspectedFunction, type Introspection } from "../introspect/introspect.ts";
import type { ConvexFolder } from "../project/discover.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import { isFirstFill } from "./emptiness.ts";
import type {
  FunctionCall,
  FunctionInfo,
  Model,
  Predicate,
  Read,
  RowUse,
  Span,
  Unresolved,
  Write,
} from "./model.ts";

export interface BuildInput {
  root: string;
  folder: ConvexFolder;
  evaluator: Evaluator;
  introspection: Introspection | null;
  entries: Map<string, Entry>;
  schema: SchemaDefinition;
  schemaFrom: Model["schemaFrom"];
  notes: string[];
}

/** Names of the registered functions, by entry and by the call that registers them. */
interface FunctionNames {
  byEntry: ReadonlyMap<Entry, string>;
  byCall: ReadonlyMap<ts.Node, string>;
}

export function buildModel(input: BuildInput): Model {
  const { evaluator, folder, root } = input;
  const names: FunctionNames = {
    byEntry: new Map([...input.entries].map(([name, entry]) => [entry, name])),
    byCall: new Map([...input.entries].map(([name, entry]) => [siteOf(entry), name])),
  };
  const { reads, idOf } = buildReads(evaluator, names);
  const coverage = measureCoverage(evaluator, folder);
  const path = (file: string) => relative(root, file).split(sep).join("/");
  return {
    folder: path(folder.path) || ".",
    isComponent: folder.isComponent,
    schemaFile: folder.schemaFile === null ? null : path(folder.schemaFile),
    schema: input.schema,
    schemaFrom: input.schemaFrom,
    functions: buildFunctions(input),
    reads,
    writes: buildWrites(evaluator, names, idOf),
    calls: buildCalls(evaluator, names, idOf),
    unresolved: coverage.unresolved,
    coverage: { resolved: coverage.resolved, total: coverage.total },
    notes: input.notes,
  };
}

function buildFunctions(input: BuildInput): FunctionInfo[] {
  const { evaluator, introspection } = input;
  return [...input.entries]
    .map(([name, entry]): FunctionInfo => {
      const found = introspection === null ? null : introspectedFunction(introspection, entry);
      const declaration = declarationOf(siteOf(entry));
      const isPlain = entry.custom === null;
      return {
        name,
        kind: entry.kind,
        visibility: entry.visibility,
        at: evaluator.program.span(declaration),
        call: evaluator.program.span(siteOf(entry)),
        args: found?.validatorsKnown === true ? found.args : entry.args,
        returns: found?.validatorsKnown === true ? found.returns : entry.returns,
        // What running the module did not find is no function of the deployment, unless the module did not run.
        validatorsKnown:
          found === null ? isPlain && wasNotRun(input, entry.file) : found.validatorsKnown,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function wasNotRun({ introspection, folder }: BuildInput, file: string): boolean {
  if (!folder.entryFiles.includes(file)) return false;
  return (
    introspection === null ||
    introspection.failures.some((item) => item.file === file || item.file === folder.path)
  );
}

/** Where a function is told apart from others: the builder's call, or that of the factory around it. */
function siteOf(entry: Entry): ts.Node {
  return entry.madeAt ?? entry.call;
}

/** The statement that declares a registered function, or the call itself. */
export function declarationOf(call: ts.Node): ts.Node {
  const declaration = call.parent;
  if (ts.isVariableDeclaration(declaration) && ts.isVariableDeclarationList(declaration.parent)) {
    const list = declaration.parent;
    return list.declarations.length === 1 && ts.isVariableStatement(list.parent)
      ? list.parent
      : declaration;
  }
  if (ts.isExportAssignment(declaration)) return declaration;
  return call;
}

interface Group {
  occurrences: ReadOccurrence[];
  residual: Predicate[];
}

function buildReads(
  e: Evaluator,
  names: FunctionNames,
): { reads: Read[]; idOf: ReadonlyMap<string, string> } {
  const groups = new Map<string, Group>();
  for (const occurrence of e.facts.reads.values()) {
    const residual = residualOf(occurrence);
    const key = [
      occurrence.node.getSourceFile().fileName,
      occurrence.node.pos,
      occurrence.node.end,
      stateKey(occurrence.state),
      occurrence.state.nodes.query?.pos ?? -1,
      JSON.stringify(residual),
    ].join("|");
    const group = groups.get(key) ?? { occurrences: [], residual };
    group.occurrences.push(occurrence);
    groups.set(key, group);
  }
  const idOf = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const group of groups.values()) {
    const [first] = group.occurrences;
    if (first === undefined) continue;
    const at = readSpan(e, first);
    const base = `${at.file}:${at.line}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    const id = count === 1 ? base : `${base}#${count}`;
    for (const occurrence of group.occurrences) idOf.set(occurrence.id, id);
  }
  const reads: Read[] = [];
  for (const group of groups.values()) {
    const [first] = group.occurrences;
    if (first === undefined) continue;
    reads.push(buildRead(e, group, first, idOf, names));
  }
  reads.sort(
    (a, b) =>
      a.at.file.localeCompare(b.at.file) || a.at.start - b.at.start || (a.id < b.id ? -1 : 1),
  );
  return { reads, idOf };
}

function buildRead(
  e: Evaluator,
  group: Group,
  first: ReadOccurrence,
  idOf: ReadonlyMap<string, string>,
  names: FunctionNames,
): Read {
  const { state } = first;
  const { nodes } = state;
  const callers = new Set<string>();
  for (const { entry } of group.occurrences) {
    const name = entry === null ? undefined : names.byEntry.get(entry);
    if (name !== undefined) callers.add(name);
  }
  const uses: RowUse[] = [];
  for (const use of group.occurrences.flatMap((item) => item.uses))
    if (!uses.some((other) => JSON.stringify(other) === JSON.stringify(use))) uses.push(use);
  const inOnePlace = nodes.query !== null && contains(first.node, nodes.query);
  const deepest = group.occurrences.reduce(
    (a, b) => (b.loops.length > a.loops.length ? b : a),
    first,
  );
  const search = state.source === "search";
  return {
    id: idOf.get(first.id) ?? first.id,
    table: state.table,
    within: enclosingFunction(first.node, names),
    callers: [...callers].sort(),
    at: readSpan(e, first),
    source: sourceOf(first),
    ...(state.index === null ? {} : { index: state.index }),
    eq: state.eq,
    ...(state.range === null ? {} : { range: state.range }),
    ...(state.searchField === null ? {} : { searchField: state.searchField }),
    order: search ? "relevance" : state.order,
    orderExplicit: state.orderExplicit,
    residual: group.residual,
    consumer: first.consumer,
    uses,
    existenceOnly: group.occurrences.every(isExistenceOnly),
    loops: namedLoops(deepest.loops, idOf),
    loopCallers: callersOf(
      group.occurrences.filter((item) => item.loops.length === deepest.loops.length),
      names,
    ),
    certainty: state.uncertain ? "unknown" : first.alternatives > 1 ? "branch" : "exact",
    ...(state.rangeProblem === null ? {} : { rangeProblem: state.rangeProblem }),
    trace: first.trace.slice(1).map((node) => e.program.span(node)),
    parts: {
      ...(nodes.query === null ? {} : { query: e.program.span(nodes.query) }),
      ...(nodes.withIndex === null ? {} : { withIndex: e.program.span(nodes.withIndex) }),
      filters: nodes.filters.map((node) => e.program.span(node)),
      ...(nodes.order === null ? {} : { order: e.program.span(nodes.order) }),
      consumer: e.program.span(first.node),
      inOnePlace,
    },
  };
}

function sourceOf(occurrence: ReadOccurrence): Read["source"] {
  if (occurrence.state.isSystem) return "system";
  if (occurrence.source === "get") return "get";
  const { source } = occurrence.state;
  return source === "unknown" ? "scan" : source;
}

function isExistenceOnly(occurrence: ReadOccurrence): boolean {
  const { consumer, uses, rowUsed } = occurrence;
  if (consumer.kind === "first" || consumer.kind === "unique") return !rowUsed;
  return uses.length > 0 && uses.every((use) => use.end === "length" || use.end === "exists");
}

/** A limit of this many is a cap on all rows, not a choice of the first few. */
const smallestCap = 100;

/** `take(1000)` in no order of its own means all rows; one that sorts first may well mean the newest of them. */
function isCapped({ state, consumer }: ReadOccurrence): boolean {
  return (
    consumer.kind === "take" &&
    typeof consumer.limit === "number" &&
    consumer.limit >= smallestCap &&
    !state.orderExplicit
  );
}

/** Predicates every use of the rows goes through, so that the database could apply them. */
function residualOf(occurrence: ReadOccurrence): Predicate[] {
  const { state, consumer, uses } = occurrence;
  const kinds = ["collect", "iterate", "paginate"];
  const goesThrough = kinds.includes(consumer.kind) || isCapped(occurrence);
  if (!goesThrough || uses.length === 0) return state.filters;
  if (uses.some((use) => use.nested)) return state.filters;
  return [...state.filters, ...commonPredicates(uses.map((use) => use.predicates))];
}

function contains(outer: ts.Node, inner: ts.Node): boolean {
  return (
    outer.getSourceFile() === inner.getSourceFile() &&
    outer.pos <= inner.pos &&
    outer.end >= inner.end
  );
}

function readSpan(e: Evaluator, occurrence: ReadOccurrence): Span {
  const start = occurrence.state.nodes.query ?? occurrence.node;
  if (contains(occurrence.node, start)) return e.program.span(occurrence.node);
  const home = functionAround(start);
  if (home === functionAround(occurrence.node) && start.pos < occurrence.node.pos)
    return e.program.spanBetween(start, occurrence.node);
  // A query handed down to a helper that runs it is a read of the place that built it; one that a helper begins and
  // this place goes on with is a read of this place.
  const isHandedDown = occurrence.trace.some((site) => functionAround(site) === home);
  return e.program.span(isHandedDown ? start : occurrence.node);
}

function functionAround(node: ts.Node): ts.Node | undefined {
  return ts.findAncestor(node, (item) => ts.isFunctionLike(item));
}

/** The registered function whose call holds the node. */
function enclosingFunction(node: ts.Node, names: FunctionNames): string | null {
  for (let current: ts.Node = node; ; current = current.parent) {
    const name = names.byCall.get(current);
    if (name !== undefined) return name;
    if (ts.isSourceFile(current)) return null;
  }
}

function buildWrites(
  e: Evaluator,
  names: FunctionNames,
  idOf: ReadonlyMap<string, string>,
): Write[] {
  const byNode = new Map<ts.Node, WriteOccurrence[]>();
  for (const write of e.facts.writes) {
    const list = byNode.get(write.node) ?? [];
    list.push(write);
    byNode.set(write.node, list);
  }
  const writes: Write[] = [];
  for (const [node, list] of byNode) {
    const [first] = list;
    if (first === undefined) continue;
    const tables = new Set(list.map((item) => item.table).filter((table) => table !== "?"));
    for (const table of tables.size === 0 ? ["?"] : tables) {
      const relevant = list.filter((item) => item.table === table);
      const fields = fieldsOf(relevant);
      writes.push({
        kind: first.kind,
        table,
        fields,
        within: enclosingFunction(node, names),
        callers: callersOf(relevant, names),
        at: e.program.span(node),
        loops: namedLoops(deepestLoops(relevant), idOf),
        explicitTable: first.explicitTable,
        ...(relevant.every((item) => isFirstFill(e.facts, item)) ? { firstFill: true } : {}),
      });
    }
  }
  return writes.sort((a, b) => a.at.file.localeCompare(b.at.file) || a.at.start - b.at.start);
}

function fieldsOf(writes: readonly WriteOccurrence[]): string[] | null {
  const fields = new Set<string>();
  for (const { value, kind } of writes) {
    if (kind === "delete") continue;
    if (value === null) return null;
    for (const option of optionsOf(value)) {
      if (option.k !== "object" || option.open) return null;
      for (const name of option.props.keys()) fields.add(name);
    }
  }
  return [...fields].sort();
}

/** Loops over rows name the read by its id in the model. */
function namedLoops(loops: Write["loops"], idOf: ReadonlyMap<string, string>): Write["loops"] {
  return loops.map((loop) =>
    loop.read === undefined ? loop : { ...loop, read: idOf.get(loop.read) ?? loop.read },
  );
}

function deepestLoops(list: readonly { loops: Write["loops"] }[]): Write["loops"] {
  return list.reduce<Write["loops"]>(
    (deepest, item) => (item.loops.length > deepest.length ? item.loops : deepest),
    [],
  );
}

function callersOf(list: readonly { entry: Entry | null }[], names: FunctionNames): string[] {
  const found = new Set<string>();
  for (const { entry } of list) {
    const name = entry === null ? undefined : names.byEntry.get(entry);
    if (name !== undefined) found.add(name);
  }
  return [...found].sort();
}

function buildCalls(
  e: Evaluator,
  names: FunctionNames,
  idOf: ReadonlyMap<string, string>,
): FunctionCall[] {
  const groups = new Map<string, typeof e.facts.calls>();
  for (const call of e.facts.calls) {
    const key = `${call.node.getSourceFile().fileName}|${call.node.pos}|${call.target ?? "?"}`;
    const list = groups.get(key) ?? [];
    list.push(call);
    groups.set(key, list);
  }
  return [...groups.values()]
    .flatMap((list) => {
      const [first] = list;
      if (first === undefined) return [];
      return [
        {
          target: first.target ?? "?",
          via: first.via,
          callers: callersOf(list, names),
          at: e.program.span(first.node),
          loops: namedLoops(deepestLoops(list), idOf),
        },
      ];
    })
    .sort((a, b) => a.at.file.localeCompare(b.at.file) || a.at.start - b.at.start);
}

/** Sites spelled like a read, whether or not the evaluator came by. */
function measureCoverage(
  e: Evaluator,
  folder: ConvexFolder,
): { resolved: number; total: number; unresolved: Unresolved[] } {
  const sites = new Set<ts.Node>([...e.facts.resolvedSites, ...e.facts.unresolved.keys()]);
  const files = new Set(folder.sourceFiles);
  for (const module of e.program.modules()) {
    if (!files.has(module.path)) continue;
    const visit = (node: ts.Node): void => {
      if (
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        (node.expression.name.text === "query" || node.expression.name.text === "get") &&
        /(^|[.\s])db(\.system)?$/.test(node.expression.expression.getText())
      )
        sites.add(node);
      ts.forEachChild(node, visit);
    };
    visit(module.source);
  }
  const unresolved: Unresolved[] = [];
  let resolved = 0;
  for (const site of sites) {
    const reason = e.facts.unresolved.get(site);
    if (!e.facts.resolvedSites.has(site) && reason === undefined && e.facts.begunSites.has(site)) {
      sites.delete(site);
      continue;
    }
    if (e.facts.resolvedSites.has(site)) resolved++;
    else
      unresolved.push({
        at: e.program.span(site),
        what: reason ?? "no function that could be followed reaches it",
      });
  }
  unresolved.sort((a, b) => a.at.file.localeCompare(b.at.file) || a.at.start - b.at.start);
  return { resolved, total: sites.size, unresolved };
}
