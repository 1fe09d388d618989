// Rules on what functions declare: argument and return validators, checks of arguments, errors for users.
import ts from "typescript6";
import { optionsOf, type Entry } from "../evaluate/values.ts";
import type { FunctionInfo, Span } from "../model/model.ts";
import type { Validator } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";
import type { Edit, Fix } from "./finding.ts";
import { checkErrors } from "./plain-errors.ts";
import { anyPaths } from "./schema-fields.ts";
import { resultCode } from "./result-validators.ts";
import { validatorCode } from "./type-validators.ts";

export function checkContracts(context: RuleContext): void {
  const seen = new Set<ts.Node>();
  for (const info of context.model.functions) {
    const entry = context.analysis.entries.get(info.name);
    if (entry === undefined || info.kind === "httpAction") continue;
    // A factory makes the same function for several modules: once is enough.
    if (seen.has(entry.call)) continue;
    seen.add(entry.call);
    checkArguments(context, info, entry);
    checkReturns(context, info, entry);
    checkStoredArguments(context, info, entry);
  }
  checkErrors(context);
}

function firstLine(span: Span): Span {
  return { ...span, endLine: span.line };
}

function checkArguments(context: RuleContext, info: FunctionInfo, entry: Entry): void {
  if (!info.validatorsKnown) return;
  const declares =
    info.args !== null &&
    (info.args.type !== "any" || info.args.isStub === true || entry.argsNode !== null);
  if (!declares) {
    const handlerNode = entry.handler.k === "function" ? entry.handler.node : null;
    const usesArguments = handlerNode === null || handlerNode.parameters.length > 1;
    const second = handlerNode?.parameters[1];
    const inferred = second?.type === undefined ? null : validatorCode(second.type);
    const code = usesArguments ? inferred : "{}";
    context.add(
      "fn/args-validator",
      firstLine(info.at),
      `\`${info.name}\` (${info.visibility} ${info.kind}) declares no \`args\`: ${context.isClientFacing(info) ? "anyone can call it with any value" : "callers can pass any value"}. Declare ${code === null ? "a validator for each argument" : `\`args: ${code}\``}.`,
      {
        severity: context.isClientFacing(info) ? "error" : "warning",
        symbol: info.name,
        identity: info.name,
        fix: code === null ? undefined : argumentsFix(context, entry, code, !usesArguments),
      },
    );
    return;
  }
  if (info.args === null || entry.argsNode === null) return;
  // What the syntax does not show of a validator reads as any.
  const wasRun = context.analysis.introspection?.functions.some(
    (item) => item.file === entry.file && item.exportName === entry.exportName,
  );
  if (context.model.schemaFrom !== "introspection" || wasRun !== true) return;
  const paths = anyPaths(info.args, "").map((path) => `\`${path === "" ? "args" : path}\``);
  if (paths.length === 0) return;
  const named =
    paths.length <= 4
      ? paths.join(", ")
      : `${paths.slice(0, 4).join(", ")} and ${paths.length - 4} more`;
  context.add(
    "schema/any",
    firstLine(context.span(entry.argsNode)),
    `${paths.length === 1 ? "Argument" : "Arguments"} ${named} of \`${info.name}\` ${paths.length === 1 ? "is" : "are"} \`v.any()\`: nothing is checked. Give ${paths.length === 1 ? "its type" : "their types"}.`,
    {
      severity: info.visibility === "public" ? "warning" : "info",
      symbol: info.name,
      identity: `${info.name} ${paths.join()}`,
    },
  );
}

function argumentsFix(
  context: RuleContext,
  entry: Entry,
  code: string,
  automatic: boolean,
): Fix | undefined {
  const title = "Declare `args`";
  const insert = insertProperty(context, entry, `args: ${code}`);
  if (insert !== null) return { title, automatic, edits: [insert], code: `args: ${code}` };
  const wrap = wrapHandler(context, entry, `args: ${code}`);
  return wrap === null
    ? { title, automatic: false, edits: [], code: `args: ${code}` }
    : { title, automatic, edits: wrap, code: `args: ${code}` };
}

/** A property put before the first one of the definition object. */
function insertProperty(context: RuleContext, entry: Entry, text: string): Edit | null {
  const first = entry.definition?.properties[0];
  if (first === undefined) return null;
  const span = context.span(first);
  const source = first.getSourceFile();
  const sameLine =
    source.getLineAndCharacterOfPosition(first.getStart()).line ===
    source.getLineAndCharacterOfPosition(entry.definition?.getStart() ?? 0).line;
  return {
    file: span.file,
    start: span.start,
    end: span.start,
    text: sameLine ? `${text}, ` : `${text},\n${indentOf(first)}`,
  };
}

/** What the line of a node begins with: spaces or tabs. */
function indentOf(node: ts.Node): string {
  const { text } = node.getSourceFile();
  const lineStart = text.lastIndexOf("\n", node.getStart() - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, node.getStart()))?.[0] ?? "";
}

/** `query(async (ctx) => …)` becomes `query({ args: …, handler: async (ctx) => … })`. */
function wrapHandler(context: RuleContext, entry: Entry, text: string): Edit[] | null {
  const [argument] = entry.call.arguments;
  if (
    argument === undefined ||
    (!ts.isArrowFunction(argument) && !ts.isFunctionExpression(argument))
  )
    return null;
  const span = context.span(argument);
  return [
    { file: span.file, start: span.start, end: span.start, text: `{ ${text}, handler: ` },
    { file: span.file, start: span.end, end: span.end, text: " }" },
  ];
}

/** What it returns is described as anything. */
function checkOpenReturns(context: RuleContext, info: FunctionInfo, entry: Entry): void {
  if (!info.validatorsKnown || info.returns === null || entry.returnsNode === null) return;
  if (context.model.schemaFrom !== "introspection") return;
  const paths = anyPaths(info.returns, "");
  if (paths.length === 0) return;
  context.add(
    "schema/any",
    firstLine(context.span(entry.returnsNode)),
    `What \`${info.name}\` returns has \`v.any()\`${paths[0] === "" ? "" : ` (in ${paths.slice(0, 3).join(", ")})`}: clients get no type and anything passes. Give its type.`,
    { severity: "info", symbol: info.name, identity: `${info.name} returns` },
  );
}

function checkReturns(context: RuleContext, info: FunctionInfo, entry: Entry): void {
  checkOpenReturns(context, info, entry);
  if (!info.validatorsKnown || entry.returnsNode !== null) return;
  if (info.returns !== null) return;
  const result = context.facts.results.get(entry);
  const returnsNothing =
    result !== undefined &&
    optionsOf(result).every(
      (item) => item.k === "const" && (item.value === undefined || item.value === null),
    );
  const inferred = returnsNothing
    ? "v.null()"
    : result === undefined
      ? null
      : resultCode(context, entry, result);
  const insert = inferred === null ? null : insertProperty(context, entry, `returns: ${inferred}`);
  context.add(
    "fn/returns-validator",
    firstLine(info.at),
    `\`${info.name}\` declares no \`returns\`: a field added to a table later is sent to every client unnoticed. Declare ${inferred === null ? "what it returns" : `\`returns: ${inferred}\``}.`,
    {
      severity: info.visibility === "public" ? "warning" : "info",
      symbol: info.name,
      identity: info.name,
      fix:
        inferred === null
          ? undefined
          : {
              title: "Declare `returns`",
              automatic:
                returnsNothing && insert !== null && importsValues(entry) && !isWrapped(entry),
              edits: insert === null ? [] : [insert],
              code: `returns: ${inferred}`,
            },
    },
  );
}

/** The handler is what another function makes of one: what that promises to return is its affair. */
function isWrapped(entry: Entry): boolean {
  return (
    entry.definition?.properties.some(
      (property) =>
        ts.isPropertyAssignment(property) &&
        property.name.getText() === "handler" &&
        ts.isCallExpression(property.initializer),
    ) ?? false
  );
}

function importsValues(entry: Entry): boolean {
  return /import\s*\{[^}]*\bv\b[^}]*\}\s*from\s*["']convex\/values["']/.test(
    entry.call.getSourceFile().text,
  );
}

/** A free text or number of a public mutation that is stored without anybody looking at it. */
function checkStoredArguments(context: RuleContext, info: FunctionInfo, entry: Entry): void {
  if (!context.isClientFacing(info) || info.kind !== "mutation") return;
  const inspected = context.facts.inspectedArguments.get(entry) ?? new Set();
  const unchecked = new Set<string>();
  let at: Span | null = null;
  for (const write of context.facts.writes) {
    if (write.entry !== entry || write.value?.k !== "object") continue;
    for (const item of write.value.props.values()) {
      if (item.k !== "arg" || item.path.length === 0 || !isFree(item.validator)) continue;
      if (inspected.has(item.path.join(".")) || inspected.has("")) continue;
      unchecked.add(item.path.join("."));
      at ??= context.span(write.node);
    }
  }
  if (at === null) return;
  const names = [...unchecked].map((name) => `\`${name}\``).join(", ");
  context.add(
    "fn/no-business-check",
    at,
    `\`${info.name}\` stores ${names} as it comes: an empty, endless or absurd value is kept. Check length or range first, and throw a \`ConvexError\` that says what is allowed.`,
    { symbol: info.name, identity: `${info.name} ${[...unchecked].sort().join()}` },
  );
}

function isFree(validator: Validator | null): boolean {
  return validator?.type === "string" || validator?.type === "number";
}
