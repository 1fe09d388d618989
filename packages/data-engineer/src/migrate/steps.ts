// The code that carries one document over, per kind of migration. Each step checks first, so a second run changes nothing.
import { ToolFailure } from "../project/failure.ts";
import type { Validator } from "../schema/validator.ts";
import { dedupeIndex, referenceTarget, typeAt, type MigrationSpec } from "./spec.ts";

export interface Step {
  /** Declarations above the function: values, mappings. */
  prelude: string;
  /** True when the document is already as it should be; an expression over `doc`. */
  isDone: string;
  /** Statements that carry `doc` over, in a mutation with `ctx`. */
  body: string[];
  /** The patch as an expression, when the step is nothing but one. */
  patch: string | null;
  /** Needs `await` before it can be told whether there is something to do. */
  asksDatabase: boolean;
  /** What has to be in the schema before. */
  needs: string[];
}

export function stepFor(spec: MigrationSpec): Step {
  switch (spec.kind) {
    case "backfill":
      return backfill(spec);
    case "unset":
      return patchStep(
        spec,
        `${access(spec.field)} === undefined`,
        patchCode(spec.field, "undefined"),
      );
    case "copy-then-unset":
      return moveField(spec);
    case "map-values":
      return mapValues(spec);
    case "convert":
      return convert(spec);
    case "split-table":
      return splitTable(spec);
    case "copy-table":
      return copyTable(spec);
    case "dedupe":
      return dedupe(spec);
    case "delete-orphans":
      return deleteOrphans(spec);
    case "delete-all":
      return {
        prelude: "",
        isDone: "false",
        body: [`await ctx.db.delete(${quote(spec.table)}, doc._id);`],
        patch: null,
        asksDatabase: false,
        needs: [],
      };
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** `doc.a?.b`: safe where a part of the path is missing. */
export function access(path: readonly string[]): string {
  const [first = "", ...rest] = path;
  return `doc.${first}${rest.map((part) => `?.${part}`).join("")}`;
}

/** `{ a: { ...doc.a, b: value } }`: a patch replaces top-level fields whole. */
function patchCode(path: readonly string[], value: string): string {
  const build = (rest: readonly string[], at: string): string => {
    const [head = "", ...tail] = rest;
    const inner = `${at}.${head}`;
    return tail.length === 0
      ? `${head}: ${value}`
      : `${head}: { ...${inner}, ${build(tail, inner)} }`;
  };
  return `{ ${build(path, "doc")} }`;
}

function patchStep(spec: MigrationSpec, isDone: string, patch: string, prelude = ""): Step {
  return {
    prelude,
    isDone,
    body: [`await ctx.db.patch(${quote(spec.table)}, doc._id, ${patch});`],
    patch,
    asksDatabase: false,
    needs: [],
  };
}

function backfill(spec: MigrationSpec): Step {
  const isDone = `${access(spec.field)} !== undefined`;
  if (spec.value !== null) return patchStep(spec, isDone, patchCode(spec.field, spec.value));
  if (spec.from !== null) {
    const [reference, ...rest] = spec.from;
    const parent = reference === undefined ? null : referenceTarget(spec, [reference]);
    if (parent === null || rest.length === 0 || reference === undefined)
      return patchStep(
        spec,
        `${isDone} || ${access(spec.from)} === undefined`,
        patchCode(spec.field, access(spec.from)),
      );
    return {
      prelude: "",
      isDone,
      body: [
        `const parent = doc.${reference} ? await ctx.db.get(${quote(parent)}, doc.${reference}) : null;`,
        `if (parent?.${rest.join("?.")} === undefined) continue;`,
        `await ctx.db.patch(${quote(spec.table)}, doc._id, ${patchCode(spec.field, `parent.${rest.join("?.")}`)});`,
      ],
      patch: null,
      asksDatabase: true,
      needs: [],
    };
  }
  const value = defaultValue(typeAt(spec, spec.field)[0]);
  if (value === null)
    throw new ToolFailure(
      "bad-argument",
      `What does \`${spec.table}.${spec.field.join(".")}\` get where it is missing? Pass --value with JSON, or --from with another field or \`reference.field\`.`,
    );
  return patchStep(
    spec,
    isDone,
    patchCode(spec.field, "initialValue"),
    `/** What a document without the field gets. */\nconst initialValue = ${value};`,
  );
}

/** A neutral value of a type; null when there is none. */
function defaultValue(type: Validator | undefined): string | null {
  switch (type?.type) {
    case "string":
      return '""';
    case "number":
      return "0";
    case "bigint":
      return "0n";
    case "boolean":
      return "false";
    case "array":
      return "[]";
    case "null":
      return "null";
    case "literal":
      return typeof type.value === "object" ? null : `${JSON.stringify(type.value)} as const`;
    case "union":
      return type.value.some((item) => item.type === "null") ? "null" : defaultValue(type.value[0]);
    default:
      return null;
  }
}

function moveField(spec: MigrationSpec): Step {
  const old = access(spec.field);
  const target = access(spec.to);
  const [oldHead = ""] = spec.field;
  const [newHead = ""] = spec.to;
  if (oldHead === newHead && spec.field.length + spec.to.length > 2)
    throw new ToolFailure(
      "bad-argument",
      `Both paths are inside \`${oldHead}\`; use \`convert\`, which rewrites the whole object.`,
    );
  const write = patchCode(spec.to, `${target} ?? ${old}`).slice(2, -2);
  const clear = patchCode(spec.field, "undefined").slice(2, -2);
  return patchStep(spec, `${old} === undefined`, `{ ${write}, ${clear} }`);
}

function mapValues(spec: MigrationSpec): Step {
  const entries = Object.entries(spec.map ?? {});
  const lines = entries.map(([from, to]) => `  [${quote(from)}, ${JSON.stringify(to)}],`);
  const isArray = typeAt(spec, spec.field).some((type) => type.type === "array");
  const value = access(spec.field);
  const prelude = `/** Old value to new value; what is not in it stays. */\nconst newValues = new Map<unknown, ${valueType(entries)}>([\n${lines.join("\n")}\n]);`;
  if (isArray) {
    return patchStep(
      spec,
      `!(${value} ?? []).some((item) => newValues.has(item))`,
      patchCode(spec.field, `(${value} ?? []).map((item) => newValues.get(item) ?? item)`),
      prelude,
    );
  }
  return patchStep(
    spec,
    `!newValues.has(${value})`,
    patchCode(spec.field, `newValues.get(${value})`),
    prelude,
  );
}

function valueType(entries: readonly [string, unknown][]): string {
  const kinds = new Set(entries.map(([, value]) => JSON.stringify(value)));
  return [...kinds].sort().join(" | ");
}

function convert(spec: MigrationSpec): Step {
  const value = access(spec.field);
  const [type] = typeAt(spec, spec.field);
  const wanted = type?.type;
  const conversions: Partial<Record<Validator["type"], { test: string; make: string }>> = {
    number: { test: `typeof value === "number"`, make: "Number(value)" },
    string: { test: `typeof value === "string"`, make: "String(value)" },
    boolean: { test: `typeof value === "boolean"`, make: `value === "true" || value === 1` },
    bigint: { test: `typeof value === "bigint"`, make: "BigInt(Math.trunc(Number(value)))" },
    array: { test: "Array.isArray(value)", make: "[value]" },
  };
  const conversion = wanted === undefined ? undefined : conversions[wanted];
  if (conversion === undefined)
    throw new ToolFailure(
      "bad-argument",
      `There is no conversion to ${wanted ?? "the type of"} \`${spec.table}.${spec.field.join(".")}\` that fits all; use \`map-values\` for fixed values.`,
    );
  const check =
    wanted === "number"
      ? "\n  if (Number.isNaN(converted)) throw new Error(`Cannot read ${JSON.stringify(value)} as a number.`);"
      : "";
  const prelude = `function isConverted(value: unknown): boolean {\n  return value === undefined || ${conversion.test};\n}\n\nfunction converted(value: unknown) {\n  const converted = ${conversion.make};${check}\n  return converted;\n}`;
  return patchStep(
    spec,
    `isConverted(${value})`,
    patchCode(spec.field, `converted(${value})`),
    prelude,
  );
}

function splitTable(spec: MigrationSpec): Step {
  const child = spec.to.join(".");
  const parent = `${spec.table.replace(/s$/, "")}Id`;
  const index = `by_${parent}_and_position`;
  return {
    prelude: "",
    isDone: `${access(spec.field)} === undefined`,
    body: [
      `for (const [position, value] of (${access(spec.field)} ?? []).entries()) {`,
      `  const existing = await ctx.db`,
      `    .query(${quote(child)})`,
      `    .withIndex(${quote(index)}, (q) => q.eq(${quote(parent)}, doc._id).eq("position", position))`,
      `    .unique();`,
      `  if (existing === null)`,
      `    await ctx.db.insert(${quote(child)}, { ${parent}: doc._id, position, value });`,
      `}`,
      `await ctx.db.patch(${quote(spec.table)}, doc._id, ${patchCode(spec.field, "undefined")});`,
    ],
    patch: null,
    asksDatabase: false,
    needs: [
      `${child}: defineTable({ ${parent}: v.id(${quote(spec.table)}), position: v.number(), value: /* the element's type */ }).index(${quote(index)}, [${quote(parent)}, "position"])`,
    ],
  };
}

function copyTable(spec: MigrationSpec): Step {
  const target = spec.to.join(".");
  return {
    prelude: "",
    isDone: "false",
    body: [
      `const known = await ctx.db`,
      `  .query("migrationIds")`,
      `  .withIndex("by_oldId", (q) => q.eq("oldId", doc._id))`,
      `  .unique();`,
      `if (known !== null) continue;`,
      `const { _id, _creationTime, ...fields } = doc;`,
      `const newId = await ctx.db.insert(${quote(target)}, fields);`,
      `await ctx.db.insert("migrationIds", { oldId: _id, newId, createdAt: _creationTime });`,
    ],
    patch: null,
    asksDatabase: true,
    needs: [
      `migrationIds: defineTable({ oldId: v.string(), newId: v.string(), createdAt: v.number() }).index("by_oldId", ["oldId"])`,
    ],
  };
}

function dedupe(spec: MigrationSpec): Step {
  const index = dedupeIndex(spec) ?? "";
  const key = spec.field.join(".");
  return {
    prelude: "",
    isDone: "false",
    body: [
      `const oldest = await ctx.db`,
      `  .query(${quote(spec.table)})`,
      `  .withIndex(${quote(index)}, (q) => q.eq(${quote(key)}, ${access(spec.field)}))`,
      `  .first();`,
      `if (oldest === null || oldest._id === doc._id) continue;`,
      `await ctx.db.delete(${quote(spec.table)}, doc._id);`,
    ],
    patch: null,
    asksDatabase: true,
    needs: [],
  };
}

function deleteOrphans(spec: MigrationSpec): Step {
  const target = referenceTarget(spec, spec.field) ?? "";
  const reference = access(spec.field);
  return {
    prelude: "",
    isDone: `${reference} === undefined || ${reference} === null`,
    body: [
      `const reference = ${reference};`,
      `if (reference === undefined || reference === null) continue;`,
      `if ((await ctx.db.get(${quote(target)}, reference)) !== null) continue;`,
      `await ctx.db.delete(${quote(spec.table)}, doc._id);`,
    ],
    patch: null,
    asksDatabase: true,
    needs: [],
  };
}
