// Evaluates literals: objects, arrays, templates, functions; and names, which stand in objects as both.
import ts from "typescript6";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { elementOf, propertyOf } from "./properties.ts";
import {
  constant,
  constantsOf,
  derived,
  optionsOf,
  union,
  undefinedValue,
  type Constant,
  type Value,
} from "./values.ts";

export function closure(e: Evaluator, value: Extract<Value, { k: "function" }>): Value {
  if (!e.facts.evaluatedFunctions.has(value.node)) e.facts.closures.set(value.node, value);
  return value;
}

export function identifier(node: ts.Identifier, env: Environment): Value {
  if (node.text === "undefined") return undefinedValue;
  return env.lookup(node.text) ?? { k: "global", name: node.text };
}

/** Texts a template may have before it counts as any. */
const maxTexts = 12;

export function objectLiteral(
  e: Evaluator,
  node: ts.ObjectLiteralExpression,
  env: Environment,
): Value {
  const props = new Map<string, Value>();
  const value: Extract<Value, { k: "object" }> = { k: "object", props, open: false };
  let open = false;
  const nodes = new Map<string, ts.Node>();
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const spread = e.evaluate(property.expression, env);
      for (const option of optionsOf(spread)) {
        if (option.k === "object") {
          for (const [key, place] of option.nodes ?? []) nodes.set(key, place);
          for (const [key, item] of option.props) {
            const before = props.get(key);
            props.set(
              key,
              before !== undefined && spread.k === "union" ? union(before, item) : item,
            );
          }
          if (option.open) open = true;
        } else if (option.k === "row") {
          const type = e.table(option.table)?.document;
          if (type?.type === "object")
            for (const name of Object.keys(type.value))
              props.set(name, propertyOf(e, option, name, property));
          else open = true;
          for (const name of ["_id", "_creationTime"])
            props.set(name, propertyOf(e, option, name, property));
        } else if (option.k === "page") {
          for (const name of ["page", "isDone", "continueCursor"])
            props.set(name, propertyOf(e, option, name, property));
          open = true;
        } else if (option.k === "validator" && option.fields.size > 0) {
          props.set(`...${props.size}`, option);
        } else if (option.k === "arg" && option.validator?.type === "object") {
          for (const name of Object.keys(option.validator.value))
            props.set(name, propertyOf(e, option, name, property));
        } else if (option.k !== "const") {
          open = true;
          for (const inner of optionsOf(option)) e.escape(inner);
        }
      }
      continue;
    }
    const name = propertyName(e, property.name, env);
    if (ts.isPropertyAssignment(property)) {
      const item = e.evaluate(property.initializer, env);
      if (name === null) open = true;
      else {
        props.set(name, item);
        if (holdsValidator(item)) nodes.set(name, property);
      }
    } else if (ts.isShorthandPropertyAssignment(property)) {
      const item = identifier(property.name, env);
      props.set(property.name.text, item);
      if (holdsValidator(item)) nodes.set(property.name.text, property);
    } else if (ts.isMethodDeclaration(property) && name !== null) {
      props.set(name, closure(e, { k: "function", node: property, env, self: value }));
    }
  }
  value.open = open;
  if (nodes.size > 0) value.nodes = nodes;
  return value;
}

function holdsValidator(value: Value): boolean {
  return value.k === "validator" || (value.k === "object" && value.nodes !== undefined);
}

function propertyName(e: Evaluator, name: ts.PropertyName, env: Environment): string | null {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name))
    return name.text;
  if (ts.isComputedPropertyName(name)) {
    const key = e.evaluate(name.expression, env);
    return key.k === "const" && typeof key.value === "string" ? key.value : null;
  }
  return null;
}

export function arrayLiteral(
  e: Evaluator,
  node: ts.ArrayLiteralExpression,
  env: Environment,
): Value {
  const elements: Value[] = [];
  let exact = true;
  let over: Extract<Value, { k: "array" }>["over"] = { over: "literal" };
  let extendsField: { table: string; path: string } | undefined;
  let skipped = 0;
  let copiesField: { table: string; path: string } | undefined;
  for (const element of node.elements) {
    if (!ts.isSpreadElement(element)) {
      // Tables of data: one row is like the next, and only their number matters.
      if (elements.length >= maxLiteralElements && isData(element)) skipped++;
      else elements.push(e.evaluate(element, env));
      continue;
    }
    const spread = e.evaluate(element.expression, env);
    if (node.elements.length === 1 && (spread.k === "rows" || spread.k === "array")) return spread;
    for (const option of optionsOf(spread)) {
      if (option.k === "array") {
        elements.push(...option.elements);
        if (!option.exact) {
          exact = false;
          over = option.over;
        }
        extendsField ??= option.extendsField ?? option.copiesField;
      } else if (option.k === "rows") {
        exact = false;
        elements.push({ k: "row", reads: option.reads, table: option.table, nullable: false });
        e.useRows(option, "map");
        if (option.reads[0] !== undefined) over = { over: "rows", read: option.reads[0] };
      } else {
        exact = false;
        elements.push(elementOf(e, option, null));
        if (over.over === "literal") over = { over: option.k === "arg" ? "argument" : "unknown" };
        if (option.k === "field") {
          const stored = { table: option.table, path: option.path.join(".") };
          if (node.elements.length > 1) extendsField = stored;
          else copiesField = stored;
        }
      }
    }
  }
  if (exact) over = { over: "literal", size: elements.length + skipped };
  if (skipped > 0) exact = false;
  return {
    k: "array",
    elements,
    over,
    exact,
    ...(extendsField === undefined ? {} : { extendsField }),
    ...(copiesField === undefined ? {} : { copiesField }),
  };
}

const maxLiteralElements = 200;

const constantKeywords: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.TrueKeyword,
  ts.SyntaxKind.FalseKeyword,
  ts.SyntaxKind.NullKeyword,
]);

/** Literals all the way down. */
function isData(node: ts.Node): boolean {
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (property) => ts.isPropertyAssignment(property) && isData(property.initializer),
    );
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isData);
  if (ts.isPrefixUnaryExpression(node)) return isData(node.operand);
  return ts.isLiteralExpression(node) || constantKeywords.has(node.kind);
}

export function template(e: Evaluator, node: ts.TemplateExpression, env: Environment): Value {
  let texts: string[] | null = [node.head.text];
  const parts: Value[] = [];
  for (const span of node.templateSpans) {
    const value = e.evaluate(span.expression, env);
    parts.push(value);
    const choices: Constant[] | null = texts === null ? null : constantsOf(value);
    texts =
      texts === null || choices === null
        ? null
        : texts.flatMap((text) =>
            choices.map((choice) => text + String(choice) + span.literal.text),
          );
    if (texts !== null && texts.length > maxTexts) texts = null;
  }
  return texts === null ? derived(...parts) : union(...texts.map(constant));
}
