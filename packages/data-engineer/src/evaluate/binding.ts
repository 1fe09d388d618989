// Puts values into parameters and destructuring patterns; a written type fills in where the value is unknown.
import ts from "typescript6";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { elementOf, propertyOf } from "./properties.ts";
import { refineByType } from "./type-hints.ts";
import { objectsOf, union, unknown, undefinedValue, type Value } from "./values.ts";

export function bindParameters(
  e: Evaluator,
  parameters: readonly ts.ParameterDeclaration[],
  args: readonly Value[],
  env: Environment,
): void {
  parameters.forEach((parameter, index) => {
    if (ts.isIdentifier(parameter.name) && parameter.name.text === "this") return;
    let value: Value;
    if (parameter.dotDotDotToken !== undefined) {
      value = {
        k: "array",
        elements: args.slice(index),
        over: { over: "literal" },
        exact: true,
      };
    } else {
      value = args[index] ?? undefinedValue;
      if (parameter.initializer !== undefined)
        value = withDefault(e, value, parameter.initializer, env);
      if (
        args[index] === undefined &&
        parameter.initializer === undefined &&
        parameter.questionToken === undefined
      )
        value = unknown;
      if (parameter.type !== undefined) value = refineByType(e, value, parameter.type);
    }
    if (value.k === "unknown" && ts.isIdentifier(parameter.name))
      value = byConvention(parameter.name.text) ?? value;
    bindPattern(e, parameter.name, value, env);
    if (
      ts.isParameterPropertyDeclaration(parameter, parameter.parent) &&
      ts.isIdentifier(parameter.name)
    ) {
      const self = env.findSelf();
      if (self !== null && self.k === "object") self.props.set(parameter.name.text, value);
    }
  });
}

/** Names that mean one thing in Convex code when nothing else is known. */
function byConvention(name: string): Value | null {
  if (name === "ctx") return { k: "ctx", kind: "mutation", extra: null };
  if (name === "db") return { k: "db", system: false };
  return null;
}

export function bindPattern(
  e: Evaluator,
  pattern: ts.BindingName,
  value: Value,
  env: Environment,
): void {
  if (ts.isIdentifier(pattern)) {
    env.declare(pattern.text, value);
    return;
  }
  if (ts.isObjectBindingPattern(pattern)) {
    const taken: string[] = [];
    for (const element of pattern.elements) {
      if (element.dotDotDotToken !== undefined) {
        bindPattern(e, element.name, withoutProperties(value, taken), env);
        continue;
      }
      const key = keyOf(e, element, env);
      if (key !== null) taken.push(key);
      let item = key === null ? unknown : propertyOf(e, value, key, element);
      if (element.initializer !== undefined) item = withDefault(e, item, element.initializer, env);
      bindPattern(e, element.name, item, env);
    }
    return;
  }
  pattern.elements.forEach((element, index) => {
    if (!ts.isBindingElement(element)) return;
    const item =
      element.dotDotDotToken === undefined
        ? elementOf(e, value, index)
        : value.k === "array"
          ? { ...value, elements: value.exact ? value.elements.slice(index) : value.elements }
          : value;
    bindPattern(
      e,
      element.name,
      element.initializer === undefined ? item : withDefault(e, item, element.initializer, env),
      env,
    );
  });
}

function keyOf(e: Evaluator, element: ts.BindingElement, env: Environment): string | null {
  const name = element.propertyName ?? element.name;
  if (ts.isIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name)) {
    const key = e.evaluate(name.expression, env);
    if (key.k === "const" && typeof key.value === "string") return key.value;
  }
  return null;
}

function withDefault(
  e: Evaluator,
  value: Value,
  initializer: ts.Expression,
  env: Environment,
): Value {
  if (value.k === "const" && value.value === undefined) return e.evaluate(initializer, env);
  // A default that does not come into play is not evaluated: its clock is not read.
  if (value.k !== "unknown" && value.k !== "arg" && value.k !== "union") return value;
  return union(value, e.evaluate(initializer, env));
}

function withoutProperties(value: Value, taken: readonly string[]): Value {
  const [whole, ...others] = objectsOf(value);
  if (whole === undefined || whole === null || others.length > 0) return value;
  const props = new Map([...whole.props].filter(([key]) => !taken.includes(key)));
  return { k: "object", props, open: whole.open };
}
