// Registered functions: which builder makes which kind, and what a custom builder puts into the context.
import ts from "typescript6";
import type { FunctionKind, Visibility } from "../model/model.ts";
import type { Validator } from "../schema/validator.ts";
import type { Environment } from "./environment.ts";
import type { Evaluator } from "./evaluator.ts";
import { validatorOf } from "./schema-syntax.ts";
import { unknown, type Entry, type Value } from "./values.ts";

const builders: Record<string, { kind: FunctionKind; visibility: Visibility }> = {
  query: { kind: "query", visibility: "public" },
  mutation: { kind: "mutation", visibility: "public" },
  action: { kind: "action", visibility: "public" },
  internalQuery: { kind: "query", visibility: "internal" },
  internalMutation: { kind: "mutation", visibility: "internal" },
  internalAction: { kind: "action", visibility: "internal" },
  httpAction: { kind: "httpAction", visibility: "http" },
};

export function builderByName(name: string): Value | null {
  const found = Object.hasOwn(builders, name) ? builders[name] : undefined;
  return found === undefined ? null : { k: "builder", ...found, custom: null };
}

/** `customQuery(query, customization)` of convex-helpers. */
export function customBuilder(base: Value, custom: Value, name: string): Value {
  if (base.k === "builder") return { ...base, custom };
  const kind: FunctionKind = /Query$/.test(name)
    ? "query"
    : /Mutation$/.test(name)
      ? "mutation"
      : "action";
  return { k: "builder", kind, visibility: "public", custom, isGuess: true };
}

/** A builder call registers a function; running it comes later. */
export function callBuilder(
  e: Evaluator,
  builder: Extract<Value, { k: "builder" }>,
  node: ts.CallExpression,
  env: Environment,
): Value {
  // A factory makes another function each time it is called.
  const isMade = e.frames.length > 0;
  const known = isMade ? undefined : e.facts.entries.find((entry) => entry.call === node);
  if (known !== undefined) return { k: "registered", entry: known };
  const [first] = node.arguments;
  const value = first === undefined ? unknown : e.evaluate(first, env);
  const definition = first !== undefined && ts.isObjectLiteralExpression(first) ? first : null;
  const handler = value.k === "object" ? (value.props.get("handler") ?? unknown) : value;
  const entry: Entry = {
    file: node.getSourceFile().fileName,
    exportName: null,
    kind: builder.kind,
    visibility: builder.visibility,
    call: node,
    isMade,
    madeAt: isMade ? (e.trace[0] ?? null) : null,
    handler,
    custom: builder.custom,
    args: declared(value, "args"),
    returns: declared(value, "returns"),
    argsNode: propertyNode(definition, "args"),
    returnsNode: propertyNode(definition, "returns"),
    definition,
    ...(builder.isGuess === true ? { isGuess: true } : {}),
  };
  e.facts.entries.push(entry);
  return { k: "registered", entry };
}

function declared(value: Value, name: string): Validator | null {
  if (value.k !== "object") return null;
  const item = value.props.get(name);
  return item === undefined ? null : (validatorOf(item)?.validator ?? { type: "any" });
}

function propertyNode(definition: ts.ObjectLiteralExpression | null, name: string): ts.Node | null {
  return (
    definition?.properties.find(
      (property) =>
        property.name !== undefined &&
        ts.isIdentifier(property.name) &&
        property.name.text === name,
    ) ?? null
  );
}

/** Runs an entry: first what its custom builder does, then the handler with the context it made. */
export function runRegistered(e: Evaluator, entry: Entry, argsValidator: Validator | null): void {
  const args: Value = { k: "arg", path: [], validator: argsValidator ?? entry.args };
  const plain: Value = { k: "ctx", kind: entry.kind, extra: null };
  let context: Value = plain;
  let handlerArgs: Value = args;
  if (entry.kind === "httpAction") {
    const result = e.runEntry(entry, [plain, { k: "unknown", origin: "arg" }]);
    e.escape(result);
    return;
  }
  if (entry.custom !== null) {
    e.entry = entry;
    const made = runCustomization(e, entry.custom, plain, args, entry.call);
    e.entry = null;
    if (made.context !== null) context = made.context;
    if (made.args !== null) handlerArgs = made.args;
  }
  if (entry.handler.k !== "function") {
    e.facts.notes.add(
      `the handler of ${entry.exportName ?? "a function"} in ${e.program.nameOf(entry.call)} could not be followed`,
    );
    return;
  }
  const result = e.runEntry(entry, [context, handlerArgs]);
  e.facts.results.set(entry, result);
  // The result goes to the client.
  e.entry = entry;
  e.escape(result);
  e.entry = null;
}

function runCustomization(
  e: Evaluator,
  custom: Value,
  context: Extract<Value, { k: "ctx" }>,
  args: Value,
  node: ts.Node,
): { context: Value | null; args: Value | null } {
  const extraContext: Value = { ...context, extra: new Map() };
  if (custom.k !== "object") return { context: extraContext, args: null };
  const only = custom.props.get("*ctxOnly");
  const input = custom.props.get("input");
  const result =
    only !== undefined
      ? e.call(only, [context], node)
      : input !== undefined
        ? e.call(input, [context, args], node)
        : unknown;
  const made =
    only === undefined && result.k === "object" ? (result.props.get("ctx") ?? unknown) : result;
  const extra = new Map<string, Value>();
  if (made.k === "object")
    for (const [key, item] of made.props)
      if (!(key === "db" && item.k !== "db")) extra.set(key, item);
  const newArgs =
    only === undefined && result.k === "object" ? result.props.get("args") : undefined;
  if (newArgs?.k !== "object" || newArgs.props.size === 0 || args.k !== "arg")
    return { context: { ...context, extra }, args: null };
  const props = new Map(newArgs.props);
  if (args.validator?.type === "object")
    for (const [key, field] of Object.entries(args.validator.value))
      props.set(key, { k: "arg", path: [key], validator: field.fieldType });
  return { context: { ...context, extra }, args: { k: "object", props, open: true } };
}
