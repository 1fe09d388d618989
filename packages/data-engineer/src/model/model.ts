// The model every command works from: functions, reads with the values that shape them, writes, and what is unknown.
// Plain data, so that it can be cached, printed as JSON and handed to other programs.
import type { SchemaDefinition } from "../schema/schema.ts";
import type { Validator } from "../schema/validator.ts";

/** A stretch of source. Lines count from 1; `start` and `end` are offsets in the file's text. */
export interface Span {
  file: string;
  line: number;
  endLine: number;
  start: number;
  end: number;
}

export type FunctionKind = "query" | "mutation" | "action" | "httpAction";
export type Visibility = "public" | "internal" | "http";

/** A registered function: `name` is its address, `folder/file:export`. */
export interface FunctionInfo {
  name: string;
  kind: FunctionKind;
  visibility: Visibility;
  at: Span;
  /** Where the builder call is. */
  call: Span;
  args: Validator | null;
  returns: Validator | null;
  /** False when the validators could not be learnt (unknown builder, no introspection). */
  validatorsKnown: boolean;
}

/** Where a compared value comes from. */
export type Origin = "const" | "arg" | "row" | "clock" | "unknown";

export interface Bound {
  field: string;
  value: Origin;
  /** The source text of the value. */
  text: string;
  /** JSON text of the constant, when it is one. */
  constant?: string;
  /** Of a range: "gt", "gte", "lt" or "lte". */
  comparison?: string;
}

export type PredicateOp =
  "eq" | "range" | "neq" | "in" | "contains" | "text" | "field-compare" | "opaque";

export interface Predicate {
  field: string;
  op: PredicateOp;
  value: Origin;
  text: string;
  /** The comparison of a range: "gt", "gte", "lt" or "lte". */
  comparison?: string;
  constant?: string;
  /** Source text of the value compared with. */
  valueText?: string;
  /** Where it is applied: the database filter, or JavaScript after reading. */
  by: "db" | "js";
  /** It holds only when an argument asks for it. */
  conditional?: boolean;
}

export type ConsumerKind =
  "get" | "first" | "unique" | "take" | "paginate" | "collect" | "iterate" | "escape";

export interface Consumer {
  kind: ConsumerKind;
  /** Of `take` and `paginate`. */
  limit?: number | "arg";
  /** An iteration that can stop before the end, or a `paginate` with `maximumRowsRead`. */
  endsEarly?: boolean;
}

/** How the rows are used after reading. */
export interface RowUse {
  stages: ("filter" | "sort" | "map" | "slice" | "reverse")[];
  end: "length" | "slice" | "first-element" | "iterate" | "map" | "exists" | "escape";
  /** Field of a single-field sort, with its direction, when it is one. */
  sort?: { field: string; order: "asc" | "desc" };
  predicates: Predicate[];
  /** Text conditions that hold on some ways to this use only. */
  sometimes?: Predicate[];
  /** Source text of the count of a slice. */
  limitText?: string;
  /** The last ones are taken. */
  fromEnd?: boolean;
  /** The row with the largest or smallest value is looked for, nothing is sorted. */
  isBest?: boolean;
  /** Of "exists": the length was compared with zero. */
  byLength?: boolean;
  /** The same rows are gone through once per turn of a loop. */
  nested: boolean;
}

export interface LoopContext {
  over: "rows" | "literal" | "argument" | "while" | "unknown";
  /** Id of the read whose rows are walked. */
  read?: string;
  /** Number of elements of a literal. */
  size?: number;
}

export type ReadSource = "get" | "index" | "search" | "scan" | "system";

export interface Read {
  id: string;
  table: string;
  /** The function whose source holds the read; null for a helper. */
  within: string | null;
  /** Registered functions that reach it, by name, sorted. */
  callers: string[];
  at: Span;
  source: ReadSource;
  index?: string;
  eq: Bound[];
  range?: { field: string; lower?: Bound; upper?: Bound; inclusive?: string };
  /** A search: the field, and the filters in `eq`. */
  searchField?: string;
  order: "asc" | "desc" | "relevance";
  orderExplicit: boolean;
  residual: Predicate[];
  consumer: Consumer;
  uses: RowUse[];
  /** Only whether there is a row matters to the code, not which. */
  existenceOnly: boolean;
  /** Loops around it on the way where they are deepest, and the functions that come that way. */
  loops: LoopContext[];
  loopCallers: string[];
  certainty: "exact" | "branch" | "unknown";
  /** Why Convex would refuse the range, when it can be told from the range alone. */
  rangeProblem?: string;
  /** Call sites crossed from the function to the read, outermost first. */
  trace: Span[];
  /** Parts of the chain, for rewriting. */
  parts: ReadParts;
}

export interface ReadParts {
  /** `<db>.query("t")`. */
  query?: Span;
  withIndex?: Span;
  filters: Span[];
  order?: Span;
  consumer?: Span;
  /** True when the whole chain is one expression in one place. */
  inOnePlace: boolean;
}

export type WriteKind = "insert" | "patch" | "replace" | "delete";

export interface Write {
  kind: WriteKind;
  table: string;
  /** Top-level fields written; null when not known. */
  fields: string[] | null;
  within: string | null;
  callers: string[];
  at: Span;
  loops: LoopContext[];
  /** The explicit form `patch("t", id, …)`. */
  explicitTable: boolean;
  /** An insert that only happens while the table is empty. */
  firstFill?: boolean;
}

/** A call of another function: run, schedule or cron. */
export interface FunctionCall {
  target: string;
  via: "runQuery" | "runMutation" | "runAction" | "schedule" | "cron";
  callers: string[];
  at: Span;
  loops: LoopContext[];
}

export interface Unresolved {
  at: Span;
  what: string;
}

export interface Model {
  /** Path of the Convex folder relative to the analysed directory, "." for itself. */
  folder: string;
  isComponent: boolean;
  schemaFile: string | null;
  schema: SchemaDefinition;
  /** How the schema was learnt, or that it was not. */
  schemaFrom: "introspection" | "syntax" | "none";
  functions: FunctionInfo[];
  reads: Read[];
  writes: Write[];
  calls: FunctionCall[];
  /** Read sites whose table, index or use could not be told. */
  unresolved: Unresolved[];
  coverage: { resolved: number; total: number };
  /** Reasons why some part was not seen, for people. */
  notes: string[];
}
