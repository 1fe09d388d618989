// Keeps the name of a monster on its combatants and in the summaries of their encounters. Figures are not
// followed: a fight goes on with the monster as it was when it was added.
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

const BATCH = 50;

/** Carries a monster's name over, newest fights first; what does not fit into one call follows in further ones. */
export async function copyMonsterName(
  ctx: MutationCtx,
  monsterId: Id<"monsters">,
  cursor: string | null = null,
): Promise<void> {
  const monster = await ctx.db.get("monsters", monsterId);
  if (monster === null) return;
  const name = monster.displayName;
  const { page, isDone, continueCursor } = await ctx.db
    .query("combatants")
    .withIndex("by_monsterId", (q) => q.eq("monsterId", monsterId))
    .order("desc")
    .paginate({ cursor, numItems: BATCH });
  for (const encounterId of new Set(page.map((combatant) => combatant.encounterId))) {
    const encounter = await ctx.db.get("encounters", encounterId);
    if (encounter === null) continue;
    const monsters = encounter.monsters.map((entry) =>
      entry.monsterId === monsterId ? { ...entry, name } : entry,
    );
    await ctx.db.patch("encounters", encounterId, { monsters });
  }
  for (const combatant of page) await ctx.db.patch("combatants", combatant._id, { name });
  if (!isDone) {
    await ctx.scheduler.runAfter(0, internal.copies.monsterName, {
      monsterId,
      cursor: continueCursor,
    });
  }
}
