// The abstract values of the evaluator: what an expression may be, told as far as the data layer cares.
import type ts from "typescript6";
import type {
  Bound,
  FunctionKind,
  LoopContext,
  Origin,
  Predicate,
  RowUse,
  Visibility,
} from "../model/model.ts";
import type { ObjectField, Validator } from "../schema/validator.ts";
import type { Environment } from "./environment.ts";

export type Constant = string | number | boolean | null | undefined | bigint;

/** One way a query may have been built. */
export interface QueryState {
  table: string;
  isSystem: boolean;
  /** Made by a library's paginator or stream, which may page more than once per call. */
  isHelper: boolean;
  source: "scan" | "index" | "search" | "unknown";
  index: string | null;
  eq: Bound[];
  range: { field: string; lower?: Bound; upper?: Bound; inclusive?: string } | null;
  searchField: string | null;
  order: "asc" | "desc";
  orderExplicit: boolean;
  filters: Predicate[];
  nodes: {
    query: ts.Node | null;
    withIndex: ts.Node | null;
    filters: ts.Node[];
    order: ts.Node | null;
  };
  /** Something about it could not be told (an unknown index name or range). */
  uncertain: boolean;
  /** What Convex would refuse in the range. */
  rangeProblem: string | null;
  limit: Limit | null;
  /** A stream that reads one row per distinct key. */
  distinct?: boolean;
}

export type Limit = number | "arg";

export interface TableNodes {
  define: ts.Node;
  fields: Map<string, ts.Node>;
  indexes: { name: string; kind: "index" | "search" | "vector"; call: ts.CallExpression }[];
}

export interface RowsValue {
  k: "rows";
  /** Ids of the reads they come from; empty for rows known by their type only. */
  reads: string[];
  table: string;
  stages: RowUse["stages"];
  predicates: Predicate[];
  sort: RowUse["sort"] | null;
  /** Already cut: what happens next is no use of the whole. */
  cut: boolean;
  /** Text conditions that hold on some ways only, kept when there are too many ways to tell them apart. */
  sometimes?: Predicate[];
}

export type Value =
  | { k: "unknown"; origin: Origin }
  | { k: "const"; value: Constant }
  | { k: "arg"; path: string[]; validator: Validator | null }
  | { k: "clock" }
  | { k: "ctx"; kind: FunctionKind; extra: Map<string, Value> | null }
  | { k: "db"; system: boolean; helper?: boolean }
  | { k: "table-handle"; table: string }
  | {
      k: "query";
      states: QueryState[];
      /** A stream's `map`: what each row becomes. */
      each?: { callback: Value; node: ts.CallExpression };
    }
  | RowsValue
  | { k: "page"; rows: RowsValue }
  | { k: "row"; reads: string[]; table: string; nullable: boolean }
  | { k: "field"; table: string; path: string[]; reads: string[]; transformed: boolean }
  | { k: "id"; table: string; origin: Origin }
  | { k: "count"; reads: string[] }
  | {
      k: "object";
      props: Map<string, Value>;
      open: boolean;
      /** Where properties that hold validators are written. */
      nodes?: Map<string, ts.Node>;
    }
  | {
      k: "array";
      elements: Value[];
      over: LoopContext;
      exact: boolean;
      /** A stored array that this one is a longer copy of. */
      extendsField?: { table: string; path: string };
      /** A stored array that this one is a copy of, as long as nothing is added. */
      copiesField?: { table: string; path: string };
    }
  | { k: "function"; node: FunctionNode; env: Environment; self: Value | null }
  | { k: "class"; node: ts.ClassLikeDeclaration; env: Environment }
  | { k: "module"; path: string }
  | { k: "external"; module: string; name: string }
  | { k: "global"; name: string }
  | { k: "method"; base: Value; name: string; node: ts.Node }
  | {
      k: "compare";
      op: CompareOp;
      left: Value;
      right: Value;
      text: string;
      leftText: string;
      rightText: string;
      /** Written `==` or `!=`. */
      isLoose?: boolean;
    }
  | { k: "logic"; op: "and" | "or" | "not"; parts: Value[]; text: string }
  | {
      k: "builder";
      kind: FunctionKind;
      visibility: Visibility;
      custom: Value | null;
      /** Told by its name alone. */
      isGuess?: true;
    }
  | { k: "registered"; entry: Entry }
  | { k: "api"; path: string[] }
  | { k: "filter-builder" }
  | { k: "field-ref"; path: string }
  | { k: "range"; parts: RangePart[]; uncertain: boolean }
  | { k: "validator"; validator: Validator; optional: boolean; fields: Map<string, ts.Node> }
  | { k: "table-definition"; document: Validator; nodes: TableNodes; indexes: StaticIndexes }
  | {
      k: "schema-definition";
      node: ts.Node;
      tables: Map<string, Value>;
      open: boolean;
      validation: boolean;
      allowsOtherTables: boolean;
    }
  | { k: "union"; options: Value[] }
  | { k: "derived"; from: Value[] };

export type CompareOp =
  "eq" | "neq" | "gt" | "gte" | "lt" | "lte" | "in" | "contains" | "text" | "opaque";

export interface RangePart {
  op: "eq" | "gt" | "gte" | "lt" | "lte" | "search";
  field: string | null;
  value: Value;
  text: string;
}

export interface StaticIndexes {
  indexes: { indexDescriptor: string; fields: string[]; staged: boolean }[];
  search: {
    indexDescriptor: string;
    searchField: string;
    filterFields: string[];
    staged: boolean;
  }[];
  vector: {
    indexDescriptor: string;
    vectorField: string;
    dimensions: number;
    filterFields: string[];
    staged: boolean;
  }[];
  /** Some index could not be read from the syntax. */
  open: boolean;
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

/** A registered function as the syntax shows it. */
export interface Entry {
  file: string;
  exportName: string | null;
  kind: FunctionKind;
  visibility: Visibility;
  call: ts.CallExpression;
  /** Registered by a function of the project's own: `crud("notes")`. Its file is that which exports it. */
  isMade: boolean;
  /** The call of that function, outside of all others. */
  madeAt: ts.Node | null;
  handler: Value;
  custom: Value | null;
  args: ObjectField["fieldType"] | null;
  returns: Validator | null;
  argsNode: ts.Node | null;
  returnsNode: ts.Node | null;
  definition: ts.ObjectLiteralExpression | null;
  /** Kind and visibility are told by the builder's name alone. */
  isGuess?: true;
}

export const unknown: Value = { k: "unknown", origin: "unknown" };
export const undefinedValue: Value = { k: "const", value: undefined };

export function constant(value: Constant): Value {
  return { k: "const", value };
}

const maxOptions = 12;

/** Joins what a value may be. Equal constants fold; too many options become unknown. */
export function union(...values: Value[]): Value {
  const options: Value[] = [];
  for (const value of values) {
    for (const option of value.k === "union" ? value.options : [value]) {
      const known = options.some(
        (other) =>
          other === option ||
          (other.k === "const" && option.k === "const" && other.value === option.value) ||
          (other.k === "unknown" && option.k === "unknown"),
      );
      if (!known) options.push(option);
    }
  }
  const queries = options.filter(isPlainQuery);
  if (queries.length > 1) {
    const states = [...new Set(queries.flatMap((query) => query.states))];
    const others = options.filter((option) => !isPlainQuery(option));
    return union({ k: "query", states }, ...others);
  }
  if (options.length === 1 && options[0] !== undefined) return options[0];
  if (options.length === 0) return undefinedValue;
  if (options.length <= maxOptions) return { k: "union", options };
  const joined = joinRows(options);
  if (joined.length > maxOptions) return unknown;
  return joined.length === 1 && joined[0] !== undefined
    ? joined[0]
    : { k: "union", options: joined };
}

/**
 * One value for all rows of the same reads: optional filters double the ways rows may come, and what all ways have in
 * common still holds.
 */
function joinRows(options: readonly Value[]): Value[] {
  const groups = new Map<string, RowsValue[]>();
  const result: Value[] = [];
  for (const option of options) {
    if (option.k !== "rows") {
      result.push(option);
      continue;
    }
    const key = [option.table, option.cut, ...option.reads].join("|");
    groups.set(key, [...(groups.get(key) ?? []), option]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const predicates = commonPredicates(group.map((rows) => rows.predicates));
    const sometimes = new Map(
      group
        .flatMap((rows) => [...rows.predicates, ...(rows.sometimes ?? [])])
        .filter((item) => item.op === "text" && !predicates.includes(item))
        .map((item) => [JSON.stringify(item), item]),
    );
    result.push({
      ...first,
      stages: [...new Set(group.flatMap((rows) => rows.stages))],
      predicates,
      sort: group.every((rows) => JSON.stringify(rows.sort) === JSON.stringify(first.sort))
        ? first.sort
        : null,
      ...(sometimes.size === 0 ? {} : { sometimes: [...sometimes.values()] }),
    });
  }
  return result;
}

/** The conditions that are in every list, in the order of the first. */
export function commonPredicates(lists: readonly (readonly Predicate[])[]): Predicate[] {
  const [first = [], ...others] = lists;
  const texts = others.map((list) => new Set(list.map((item) => JSON.stringify(item))));
  return first.filter((item) => texts.every((set) => set.has(JSON.stringify(item))));
}

function isPlainQuery(value: Value): value is Extract<Value, { k: "query" }> {
  return value.k === "query" && value.each === undefined;
}

export function optionsOf(value: Value): Value[] {
  return value.k === "union" ? value.options : [value];
}

/** The options that are neither null nor undefined. */
export function present(value: Value): Value {
  if (value.k === "row" && value.nullable) return { ...value, nullable: false };
  if (value.k !== "union") return value;
  const rest = value.options.filter(
    (option) => !(option.k === "const" && (option.value === null || option.value === undefined)),
  );
  return union(...rest);
}

export function derived(...from: Value[]): Value {
  return { k: "derived", from };
}

/** The objects a value may be; null for an option that is none, or is not described. */
export function objectsOf(value: Value): (Extract<Value, { k: "object" }> | null)[] {
  return optionsOf(value).map((option) => {
    if (option.k === "object") return option;
    if (option.k !== "arg" || option.validator?.type !== "object") return null;
    const fields = Object.entries(option.validator.value);
    return {
      k: "object",
      props: new Map(
        fields.map(([key, field]) => [
          key,
          { k: "arg", path: [...option.path, key], validator: field.fieldType },
        ]),
      ),
      open: false,
    };
  });
}

/** Where a value comes from, the least constant source winning. */
export function originOf(value: Value, depth = 0): Origin {
  if (depth > 6) return "unknown";
  switch (value.k) {
    case "const":
    case "api":
      return "const";
    case "arg":
      return "arg";
    case "clock":
      return "clock";
    case "field":
    case "row":
    case "rows":
    case "count":
    case "page":
      return "row";
    case "id":
    case "unknown":
      return value.origin;
    case "union":
      return strongest(value.options.map((option) => originOf(option, depth + 1)));
    case "derived":
      return strongest(value.from.map((part) => originOf(part, depth + 1)));
    case "array":
      return strongest(value.elements.map((part) => originOf(part, depth + 1)));
    case "object":
      return strongest([...value.props.values()].map((part) => originOf(part, depth + 1)));
    case "compare":
      return strongest([originOf(value.left, depth + 1), originOf(value.right, depth + 1)]);
    case "logic":
      return strongest(value.parts.map((part) => originOf(part, depth + 1)));
    default:
      return "unknown";
  }
}

function strongest(origins: Origin[]): Origin {
  for (const origin of ["clock", "row", "arg", "unknown"] as const)
    if (origins.includes(origin)) return origin;
  return "const";
}

/** Every value found in a value, itself included; cycles and depth are cut. */
export function* walk(value: Value, depth = 0): Generator<Value> {
  yield value;
  if (depth > 5) return;
  const parts = partsOf(value);
  for (const part of parts) yield* walk(part, depth + 1);
}

function partsOf(value: Value): Value[] {
  switch (value.k) {
    case "union":
      return value.options;
    case "derived":
      return value.from;
    case "array":
      return value.elements;
    case "object":
      return [...value.props.values()];
    case "page":
      return [value.rows];
    case "method":
      return [value.base];
    case "logic":
      return value.parts;
    case "compare":
      return [value.left, value.right];
    default:
      return [];
  }
}

export function constantText(value: Value): string | undefined {
  if (value.k !== "const" || typeof value.value === "bigint") return undefined;
  return value.value === undefined ? "undefined" : JSON.stringify(value.value);
}

/** The strings a value may be; null when it may be something else. */
export function stringsOf(value: Value): string[] | null {
  const constants = constantsOf(value);
  if (constants === null) return null;
  const strings = constants.filter((item) => typeof item === "string");
  return strings.length === constants.length ? strings : null;
}

/** The constants a value may be, those its validator names included; null when it may be something else. */
export function constantsOf(value: Value): Constant[] | null {
  const found: Constant[] = [];
  for (const option of optionsOf(value)) {
    if (option.k === "const") found.push(option.value);
    else if (option.k === "arg") {
      const literals = option.validator === null ? null : literalsOf(option.validator);
      if (literals === null) return null;
      found.push(...literals);
    } else return null;
  }
  return [...new Set(found)];
}

function literalsOf(validator: Validator): Constant[] | null {
  if (validator.type === "literal") {
    const { value } = validator;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? [value]
      : null;
  }
  if (validator.type !== "union") return null;
  const members = validator.value.map(literalsOf);
  return members.some((item) => item === null) ? null : members.flatMap((item) => item ?? []);
}
