// Migration files: the plain shape with its own driver, and the shape of the migrations component.
import { fullPath } from "../schema/path.ts";
import { headerLines } from "./header.ts";
import type { MigrationSpec } from "./spec.ts";
import type { Step } from "./step.ts";
import { deletedVariant, stepFor } from "./steps.ts";

export interface GeneratedMigration {
  /** File name in the folder of migrations. */
  file: string;
  code: string;
  testFile: string;
  /** Tables, as lines of the schema, that must be there before. */
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
  error: v.optional(v.string()),
  workerId: v.optional(v.id("_scheduled_functions")),
}).index("by_name", ["name"])`;

/** `internal.migrations.name`, for a folder however deep. */
export function referenceOf(spec: MigrationSpec, folder: string): string {
  return ["internal", ...folder.split("/"), spec.name].join(".");
}

function header(spec: MigrationSpec, shape: "plain" | "component"): string {
  const variant = spec.kind === "delete-all" ? deletedVariant(spec) : null;
  const path =
    variant === null
      ? fullPath(spec.table, spec.path)
      : fullPath(spec.table, [{ kind: "variant", label: variant }]);
  const to =
    spec.kind === "copy-then-unset"
      ? fullPath(spec.table, spec.toPath)
      : spec.kind === "split-table" || spec.kind === "copy-table" || spec.kind === "remap-ids"
        ? spec.to
        : null;
  return headerLines({ kind: spec.kind, path, to, shape, request: spec.request });
}

const looseComment =
  "/* eslint-disable @typescript-eslint/no-explicit-any -- documents of the old and of the new shape pass here, and the schema is one of the two */";

function up(folder: string): string {
  return "../".repeat(folder.split("/").length);
}

/** Types of `ctx` that the declarations name. */
function contextTypes(text: string): string[] {
  return ["GenericMutationCtx", "GenericQueryCtx"].filter((name) => text.includes(`${name}<`));
}

/** The loop body over `doc`, up to counting. */
function loopBody(step: Step): string {
  if (step.form === "patch")
    return `      const patch = ${step.usesDatabase ? "await patchFor(ctx, doc)" : "patchFor(doc)"};
      if (patch === null) continue;
      changed++;
      if (dryRun !== true) await ctx.db.patch(table, doc._id, patch);`;
  return `      if (await isDone(ctx, doc)) continue;
      changed++;
      if (dryRun !== true) await carryOver(ctx, doc);`;
}

function remainingCode(step: Step): string {
  return `/** Documents of one stretch that are still to be carried over; call again with the cursor until \`isDone\`. */
export const remaining = internalQuery({
  args: { cursor: v.optional(v.union(v.string(), v.null())) },
  returns: v.object({ remaining: v.number(), isDone: v.boolean(), nextCursor: v.string() }),
  handler: async (ctx, { cursor }) => {
    const stretch = await ctx.db.query(table).paginate({ cursor: cursor ?? null, numItems: 500 });
    let remaining = 0;
    for (const doc of stretch.page) {
      const isOpen = ${step.isOpen};
      if (isOpen) remaining++;
    }
    return { remaining, isDone: stretch.isDone, nextCursor: stretch.continueCursor };
  },
});
`;
}

/**
 * The plain shape: a batch function, a driver that resumes from its stored cursor and schedules itself, what remains,
 * and the progress. Walking by creation order never meets a patched document twice.
 */
export function plainMigration(spec: MigrationSpec, folder: string): GeneratedMigration {
  const step = stepFor(spec);
  const { name } = spec;
  const reference = referenceOf(spec, folder);
  const declarations = step.declarations.join("\n\n");
  const types = [...new Set([...contextTypes(declarations), "GenericQueryCtx"])].sort();
  const code = `${header(spec, "plain")}
// Deploy the widened schema, run \`npx convex run ${folder}/${name}:run\`, wait until \`:status\` says it has finished
// and \`:remaining\` counts none, then deploy the narrowed schema.
${looseComment}
import {
  internalMutationGeneric as internalMutation,
  internalQueryGeneric as internalQuery,
  getFunctionName,
${types.map((type) => `  type ${type},\n`).join("")}} from "convex/server";
import { v } from "convex/values";
import { internal } from "${up(folder)}_generated/api";

/** Under which its progress is kept. */
const name: string = getFunctionName(${reference}.run);
const table = ${JSON.stringify(spec.table)};

${declarations}

/** Carries one batch over. \`dryRun\` counts and writes nothing. */
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
    const stretch = await ctx.db
      .query(table)
      .paginate({ cursor, numItems: Math.min(Math.max(1, batchSize), 500) });
    let changed = 0;
    for (const doc of stretch.page) {
${loopBody(step)}
    }
    return {
      processed: stretch.page.length,
      changed,
      hasMore: !stretch.isDone,
      nextCursor: stretch.isDone ? null : stretch.continueCursor,
    };
  },
});

const progressValidator = v.object({
  processed: v.number(),
  changed: v.number(),
  isFinished: v.boolean(),
  isRunning: v.boolean(),
  /** Why it stopped; \`run\` goes on from there. */
  error: v.optional(v.string()),
});

interface Progress {
  processed: number;
  changed: number;
  isFinished: boolean;
  isRunning: boolean;
  error?: string;
}

interface BatchResult {
  processed: number;
  changed: number;
  hasMore: boolean;
  nextCursor: string | null;
}

async function stored(ctx: GenericQueryCtx<any>) {
  const state = await ctx.db
    .query("migrations")
    .withIndex("by_name", (q) => q.eq("name", name))
    .unique();
  if (state === null) return null;
  const worker: any =
    state.workerId === undefined ? null : await ctx.db.system.get(state.workerId);
  const isRunning = worker?.state.kind === "pending" || worker?.state.kind === "inProgress";
  return { ...state, isRunning };
}

/**
 * Starts the migration, goes on where it stopped, or does nothing once it has finished: one batch, then the next is
 * scheduled. A batch that fails writes nothing and is told in \`error\`.
 */
export const run = internalMutation({
  args: {
    batchSize: v.optional(v.number()),
    /** Starts over, although it has finished. */
    restart: v.optional(v.boolean()),
    /** Set by the schedule itself. */
    isContinuation: v.optional(v.boolean()),
  },
  returns: progressValidator,
  handler: async (ctx, { batchSize = 100, restart, isContinuation }): Promise<Progress> => {
    let state = await stored(ctx);
    if (state?.isRunning === true && isContinuation !== true)
      throw new Error(\`\${name} is running; \\\`status\\\` shows how far it is.\`);
    if (state?.finishedAt !== undefined && restart !== true) {
      const { processed, changed } = state;
      return { processed, changed, isFinished: true, isRunning: false };
    }
    if (state === null || (restart === true && isContinuation !== true)) {
      if (state !== null) await ctx.db.delete("migrations", state._id);
      const start = { name, cursor: null, processed: 0, changed: 0, startedAt: Date.now() };
      await ctx.db.insert("migrations", start);
      state = await stored(ctx);
    }
    let result: BatchResult;
    try {
      result = await ctx.runMutation(${reference}.batch, {
        cursor: state.cursor,
        batchSize,
      });
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause);
      console.error(\`\${name} stopped: \${error}\`);
      await ctx.db.patch("migrations", state._id, { error, workerId: undefined });
      const { processed, changed } = state;
      return { processed, changed, isFinished: false, isRunning: false, error };
    }
    const processed = state.processed + result.processed;
    const changed = state.changed + result.changed;
    const workerId = result.hasMore
      ? await ctx.scheduler.runAfter(0, ${reference}.run, {
          batchSize,
          isContinuation: true,
        })
      : undefined;
    await ctx.db.patch("migrations", state._id, {
      cursor: result.nextCursor,
      processed,
      changed,
      error: undefined,
      workerId,
      finishedAt: result.hasMore ? undefined : Date.now(),
    });
    return { processed, changed, isFinished: !result.hasMore, isRunning: result.hasMore };
  },
});

${remainingCode(step)}
/** How far it is; null before it was started. */
export const status = internalQuery({
  args: {},
  returns: v.union(v.null(), progressValidator),
  handler: async (ctx): Promise<Progress | null> => {
    const state = await stored(ctx);
    if (state === null) return null;
    const { processed, changed, isRunning, finishedAt, error } = state;
    return { processed, changed, isRunning, isFinished: finishedAt !== undefined, error };
  },
});
`;
  return {
    file: `${name}.ts`,
    code,
    testFile: `${name}.test.ts`,
    needs: [progressTable, ...step.needs],
  };
}

/** The shape of `@convex-dev/migrations`: the component keeps the progress and drives the batches. */
export function componentMigration(spec: MigrationSpec, folder: string): GeneratedMigration {
  const step = stepFor(spec);
  const { name } = spec;
  const declarations = step.declarations.join("\n\n");
  const types = contextTypes(declarations);
  const migrateOne =
    step.form === "write"
      ? `async (ctx, doc) => {
    if (!(await isDone(ctx, doc))) await carryOver(ctx, doc);
  }`
      : step.usesDatabase
        ? "async (ctx, doc) => (await patchFor(ctx, doc)) ?? undefined"
        : "async (_ctx, doc) => patchFor(doc) ?? undefined";
  const code = `${header(spec, "component")}
// Needs \`app.use(migrations)\` in convex.config.ts. Deploy the widened schema, run
// \`npx convex run ${folder}/${name}:run '{"dryRun": true}'\` and then without it; \`npx convex run --component migrations
// lib:getStatus\` shows how far it is. When \`:remaining\` counts none, deploy the narrowed schema.
${looseComment}
import { Migrations } from "@convex-dev/migrations";
import {
  internalQueryGeneric as internalQuery,
${types.map((type) => `  type ${type},\n`).join("")}} from "convex/server";
import { v } from "convex/values";
import { components, internal } from "${up(folder)}_generated/api";

const table = ${JSON.stringify(spec.table)};
const migrations = new Migrations<any>(components.migrations);

${declarations}

export const ${name} = migrations.define({
  table,
  migrateOne: ${migrateOne},
});

export const run = migrations.runner(${referenceOf(spec, folder)}.${name});

${remainingCode(step)}`;
  return { file: `${name}.ts`, code, testFile: `${name}.test.ts`, needs: step.needs };
}
