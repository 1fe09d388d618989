// Rules on fields as the program uses them: references, enums, growing arrays, defaults, `v.any()`, hot fields.
import { constantText, optionsOf, type Value } from "../evaluate/values.ts";
import { tableOfId } from "../evaluate/properties.ts";
import type { Span } from "../model/model.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { fieldType, objectVariants, type Validator } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";

const maxEnumValues = 12;

export function checkFields(context: RuleContext): void {
  checkStringReferences(context);
  for (const table of context.model.schema.tables) {
    if (context.isLibraryTable(table.name)) continue;
    checkEnums(context, table);
    checkAny(context, table);
  }
  checkGrowingArrays(context);
  checkOptionalDefaults(context);
  checkHotDocuments(context);
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

function checkStringReferences(context: RuleContext): void {
  const found = new Map<string, { table: string; path: string; target: string; at: Span }>();
  for (const use of context.facts.idUses) {
    for (const value of optionsOf(use.value)) {
      if (value.k !== "field" || value.transformed) continue;
      const path = value.path.filter((part) => part !== "*").join(".");
      const isElement = value.path.includes("*");
      if (!isElement && !isPlainString(context, value.table, path)) continue;
      if (isElement && !isArrayOfStrings(context, value.table, path)) continue;
      if (context.table(use.target) === undefined) continue;
      const key = `${value.table}.${path}`;
      if (!found.has(key))
        found.set(key, {
          table: value.table,
          path,
          target: use.target,
          at: context.span(use.node),
        });
    }
  }
  for (const write of context.facts.writes) {
    if (write.value === null || write.table === "?") continue;
    for (const option of optionsOf(write.value)) {
      if (option.k !== "object") continue;
      for (const [path, item] of option.props) {
        const target = storedId(context, item);
        if (target === null || !isPlainString(context, write.table, path)) continue;
        const key = `${write.table}.${path}`;
        if (!found.has(key))
          found.set(key, { table: write.table, path, target, at: context.span(write.node) });
      }
    }
  }
  for (const { table, path, target, at } of found.values()) {
    const span = context.fieldSpan(table, path);
    if (span === null) continue;
    context.add(
      "schema/string-reference",
      span,
      `\`${table}.${path}\` is a string, but holds ids of \`${target}\` (${at.file}:${at.line}). Declare it \`v.id(${JSON.stringify(target)})\`: a wrong id is then refused when written. Existing documents are checked on the push, so map or remove values that are no such id first.`,
      {
        symbol: `${table}.${path}`,
        fix: {
          title: `Declare \`${path}\` as a reference`,
          automatic: false,
          edits: [],
          code: `${path}: v.id(${JSON.stringify(target)})`,
        },
        identity: `${table}.${path}`,
      },
    );
  }
}

/** The table whose id a value surely is: a document's `_id` or an insert's result, not a mere string. */
function storedId(context: RuleContext, value: Value): string | null {
  if (value.k === "field" && value.path.join(".") === "_id" && !value.transformed)
    return value.table;
  if (value.k === "id" && value.table !== "?")
    return context.table(value.table) === undefined ? null : value.table;
  if (value.k === "arg" && value.validator?.type === "id")
    return tableOfId(context.analysis.evaluator, value);
  return null;
}

function isArrayOfStrings(context: RuleContext, table: string, path: string): boolean {
  const definition = context.table(table);
  const type = definition === undefined ? null : fieldType(definition.document, path, table);
  return type?.types.some((item) => item.type === "array" && item.value.type === "string") === true;
}

function checkEnums(context: RuleContext, table: TableDefinition): void {
  for (const variant of objectVariants(table.document)) {
    for (const [field, { fieldType: type }] of Object.entries(variant.value)) {
      if (type.type !== "string") continue;
      const values = writtenValues(context, table.name, field);
      if (values === null || values.size < 2 || values.size > maxEnumValues) continue;
      const compared = context.facts.comparisons.filter(
        (item) => item.table === table.name && item.path === field,
      );
      const bounds = context.model.reads.flatMap((read) =>
        read.table === table.name
          ? [
              ...read.eq.filter((bound) => bound.field === field).map((bound) => bound.constant),
              ...read.residual
                .filter((p) => p.field === field && p.op === "eq")
                .map((p) => p.constant),
            ]
          : [],
      );
      const texts = [...compared.map((item) => constantText(item.other)), ...bounds].filter(
        (text) => text !== undefined,
      );
      if (texts.length === 0) continue;
      const span = context.fieldSpan(table.name, field);
      if (span === null) continue;
      const all = new Set([...values, ...texts.filter((text) => text.startsWith('"'))]);
      if (all.size > maxEnumValues) continue;
      const code = `v.union(${[...all]
        .sort()
        .map((text) => `v.literal(${text})`)
        .join(", ")})`;
      context.add(
        "schema/stringly-enum",
        span,
        `\`${table.name}.${field}\` is a string, but the code only ever writes ${[...values].sort().join(", ")} and compares it with fixed values. Declare it as a union of literals: a misspelt value is then refused.`,
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

/** JSON texts of everything written to a field, or null when something else than literals is. */
function writtenValues(context: RuleContext, table: string, field: string): Set<string> | null {
  const values = new Set<string>();
  for (const write of context.facts.writes) {
    if (write.kind === "delete") continue;
    if (write.table === "?") return null;
    if (write.table !== table || write.value === null) continue;
    for (const option of optionsOf(write.value)) {
      if (option.k !== "object") return null;
      if (option.open) return null;
      const item = option.props.get(field);
      if (item === undefined) continue;
      for (const part of optionsOf(item)) {
        if (part.k === "const") {
          if (typeof part.value === "string") values.add(JSON.stringify(part.value));
          continue;
        }
        const literals = part.k === "arg" ? literalStrings(part.validator) : null;
        if (literals === null) return null;
        for (const text of literals) values.add(text);
      }
    }
  }
  return values;
}

function literalStrings(validator: Validator | null): string[] | null {
  if (validator?.type === "literal" && typeof validator.value === "string")
    return [JSON.stringify(validator.value)];
  if (validator?.type !== "union") return null;
  const parts = validator.value.map(literalStrings);
  return parts.every((part) => part !== null) ? parts.flat() : null;
}

function checkAny(context: RuleContext, table: TableDefinition): void {
  if (!context.analysis.schemaSyntax.tables.has(table.name)) return;
  if (context.model.schemaFrom !== "introspection") return;
  const tableSpan = context.tableSpan(table.name);
  if (table.document.type === "any" && tableSpan !== null) {
    context.add(
      "schema/any",
      tableSpan,
      `Documents of \`${table.name}\` are \`v.any()\`: nothing is checked when they are written. Describe the fields.`,
      { symbol: table.name, identity: table.name },
    );
    return;
  }
  const byField = new Map<string, string[]>();
  for (const path of anyPaths(table.document, "")) {
    const head = path.split(".")[0] ?? path;
    byField.set(head, [...(byField.get(head) ?? []), path]);
  }
  for (const [field, paths] of byField) {
    const span = context.fieldSpan(table.name, field);
    if (span === null) continue;
    const inner = paths.filter((path) => path !== field);
    const where =
      inner.length === 0
        ? ""
        : ` (in ${inner.slice(0, 3).join(", ")}${inner.length > 3 ? ` and ${inner.length - 3} more places` : ""})`;
    context.add(
      "schema/any",
      span,
      `\`${table.name}.${field}\` has \`v.any()\`${where}: nothing is checked when it is written. Give its type, a union, or \`v.record(v.string(), …)\` for open keys.`,
      { symbol: `${table.name}.${field}`, identity: `${table.name}.${field}` },
    );
  }
}

export function anyPaths(validator: Validator, path: string): string[] {
  switch (validator.type) {
    case "any":
      return validator.isStub === true ? [] : [path];
    case "array":
      return anyPaths(validator.value, path);
    case "record":
      return anyPaths(validator.values.fieldType, path);
    case "union":
      return [...new Set(validator.value.flatMap((member) => anyPaths(member, path)))];
    case "object":
      return Object.entries(validator.value).flatMap(([name, field]) =>
        anyPaths(field.fieldType, path === "" ? name : `${path}.${name}`),
      );
    default:
      return [];
  }
}

function checkGrowingArrays(context: RuleContext): void {
  const found = new Map<string, { table: string; path: string; at: Span }>();
  for (const write of context.facts.writes) {
    if ((write.kind !== "patch" && write.kind !== "replace") || write.value === null) continue;
    if (write.entry !== null && !context.openFunctions.has(nameOf(context, write.entry))) continue;
    for (const option of optionsOf(write.value)) {
      if (option.k !== "object") continue;
      for (const [path, item] of option.props) {
        for (const part of optionsOf(item)) {
          const grows =
            part.k === "array" &&
            part.extendsField?.path === path &&
            part.extendsField.table === write.table;
          const pushed =
            part.k === "field" &&
            context.facts.pushedFields.some((p) => p.table === part.table && p.path === path);
          if ((grows || pushed) && !found.has(`${write.table}.${path}`))
            found.set(`${write.table}.${path}`, {
              table: write.table,
              path,
              at: context.span(write.node),
            });
        }
      }
    }
  }
  for (const { table, path, at } of found.values()) {
    if (isRemovedFrom(context, table, path) || isChecked(context, table, path)) continue;
    const child = `${table.replace(/s$/, "")}${path.charAt(0).toUpperCase()}${path.slice(1)}`;
    const parent = `${table.replace(/s$/, "")}Id`;
    context.add(
      "schema/growing-array",
      at,
      `\`${table}.${path}\` gets longer with every call and nothing shortens it: each write rewrites the whole document, every reader of the document re-runs, and at 8,192 elements or 1 MiB the write fails. Keep the elements as rows of a table \`${child}\` with an index on \`${parent}\`, or cap it.`,
      {
        symbol: `${table}.${path}`,
        identity: `${table}.${path}`,
        fix: {
          title: `Child table \`${child}\``,
          automatic: false,
          edits: [],
          code: `${child}: defineTable({ ${parent}: v.id(${JSON.stringify(table)}), /* the element's fields */ }).index("by_${parent}", ["${parent}"]),`,
        },
      },
    );
  }
}

/** The code looks at the length of the array before it adds. */
function isChecked(context: RuleContext, table: string, path: string): boolean {
  const name = `${path}.length`;
  for (const module of context.analysis.program.modules()) {
    const pattern = new RegExp(
      `\\.${path}(?:\\?\\.|\\.|!\\.)length\\s*(?:>=?|<=?|===)|${path}[^;\\n]*\\.slice\\(`,
    );
    if (module.text.includes(name) && pattern.test(module.text)) return true;
    if (pattern.test(module.text)) return true;
  }
  return table === "";
}

/** Some write filters the array or sets it anew. */
function isRemovedFrom(context: RuleContext, table: string, path: string): boolean {
  return context.facts.writes.some((write) => {
    if (write.table !== table || write.value === null || write.kind === "insert") return false;
    return optionsOf(write.value).some((option) => {
      if (option.k !== "object") return false;
      const item = option.props.get(path);
      if (item === undefined) return false;
      return optionsOf(item).some(
        (part) =>
          part.k === "arg" ||
          (part.k === "array" && part.extendsField === undefined) ||
          part.k === "derived" ||
          part.k === "unknown",
      );
    });
  });
}

export function nameOf(context: RuleContext, entry: object): string {
  for (const [name, item] of context.analysis.entries) if (item === entry) return name;
  return "";
}

function checkOptionalDefaults(context: RuleContext): void {
  for (const read of context.knownReads()) {
    const table = context.table(read.table);
    if (table === undefined) continue;
    const bounds = [
      ...read.eq.map((bound) => ({ field: bound.field, constant: bound.constant })),
      ...read.residual
        .filter((item) => item.op === "eq" && item.by === "db")
        .map((item) => ({ field: item.field, constant: item.constant })),
    ];
    for (const { field, constant } of bounds) {
      if (constant !== "false" && constant !== '""' && constant !== "0") continue;
      const type = fieldType(table.document, field, table.name);
      if (type?.optional !== true) continue;
      const omitting = context.facts.writes.find(
        (write) =>
          write.kind === "insert" &&
          write.table === read.table &&
          write.value?.k === "object" &&
          !write.value.open &&
          mayOmit(write.value.props.get(field)),
      );
      if (omitting === undefined) continue;
      const at = context.span(omitting.node);
      context.add(
        "schema/optional-eq-default",
        read.at,
        `\`${field}\` of \`${read.table}\` is optional, and ${at.file}:${at.line} inserts documents without it: an equality with ${constant} does not find those (a missing field is \`undefined\`, which is not ${constant}). Write the default on insert and backfill, or read \`${field}\` = undefined as well.`,
        {
          symbol: context.functionAt(read.at) ?? `${read.table}.${field}`,
          identity: `${read.id} ${field}`,
          fix: {
            title: "Make the field required after a backfill",
            automatic: false,
            edits: [],
            code: `convex-data-engineer migrate new backfill --table ${read.table} --field ${field} --value '${constant}'`,
          },
        },
      );
    }
  }
}

function mayOmit(value: Value | undefined): boolean {
  return value === undefined || (value.k === "const" && value.value === undefined);
}

/** A field patched by a scheduled or often repeated mutation, on a table that list queries read whole. */
function checkHotDocuments(context: RuleContext): void {
  const scheduled = new Set(
    context.model.calls.filter((call) => call.via === "cron").map((call) => call.target),
  );
  for (const write of context.model.writes) {
    if (write.kind !== "patch" || write.fields === null || write.fields.length === 0) continue;
    const heartbeat = write.callers.find(
      (name) =>
        scheduled.has(name) ||
        /heartbeat|ping|presence|keepalive|touch|typing|lastSeen/i.test(name),
    );
    if (
      heartbeat === undefined ||
      !write.fields.every((field) =>
        /(At|Time|Seen|Active|Ping|typing|position|cursor|status|presence|heartbeat)$/i.test(field),
      )
    )
      continue;
    const lists = context.model.reads.filter(
      (read) =>
        read.table === write.table &&
        (read.consumer.kind === "collect" ||
          read.consumer.kind === "paginate" ||
          read.consumer.kind === "take") &&
        read.callers.some((name) => context.function(name)?.kind === "query"),
    );
    if (lists.length === 0) continue;
    const names = [...new Set(lists.flatMap((read) => read.callers))].slice(0, 4);
    context.add(
      "schema/hot-document",
      write.at,
      `\`${heartbeat}\` patches \`${write.fields.join("`, `")}\` of \`${write.table}\` again and again, and each time re-runs the queries that list the table (${names.join(", ")}). Keep the field in a table of its own, keyed by the document.`,
      {
        fix: {
          title: "Split the field off",
          automatic: false,
          edits: [],
          code: `${write.table}Activity: defineTable({ ${write.table.replace(/s$/, "")}Id: v.id(${JSON.stringify(write.table)}), ${write.fields.map((field) => `${field}: v.number()`).join(", ")} }).index("by_${write.table.replace(/s$/, "")}Id", ["${write.table.replace(/s$/, "")}Id"]),`,
        },
      },
    );
  }
}
