// Fills the bestiary from the content package. Safe to run at every start.
import { coreMonsters } from "@torchkeeper/content";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./_generated/server";
import { type SeedOutcome, seedMonster } from "./lib/monsterSeeding";

/** Records per call. Each is one index range and at most one write of about 2 kB. */
const BATCH = 100;

/**
 * Seeds the core monsters, a batch a call, and calls itself until all are done. A second run changes nothing; a
 * newer content package updates what it changed; rows that a person edited stay.
 *
 * Run it with `npx convex run content:seed`.
 */
export const seed = internalMutation({
  args: { from: v.optional(v.number()) },
  returns: v.object({
    inserted: v.number(),
    updated: v.number(),
    unchanged: v.number(),
    kept: v.number(),
    hasMore: v.boolean(),
  }),
  handler: async (ctx, { from = 0 }) => {
    const counts: Record<SeedOutcome, number> = { inserted: 0, updated: 0, unchanged: 0, kept: 0 };
    for (const record of coreMonsters.slice(from, from + BATCH)) {
      counts[await seedMonster(ctx, record)] += 1;
    }
    const hasMore = from + BATCH < coreMonsters.length;
    if (hasMore) await ctx.scheduler.runAfter(0, internal.content.seed, { from: from + BATCH });
    return { ...counts, hasMore };
  },
});
