// The test that goes with a migration: old documents in, a dry run, a run to the end, new documents out that the schema
// accepts, nothing left, and a second run that does nothing.
import { caseFor } from "./test-case.ts";
import { progressTable, referenceOf } from "./code.ts";
import type { MigrationSpec } from "./spec.ts";
import { stepFor } from "./steps.ts";

export type Shape = "plain" | "component";

/** A test for convex-test with vitest. */
export function migrationTest(spec: MigrationSpec, folder: string, shape: Shape): string {
  const { name, table } = spec;
  const depth = "../".repeat(folder.split("/").length);
  const reference = referenceOf(spec, folder);
  const example = caseFor(spec);
  const needs = [...(shape === "plain" ? [progressTable] : []), ...stepFor(spec).needs];
  const quoted = JSON.stringify(table);
  const seeds = [
    ...example.statements,
    `for (let i = 0; i < 5; i++) await ctx.db.insert(${quoted}, ${example.document});`,
    ...example.after,
    ...(example.returned.length === 0 ? [] : [`return { ${example.returned.join(", ")} };`]),
  ];
  const returned =
    example.returned.length === 0 ? "" : `const { ${example.returned.join(", ")} } = `;
  const isAccepted = spec.now !== null && example.isAccepted;
  return `// The migration \`${name}\`: old documents come out in the new form, and a second run changes nothing.
/// <reference types="vite/client" />
${shape === "component" ? `import { register } from "@convex-dev/migrations/test";\n` : ""}import { convexTest } from "convex-test";
import { defineSchema, ${needs.length > 0 ? "defineTable, " : ""}type GenericSchema, type SchemaDefinition } from "convex/server";
${needs.length > 0 ? `import { v } from "convex/values";\n` : ""}import { expect, test, vi } from "vitest";
import { ${shape === "component" ? "components, " : ""}internal } from "${depth}_generated/api";
import schema from "${depth}schema";

/** All modules, named from the folder of functions. */
const modules = Object.fromEntries(
  Object.entries(import.meta.glob("${depth}**/*.*s")).map(([path, load]) => [
    path.replace(/^\\.\\//, "${depth}${folder}/"),
    load,
  ]),
);
/** Documents of the old form go in unchecked; tables that the migration needs are there in any case. */
const unchecked: SchemaDefinition<GenericSchema, boolean> = defineSchema(
  ${
    needs.length === 0
      ? "schema.tables"
      : `Object.assign(
    {
${needs.map((need) => `      ${need.replaceAll("\n", "\n      ")},\n`).join("")}    },
    schema.tables,
  )`
  },
  { schemaValidation: false },
);

test("${name} carries old documents over, and a second run changes nothing", async () => {
  vi.useFakeTimers();
  try {
    const t = convexTest(unchecked, modules);
${shape === "component" ? "    register(t);\n" : ""}    ${returned}await t.run(async (ctx) => {
${seeds.map((line) => `      ${line}`).join("\n")}
    });
    const all = (table: string) => t.run((ctx) => ctx.db.query(table).collect());
    const remaining = async () => {
      let total = 0;
      for (let cursor: string | null = null; ; ) {
        const stretch: { remaining: number; isDone: boolean; nextCursor: string } =
          await t.query(${reference}.remaining, { cursor });
        total += stretch.remaining;
        if (stretch.isDone) return total;
        cursor = stretch.nextCursor;
      }
    };
    const old = await all(${quoted});
    expect(await remaining()).toBe(${example.open});

    // A dry run writes nothing.
${shape === "plain" ? dryRunPlain(reference, example.open) : dryRunComponent(reference)}
    expect(await all(${quoted})).toEqual(old);

${shape === "plain" ? runPlain(reference) : runComponent(reference, name, folder)}
    const documents = await all(${quoted});
${example.expectations.map((line) => `    ${line}`).join("\n")}
    expect(await remaining()).toBe(0);
${isAccepted ? accepted(quoted) : ""}
    // A second run changes nothing.
${shape === "plain" ? againPlain(reference) : againComponent(reference)}
    expect(await all(${quoted})).toEqual(documents);
  } finally {
    vi.useRealTimers();
  }
});
`;
}

function accepted(table: string): string {
  return `
    // The schema accepts what came out.
    const checked: SchemaDefinition<GenericSchema, boolean> = defineSchema(schema.tables);
    await convexTest(checked, modules).run(async (ctx) => {
      for (const { _id, _creationTime, ...fields } of documents)
        await ctx.db.insert(${table}, fields);
    });
`;
}

function dryRunPlain(reference: string, open: number): string {
  return `    expect(
      await t.mutation(${reference}.batch, { cursor: null, batchSize: 100, dryRun: true }),
    ).toMatchObject({ changed: ${open}, hasMore: false });`;
}

function dryRunComponent(reference: string): string {
  return `    await t.mutation(${reference}.run, { dryRun: true });`;
}

function runPlain(reference: string): string {
  return `    await t.mutation(${reference}.run, { batchSize: 2 });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await t.query(${reference}.status, {})).toMatchObject({
      processed: old.length,
      isFinished: true,
    });`;
}

function runComponent(reference: string, name: string, folder: string): string {
  return `    await t.mutation(${reference}.run, { batchSize: 2 });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(
      await t.query(components.migrations.lib.getStatus, { names: ["${folder}/${name}:${name}"] }),
    ).toMatchObject([{ state: "success", processed: old.length }]);`;
}

function againPlain(reference: string): string {
  return `    await t.mutation(${reference}.run, { restart: true });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await t.query(${reference}.status, {})).toMatchObject({ changed: 0, isFinished: true });`;
}

function againComponent(reference: string): string {
  return `    await t.mutation(${reference}.run, { reset: true });
    await t.finishAllScheduledFunctions(vi.runAllTimers);`;
}
