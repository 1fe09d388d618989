// String fields that say less than they hold: ids of a table, or one of a few fixed values.
import { tableOfId } from "../evaluate/properties.ts";
import { constantText, objectsOf, optionsOf, stringsOf, type Value } from "../evaluate/values.ts";
import type { Span } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { anyValidator, fieldType, objectVariants, type Validator } from "../schema/validator.ts";
import { nameOf, type RuleContext } from "./context.ts";

const maxEnumValues = 12;

export function checkStrings(context: RuleContext): void {
  checkStringReferences(context);
  for (const table of context.model.schema.tables)
    if (!context.isLibraryTable(table.name)) checkEnums(context, table);
}

function isPlainString(context: RuleContext, table: string, path: string): boolean {
  const definition = context.table(table);
  if (definition === undefined) return false;
  const type = fieldType(definition.document, path, table);
  return (
    type !== null &&
    type.types.some((item) => item.type === "string") &&
    type.types.every((item) => item.type === "string" || item.type === "null")
  );
}

interface HeldIds {
  table: string;
  path: string;
  targets: Set<string>;
  at: Span;
  /** Some code takes what the field holds as an id; otherwise ids are only seen to be written. */
  isTaken: boolean;
}

function checkStringReferences(context: RuleContext): void {
  const found = new Map<string, HeldIds>();
  const others = new Set<string>();
  const note = (table: string, path: string, target: string, at: Span, isTaken: boolean): void => {
    const key = `${table}.${path}`;
    const known = found.get(key);
    if (known === undefined)
      found.set(key, { table, path, targets: new Set([target]), at, isTaken });
    else {
      known.targets.add(target);
      known.isTaken ||= isTaken;
    }
  };
  for (const use of context.facts.idUses) {
    if (use.inOneCase || !isTable(context, use.target)) continue;
    for (const value of optionsOf(use.value)) {
      if (value.k !== "field" || value.transformed) continue;
      const path = value.path.filter((part) => part !== "*").join(".");
      const isElement = value.path.includes("*");
      if (!isElement && !isPlainString(context, value.table, path)) continue;
      if (isElement && !isArrayOfStrings(context, value.table, path)) continue;
      note(value.table, path, use.target, context.span(use.node), true);
    }
  }
  for (const write of context.facts.writes) {
    if (write.value === null || write.table === "?") continue;
    for (const option of optionsOf(write.value)) {
      if (option.k !== "object") continue;
      for (const [path, item] of option.props) {
        const target = storedId(context, item);
        if (target !== null && isPlainString(context, write.table, path))
          note(write.table, path, target, context.span(write.node), false);
        if (
          optionsOf(item).some((value) => value.k === "arg" && value.validator?.type === "string")
        )
          others.add(`${write.table}.${path}`);
      }
    }
  }
  for (const { table, path, targets, at, isTaken } of found.values()) {
    // An id here and any text there: what the field is for, one write does not tell.
    if (!isTaken && others.has(`${table}.${path}`)) continue;
    const span = context.fieldSpan(table, path);
    if (span === null || context.isLibraryTable(table)) continue;
    const names = [...targets].sort();
    const type = fieldType(context.table(table)?.document ?? anyValidator, path, table);
    const parts = names.map((name) => `v.id(${JSON.stringify(name)})`);
    if (type?.types.some((item) => item.type === "null") === true) parts.push("v.null()");
    const union = parts.length === 1 ? (parts[0] ?? "") : `v.union(${parts.join(", ")})`;
    const isList = type?.types.some((item) => item.type === "array") === true;
    const plain = isList ? `v.array(${union})` : union;
    const code = type?.optional === true ? `v.optional(${plain})` : plain;
    const what = isList ? "is a list of strings, but holds" : "is a string, but holds";
    context.add(
      "schema/string-reference",
      span,
      `\`${table}.${path}\` ${what} ids of ${names.map((name) => `\`${name}\``).join(" and of ")} (${at.file}:${at.line}). Declare it \`${code}\`: a wrong id is then refused when written. Existing documents are checked on the push, so map or remove values that are no such id first.`,
      {
        symbol: `${table}.${path}`,
        fix: {
          title: `Declare \`${path}\` as a reference`,
          automatic: false,
          edits: [],
          code: `${path.split(".").at(-1) ?? path}: ${code}`,
        },
        identity: `${table}.${path}`,
      },
    );
  }
}

/** A table of the project, or one of Convex's own that ids may lead to. */
function isTable(context: RuleContext, name: string): boolean {
  return (
    name === "_storage" || name === "_scheduled_functions" || context.table(name) !== undefined
  );
}

/** The table whose id a value surely is: a document's `_id` or an insert's result, not a mere string. */
function storedId(context: RuleContext, value: Value): string | null {
  if (value.k === "field" && value.path.join(".") === "_id" && !value.transformed)
    return value.table;
  if (value.k === "id" && value.table !== "?")
    return isTable(context, value.table) ? value.table : null;
  if (value.k === "arg" && value.validator?.type === "id")
    return tableOfId(context.analysis.evaluator, value);
  return null;
}

function isArrayOfStrings(context: RuleContext, table: string, path: string): boolean {
  const definition = context.table(table);
  const type = definition === undefined ? null : fieldType(definition.document, path, table);
  return type?.types.some((item) => item.type === "array" && item.value.type === "string") === true;
}

/** Fields whose name says that they take one of a few values. */
const choiceName =
  /(^|[a-z])(status|state|kind|type|role|level|priority|mode|stage|phase|tier|category|visibility|severity|plan|theme|direction)$/i;

function checkEnums(context: RuleContext, table: TableDefinition): void {
  const seen = new Set<string>();
  for (const variant of objectVariants(table.document)) {
    for (const [field, { fieldType: type, optional }] of Object.entries(variant.value)) {
      const isString = type.type === "string" || isNullableString(type);
      if (!isString || seen.has(field)) continue;
      seen.add(field);
      const values = writtenValues(context, table.name, field);
      if (values === null || values.size < 2 || values.size > maxEnumValues) continue;
      const compared = comparedTexts(context, table.name, field);
      if (
        compared.length === 0 &&
        !(choiceName.test(field) && isWrittenByMany(context, table.name))
      )
        continue;
      const span = context.fieldSpan(table.name, field);
      if (span === null) continue;
      const all = new Set([...values, ...compared]);
      if (all.size > maxEnumValues) continue;
      const parts = [...all].sort().map((text) => `v.literal(${text})`);
      if (type.type === "union") parts.push("v.null()");
      const union = `v.union(${parts.join(", ")})`;
      const code = optional ? `v.optional(${union})` : union;
      context.add(
        "schema/stringly-enum",
        span,
        `\`${table.name}.${field}\` is a string, but the code only ever writes ${[...values].sort().join(", ")}${compared.length > 0 ? " and compares it with fixed values" : ""}. Declare it as a union of literals: a misspelt value is then refused.`,
        {
          severity: compared.length > 1 ? "warning" : "info",
          symbol: `${table.name}.${field}`,
          identity: `${table.name}.${field}`,
          fix: {
            title: "Union of literals",
            automatic: false,
            edits: [],
            code: `${field}: ${code}`,
          },
        },
      );
    }
  }
}

function isNullableString(type: Validator): boolean {
  return (
    type.type === "union" &&
    type.value.some((item) => item.type === "string") &&
    type.value.every((item) => item.type === "string" || item.type === "null")
  );
}

/** JSON texts of the strings a field is held against in code, filters and ranges; once per place. */
function comparedTexts(context: RuleContext, table: string, field: string): string[] {
  const inCode = new Map(
    context.facts.comparisons
      .filter((item) => item.table === table && item.path === field)
      .map((item) => [item.node, constantText(item.other)]),
  );
  const inReads = context.model.reads
    .filter((read) => read.table === table)
    .flatMap((read) => [
      ...read.eq.filter((bound) => bound.field === field).map((bound) => bound.constant),
      ...read.residual
        .filter((item) => item.field === field && item.op === "eq" && item.by === "db")
        .map((item) => item.constant),
    ]);
  return [...inCode.values(), ...inReads].flatMap((text) =>
    text?.startsWith('"') === true ? [text] : [],
  );
}

/** Several places that users reach write the table: more than a list of seeds. */
function isWrittenByMany(context: RuleContext, table: string): boolean {
  const places = new Set(
    context.facts.writes
      .filter(
        (write) =>
          write.table === table &&
          write.kind !== "delete" &&
          (write.entry === null || context.openFunctions.has(nameOf(context, write.entry))),
      )
      .map((write) => write.node),
  );
  return places.size > 1;
}

/** JSON texts of everything written to a field, or null when something else than literals is. */
function writtenValues(context: RuleContext, table: string, field: string): Set<string> | null {
  const values = new Set<string>();
  for (const write of context.facts.writes) {
    if (write.kind === "delete") continue;
    if (write.table === "?") return null;
    if (write.table !== table || write.value === null) continue;
    for (const option of objectsOf(write.value)) {
      if (option === null) return null;
      const item = option.props.get(field);
      if (item === undefined) {
        if (option.open) return null;
        continue;
      }
      for (const part of optionsOf(item)) {
        if (part.k === "const") {
          if (typeof part.value === "string") values.add(JSON.stringify(part.value));
          continue;
        }
        // What is stored there already adds nothing.
        if (part.k === "field" && part.table === table && part.path.join(".") === field) continue;
        const literals = stringsOf(part);
        if (literals === null) return null;
        for (const text of literals) values.add(JSON.stringify(text));
      }
    }
  }
  return values;
}
