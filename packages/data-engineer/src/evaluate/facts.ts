// What the evaluator writes down while it runs: reads, writes, calls and habits, still with their syntax nodes.
import type ts from "typescript6";
import type { Consumer, FunctionCall, LoopContext, RowUse, WriteKind } from "../model/model.ts";
import type { Entry, QueryState, RangePart, Value } from "./values.ts";

/** Which side of a condition the evaluator is on. */
export interface BranchPoint {
  node: ts.Node;
  branch: string;
  /** What is true on this side, when it is an `if`'s. */
  holds?: { condition: Value; negated: boolean };
}

interface Context {
  entry: Entry | null;
  /** Innermost registered function or named helper that contains the site. */
  trace: ts.Node[];
  loops: LoopContext[];
  branches: BranchPoint[];
}

/** One read on one way through the program. */
export interface ReadOccurrence extends Context {
  id: string;
  node: ts.Node;
  state: QueryState;
  alternatives: number;
  consumer: Consumer;
  uses: RowUse[];
  /** A field of the row was looked at, or the row was handed on. */
  rowUsed: boolean;
  source: "get" | "query";
  /** The id a `get` was given. */
  idValue: Value | null;
  explicitTable: boolean;
}

export interface WriteOccurrence extends Context {
  kind: WriteKind;
  node: ts.CallExpression;
  table: string;
  value: Value | null;
  idValue: Value | null;
  explicitTable: boolean;
}

export interface CallOccurrence extends Context {
  target: string | null;
  via: FunctionCall["via"];
  node: ts.Node;
}

export interface ClockUse extends Context {
  node: ts.Node;
}

export interface FloatingPromise {
  node: ts.CallExpression;
  what: string;
  entry: Entry | null;
  /** `rows.forEach(async …)`: awaiting the call would not help. */
  isForEach: boolean;
}

export interface ThrownError {
  node: ts.ThrowStatement;
  entry: Entry | null;
  /** A `catch` around it, in the function or one that calls it, keeps it from the caller. */
  isCaught: boolean;
  trace: ts.Node[];
}

/** A value taken as an id by a cast, a `get`, or a comparison with `_id`. */
export interface IdUse {
  value: Value;
  target: string;
  node: ts.Node;
  /** It happens only when another value is a certain one: in the other cases the string may be something else. */
  inOneCase: boolean;
}

/** A stored field compared with something. */
export interface FieldComparison {
  table: string;
  path: string;
  other: Value;
  node: ts.Node;
}

export interface RangeProblem {
  node: ts.Node;
  parts: RangePart[];
}

export class Facts {
  readonly reads = new Map<string, ReadOccurrence>();
  /** The same, by all of their key but the way they were reached. */
  readonly readsBySite = new Map<string, ReadOccurrence[]>();
  readonly writes: WriteOccurrence[] = [];
  readonly calls: CallOccurrence[] = [];
  readonly clocks: ClockUse[] = [];
  readonly floating: FloatingPromise[] = [];
  /** Calls that have an effect and give a promise. */
  readonly promiseCalls = new Set<ts.Node>();
  readonly thrown: ThrownError[] = [];
  readonly idUses: IdUse[] = [];
  readonly comparisons: FieldComparison[] = [];
  readonly entries: Entry[] = [];
  /** `table.path` of arrays that get elements pushed. */
  readonly pushedFields: { table: string; path: string; entry: Entry | null }[] = [];
  /** Index ranges that ask a stored array to equal one element. */
  readonly elementBounds: { table: string; index: string; field: string }[] = [];
  /** Stored arrays whose length was held against a limit. */
  readonly lengthChecks: { table: string; path: string; entry: Entry | null }[] = [];
  readonly unresolved = new Map<ts.Node, string>();
  /** Read-like call sites that were evaluated with everything known. */
  readonly resolvedSites = new Set<ts.Node>();
  /** Queries that were begun; one never run is no read. */
  readonly begunSites = new Set<ts.Node>();
  readonly evaluatedFunctions = new Set<ts.Node>();
  /** Functions as they were made last, with the variables around them. */
  readonly closures = new Map<ts.Node, Value>();
  /** Arguments (joined path) that some code of the entry looks at, by entry. */
  readonly inspectedArguments = new Map<Entry, Set<string>>();
  /** What is known of `withIndex` calls that were come by: whether their index name is, and of which tables. */
  readonly indexChoices = new Map<ts.Node, { tables: Set<string>; isKnown: boolean }>();
  /** Index names handed to library helpers. */
  readonly namedIndexes = new Set<string>();
  /** What each function returns. */
  readonly results = new Map<Entry, Value>();
  /** Entries whose evaluation was cut short, and helpers and modules run on their own for which the same is true. */
  readonly cut = new Set<Entry>();
  readonly cutParts = new Set<ts.Node>();
  readonly notes = new Set<string>();

  inspect(entry: Entry | null, path: string[]): void {
    if (entry === null) return;
    const set = this.inspectedArguments.get(entry) ?? new Set();
    set.add(path.join("."));
    this.inspectedArguments.set(entry, set);
  }
}
