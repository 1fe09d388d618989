// Array methods over rows and lists, and string and array methods over stored fields.
import type ts from "typescript6";
import type { LoopContext, RowUse } from "../model/model.ts";
import { callThen, callUnknown } from "./calls.ts";
import type { Evaluator } from "./evaluator.ts";
import { predicatesOf } from "./predicates.ts";
import { elementOf, rowOf } from "./properties.ts";
import {
  beginsWithReturns,
  bestOf,
  extremeOf,
  ignoresRow,
  sliceAfter,
  sliceOf,
  sortOf,
} from "./row-uses.ts";
import {
  derived,
  optionsOf,
  originOf,
  present,
  union,
  undefinedValue,
  unknown,
  type RowsValue,
  type Value,
} from "./values.ts";

const anything: Value = { k: "unknown", origin: "row" };

export function callRowsMethod(
  e: Evaluator,
  rows: RowsValue,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [callback, second] = args;
  const loop = loopOf(rows);
  const each = (values: Value[]): Value =>
    callback === undefined ? unknown : e.inLoop(loop, () => e.call(callback, values, node));
  const test = (values: Value[]): Value =>
    callback === undefined ? unknown : e.inLoop(loop, () => e.callTest(callback, values, node));
  const row = rowOf(rows);
  switch (name) {
    case "filter": {
      if (callback?.k === "global") return { ...rows, stages: [...rows.stages, "filter"] };
      const kept = test([row, anything]);
      return {
        ...rows,
        stages: [...rows.stages, "filter"],
        predicates: [...rows.predicates, ...predicatesOf(e, kept, { js: [rows] })],
      };
    }
    case "find":
    case "findLast":
    case "some":
    case "every":
    case "findIndex": {
      const kept = test([row, anything]);
      const predicates = predicatesOf(e, kept, { js: [rows] }, name === "every");
      e.useRows(
        {
          ...rows,
          stages: [...rows.stages, "filter"],
          predicates: [...rows.predicates, ...predicates],
        },
        name === "find" || name === "findLast" ? "first-element" : "exists",
        name === "findLast" ? { fromEnd: true } : {},
      );
      return name === "find" || name === "findLast"
        ? union(row, undefinedValue)
        : derived(anything);
    }
    case "map":
    case "flatMap": {
      const extreme = name === "map" ? extremeOf(node, callback) : null;
      const part = name === "map" ? sliceAfter(node) : null;
      if (extreme !== null) useBest(e, rows, extreme);
      else if (part !== null) e.useRows(rows, "slice", part);
      else e.useRows(rows, "map");
      const result = each([row, anything]);
      const inner = name === "flatMap" ? elementsOf(e, result) : result;
      return { k: "array", elements: [inner], over: loop, exact: false };
    }
    case "forEach": {
      if (callback?.k === "function" && beginsWithReturns(callback.node)) {
        const kept = e.inLoop(loop, () => e.callToEnd(callback, [row, anything], node));
        const predicates = [...rows.predicates, ...predicatesOf(e, kept, { js: [rows] })];
        e.useRows({ ...rows, stages: [...rows.stages, "filter"], predicates }, "iterate");
      } else {
        e.useRows(rows, "iterate");
        each([row, anything]);
      }
      return undefinedValue;
    }
    case "reduce":
    case "reduceRight": {
      const best = bestOf(callback);
      if (best !== null) useBest(e, rows, best);
      else e.useRows(rows, ignoresRow(callback) ? "length" : "iterate");
      const start = second ?? unknown;
      return union(start, each([start, row, anything]));
    }
    case "sort":
    case "toSorted":
    case "reverse":
    case "toReversed": {
      // `sort` and `reverse` change the array itself: whoever holds it sees the new order.
      const target = name === "sort" || name === "reverse" ? rows : { ...rows };
      const isSort = name === "sort" || name === "toSorted";
      target.stages = [...rows.stages, isSort ? "sort" : "reverse"];
      if (isSort) target.sort = sortOf(callback);
      else if (rows.sort !== null && rows.sort !== undefined)
        target.sort = { field: rows.sort.field, order: rows.sort.order === "asc" ? "desc" : "asc" };
      return target;
    }
    case "slice": {
      if (args.length === 0) return rows;
      const part = sliceOf(node, args);
      if (part === null) e.useRows(rows, "iterate");
      else e.useRows(rows, "slice", part);
      return { ...rows, cut: true };
    }
    case "at": {
      const at = callback?.k === "const" ? callback.value : undefined;
      if (typeof at !== "number") e.useRows(rows, "iterate");
      else
        e.useRows(rows, "first-element", {
          limitText: String(at < 0 ? -at : at + 1),
          ...(at < 0 ? { fromEnd: true } : {}),
        });
      return union(row, undefinedValue);
    }
    case "pop":
    case "shift":
      // Taken off one after the other in a loop, it may be all of them.
      if (e.loops.length > 0) e.useRows(rows, "iterate");
      else e.useRows(rows, "first-element", name === "pop" ? { fromEnd: true } : {});
      return union(row, undefinedValue);
    case "concat": {
      e.escape(rows);
      for (const argument of args) e.escape(argument);
      return { k: "array", elements: [row], over: loop, exact: false };
    }
    case "push":
    case "unshift":
      for (const argument of args) e.escape(argument);
      return anything;
    case "values":
    case "flat":
      return rows;
    case "entries":
      e.useRows(rows, "map");
      return {
        k: "array",
        elements: [
          { k: "array", elements: [anything, row], over: { over: "literal" }, exact: true },
        ],
        over: loop,
        exact: false,
      };
    case "then":
    case "catch":
    case "finally":
      return callThen(e, rows, name, node, args);
    case "includes":
    case "indexOf":
    case "join":
      e.useRows(rows, "iterate");
      return derived(anything);
    default:
      e.escape(rows);
      return callUnknown(e, node, args, unknown);
  }
}

/** The row that comes first by a field, or only the value it has there. */
function useBest(e: Evaluator, rows: RowsValue, sort: NonNullable<RowUse["sort"]>): void {
  const stages: RowsValue["stages"] = [...rows.stages, "sort"];
  e.useRows({ ...rows, stages, sort }, "first-element", { limitText: "1", isBest: true });
}

export function loopOf(rows: RowsValue): LoopContext {
  const read = rows.reads[0];
  return read === undefined ? { over: "unknown" } : { over: "rows", read };
}

/** What a loop over the value gives, and what kind of loop it is. */
export function loopElement(
  e: Evaluator,
  iterated: Value,
): { element: Value; loop: LoopContext; rows: RowsValue[] } {
  const value = present(iterated);
  if (value.k === "rows") return { element: rowOf(value), loop: loopOf(value), rows: [value] };
  if (value.k === "array") {
    return {
      element: value.elements.length === 0 ? unknown : union(...value.elements),
      loop: value.over,
      rows: [],
    };
  }
  if (value.k === "union") {
    const rows = value.options.filter((option) => option.k === "rows");
    const loops = value.options.map((option) => loopElement(e, option).loop);
    return {
      element: union(...value.options.map((option) => loopElement(e, option).element)),
      loop: loops.find((loop) => loop.over === "rows") ?? loops[0] ?? { over: "unknown" },
      rows,
    };
  }
  const over = originOf(value);
  return {
    element: elementOf(e, value, null),
    loop: { over: over === "arg" ? "argument" : value.k === "const" ? "literal" : "unknown" },
    rows: [],
  };
}

function elementsOf(e: Evaluator, value: Value): Value {
  return union(
    ...optionsOf(value).map((option) =>
      option.k === "array" || option.k === "rows" ? elementOf(e, option, null) : option,
    ),
  );
}

export function callArrayMethod(
  e: Evaluator,
  array: Extract<Value, { k: "array" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [callback, second] = args;
  const element = array.elements.length === 0 ? unknown : union(...array.elements);
  const each = (values: Value[]): Value =>
    callback === undefined ? unknown : e.inLoop(array.over, () => e.call(callback, values, node));
  switch (name) {
    case "filter": {
      each([element, anything]);
      const kept = array.elements.map(present);
      return { ...array, elements: kept, exact: false };
    }
    case "map":
      return { ...array, elements: [each([element, anything])], exact: false };
    case "flatMap":
      return { ...array, elements: [elementsOf(e, each([element, anything]))], exact: false };
    case "forEach":
      each([element, anything]);
      return undefinedValue;
    case "find":
    case "findLast":
      each([element, anything]);
      return union(element, undefinedValue);
    case "some":
    case "every":
      // `[row.a, row.b].some((text) => text.includes(t))` is a condition on the row.
      if (array.exact && array.elements.length > 0 && array.elements.length < 5)
        return {
          k: "logic",
          op: name === "some" ? "or" : "and",
          parts: array.elements.map((item) =>
            callback === undefined
              ? unknown
              : e.inLoop(array.over, () => e.callTest(callback, [item, anything], node)),
          ),
          text: node.getText(),
        };
      each([element, anything]);
      return derived(element);
    case "findIndex":
      each([element, anything]);
      return derived(element);
    case "reduce":
    case "reduceRight": {
      const start = second ?? element;
      return union(start, each([start, element, anything]));
    }
    case "push":
    case "unshift":
    case "add":
      e.noteMutation(array);
      for (const argument of args) if (array.elements.length < 24) array.elements.push(argument);
      array.exact = false;
      if (array.copiesField !== undefined) array.extendsField = array.copiesField;
      if (array.over.over === "literal") array.over = e.loops.at(-1) ?? array.over;
      return anything;
    case "set":
      e.noteMutation(array);
      if (second !== undefined && array.elements.length < 24) array.elements.push(second);
      array.exact = false;
      return array;
    case "pop":
    case "shift":
      shorten(array);
      return union(element, undefinedValue);
    case "get":
    case "at":
      return union(element, undefinedValue);
    case "includes":
    case "has": {
      const subject = args[0] ?? unknown;
      return {
        k: "compare",
        op: "in",
        left: subject,
        right: element,
        text: node.getText(),
        leftText: node.arguments[0]?.getText() ?? "",
        rightText: "",
      };
    }
    case "concat": {
      const more = args.flatMap((argument) =>
        argument.k === "array" ? argument.elements : [elementOf(e, argument, null)],
      );
      const stored = array.extendsField ?? array.copiesField;
      return {
        ...array,
        elements: [...array.elements, ...more],
        exact: false,
        ...(stored === undefined ? {} : { extendsField: stored }),
      };
    }
    case "slice":
    case "splice": {
      if (name === "splice" && addsNothing(args)) shorten(array);
      const whole = name === "slice" && args.length === 0;
      const copy: Value = { k: "array", elements: array.elements, over: array.over, exact: false };
      return whole ? { ...array } : copy;
    }
    case "sort":
    case "toSorted":
    case "reverse":
    case "toReversed":
    case "values":
      if (callback?.k === "function") e.call(callback, [element, element], node);
      return { ...array, exact: false };
    case "flat":
      return { ...array, elements: [elementsOf(e, element)], exact: false };
    case "entries":
      return {
        ...array,
        elements: [
          { k: "array", elements: [anything, element], over: { over: "literal" }, exact: true },
        ],
        exact: false,
      };
    case "keys":
      return { ...array, elements: [anything], exact: false };
    case "then":
    case "catch":
    case "finally":
      return callThen(e, array, name, node, args);
    case "join":
    case "indexOf":
    case "delete":
    case "clear":
      return derived(element);
    default:
      return callUnknown(e, node, args, unknown);
  }
}

/** In `list.some((item) => item === x)` the other side, `x`; the whole condition where it is another one. */
function comparedWith(condition: Value, list: Extract<Value, { k: "field" }>): Value {
  if (condition.k !== "compare" || condition.op !== "eq") return condition;
  const isElement = (side: Value): boolean =>
    side.k === "field" && side.table === list.table && side.path.length > list.path.length;
  if (isElement(condition.left)) return condition.right;
  return isElement(condition.right) ? condition.left : condition;
}

/** Elements were taken away: it is no longer a mere extension of what is stored. */
function shorten(array: Extract<Value, { k: "array" }>): void {
  delete array.extendsField;
  delete array.copiesField;
}

/** `splice(at, count)` only removes. */
function addsNothing(args: readonly Value[]): boolean {
  return args.length <= 2;
}

export function callFieldMethod(
  e: Evaluator,
  field: Extract<Value, { k: "field" }>,
  name: string,
  node: ts.CallExpression,
  args: Value[],
): Value {
  const [first = unknown] = args;
  const isArray =
    e.fieldType(field.table, field.path)?.types.some((type) => type.type === "array") ?? false;
  const compare = (op: "contains" | "text"): Value => ({
    k: "compare",
    op,
    left: field,
    right: first,
    text: node.getText(),
    leftText: "",
    rightText: node.arguments[0]?.getText() ?? "",
  });
  switch (name) {
    case "includes":
      return compare(isArray ? "contains" : "text");
    case "startsWith":
    case "endsWith":
    case "match":
    case "search":
      return compare("text");
    case "indexOf":
      return { ...field, transformed: true };
    case "toLowerCase":
    case "toUpperCase":
    case "trim":
    case "normalize":
    case "toString":
    case "toLocaleLowerCase":
    case "replace":
      return { ...field, transformed: true };
    case "concat":
      return isArray
        ? {
            k: "array",
            elements: [elementOf(e, field, null), ...args],
            over: { over: "unknown" },
            exact: false,
            extendsField: { table: field.table, path: field.path.join(".") },
          }
        : derived(field, ...args);
    case "slice":
      return isArray && args.length === 0
        ? {
            k: "array",
            elements: [elementOf(e, field, null)],
            over: { over: "unknown" },
            exact: false,
            copiesField: { table: field.table, path: field.path.join(".") },
          }
        : derived(field, ...args);
    case "push":
    case "unshift":
      e.facts.pushedFields.push({
        table: field.table,
        path: field.path.join("."),
        entry: e.entry,
      });
      return derived(field);
    case "some":
    case "every":
    case "find":
    case "filter":
    case "map":
    case "flatMap":
    case "forEach":
    case "reduce": {
      const element = elementOf(e, field, null);
      const loop: LoopContext = { over: "unknown" };
      const values = name === "reduce" ? [args[1] ?? unknown, element] : [element, anything];
      const result = e.inLoop(loop, () => e.call(first, values, node));
      if (name === "some") {
        return {
          k: "compare",
          op: "contains",
          left: field,
          right: comparedWith(result, field),
          text: node.getText(),
          leftText: "",
          rightText: "",
        };
      }
      if (name === "map" || name === "flatMap")
        return { k: "array", elements: [result], over: loop, exact: false };
      if (name === "filter") return { k: "array", elements: [element], over: loop, exact: false };
      return name === "find" ? union(element, undefinedValue) : derived(field, result);
    }
    case "then":
    case "catch":
      return callThen(e, field, name, node, args);
    default:
      for (const argument of args)
        if (argument.k === "function") e.call(argument, [elementOf(e, field, null)], node);
      return derived(field, ...args);
  }
}
