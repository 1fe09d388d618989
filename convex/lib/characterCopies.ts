// Keeps the name and Dexterity of a character's combatants equal to the character's own.
import { abilityModifier } from "@torchkeeper/rules";
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

const BATCH = 100;

/** Call after a character's name or Dexterity changed. Newest fights follow at once, older ones in further calls. */
export async function copyCharacterToCombatants(
  ctx: MutationCtx,
  characterId: Id<"characters">,
  cursor: string | null = null,
): Promise<void> {
  const character = await ctx.db.get("characters", characterId);
  if (character === null) return;
  const { page, isDone, continueCursor } = await ctx.db
    .query("combatants")
    .withIndex("by_characterId", (q) => q.eq("characterId", characterId))
    .order("desc")
    .paginate({ cursor, numItems: BATCH });
  for (const combatant of page) {
    await ctx.db.patch("combatants", combatant._id, {
      name: character.name,
      dexterity: abilityModifier(character.abilityScores.dexterity),
    });
  }
  if (!isDone) {
    await ctx.scheduler.runAfter(0, internal.copies.character, {
      characterId,
      cursor: continueCursor,
    });
  }
}
