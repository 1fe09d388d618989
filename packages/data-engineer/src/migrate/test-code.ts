// The test that goes with a migration: old documents in, a run to the end, new documents out, and a second run that does nothing.
import type { Validator } from "../schema/validator.ts";
import { typeAt, type MigrationSpec } from "./spec.ts";

/** A test for convex-test with vitest, for the plain shape. */
export function plainTest(spec: MigrationSpec, folder: string): string {
  const { name, table } = spec;
  const reference = `internal.${folder.split("/").join(".")}.${name}`;
  const { seed, expectation } = exampleFor(spec);
  const depth = "../".repeat(folder.split("/").length);
  return `// The migration \`${name}\`: old documents come out in the new shape, and a second run changes nothing.
import { convexTest } from "convex-test";
import { defineSchema } from "convex/server";
import { expect, test } from "vitest";
import { internal } from "${depth}_generated/api";
import schema from "${depth}schema";

const modules = import.meta.glob("${depth}**/*.*s");
/** Documents of the old shape go in unchecked. */
const unchecked = defineSchema(schema.tables, { schemaValidation: false });

test("${name} carries old documents over, and a second run changes nothing", async () => {
  const t = convexTest(unchecked, modules);
  await t.run(async (ctx) => {
    for (let i = 0; i < 5; i++) await ctx.db.insert(${JSON.stringify(table)}, ${seed} as never);
  });
  const runToEnd = async () => {
    let cursor: string | null = null;
    let changed = 0;
    for (;;) {
      const result: { changed: number; hasMore: boolean; nextCursor: string | null } =
        await t.mutation(${reference}.batch, { cursor, batchSize: 2 });
      changed += result.changed;
      if (!result.hasMore) return changed;
      cursor = result.nextCursor;
    }
  };
  expect(await t.mutation(${reference}.batch, { cursor: null, batchSize: 2, dryRun: true })).toMatchObject({
    processed: 2,
  });
  await runToEnd();
  const documents = await t.run((ctx) => ctx.db.query(${JSON.stringify(table)}).collect());
  ${expectation}
  expect(await runToEnd()).toBe(0);
});
`;
}

/** A test of \`migrateOne\` alone, for the component shape. */
export function componentTest(spec: MigrationSpec, folder: string): string {
  const { name } = spec;
  const depth = "../".repeat(folder.split("/").length);
  return `// The migration \`${name}\` is registered with the component.
import { expect, test } from "vitest";
import { getFunctionName } from "convex/server";
import { internal } from "${depth}_generated/api";

test("${name} can be run", () => {
  expect(getFunctionName(internal.${folder.split("/").join(".")}.${name}.run)).toBe("${folder}/${name}:run");
});
`;
}

interface Example {
  seed: string;
  expectation: string;
}

function exampleFor(spec: MigrationSpec): Example {
  const others = otherFields(spec);
  const key = spec.field[0] ?? "";
  const at = spec.field.join("?.");
  const every = (test: string) => `expect(documents.every((doc) => ${test})).toBe(true);`;
  switch (spec.kind) {
    case "backfill": {
      const nested = spec.field.length > 1 ? { ...others, [key]: nestedRest(spec) } : others;
      const source = spec.from?.[0];
      const withSource =
        source === undefined ? nested : { ...nested, [source]: nested[source] ?? "x" };
      return { seed: literal(withSource), expectation: every(`doc.${at} !== undefined`) };
    }
    case "unset":
      return {
        seed: literal({ ...others, [key]: place(spec.field.slice(1), '"old"') }),
        expectation: every(`!("${key}" in doc) || doc.${at} === undefined`),
      };
    case "copy-then-unset":
      return {
        seed: literal({ ...others, [key]: place(spec.field.slice(1), '"kept"') }),
        expectation: every(`(doc as Record<string, unknown>).${spec.to[0] ?? ""} !== undefined`),
      };
    case "map-values": {
      const [first = ["", null]] = Object.entries(spec.map ?? {});
      const isArray = typeAt(spec, spec.field).some((type) => type.type === "array");
      const old = isArray ? `[${JSON.stringify(first[0])}]` : JSON.stringify(first[0]);
      const wanted = isArray ? `[${JSON.stringify(first[1])}]` : JSON.stringify(first[1]);
      return {
        seed: literal({ ...others, [key]: place(spec.field.slice(1), old) }),
        expectation: every(`JSON.stringify(doc.${at}) === JSON.stringify(${wanted})`),
      };
    }
    case "convert": {
      const wanted = typeAt(spec, spec.field)[0]?.type;
      const old = wanted === "string" ? "7" : wanted === "boolean" ? '"true"' : '"7"';
      const test =
        wanted === "array" ? `Array.isArray(doc.${at})` : `typeof doc.${at} === "${wanted ?? ""}"`;
      return {
        seed: literal({ ...others, [key]: place(spec.field.slice(1), old) }),
        expectation: every(test),
      };
    }
    case "split-table":
      return {
        seed: literal({ ...others, [key]: '["a", "b"]' }),
        expectation: `${every(`doc.${key} === undefined`)}
  expect(await t.run((ctx) => ctx.db.query(${JSON.stringify(spec.to.join("."))}).collect())).toHaveLength(10);`,
      };
    case "copy-table":
      return {
        seed: literal(others),
        expectation: `expect(await t.run((ctx) => ctx.db.query(${JSON.stringify(spec.to.join("."))}).collect())).toHaveLength(documents.length);`,
      };
    case "dedupe":
      return {
        seed: literal({ ...others, [key]: place(spec.field.slice(1), '"same"') }),
        expectation: "expect(documents).toHaveLength(1);",
      };
    case "delete-orphans":
      return { seed: literal(others), expectation: "expect(documents).toHaveLength(5);" };
    case "delete-all":
      return { seed: literal(others), expectation: "expect(documents).toHaveLength(0);" };
  }
}

/** Example values of the other required fields. */
function otherFields(spec: MigrationSpec): Record<string, string> {
  const document = spec.definition?.document;
  const fields: Record<string, string> = {};
  if (document?.type !== "object") return fields;
  for (const [name, field] of Object.entries(document.value)) {
    if (field.optional || name === spec.field[0]) continue;
    if (spec.kind === "copy-then-unset" && name === spec.to[0]) continue;
    fields[name] = example(field.fieldType);
  }
  return fields;
}

/** The object a nested field is missing from. */
function nestedRest(spec: MigrationSpec): string {
  const [type] = typeAt(spec, spec.field.slice(0, 1));
  return type?.type === "object" ? example(type, spec.field.slice(1)) : "{}";
}

function place(path: readonly string[], value: string): string {
  const [head, ...rest] = path;
  return head === undefined ? value : `{ ${head}: ${place(rest, value)} }`;
}

function literal(fields: Record<string, string>): string {
  const parts = Object.entries(fields).map(([name, value]) => `${JSON.stringify(name)}: ${value}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** Source of a value of a type, without the field at \`without\`. */
function example(type: Validator, without: readonly string[] = []): string {
  switch (type.type) {
    case "string":
    case "any":
    case "id":
      return '"x"';
    case "number":
      return "1";
    case "bigint":
    case "commitTs":
      return "1n";
    case "boolean":
      return "false";
    case "bytes":
      return "new ArrayBuffer(1)";
    case "null":
      return "null";
    case "literal":
      return typeof type.value === "object" ? "1n" : JSON.stringify(type.value);
    case "array":
      return "[]";
    case "record":
      return "{}";
    case "union":
      return type.value[0] === undefined ? "null" : example(type.value[0]);
    case "object": {
      const [head, ...rest] = without;
      const parts = Object.entries(type.value)
        .filter(([name, field]) => !field.optional && !(name === head && rest.length === 0))
        .map(
          ([name, field]) =>
            `${JSON.stringify(name)}: ${example(field.fieldType, name === head ? rest : [])}`,
        );
      return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
    }
  }
}
