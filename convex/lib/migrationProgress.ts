// Remembers where each migration stands, one row per migration.
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { MigrationName } from "./validators";

/** The row of a migration, or `null` before its first batch. */
export async function findProgress(
  ctx: Pick<QueryCtx, "db">,
  name: MigrationName,
): Promise<Doc<"migrations"> | null> {
  return await ctx.db
    .query("migrations")
    .withIndex("by_name", (q) => q.eq("name", name))
    .unique();
}

/** What one batch did. `nextCursor` is `null` after the last. */
export type BatchResult = { processed: number; changed: number; nextCursor: string | null };

/** Adds a batch to a migration's row. A batch from the very start begins the count anew. */
export async function recordBatch(
  ctx: Pick<MutationCtx, "db">,
  name: MigrationName,
  batch: BatchResult & { isFirst: boolean },
): Promise<void> {
  const now = Date.now();
  const row = await findProgress(ctx, name);
  const before = row === null || batch.isFirst ? { processed: 0, changed: 0, startedAt: now } : row;
  const isDone = batch.nextCursor === null;
  const progress = {
    name,
    cursor: batch.nextCursor,
    processed: before.processed + batch.processed,
    changed: before.changed + batch.changed,
    isDone,
    startedAt: before.startedAt,
    ...(isDone && { finishedAt: now }),
  };
  if (row === null) await ctx.db.insert("migrations", progress);
  else await ctx.db.replace("migrations", row._id, progress);
}
