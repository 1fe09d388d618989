// `split-table`: the elements of a list become documents of a child table that refer to the document they were in.
import { typesAtPath } from "../schema/path.ts";
import { flatUnion, printFlat, type ObjectValidator, type Validator } from "../schema/validator.ts";
import type { MigrationSpec } from "./spec.ts";
import { typesOf } from "./spec.ts";
import type { Step } from "./step.ts";

/** How the child table is laid out, as declared or as proposed. */
export interface ChildTable {
  parent: string;
  /** The field with the place in the list; null when the table has none. */
  position: string | null;
  /** The field with the element; null when the element's own fields are spread. */
  value: string | null;
  /** Index on parent and position, by which a child that is there already is found. */
  index: string | null;
  isDeclared: boolean;
}

export function childTable(spec: MigrationSpec): ChildTable {
  const declared = spec.schema.tables.find((table) => table.name === spec.to);
  const proposed = `${spec.table.replace(/ies$/, "y").replace(/s$/, "")}Id`;
  if (declared?.document.type !== "object")
    return {
      parent: proposed,
      position: "position",
      value: elementObject(spec) === null ? "value" : null,
      index: `by_${proposed}_and_position`,
      isDeclared: false,
    };
  const fields = declared.document.value;
  const names = Object.keys(fields);
  const parent =
    names.find((name) =>
      flatUnion(fields[name]?.fieldType ?? { type: "null" }).some(
        (type) => type.type === "id" && type.tableName === spec.table,
      ),
    ) ?? proposed;
  const position =
    names.find((name) => ["position", "order", "index", "rank", "sortOrder"].includes(name)) ??
    null;
  const element = elementObject(spec);
  const rest = names.filter((name) => name !== parent && name !== position);
  const isSpread =
    element !== null &&
    Object.entries(element.value).every(([name, field]) => field.optional || rest.includes(name));
  const [only] = rest;
  return {
    parent,
    position,
    value: isSpread ? null : rest.includes("value") ? "value" : (only ?? "value"),
    index:
      position === null
        ? null
        : (declared.indexes.find(
            (index) => !index.staged && index.fields.join(",") === `${parent},${position}`,
          )?.name ?? null),
    isDeclared: true,
  };
}

function elementObject(spec: MigrationSpec): ObjectValidator | null {
  const types = elementTypes(spec);
  const [only] = types;
  return types.length === 1 && only?.type === "object" ? only : null;
}

export function elementTypes(spec: MigrationSpec): Validator[] {
  for (const table of [spec.before, spec.now]) {
    const placed =
      table === null ? null : typesAtPath(table.document, [...spec.path, { kind: "element" }]);
    if (placed !== null) return placed.types;
  }
  return typesOf(spec, [...spec.path, { kind: "element" }]);
}

export function splitTable(spec: MigrationSpec): Step {
  const child = childTable(spec);
  const names = spec.path.flatMap((item) => (item.kind === "field" ? [item.name] : []));
  const [head = "", ...inner] = names;
  const list = `doc.${[head, ...inner].join("?.")}`;
  const parts = [
    `${child.parent}: doc._id`,
    ...(child.position === null
      ? []
      : [child.position === "position" ? "position" : `${child.position}: position`]),
    child.value === null ? "...value" : child.value === "value" ? "value" : `${child.value}: value`,
  ];
  const insert = `await ctx.db.insert(${JSON.stringify(spec.to)}, { ${parts.join(", ")} });`;
  const body =
    child.index === null
      ? [insert]
      : [
          "const existing = await ctx.db",
          `  .query(${JSON.stringify(spec.to)})`,
          `  .withIndex(${JSON.stringify(child.index)}, (q: any) =>`,
          `    q.eq(${JSON.stringify(child.parent)}, doc._id).eq(${JSON.stringify(child.position ?? "")}, position),`,
          "  )",
          "  .unique();",
          `if (existing === null) ${insert}`,
        ];
  const loop =
    child.position === null
      ? `for (const value of ${list}) {`
      : `for (const [position, value] of ${list}.entries()) {`;
  const leaf = names.at(-1) ?? "";
  const holder = names.slice(0, -1);
  const clear =
    holder.length === 0
      ? [`await ctx.db.patch(${JSON.stringify(spec.table)}, doc._id, { ${head}: undefined });`]
      : [
          `const { ${leaf}: _, ...others } = doc.${holder.join(".")};`,
          `await ctx.db.patch(${JSON.stringify(spec.table)}, doc._id, { ${nest(holder)} });`,
        ];
  return {
    form: "write",
    usesDatabase: true,
    isOpen: "!(await isDone(ctx, doc))",
    declarations: [
      `/** There is nothing, or nothing more, to do for \`doc\`. */
async function isDone(_ctx: GenericQueryCtx<any>, doc: any): Promise<boolean> {
  return ${list} === undefined;
}`,
      `async function carryOver(ctx: GenericMutationCtx<any>, doc: any): Promise<void> {
  ${loop}
${body.map((line) => `    ${line}`).join("\n")}
  }
${clear.map((line) => `  ${line}`).join("\n")}
}`,
    ],
    needs: child.isDeclared ? [] : [childText(spec, child)],
  };
}

function nest(holder: readonly string[]): string {
  const build = (rest: readonly string[], at: string): string => {
    const [head = "", ...tail] = rest;
    return tail.length === 0
      ? `${head}: others`
      : `${head}: { ...${at}.${head}, ${build(tail, `${at}.${head}`)} }`;
  };
  return build(holder, "doc");
}

/** The declaration of a child table that is not there yet. */
function childText(spec: MigrationSpec, child: ChildTable): string {
  const element = elementObject(spec);
  const types = elementTypes(spec);
  const fields =
    element === null
      ? [
          `value: ${printFlat(types.length === 1 && types[0] !== undefined ? types[0] : { type: "union", value: types })}`,
        ]
      : Object.entries(element.value).map(([name, field]) => {
          const type = printFlat(field.fieldType);
          return `${name}: ${field.optional ? `v.optional(${type})` : type}`;
        });
  return `${spec.to}: defineTable({ ${child.parent}: v.id(${JSON.stringify(spec.table)}), position: v.number(), ${fields.join(", ")} }).index(${JSON.stringify(child.index ?? "")}, [${JSON.stringify(child.parent)}, "position"])`;
}
