// Property and element access on abstract values.
import ts from "typescript6";
import { lookupValidator, tableOfValidator } from "./argument-types.ts";
import { externalProperty } from "./externals.ts";
import type { Evaluator } from "./evaluator.ts";
import { isZeroTest } from "./row-uses.ts";
import { Environment } from "./environment.ts";
import {
  constant,
  derived,
  originOf,
  present,
  union,
  undefinedValue,
  unknown,
  type RowsValue,
  type Value,
} from "./values.ts";

export function propertyOf(e: Evaluator, value: Value, name: string, node: ts.Node): Value {
  const base = present(value);
  switch (base.k) {
    case "union":
      return union(...base.options.map((option) => propertyOf(e, option, name, node)));
    case "ctx":
      return contextProperty(base, name, node);
    case "object":
      return objectProperty(base, name, node);
    case "module":
      return e.modules.exportOf(base.path, name);
    case "external":
      return externalProperty(base, name);
    case "global":
      return { k: "method", base, name, node };
    case "api":
      return { k: "api", path: [...base.path, name] };
    case "arg":
      return argumentProperty(base, name, node);
    case "row":
      return rowProperty(e, base, name);
    case "field":
      return fieldProperty(e, base, name, node);
    case "page":
      if (name === "page") return base.rows;
      return derived({ k: "unknown", origin: "row" });
    case "rows":
      if (name === "length") {
        if (isZeroTest(node)) e.useRows(base, "exists", { byLength: true });
        else e.useRows(base, "length");
        return { k: "count", reads: base.reads };
      }
      return { k: "method", base, name, node };
    case "array":
      if (name === "length" || name === "size") {
        if (base.exact) return constant(base.elements.length);
        return base.over.read === undefined
          ? derived(base)
          : { k: "count", reads: [base.over.read] };
      }
      return { k: "method", base, name, node };
    case "db":
      if (name === "system") return { k: "db", system: true };
      return { k: "method", base, name, node };
    case "class":
      return staticProperty(e, base, name, node);
    case "logic":
      return base.op === "and"
        ? propertyOf(e, base.parts.at(-1) ?? unknown, name, node)
        : union(...base.parts.map((part) => propertyOf(e, part, name, node)));
    case "const":
      if (typeof base.value === "string" && name === "length") return constant(base.value.length);
      return base.value === undefined || base.value === null
        ? unknown
        : { k: "method", base, name, node };
    case "unknown":
    case "derived":
      return name === "db" && isContextLike(node)
        ? { k: "db", system: false }
        : { k: "method", base, name, node };
    default:
      return { k: "method", base, name, node };
  }
}

/** `ctx.db` where `ctx` could not be told: nothing else in Convex code is spelled so. */
function isContextLike(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && /(^|\.)_?ctx$/i.test(node.expression.getText());
}

function contextProperty(base: Extract<Value, { k: "ctx" }>, name: string, node: ts.Node): Value {
  const extra = base.extra?.get(name);
  if (extra !== undefined) return extra;
  switch (name) {
    case "db":
      return { k: "db", system: false };
    case "storage":
    case "scheduler":
    case "auth":
    case "meta":
      return { k: "external", module: "convex:ctx", name };
    case "runQuery":
    case "runMutation":
    case "runAction":
    case "vectorSearch":
      return { k: "method", base, name, node };
    default:
      return base.extra === null ? unknown : { k: "unknown", origin: "unknown" };
  }
}

function objectProperty(base: Extract<Value, { k: "object" }>, name: string, node: ts.Node): Value {
  const own = base.props.get(name);
  if (own !== undefined) {
    if (own.k === "function" && ts.isGetAccessor(own.node)) return unknown;
    return own;
  }
  if (base.open) return unknown;
  return /^(hasOwnProperty|toString)$/.test(name)
    ? { k: "method", base, name, node }
    : undefinedValue;
}

function argumentProperty(base: Extract<Value, { k: "arg" }>, name: string, node: ts.Node): Value {
  const inner = base.validator === null ? null : lookupValidator(base.validator, name);
  if (name === "length" && inner === null) return derived(base);
  if (isMethodName(name, base) && inner === null) return { k: "method", base, name, node };
  return { k: "arg", path: [...base.path, name], validator: inner };
}

const stringOrArrayMethods =
  /^(trim|toLowerCase|toUpperCase|slice|split|replace|replaceAll|includes|startsWith|endsWith|match|substring|padStart|toString|toFixed|map|filter|forEach|find|some|every|reduce|join|flatMap|concat|push|indexOf|sort|length|at|entries|keys|values|charAt|normalize|localeCompare)$/;

function isMethodName(name: string, base: Extract<Value, { k: "arg" }>): boolean {
  if (!stringOrArrayMethods.test(name)) return false;
  return base.validator === null
    ? base.path.length > 0
    : base.validator.type !== "object" && base.validator.type !== "union";
}

function rowProperty(e: Evaluator, base: Extract<Value, { k: "row" }>, name: string): Value {
  e.useRow(base);
  return { k: "field", table: base.table, path: [name], reads: base.reads, transformed: false };
}

function fieldProperty(
  e: Evaluator,
  base: Extract<Value, { k: "field" }>,
  name: string,
  node: ts.Node,
): Value {
  const path = [...base.path, name];
  if (!base.transformed && isStored(e, base.table, path)) return { ...base, path };
  if (name === "length") return { ...base, transformed: true };
  return { k: "method", base, name, node };
}

/** Whether a path may hold something; `*` is an element of an array. */
function isStored(e: Evaluator, table: string, path: readonly string[]): boolean {
  const star = path.indexOf("*");
  if (star < 0) return e.fieldType(table, path) !== null;
  const list = e.fieldType(table, path.slice(0, star))?.types.find((type) => type.type === "array");
  return list?.type === "array" && lookupPath(list.value, path.slice(star + 1)) !== null;
}

function staticProperty(
  e: Evaluator,
  base: Extract<Value, { k: "class" }>,
  name: string,
  node: ts.Node,
): Value {
  for (const member of base.node.members) {
    if (member.name === undefined || !ts.isIdentifier(member.name) || member.name.text !== name)
      continue;
    if (ts.isMethodDeclaration(member))
      return { k: "function", node: member, env: base.env, self: base };
    if (ts.isPropertyDeclaration(member) && member.initializer !== undefined)
      return e.evaluate(member.initializer, new Environment(base.env));
  }
  return { k: "method", base, name, node };
}

/** One element of a list; `index` null means any. */
export function elementOf(e: Evaluator, value: Value, index: number | null): Value {
  const base = present(value);
  switch (base.k) {
    case "union":
      return union(...base.options.map((option) => elementOf(e, option, index)));
    case "rows":
      if (index !== null) e.useRows(base, "first-element", { limitText: String(index + 1) });
      else e.useRows(base, "iterate");
      return rowOf(base);
    case "array":
      if (base.exact && index !== null) return base.elements[index] ?? undefinedValue;
      return base.elements.length === 0 ? unknown : union(...base.elements);
    case "arg": {
      const validator = base.validator?.type === "array" ? base.validator.value : null;
      return { k: "arg", path: [...base.path, "*"], validator };
    }
    case "field":
      return { ...base, path: [...base.path, "*"] };
    case "object":
      return base.props.size === 0 ? unknown : union(...base.props.values());
    default:
      return { k: "unknown", origin: originOf(base) };
  }
}

export function rowOf(rows: RowsValue): Value {
  return { k: "row", reads: rows.reads, table: rows.table, nullable: false };
}

/** The table an id value leads to, or null. */
export function tableOfId(e: Evaluator, value: Value): string | null {
  switch (value.k) {
    case "id":
      return value.table;
    case "arg":
      return tableOfValidator(value.validator);
    case "field": {
      if (value.path.length === 1 && value.path[0] === "_id") return value.table;
      const star = value.path.indexOf("*");
      if (star < 0) return e.idTarget(value.table, value.path);
      const type = e.fieldType(value.table, value.path.slice(0, star));
      const element = type?.types.find((item) => item.type === "array");
      return element?.type === "array"
        ? tableOfValidator(lookupPath(element.value, value.path.slice(star + 1)))
        : null;
    }
    case "union": {
      const tables = new Set<string>();
      for (const option of value.options) {
        if (option.k === "const") continue;
        const table = tableOfId(e, option);
        if (table === null) return null;
        tables.add(table);
      }
      return tables.size === 1 ? ([...tables][0] ?? null) : null;
    }
    default:
      return null;
  }
}

function lookupPath(
  validator: NonNullable<Extract<Value, { k: "arg" }>["validator"]>,
  path: string[],
): typeof validator | null {
  let current: typeof validator | null = validator;
  for (const segment of path) current = current === null ? null : lookupValidator(current, segment);
  return current;
}
