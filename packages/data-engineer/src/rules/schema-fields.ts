// Rules on fields as the program uses them. Here defaults of optional fields and `v.any()`; the others in files of their own.
import type { Value } from "../evaluate/values.ts";
import type { TableDefinition } from "../schema/schema.ts";
import { fieldType, type Validator } from "../schema/validator.ts";
import type { RuleContext } from "./context.ts";
import { checkGrowingArrays } from "./growing-arrays.ts";
import { checkHotDocuments } from "./hot-documents.ts";
import { checkStrings } from "./schema-strings.ts";

export function checkFields(context: RuleContext): void {
  checkStrings(context);
  for (const table of context.model.schema.tables)
    if (!context.isLibraryTable(table.name)) checkAny(context, table);
  checkGrowingArrays(context);
  checkOptionalDefaults(context);
  checkHotDocuments(context);
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
    const [only] = paths;
    const place = paths.length === 1 && only !== undefined ? only : field;
    const span = context.fieldSpan(table.name, place);
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
          identity: `${context.text(read.at).replace(/\s+/g, " ")} ${field}`,
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
