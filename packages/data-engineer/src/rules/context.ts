// What every rule is given: the model, the verdicts on tables, places in the schema, and where to put findings.
import { createHash } from "node:crypto";
import { join } from "node:path";
import ts from "typescript6";
import type { Analysis } from "../model/analysis.ts";
import { boundnessOf, openFunctions, type Boundness } from "../model/boundness.ts";
import { costOf, type Cost } from "../model/cost.ts";
import type { FunctionInfo, Read, Span } from "../model/model.ts";
import type {
  IndexDefinition,
  SearchIndexDefinition,
  TableDefinition,
  VectorIndexDefinition,
} from "../schema/schema.ts";
import { catalogue, type RuleId } from "./catalogue.ts";
import {
  severityRank,
  type Edit,
  type Finding,
  type Fix,
  type IndexAdvice,
  type Severity,
} from "./finding.ts";

/** Tables of `@convex-dev/auth`, whose functions read them by the index names they come with. */
const authTables = new Set([
  "authSessions",
  "authAccounts",
  "authRefreshTokens",
  "authVerificationCodes",
  "authVerifiers",
  "authRateLimits",
]);
/** Indexes that library needs on the project's own `users`. */
export const authUserIndexes = new Set(["email", "phone"]);

export interface FindingDetails {
  severity?: Severity;
  symbol?: string;
  index?: IndexAdvice;
  fix?: Fix | undefined;
  trace?: Span[];
  /** What tells this finding from others of its rule; the source text when absent. */
  identity?: string;
}

/** An index of the schema and where it is written. */
export interface DeclaredIndex {
  kind: "index" | "search" | "vector";
  index: IndexDefinition | SearchIndexDefinition | VectorIndexDefinition;
  /** Every field it names. */
  paths: string[];
  call: ts.CallExpression | null;
  span: Span | null;
}

export class RuleContext {
  readonly analysis: Analysis;
  readonly boundness: Map<string, Boundness>;
  readonly openFunctions: Set<string>;
  readonly findings: Finding[] = [];
  readonly #functions: Map<string, FunctionInfo>;
  readonly #reads: Map<string, Read>;
  /** Place in `findings` of what was said already. */
  readonly #said = new Map<string, number>();
  #tables: TableDefinition[] | null = null;

  constructor(analysis: Analysis) {
    this.analysis = analysis;
    this.boundness = boundnessOf(analysis.model, analysis.config);
    this.openFunctions = openFunctions(analysis.model);
    this.#functions = new Map(analysis.model.functions.map((item) => [item.name, item]));
    this.#reads = new Map(analysis.model.reads.map((item) => [item.id, item]));
  }

  get model() {
    return this.analysis.model;
  }

  get facts() {
    return this.analysis.evaluator.facts;
  }

  function(name: string): FunctionInfo | undefined {
    return this.#functions.get(name);
  }

  /** Clients reach it. The public functions of a component are for the app that mounts it, and for nobody else. */
  isClientFacing(info: FunctionInfo): boolean {
    return info.visibility === "public" && !this.model.isComponent;
  }

  read(id: string): Read | undefined {
    return this.#reads.get(id);
  }

  table(name: string): TableDefinition | undefined {
    return this.tables().find((table) => table.name === name);
  }

  /** The schema's tables, and those that are read without being declared, of which nothing is known. */
  tables(): TableDefinition[] {
    this.#tables ??= [
      ...this.model.schema.tables,
      ...[...new Set(this.model.reads.map((read) => read.table))]
        .filter(
          (name) =>
            name !== "?" &&
            !name.startsWith("_") &&
            !this.model.schema.tables.some((table) => table.name === name),
        )
        .map((name): TableDefinition => ({
          name,
          document: { type: "any" },
          indexes: [],
          searchIndexes: [],
          vectorIndexes: [],
        })),
    ];
    return this.#tables;
  }

  cost(read: Read): Cost {
    return costOf(read, this.boundness);
  }

  isGrowing(table: string): boolean {
    return this.boundness.get(table)?.kind !== "bounded";
  }

  /** Reads whose table, index and range are known. */
  knownReads(): Read[] {
    return this.model.reads.filter(
      (read) => read.certainty !== "unknown" && read.table !== "?" && read.source !== "system",
    );
  }

  /** Whether the project's `convex` is at least that version; true when it cannot be told. */
  hasConvex(major: number, minor: number): boolean {
    const version = this.analysis.convexVersion;
    if (version === null) return true;
    const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
    return ownMajor > major || (ownMajor === major && ownMinor >= minor);
  }

  text(span: Span): string {
    const module = this.analysis.program.module(this.absolute(span.file));
    return module?.text.slice(span.start, span.end) ?? "";
  }

  absolute(file: string): string {
    return join(this.analysis.program.root, file);
  }

  span(node: ts.Node): Span {
    return this.analysis.program.span(node);
  }

  add(rule: RuleId, span: Span, message: string, details: FindingDetails = {}): void {
    const identity = details.identity ?? this.text(span).replace(/\s+/g, " ").trim();
    const symbol = details.symbol ?? this.functionAt(span);
    const severity = details.severity ?? catalogue[rule].severity;
    // A query with branches is several reads; advice that is the same for all of them is given once, as gravely as any needs.
    const about = details.index === undefined ? message : JSON.stringify(details.index);
    const key = [rule, span.file, span.start, about].join("|");
    const earlier = this.#said.get(key);
    const said = earlier === undefined ? undefined : this.findings[earlier];
    if (said !== undefined && severityRank[said.severity] >= severityRank[severity]) return;
    const place = earlier ?? this.findings.length;
    this.#said.set(key, place);
    const fingerprint = createHash("sha256")
      .update([rule, this.model.folder, symbol ?? span.file, identity].join("\n"))
      .digest("hex")
      .slice(0, 16);
    this.findings[place] = {
      rule,
      severity,
      file: span.file,
      line: span.line,
      endLine: span.endLine,
      message,
      ...(symbol === undefined ? {} : { symbol }),
      ...(details.index === undefined ? {} : { index: details.index }),
      ...(details.fix === undefined ? {} : { fix: details.fix }),
      ...(details.trace === undefined || details.trace.length === 0
        ? {}
        : { trace: details.trace }),
      fingerprint,
    };
  }

  functionAt(span: Span): string | undefined {
    return this.model.functions.find(
      (item) =>
        item.call.file === span.file && item.call.start <= span.start && item.call.end >= span.end,
    )?.name;
  }

  /** The table and its indexes are laid down by a library: not the project's to change. */
  isLibraryTable(table: string): boolean {
    const { tables } = this.analysis.schemaSyntax;
    if (tables.size > 0 && !tables.has(table)) return true;
    return authTables.has(table) && this.#usesAuthTables();
  }

  #usesAuthTables(): boolean {
    const { schemaFile } = this.analysis.folder;
    const module = schemaFile === null ? null : this.analysis.program.module(schemaFile);
    return module?.text.includes("authTables") ?? false;
  }

  /** Every index of a table with the call that declares it, where the source shows it. */
  declaredIndexes(table: TableDefinition): DeclaredIndex[] {
    const calls = this.analysis.schemaSyntax.tables.get(table.name)?.indexes ?? [];
    const taken = new Set<ts.CallExpression>();
    const place = (kind: DeclaredIndex["kind"], name: string) => {
      const call = calls.find(
        (item) => item.kind === kind && item.name === name && !taken.has(item.call),
      )?.call;
      if (call !== undefined) taken.add(call);
      const span = call === undefined ? this.tableSpan(table.name) : this.#callSpan(call);
      return { call: call ?? null, span };
    };
    return [
      ...table.indexes.map((index): DeclaredIndex => ({
        kind: "index",
        index,
        paths: index.fields,
        ...place("index", index.name),
      })),
      ...table.searchIndexes.map((index): DeclaredIndex => ({
        kind: "search",
        index,
        paths: [index.searchField, ...index.filterFields],
        ...place("search", index.name),
      })),
      ...table.vectorIndexes.map((index): DeclaredIndex => ({
        kind: "vector",
        index,
        paths: [index.vectorField, ...index.filterFields],
        ...place("vector", index.name),
      })),
    ];
  }

  #callSpan(call: ts.CallExpression): Span {
    return ts.isPropertyAccessExpression(call.expression)
      ? this.analysis.program.spanBetween(call.expression.name, call)
      : this.span(call);
  }

  /** Where an index is declared; the schema's start when the source does not show it. */
  indexSpan(table: string, index: string): Span | null {
    const call = this.indexCall(table, index);
    return call === null ? this.tableSpan(table) : this.#callSpan(call);
  }

  indexCall(table: string, index: string): ts.CallExpression | null {
    const nodes = this.analysis.schemaSyntax.tables.get(table);
    return nodes?.indexes.find((item) => item.name === index)?.call ?? null;
  }

  /** All declarations of an index name in a table, in source order. */
  indexCalls(table: string): { name: string; call: ts.CallExpression }[] {
    return this.analysis.schemaSyntax.tables.get(table)?.indexes ?? [];
  }

  tableSpan(table: string): Span | null {
    const nodes = this.analysis.schemaSyntax.tables.get(table);
    if (nodes !== undefined) return this.span(nodes.define);
    const property = this.#schemaProperty(table);
    if (property !== null) return this.span(property);
    const schema = this.analysis.folder.schemaFile;
    if (schema === null) return null;
    const module = this.analysis.program.module(schema);
    return module === null ? null : { file: module.name, line: 1, endLine: 1, start: 0, end: 0 };
  }

  /** `table: …` in `defineSchema({…})`, for a table that is built in a way the syntax does not show. */
  #schemaProperty(table: string): ts.Node | null {
    const { node } = this.analysis.schemaSyntax;
    const [tables] = node !== null && ts.isCallExpression(node) ? node.arguments : [];
    if (tables === undefined || !ts.isObjectLiteralExpression(tables)) return null;
    return (
      tables.properties.find(
        (item) =>
          item.name !== undefined &&
          (ts.isIdentifier(item.name) || ts.isStringLiteral(item.name)) &&
          item.name.text === table,
      ) ?? null
    );
  }

  fieldSpan(table: string, field: string): Span | null {
    const nodes = this.analysis.schemaSyntax.tables.get(table);
    const parts = field.split(".");
    const node = parts
      .map((_, i) => nodes?.fields.get(parts.slice(0, parts.length - i).join(".")))
      .find((item) => item !== undefined);
    return node === undefined ? this.tableSpan(table) : this.span(node);
  }

  /** The edit that declares an index after the last one of its table. */
  addIndexEdit(table: string, name: string, fields: readonly string[]): Edit | null {
    const nodes = this.analysis.schemaSyntax.tables.get(table);
    if (nodes === undefined) return null;
    if (!isPlainDefinition(nodes.define)) return null;
    const last = outermostChain(nodes.define);
    const span = this.span(last);
    const list = fields.map((field) => JSON.stringify(field)).join(", ");
    return {
      file: span.file,
      start: span.end,
      end: span.end,
      text: `\n${chainIndent(last)}.index(${JSON.stringify(name)}, [${list}])`,
    };
  }

  /** The edit that takes an index declaration out of the chain. */
  removeIndexEdit(call: ts.CallExpression): Edit | null {
    if (!ts.isPropertyAccessExpression(call.expression)) return null;
    const inner = call.expression.expression;
    return { file: this.span(call).file, start: inner.getEnd(), end: call.getEnd(), text: "" };
  }
}

/** The address of a registered function; empty when nothing exports it. */
export function nameOf(context: RuleContext, entry: object): string {
  for (const [name, item] of context.analysis.entries) if (item === entry) return name;
  return "";
}

/** `defineTable(…)` itself: what a helper makes of it may have no `.index`. */
function isPlainDefinition(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /(^|\.)define(Table|Ent)$/.test(node.expression.getText());
}

/** How far a chained call is indented: as the last one that stands on its own line, or a step more than the chain. */
function chainIndent(chain: ts.Node): string {
  const text = chain.getText();
  const own = /\n([ \t]*)\.\w+\([^\n]*$/.exec(text)?.[1];
  if (own !== undefined) return own;
  const source = chain.getSourceFile().text;
  const lineStart = source.lastIndexOf("\n", chain.getStart() - 1) + 1;
  const indent = /^[ \t]*/.exec(source.slice(lineStart))?.[0] ?? "";
  return indent + (indent.includes("\t") ? "\t" : "  ");
}

function outermostChain(node: ts.Node): ts.Node {
  let current = node;
  while (
    ts.isPropertyAccessExpression(current.parent) &&
    current.parent.expression === current &&
    ts.isCallExpression(current.parent.parent)
  )
    current = current.parent.parent;
  return current;
}
