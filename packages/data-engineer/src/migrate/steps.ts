// The code that carries one document over, per kind of migration. Each step checks first, so a second run changes nothing.
import { printPath, taggedUnion, type Segment } from "../schema/path.ts";
import { isList, neutralSource } from "./constants.ts";
import { convertDocument, convertValue } from "./convert.ts";
import { placeOf, rewriteCode } from "./rewrite.ts";
import { dedupeIndex, referenceTarget, typesOf, type MigrationSpec } from "./spec.ts";
import { splitTable } from "./split.ts";
import {
  access,
  block,
  patchComment,
  patchStep,
  plainFields,
  quote,
  readCtx,
  valueChange,
  writeCtx,
  writeStep,
  type Step,
} from "./step.ts";
import { isObjectCode } from "./validator-code.ts";

export function stepFor(spec: MigrationSpec): Step {
  switch (spec.kind) {
    case "backfill":
      return backfill(spec);
    case "unset":
      return patchStep([objectChange(spec, (object) => `${object} === undefined`, null)]);
    case "copy-then-unset":
      return moveField(spec);
    case "map-values":
      return mapValues(spec);
    case "convert":
      return spec.path.at(-1)?.kind === "field" || spec.path.some((item) => item.kind !== "variant")
        ? convertValue(spec)
        : convertDocument(spec);
    case "split-table":
      return splitTable(spec);
    case "copy-table":
      return copyTable(spec);
    case "remap-ids":
      return remapIds(spec);
    case "dedupe":
      return dedupe(spec);
    case "delete-orphans":
      return deleteOrphans(spec);
    case "delete-all":
      return deleteAll(spec);
  }
}

/**
 * A function that sets or removes the last field of the path in the object that holds it.
 *
 * @param isDone - condition over the field's own access
 * @param value - source of the new value; null removes the field
 */
function objectChange(
  spec: MigrationSpec,
  isDone: (field: string) => string,
  value: string | null,
  head = "function patchFor(doc: any)",
  comment = patchComment,
): string {
  const container = spec.path.slice(0, -1);
  const [leaf = ""] = plainFields(spec.path.slice(-1));
  const place = placeOf(spec, container);
  const lines = [...place.guard];
  if (place.head === null)
    lines.push(
      `if (${isDone(`doc.${leaf}`)}) return null;`,
      `return { ${leaf}: ${value ?? "undefined"} };`,
    );
  else {
    const change =
      value === null
        ? [`const { ${leaf}: _, ...others } = object;`, "return others;"]
        : [`return { ...object, ${leaf}: ${value} };`];
    lines.push(
      `const changed = rewrite(doc.${place.head}, [${place.rest.join(", ")}], (object) => {`,
      `  if (!isObject(object) || ${isDone(`object.${leaf}`)}) return object;`,
      ...change.map((line) => `  ${line}`),
      "});",
      `return Object.is(changed, doc.${place.head}) ? null : { ${place.head}: changed };`,
    );
  }
  const declaration = `${comment}\n${block(head, lines)}`;
  return place.head === null
    ? declaration
    : `${rewriteCode(false)}\n\n${isObjectCode}\n\n${declaration}`;
}

function backfill(spec: MigrationSpec): Step {
  const isThere = (field: string) => `${field} !== undefined`;
  if (spec.from === null && !spec.isFunction) {
    const value = spec.value ?? neutralSource(spec) ?? "null";
    return patchStep([
      `/** What is written where the field is missing. */\nconst initialValue = ${value};`,
      objectChange(spec, isThere, "initialValue"),
    ]);
  }
  const withValue = objectChange(
    spec,
    isThere,
    "value",
    "function withValue(doc: any, value: any)",
    "/** The patch that writes `value` where the field is missing; null when it is missing nowhere. */",
  );
  const patchFor = block(`async function patchFor(${writeCtx}, doc: any)`, [
    "if (withValue(doc, null) === null) return null;",
    "const value = await valueFor(ctx, doc);",
    "return value === undefined ? null : withValue(doc, value);",
  ]);
  return patchStep([valueFunction(spec), withValue, `${patchComment}\n${patchFor}`], {
    usesDatabase: true,
    isOpen: "withValue(doc, null) !== null",
  });
}

/** `valueFor`: from another field, from the document a reference leads to, or to be written by the project. */
function valueFunction(spec: MigrationSpec): string {
  const fallback = spec.value ?? "undefined";
  const what = `what \`${printPath(spec.path)}\` gets where it is missing`;
  if (spec.from === null) {
    const neutral = neutralSource(spec);
    const lines =
      neutral === null
        ? [`throw new Error(${quote(`Write valueFor in ${spec.name}.ts: ${what}.`)});`]
        : [`return ${neutral};`];
    return `/** TODO: say ${what}. It may read the database. */\n${block(`async function valueFor(_ctx: GenericQueryCtx<any>, _doc: any): Promise<any>`, lines)}`;
  }
  const [reference = "", ...rest] = spec.from;
  const parent =
    rest.length === 0 ? null : referenceTarget(spec, [{ kind: "field", name: reference }]);
  const orElse = fallback === "undefined" ? "" : ` ?? ${fallback}`;
  const lines =
    parent === null
      ? [`return ${access(spec.from)}${orElse};`]
      : [
          `if (doc.${reference} === undefined || doc.${reference} === null) return ${fallback};`,
          `const parent = await ctx.db.get(${quote(parent)}, doc.${reference});`,
          `return parent${rest.map((part) => `?.${part}`).join("")}${orElse};`,
        ];
  const ctx = parent === null ? "_ctx" : "ctx";
  return `/** What is written where the field is missing; undefined leaves it missing. */\n${block(`async function valueFor(${ctx}: GenericQueryCtx<any>, doc: any): Promise<any>`, lines)}`;
}

function moveField(spec: MigrationSpec): Step {
  const { path, toPath } = spec;
  const parent = path.slice(0, -1);
  const [leaf = ""] = plainFields(path.slice(-1));
  const [fresh = ""] = plainFields(toPath.slice(-1));
  const isBeside = printPath(parent) === printPath(toPath.slice(0, -1));
  const place = placeOf(spec, parent);
  if (isBeside && place.head !== null)
    return patchStep([
      rewriteCode(false),
      isObjectCode,
      `${patchComment}\n${block("function patchFor(doc: any)", [
        ...place.guard,
        `const value = rewrite(doc.${place.head}, [${place.rest.join(", ")}], (object) => {`,
        `  if (!isObject(object) || object.${leaf} === undefined) return object;`,
        `  const { ${leaf}: old, ...others } = object;`,
        `  return { ...others, ${fresh}: others.${fresh} === undefined ? old : others.${fresh} };`,
        "});",
        `return Object.is(value, doc.${place.head}) ? null : { ${place.head}: value };`,
      ])}`,
    ]);
  const old = access(plainFields(path));
  const target = access(plainFields(toPath));
  const write = patchCode(plainFields(toPath), `${target} === undefined ? ${old} : ${target}`);
  const clear = clearCode(plainFields(path));
  return patchStep([
    `${patchComment}\n${block("function patchFor(doc: any)", [
      ...placeOf(
        spec,
        path.slice(0, 1).some((item) => item.kind === "variant") ? path.slice(0, 1) : [],
      ).guard,
      `if (${old} === undefined) return null;`,
      ...clear.before,
      `return { ${write}, ${clear.code} };`,
    ])}`,
  ]);
}

/** `a: { ...doc.a, b: value }`: a patch replaces top-level fields whole. */
function patchCode(path: readonly string[], value: string): string {
  const build = (rest: readonly string[], at: string): string => {
    const [head = "", ...tail] = rest;
    const inner = at === "doc" ? `doc.${head}` : `${at}?.${head}`;
    return tail.length === 0
      ? `${head}: ${value}`
      : `${head}: { ...${inner}, ${build(tail, inner)} }`;
  };
  return build(path, "doc");
}

/** Removes a field: whole, or out of the object that holds it. */
function clearCode(path: readonly string[]): { before: string[]; code: string } {
  const [head = "", ...rest] = path;
  if (rest.length === 0) return { before: [], code: `${head}: undefined` };
  const leaf = rest.at(-1) ?? "";
  const holder = [head, ...rest.slice(0, -1)];
  return {
    before: [`const { ${leaf}: _, ...others } = ${access(holder)};`],
    code: holder.length === 1 ? `${head}: others` : patchCode(holder, "others"),
  };
}

/** Elements of a list are meant where the path names the list. */
export function intoList(spec: MigrationSpec): Segment[] {
  return isList(typesOf(spec, spec.path)) ? [...spec.path, { kind: "element" }] : spec.path;
}

function mapValues(spec: MigrationSpec): Step {
  const lines = spec.map.map(([from, to]) => `  [${from}, ${to}],`);
  const path = intoList(spec);
  return patchStep([
    `/** Old value to new value; what is not in it stays. */\nconst newValues = new Map<unknown, unknown>([\n${lines.join("\n")}\n]);`,
    block("function change(value: any)", [
      "return newValues.has(value) ? newValues.get(value) : value;",
    ]),
    valueChange(spec, path, false, "function patchFor(doc: any)", patchComment),
  ]);
}

function copyTable(spec: MigrationSpec): Step {
  return writeStep(
    [
      "const known = await ctx.db",
      '  .query("migrationIds")',
      '  .withIndex("by_oldId", (q) => q.eq("oldId", doc._id))',
      "  .unique();",
      "return known !== null;",
    ],
    [
      "const { _id, _creationTime, ...fields } = doc;",
      `const newId = await ctx.db.insert(${quote(spec.to)}, fields);`,
      'await ctx.db.insert("migrationIds", { oldId: _id, newId, createdAt: _creationTime });',
    ],
    { needs: [idsTable] },
  );
}

/** The table that leads from an old id to its new one. */
export const idsTable =
  'migrationIds: defineTable({ oldId: v.string(), newId: v.string(), createdAt: v.number() }).index("by_oldId", ["oldId"])';

function remapIds(spec: MigrationSpec): Step {
  const path = intoList(spec);
  const patchWith = valueChange(
    spec,
    path,
    true,
    "async function patchWith(doc: any, change: (value: any) => Promise<any>)",
    "/** The patch with `change` applied to each reference; null when that changes nothing. */",
  );
  const isOld = block(`function isOld(${readCtx}, value: any): boolean`, [
    `return typeof value === "string" && ctx.db.normalizeId(${quote(spec.to)}, value) === null;`,
  ]);
  const newId = block(`async function newId(${readCtx}, value: any): Promise<any>`, [
    "if (!isOld(ctx, value)) return value;",
    "const known = await ctx.db",
    '  .query("migrationIds")',
    '  .withIndex("by_oldId", (q) => q.eq("oldId", value))',
    "  .unique();",
    "return known?.newId ?? value;",
  ]);
  const patchFor = block(`async function patchFor(${readCtx}, doc: any)`, [
    "return await patchWith(doc, (value) => newId(ctx, value));",
  ]);
  return patchStep(
    [
      `/** An id of another table than \`${spec.to}\`. */\n${isOld}`,
      `/** The id of the copy; the old one as long as its document was not copied. */\n${newId}`,
      patchWith,
      `${patchComment}\n${patchFor}`,
    ],
    {
      usesDatabase: true,
      isOpen:
        "(await patchWith(doc, async (value) => (isOld(ctx, value) ? null : value))) !== null",
      needs: [idsTable],
    },
  );
}

function dedupe(spec: MigrationSpec): Step {
  const index = dedupeIndex(spec);
  const fields = index?.fields ?? [];
  const range = fields.map((field) => `.eq(${quote(field)}, ${access(field.split("."))})`).join("");
  const missing = fields.map((field) => `${access(field.split("."))} === undefined`).join(" || ");
  const query = [
    "await ctx.db",
    `  .query(${quote(spec.table)})`,
    `  .withIndex(${quote(index?.name ?? "")}, (q${fields.length > 1 ? ": any" : ""}) => q${range})`,
  ];
  return writeStep(
    [
      "// Documents that lack the key are no duplicates of each other.",
      `if (${missing}) return true;`,
      ...(index?.isExact === true
        ? [
            `const oldest = ${query[0] ?? ""}`,
            ...query.slice(1),
            "  .first();",
            "return oldest === null || oldest._id === doc._id;",
          ]
        : [
            "for await (const other of ctx.db",
            ...query.slice(1).map((line, i) => (i === query.length - 2 ? `${line}) {` : line)),
            "  const isOlder =",
            "    other._creationTime < doc._creationTime ||",
            "    (other._creationTime === doc._creationTime && other._id < doc._id);",
            "  if (isOlder) return false;",
            "}",
            "return true;",
          ]),
    ],
    [`await ctx.db.delete(${quote(spec.table)}, doc._id);`],
  );
}

function deleteOrphans(spec: MigrationSpec): Step {
  const target = referenceTarget(spec, spec.path) ?? "";
  const reference = access(plainFields(spec.path));
  return writeStep(
    [
      `const reference = ${reference};`,
      "if (reference === undefined || reference === null) return true;",
      `return (await ctx.db.get(${quote(target)}, reference)) !== null;`,
    ],
    [`await ctx.db.delete(${quote(spec.table)}, doc._id);`],
  );
}

function deleteAll(spec: MigrationSpec): Step {
  const isDone =
    spec.path.length === 0
      ? "return false;"
      : `return ${access(plainFields(spec.path))} !== ${spec.value ?? "undefined"};`;
  return writeStep([isDone], [`await ctx.db.delete(${quote(spec.table)}, doc._id);`]);
}

/** The label of the variant that `delete-all` with a field of a union deletes; null when it is no such. */
export function deletedVariant(spec: MigrationSpec): string | null {
  const [field] = plainFields(spec.path);
  const union = spec.now === null ? null : taggedUnion(spec.now.document);
  const old = spec.before === null ? null : taggedUnion(spec.before.document);
  for (const item of [union, old])
    if (item !== null && item.tag === field && spec.path.length === 1)
      for (const [label, { value }] of item.variants)
        if (typeof value !== "object" && JSON.stringify(value) === spec.value) return label;
  return null;
}
