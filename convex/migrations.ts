// Carries older rows over to what the schema says now. Every batch may be run again: it changes only what is missing.
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, internalQuery } from "./_generated/server";
import { findProgress, recordBatch } from "./lib/migrationProgress";
import { UNSTATED_SOURCE } from "./lib/shapes";
import { requireWhole } from "./lib/typedText";
import { migrationName } from "./lib/validators";

const DEFAULT_BATCH = 100;
const MAX_BATCH = 500;

const BACKGROUND = "migrateCharactersAddBackground";
const SOURCE = "migrateMonstersAddSource";

const batchArgs = {
  batchSize: v.optional(v.number()),
  cursor: v.optional(v.union(v.string(), v.null())),
};

const batchResult = v.object({
  processed: v.number(),
  hasMore: v.boolean(),
  nextCursor: v.optional(v.string()),
});

/**
 * Gives characters without a background the empty one. Without arguments it goes on by itself to the end; with a
 * `batchSize` or a `cursor` it does that one batch, and the caller goes on with `nextCursor`.
 */
export const migrateCharactersAddBackground = internalMutation({
  args: batchArgs,
  returns: batchResult,
  handler: async (ctx, args) => {
    const { cursor, numItems, goesOnByItself } = batchOf(args);
    const { page, isDone, continueCursor } = await ctx.db
      .query("characters")
      .paginate({ cursor, numItems });
    const missing = page.filter((character) => character.background === undefined);
    for (const character of missing) {
      await ctx.db.patch("characters", character._id, { background: "" });
    }
    const nextCursor = isDone ? null : continueCursor;
    await recordBatch(ctx, BACKGROUND, {
      processed: page.length,
      changed: missing.length,
      nextCursor,
      isFirst: cursor === null,
    });
    if (goesOnByItself && nextCursor !== null) {
      await ctx.scheduler.runAfter(0, internal.migrations.resume, { name: BACKGROUND });
    }
    return resultOf(page.length, nextCursor);
  },
});

/** Gives monsters without a source the one they came from: one batch, and the caller goes on with `nextCursor`. */
export const migrateMonstersAddSource = internalMutation({
  args: batchArgs,
  returns: batchResult,
  handler: async (ctx, args) => {
    const { cursor, numItems } = batchOf(args);
    const { page, isDone, continueCursor } = await ctx.db
      .query("monsters")
      .paginate({ cursor, numItems });
    const missing = page.filter((monster) => monster.source === undefined);
    for (const monster of missing) {
      await ctx.db.patch("monsters", monster._id, { source: UNSTATED_SOURCE });
    }
    const nextCursor = isDone ? null : continueCursor;
    await recordBatch(ctx, SOURCE, {
      processed: page.length,
      changed: missing.length,
      nextCursor,
      isFirst: cursor === null,
    });
    return resultOf(page.length, nextCursor);
  },
});

/** Takes a migration up where its last batch stopped and goes on to the end. Does nothing when it is done. */
export const resume = internalMutation({
  args: { name: migrationName },
  returns: v.null(),
  handler: async (ctx, { name }) => {
    const progress = await findProgress(ctx, name);
    if (progress?.isDone === true) return null;
    const next = { batchSize: DEFAULT_BATCH, cursor: progress?.cursor ?? null };
    switch (name) {
      case BACKGROUND:
        await ctx.runMutation(internal.migrations.migrateCharactersAddBackground, next);
        break;
      case SOURCE:
        await ctx.runMutation(internal.migrations.migrateMonstersAddSource, next);
        break;
    }
    await ctx.scheduler.runAfter(0, internal.migrations.resume, { name });
    return null;
  },
});

/** Where a migration stands; `null` before its first batch. */
export const status = internalQuery({
  args: { name: migrationName },
  returns: v.union(
    v.null(),
    v.object({
      processed: v.number(),
      changed: v.number(),
      isDone: v.boolean(),
      startedAt: v.number(),
      finishedAt: v.union(v.number(), v.null()),
    }),
  ),
  handler: async (ctx, { name }) => {
    const row = await findProgress(ctx, name);
    if (row === null) return null;
    const { processed, changed, isDone, startedAt, finishedAt } = row;
    return { processed, changed, isDone, startedAt, finishedAt: finishedAt ?? null };
  },
});

function batchOf(args: { batchSize?: number; cursor?: string | null }) {
  return {
    cursor: args.cursor ?? null,
    numItems: requireWhole("batchSize", args.batchSize ?? DEFAULT_BATCH, 1, MAX_BATCH),
    goesOnByItself: args.batchSize === undefined && args.cursor === undefined,
  };
}

function resultOf(processed: number, nextCursor: string | null) {
  return { processed, hasMore: nextCursor !== null, ...(nextCursor !== null && { nextCursor }) };
}
