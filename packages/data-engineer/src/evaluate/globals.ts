// Calls on the standard library's global objects.
import type ts from "typescript6";
import { callUnknown } from "./calls.ts";
import { elementOf } from "./properties.ts";
import { consume, rows } from "./reads.ts";
import type { Evaluator } from "./evaluator.ts";
import { constant, derived, optionsOf, union, unknown, type Value } from "./values.ts";

export function callGlobal(
  e: Evaluator,
  object: string,
  method: string | null,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [first = unknown] = args;
  switch (`${object}.${method ?? ""}`) {
    case "Date.now":
    case "performance.now":
      e.facts.clocks.push({
        node,
        entry: e.entry,
        trace: [...e.trace],
        loops: [...e.loops],
        branches: [...e.branches],
      });
      return { k: "clock" };
    case "Array.fromAsync":
      return first.k === "query" ? rows(consume(e, first, node, { kind: "collect" })) : first;
    case "Promise.all":
    case "Promise.allSettled":
    case "Array.from":
    case "structuredClone.":
    case "Object.freeze": {
      const [, mapper] = args;
      if (mapper?.k === "function") {
        const element = elementOf(e, first, null);
        return {
          k: "array",
          elements: [e.call(mapper, [element, unknown], node)],
          over: { over: first.k === "object" ? "literal" : "unknown" },
          exact: false,
        };
      }
      return first;
    }
    case "Promise.resolve":
      return first;
    case "Promise.race":
    case "Promise.any":
      return elementOf(e, first, null);
    case "Object.values":
      return first.k === "object"
        ? {
            k: "array",
            elements: [...first.props.values()],
            over: { over: "literal", size: first.props.size },
            exact: !first.open,
          }
        : derived(first);
    case "Object.keys":
      return first.k === "object"
        ? {
            k: "array",
            elements: [...first.props.keys()].map(constant),
            over: { over: "literal", size: first.props.size },
            exact: !first.open,
          }
        : derived(first);
    case "Object.entries":
      return first.k === "object"
        ? {
            k: "array",
            elements: [...first.props].map(([key, value]) => ({
              k: "array",
              elements: [constant(key), value],
              over: { over: "literal" },
              exact: true,
            })),
            over: { over: "literal", size: first.props.size },
            exact: !first.open,
          }
        : derived(first);
    case "Object.fromEntries": {
      const pair = elementOf(e, first, null);
      const value = elementOf(e, pair, 1);
      return {
        k: "array",
        elements: [value],
        over: first.k === "array" ? first.over : { over: "unknown" },
        exact: false,
      };
    }
    case "Object.assign":
      return first.k === "object"
        ? {
            k: "object",
            props: new Map(
              args.flatMap((argument) => (argument.k === "object" ? [...argument.props] : [])),
            ),
            open: args.some((argument) => argument.k !== "object" || argument.open),
          }
        : derived(...args);
    case "Boolean.":
    case "String.":
    case "Number.":
      return optionsOf(first).length === 1 ? first : union(first);
    default:
      if (
        /^(Math|JSON|Number|String|BigInt|parseInt|parseFloat|isNaN|encodeURIComponent|Symbol|console)\b/.test(
          object,
        )
      ) {
        for (const argument of args) e.escape(argument);
        return derived(...args);
      }
      return callUnknown(e, node, args, unknown);
  }
}
