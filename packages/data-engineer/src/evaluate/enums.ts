// TypeScript enums as values.
import ts from "typescript6";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { constant, type Value } from "./values.ts";

/** A TypeScript enum as an object of constants. */
export function enumValue(e: Evaluator, node: ts.EnumDeclaration, env: Environment): Value {
  const props = new Map<string, Value>();
  let next = 0;
  for (const member of node.members) {
    const name =
      ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : null;
    if (name === null) continue;
    const value: Value =
      member.initializer === undefined ? constant(next) : e.evaluate(member.initializer, env);
    next = value.k === "const" && typeof value.value === "number" ? value.value + 1 : next + 1;
    props.set(name, value);
  }
  return { k: "object", props, open: false };
}
