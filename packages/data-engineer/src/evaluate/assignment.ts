// Assignments to variables, properties and patterns.
import ts from "typescript6";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { elementOf, propertyOf } from "./properties.ts";
import { union, type Value } from "./values.ts";

export function assignPattern(
  e: Evaluator,
  target: ts.Expression,
  value: Value,
  env: Environment,
): void {
  if (ts.isIdentifier(target)) {
    env.assign(target.text, value, e.log);
  } else if (ts.isPropertyAccessExpression(target)) {
    setProperty(e, e.evaluate(target.expression, env), target.name.text, value);
  } else if (ts.isElementAccessExpression(target)) {
    const base = e.evaluate(target.expression, env);
    const key = e.evaluate(target.argumentExpression, env);
    if (key.k === "const" && typeof key.value === "string") setProperty(e, base, key.value, value);
    else {
      e.noteMutation(base);
      if (base.k === "object") base.open = true;
      if (base.k === "array" && !base.elements.includes(value)) base.elements.push(value);
      else e.escape(value);
    }
  } else if (ts.isObjectLiteralExpression(target)) {
    for (const property of target.properties) {
      if (ts.isShorthandPropertyAssignment(property))
        env.assign(property.name.text, propertyOf(e, value, property.name.text, target), e.log);
      else if (ts.isPropertyAssignment(property) && ts.isIdentifier(property.name))
        assignPattern(
          e,
          property.initializer,
          propertyOf(e, value, property.name.text, target),
          env,
        );
    }
  } else if (ts.isArrayLiteralExpression(target)) {
    target.elements.forEach((element, index) =>
      assignPattern(e, element, elementOf(e, value, index), env),
    );
  }
}

function setProperty(e: Evaluator, base: Value, name: string, value: Value): void {
  if (base.k === "object") {
    e.noteMutation(base);
    const before = base.props.get(name);
    base.props.set(name, before === undefined ? value : union(before, value));
  } else {
    e.escape(value);
  }
}
