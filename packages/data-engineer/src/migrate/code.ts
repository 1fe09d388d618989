// Migration files: the plain shape with its own driver, and the shape of the migrations component.
import { ToolFailure } from "../project/failure.ts";
import { headerLine } from "./header.ts";
import type { MigrationSpec } from "./spec.ts";
import { stepFor } from "./steps.ts";

export interface GeneratedMigration {
  /** File name in the folder of migrations. */
  file: string;
  code: string;
  testFile: string;
  /** Tables and indexes the schema must have before. */
  needs: string[];
}

/** The table in which plain migrations keep their progress. */
export const progressTable = `migrations: defineTable({
  name: v.string(),
  cursor: v.union(v.string(), v.null()),
  processed: v.number(),
  changed: v.number(),
  startedAt: v.number(),
  finishedAt: v.optional(v.number()),
}).index("by_name", ["name"])`;

function pathOf(spec: MigrationSpec): string {
  return [spec.table, ...spec.field].join(".");
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => (line === "" ? line : " ".repeat(by) + line)).join("\n");
}

/**
 * The plain shape: a batch function, a driver that resumes from its stored cursor and schedules itself, what remains,
 * and the progress. Walking by creation order never meets a patched document twice.
 */
export function plainMigration(spec: MigrationSpec, folder: string): GeneratedMigration {
  const step = stepFor(spec);
  const name = spec.name;
  const reference = `internal.${folder.split("/").join(".")}.${name}`;
  const table = JSON.stringify(spec.table);
  const apply = [...step.body, "changed++;"];
  const code = `${headerLine({ kind: spec.kind, path: pathOf(spec), shape: "plain" })}
// Deploy the widened schema, run \`npx convex run ${folder}/${name}:run\`, wait until \`:status\` says it has finished
// and \`:remaining\` counts none, then deploy the narrowed schema.
import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalMutation, internalQuery } from "../_generated/server";

const name = ${JSON.stringify(name)};
const maxBatchSize = 500;
${step.prelude === "" ? "" : `\n${step.prelude}\n`}
/** Carries one batch over. \`dryRun\` writes nothing${step.asksDatabase ? " and counts what it looked at" : ""}. */
export const batch = internalMutation({
  args: {
    cursor: v.union(v.string(), v.null()),
    batchSize: v.number(),
    dryRun: v.optional(v.boolean()),
  },
  returns: v.object({
    processed: v.number(),
    changed: v.number(),
    hasMore: v.boolean(),
    nextCursor: v.union(v.string(), v.null()),
  }),
  handler: async (ctx, { cursor, batchSize, dryRun }) => {
    const { page, isDone, continueCursor } = await ctx.db
      .query(${table})
      .paginate({ cursor, numItems: Math.min(Math.max(1, batchSize), maxBatchSize) });
    let changed = 0;
    for (const doc of page) {
      if (${step.isDone}) continue;
      if (dryRun === true) {
        changed++;
        continue;
      }
${indent(apply, 6)}
    }
    return {
      processed: page.length,
      changed,
      hasMore: !isDone,
      nextCursor: isDone ? null : continueCursor,
    };
  },
});

/** Starts, resumes, or goes on with the migration: one batch, then the next is scheduled. */
export const run = internalMutation({
  args: {
    batchSize: v.optional(v.number()),
    /** Starts over although it has finished. */
    restart: v.optional(v.boolean()),
    /** Set by the schedule itself. */
    isContinuation: v.optional(v.boolean()),
  },
  returns: v.null(),
  handler: async (ctx, { batchSize = 100, restart, isContinuation }) => {
    const known = await ctx.db
      .query("migrations")
      .withIndex("by_name", (q) => q.eq("name", name))
      .unique();
    if (known?.finishedAt !== undefined && restart !== true) return null;
    const isStale = known !== null && Date.now() - known.startedAt > 60_000;
    if (known !== null && isContinuation !== true && restart !== true && !isStale)
      throw new Error(\`\${name} is running; \\\`status\\\` shows how far it is.\`);
    const fresh = { name, cursor: null, processed: 0, changed: 0, startedAt: Date.now() };
    const state =
      known === null || (restart === true && isContinuation !== true)
        ? { ...fresh, id: known?._id ?? (await ctx.db.insert("migrations", fresh)) }
        : { ...known, id: known._id };
    const result: {
      processed: number;
      changed: number;
      hasMore: boolean;
      nextCursor: string | null;
    } = await ctx.runMutation(${reference}.batch, { cursor: state.cursor, batchSize });
    await ctx.db.patch("migrations", state.id, {
      cursor: result.nextCursor,
      processed: state.processed + result.processed,
      changed: state.changed + result.changed,
      startedAt: Date.now(),
      finishedAt: result.hasMore ? undefined : Date.now(),
    });
    if (result.hasMore)
      await ctx.scheduler.runAfter(0, ${reference}.run, { batchSize, isContinuation: true });
    return null;
  },
});

/** Documents of one stretch that are still to be carried over; call again with the cursor until \`isDone\`. */
export const remaining = internalQuery({
  args: { cursor: v.optional(v.union(v.string(), v.null())) },
  returns: v.object({ remaining: v.number(), isDone: v.boolean(), nextCursor: v.string() }),
  handler: async (ctx, { cursor }) => {
    const { page, isDone, continueCursor } = await ctx.db
      .query(${table})
      .paginate({ cursor: cursor ?? null, numItems: maxBatchSize });
    return {
      remaining: page.filter((doc) => !(${remainingDone(step.isDone)})).length,
      isDone,
      nextCursor: continueCursor,
    };
  },
});

/** How far it is; null before it was started. */
export const status = internalQuery({
  args: {},
  returns: v.union(
    v.null(),
    v.object({ processed: v.number(), changed: v.number(), isFinished: v.boolean() }),
  ),
  handler: async (ctx) => {
    const known = await ctx.db
      .query("migrations")
      .withIndex("by_name", (q) => q.eq("name", name))
      .unique();
    if (known === null) return null;
    const { processed, changed, finishedAt } = known;
    return { processed, changed, isFinished: finishedAt !== undefined };
  },
});
`;
  return {
    file: `${name}.ts`,
    code: tidy(code),
    testFile: `${name}.test.ts`,
    needs: [progressTable, ...step.needs],
  };
}

/** Where only the database can tell, the condition is about \`doc\` alone: everything counts. */
function remainingDone(isDone: string): string {
  return isDone === "false" ? "doc === null" : isDone;
}

function tidy(code: string): string {
  return code.replaceAll("      if (false) continue;\n", "");
}

/** The shape of \`@convex-dev/migrations\`. */
export function componentMigration(spec: MigrationSpec, folder: string): GeneratedMigration {
  const step = stepFor(spec);
  const { name } = spec;
  const body = step.body.map((line) => line.replace(/\bcontinue;$/, "return;"));
  const migrateOne =
    step.patch !== null
      ? `(_ctx, doc) => (${step.isDone} ? undefined : ${step.patch})`
      : `async (ctx, doc) => {
${step.isDone === "false" ? "" : `    if (${step.isDone}) return;\n`}${indent(body, 4)}
  }`;
  if (spec.kind === "copy-table" && spec.definition === null && spec.schema.tables.length > 0)
    throw new ToolFailure(
      "bad-argument",
      `Declare \`${spec.table}\` and \`${spec.to.join(".")}\` both in the schema first: the component walks tables of the schema.`,
    );
  const code = `${headerLine({ kind: spec.kind, path: pathOf(spec), shape: "component" })}
// Needs \`app.use(migrations)\` in convex.config.ts. Run: \`npx convex run ${folder}/${name}:run '{"dryRun": true}'\`, then
// without; \`npx convex run --component migrations lib:getStatus\` shows how far it is.
import { Migrations } from "@convex-dev/migrations";
import { components, internal } from "../_generated/api";
import type { DataModel } from "../_generated/dataModel";

const migrations = new Migrations<DataModel>(components.migrations);
${step.prelude === "" ? "" : `\n${step.prelude}\n`}
export const ${name} = migrations.define({
  table: ${JSON.stringify(spec.table)},
  migrateOne: ${migrateOne},
});

export const run = migrations.runner(internal.${folder.split("/").join(".")}.${name}.${name});
`;
  return { file: `${name}.ts`, code, testFile: `${name}.test.ts`, needs: step.needs };
}
