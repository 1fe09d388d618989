// The law of migrations: for any two shapes of a table, what the diff proposes for each change that breaks, run on any old
// documents, leaves documents that fit the new shape, and changes nothing when it is run again.
import { transform } from "esbuild";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "../diff/change.ts";
import { diffSchemas } from "../diff/changes.ts";
import { migrationArguments, openValue } from "../diff/commands.ts";
import { accepts } from "../schema/accepts.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import {
  isRecord,
  printKey,
  type ObjectField,
  type ObjectValidator,
  type Validator,
} from "../schema/validator.ts";
import { checkRequest, type MigrationRequest, type MigrationSpec } from "./spec.ts";
import { stepFor } from "./steps.ts";

type Document = Record<string, unknown>;

const leaf = fc.constantFrom<Validator>(
  { type: "string" },
  { type: "number" },
  { type: "bigint" },
  { type: "boolean" },
  { type: "null" },
  { type: "any" },
  { type: "id", tableName: "a" },
  { type: "id", tableName: "b" },
  { type: "literal", value: "x" },
  { type: "literal", value: "y" },
  { type: "literal", value: 1 },
  { type: "literal", value: true },
);
const fieldsOf = (type: fc.Arbitrary<Validator>) =>
  fc
    .dictionary(
      fc.constantFrom("p", "q", "r"),
      fc.record({ fieldType: type, optional: fc.boolean() }),
      { maxKeys: 3 },
    )
    .map((value): Record<string, ObjectField> => ({ ...value }));
const types = fc.letrec<{ type: Validator }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    { weight: 4, arbitrary: leaf },
    tie("type").map((value): Validator => ({ type: "array", value })),
    fieldsOf(tie("type")).map((value): Validator => ({ type: "object", value })),
    tie("type").map((fieldType): Validator => ({
      type: "record",
      keys: { type: "string" },
      values: { fieldType, optional: false },
    })),
    fc
      .array(tie("type"), { minLength: 1, maxLength: 3 })
      .map((value): Validator => ({ type: "union", value })),
    fc
      .tuple(fieldsOf(leaf), fieldsOf(leaf))
      .map(([a, b]): Validator => ({ type: "union", value: [tagged("one", a), tagged("two", b)] })),
  ),
})).type;

function tagged(kind: string, fields: Record<string, ObjectField>): ObjectValidator {
  const literal: Validator = { type: "literal", value: kind };
  return { type: "object", value: { kind: { fieldType: literal, optional: false }, ...fields } };
}

const plainDocuments = fieldsOf(types).map((value): Validator => ({ type: "object", value }));
const documentTypes = fc.oneof(
  { weight: 4, arbitrary: plainDocuments },
  fc
    .tuple(fieldsOf(types), fieldsOf(types))
    .map(([a, b]): Validator => ({ type: "union", value: [tagged("one", a), tagged("two", b)] })),
);

/** The same shape with something renamed, dropped, added, made optional or retyped, however deep. */
function edited(type: Validator): fc.Arbitrary<Validator> {
  switch (type.type) {
    case "array":
      return edited(type.value).map((value) => ({ type: "array", value }));
    case "record":
      return edited(type.values.fieldType).map((fieldType) => ({
        ...type,
        values: { fieldType, optional: false },
      }));
    case "union": {
      const members = type.value.map((member, index) =>
        edited(member).map((fresh): Validator => ({
          type: "union",
          value: type.value.map((item, i) => (i === index ? fresh : item)),
        })),
      );
      return fc.oneof(...members, fc.constant(type));
    }
    case "object": {
      const names = Object.keys(type.value).filter((name) => name !== "kind");
      if (names.length === 0) return fc.constant(type);
      return fc.constantFrom(...names).chain((name) => {
        const { [name]: field, ...others } = type.value;
        if (field === undefined) return fc.constant(type);
        const made = (value: Record<string, ObjectField>): Validator => ({ type: "object", value });
        return fc.oneof(
          fc.constant(made({ ...others, [`${name}New`]: field })),
          fc.constant(made(others)),
          fc.constant(made({ ...type.value, added: { ...field, optional: false } })),
          fc.constant(made({ ...others, [name]: { ...field, optional: !field.optional } })),
          edited(field.fieldType).map((fieldType) =>
            made({ ...others, [name]: { ...field, fieldType } }),
          ),
        );
      });
    }
    default:
      return leaf;
  }
}

/** Any value of a type; texts are such that some are numbers. */
function valuesOf(type: Validator): fc.Arbitrary<unknown> {
  switch (type.type) {
    case "any":
    case "string":
      return fc.constantFrom("x", "7", "true");
    case "number":
      return fc.constantFrom(1, 2, 0.5);
    case "bigint":
    case "commitTs":
      return fc.constantFrom(1n, 7n);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "bytes":
      return fc.constant(new ArrayBuffer(1));
    case "id":
      return fc.constantFrom(`${type.tableName}|1`, `${type.tableName}|2`);
    case "literal":
      return fc.constant(type.value);
    case "array":
      return fc.array(valuesOf(type.value), { maxLength: 2 });
    case "record":
      return fc.dictionary(fc.constantFrom("k", "l"), valuesOf(type.values.fieldType)).map(plain);
    case "union":
      return fc.oneof(...type.value.map(valuesOf));
    case "object":
      return fc
        .record(
          Object.fromEntries(
            Object.entries(type.value).map(([name, field]) => [name, valuesOf(field.fieldType)]),
          ),
          {
            requiredKeys: Object.keys(type.value).filter(
              (name) => type.value[name]?.optional === false,
            ),
          },
        )
        .map(plain);
  }
}

function plain(value: object): Document {
  return { ...value };
}

function schemaOf(document: Validator): SchemaDefinition {
  const table = (name: string, type: Validator) => ({
    name,
    document: type,
    indexes: [],
    searchIndexes: [],
    vectorIndexes: [],
  });
  const empty: Validator = { type: "object", value: {} };
  return {
    tables: [table("t", document), table("a", empty), table("b", empty)],
    schemaValidation: true,
  };
}

/** Flags as the command line reads them, with what is left to people filled in. */
function requestOf(words: readonly string[], fill: unknown): MigrationRequest {
  const [kind = "", ...flags] = words;
  const values: Record<string, string | boolean> = {};
  for (let i = 0; i < flags.length; i++) {
    const name = (flags[i] ?? "").slice(2);
    if (name === "function") values[name] = true;
    else values[name] = flags[++i] ?? "";
  }
  const text = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? { [name]: value } : {};
  };
  const map: unknown = typeof values["map"] === "string" ? JSON.parse(values["map"]) : null;
  const filled = isRecord(map)
    ? {
        map: JSON.stringify(
          Object.fromEntries(
            Object.entries(map).map(([key, value]) => [key, value === openValue ? fill : value]),
          ),
          (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value),
        ),
      }
    : {};
  return {
    kind,
    table: "t",
    ...text("field"),
    ...text("to"),
    ...text("value"),
    ...filled,
    ...(values["function"] === true ? { function: true } : {}),
  };
}

function sourceOf(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof ArrayBuffer) return "new ArrayBuffer(1)";
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(", ")}]`;
  if (isRecord(value))
    return `{ ${Object.entries(value)
      .map(([name, item]) => `${printKey(name)}: ${sourceOf(item)}`)
      .join(", ")} }`;
  return JSON.stringify(value) ?? "undefined";
}

interface Code {
  isPatch: boolean;
  usesDatabase: boolean;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- functions of generated code
  module: any;
}

/** The declarations of a migration as a module, stubs filled in with `fill`. */
async function compiled(spec: MigrationSpec, fill: unknown): Promise<Code> {
  const step = stepFor(spec);
  const text = step.declarations
    .join("\n\n")
    .replace(
      /throw new Error\((?:"|`)Write (?:valueFor|converted) in .*$/gm,
      `return ${sourceOf(fill)};`,
    );
  const names = step.form === "patch" ? "patchFor" : "isDone, carryOver";
  const { code } = await transform(`${text}\nexport { ${names} };`, {
    loader: "ts",
    format: "esm",
  });
  const module: unknown = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
  );
  return { isPatch: step.form === "patch", usesDatabase: step.usesDatabase, module };
}

/** What the database is to a migration of one document. */
function contextFor(document: { current: Document }) {
  return {
    db: {
      normalizeId: (table: string, value: unknown) =>
        typeof value === "string" && value.startsWith(`${table}|`) ? value : null,
      replace: (_table: string, _id: unknown, fields: Document) => {
        document.current = fields;
      },
    },
  };
}

/** @returns false when the migration has nothing to do */
async function carryOver(code: Code, document: { current: Document }): Promise<boolean> {
  const ctx = contextFor(document);
  const doc = { _id: "t|9", _creationTime: 1, ...document.current };
  if (code.isPatch) {
    const patch: unknown = await (code.usesDatabase
      ? code.module.patchFor(ctx, doc)
      : code.module.patchFor(doc));
    if (!isRecord(patch)) return false;
    const merged = { ...document.current, ...patch };
    document.current = Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== undefined),
    );
    return true;
  }
  if ((await code.module.isDone(ctx, doc)) === true) return false;
  await code.module.carryOver(ctx, doc);
  return true;
}

/** A value that the place wants: of the change's new type, or a document. */
function fillFor(change: Change, spec: Validator, seed: number): unknown {
  const type = change.after ?? spec;
  return fc.sample(valuesOf(type), { numRuns: 1, seed })[0];
}

test("what the diff proposes carries any old document into the new shape, once", async () => {
  let carried = 0;
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      documentTypes.chain((before) =>
        fc.record({
          before: fc.constant(before),
          after: fc.oneof(documentTypes, edited(before), edited(before).chain(edited)),
          documents: fc.array(valuesOf(before), { minLength: 3, maxLength: 6 }),
          seed: fc.nat(),
        }),
      ),
      async ({ before, after, documents, seed }) => {
        const [old, fresh] = [schemaOf(before), schemaOf(after)];
        const changes = diffSchemas(old, fresh).filter((item) => item.class === "breaking");
        const codes: Code[] = [];
        for (const change of changes) {
          const words = migrationArguments(change, {
            before: null,
            directory: null,
            renamedTables: new Map(),
          });
          expect(words, change.path).not.toBeNull();
          const [kind = ""] = words ?? [];
          seen.add(`${change.change} ${kind}`);
          const guess = fillFor(change, after, seed);
          const spec = checkRequest(requestOf(words ?? [], guess), fresh, old);
          const target = spec.target ?? change.after ?? after;
          const fill =
            kind === "convert" ? fc.sample(valuesOf(target), { numRuns: 1, seed })[0] : guess;
          codes.push(await compiled(spec, fill));
        }
        for (const item of documents) {
          if (!isRecord(item)) continue;
          expect(accepts(before, item)).toBe(true);
          const document = { current: item };
          try {
            for (const code of codes) await carryOver(code, document);
          } catch (error) {
            // A value without a new form stops the migration, and says so.
            expect(String(error)).toContain("Cannot carry over");
            continue;
          }
          carried++;
          const shown = JSON.stringify(
            {
              item,
              result: document.current,
              changes: changes.map((c) => `${c.change} ${c.path}`),
            },
            (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value),
          );
          expect(accepts(after, document.current), shown).toBe(true);
          for (const code of codes) expect(await carryOver(code, document), shown).toBe(false);
        }
      },
    ),
    { numRuns: 1_000 },
  );
  expect(carried).toBeGreaterThan(1_000);
  for (const kind of ["backfill", "unset", "copy-then-unset", "map-values", "convert"])
    expect(
      [...seen].some((item) => item.endsWith(` ${kind}`)),
      kind,
    ).toBe(true);
}, 120_000);
