// Brings one monster of the content package into the bestiary: new, changed or as it is; never over a person's edits.
import type { MonsterRecord } from "@torchkeeper/content";
import type { WithoutSystemFields } from "convex/server";
import { internal } from "../_generated/api";
import type { Doc } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

export type SeedOutcome = "inserted" | "updated" | "unchanged" | "kept";

type MonsterRow = WithoutSystemFields<Doc<"monsters">>;

/** Stores a record under its source and slug. "kept" means that somebody edited the row. */
export async function seedMonster(ctx: MutationCtx, record: MonsterRecord): Promise<SeedOutcome> {
  const wanted = toRow(record);
  const existing = await ctx.db
    .query("monsters")
    .withIndex("by_source_and_slug", (q) => q.eq("source", record.source).eq("slug", record.slug))
    .unique();
  if (existing === null) {
    await ctx.db.insert("monsters", wanted);
    return "inserted";
  }
  if (existing.isUserEdited === true) return "kept";
  const { _id, _creationTime, ...present } = existing;
  if (fingerprint(present) === fingerprint(wanted)) return "unchanged";
  await ctx.db.replace("monsters", _id, wanted);
  if (existing.displayName !== wanted.displayName) {
    // In a call of its own: a batch may rename several, and one call may page through one query only.
    await ctx.scheduler.runAfter(0, internal.copies.monsterName, { monsterId: _id, cursor: null });
  }
  return "updated";
}

/** Only the fields of the table, so that a richer record still fits it. */
function toRow(record: MonsterRecord): MonsterRow {
  return {
    slug: record.slug,
    name: record.name,
    displayName: record.displayName,
    type: record.type,
    level: record.level,
    alignment: record.alignment,
    armorClass: record.armorClass,
    ...(record.armorType !== undefined && { armorType: record.armorType }),
    hitPoints: record.hitPoints,
    hitDice: record.hitDice,
    attacks: record.attacks,
    movement: record.movement,
    modifiers: { ...record.modifiers },
    attackBonus: record.attackBonus,
    damage: record.damage,
    specialAbilities: record.specialAbilities.map(({ name, description }) => ({
      name,
      description,
    })),
    description: record.description,
    source: record.source,
    licence: record.licence,
    isOfficial: record.isOfficial,
    ...(record.perUnit !== undefined && { perUnit: record.perUnit }),
  };
}

/** A text that is the same for rows that say the same, in whatever order their fields come. */
function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
