// Keeps `characters.armorClass` true to its two sources: Dexterity, and the armour and shield that are equipped.
import { armorClass, findArmor } from "@torchkeeper/rules";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { itemsOf } from "./items";

/** Call after a character's Dexterity or equipment changed. */
export async function refreshArmorClass(
  ctx: Pick<MutationCtx, "db">,
  characterId: Id<"characters">,
): Promise<void> {
  const character = await ctx.db.get("characters", characterId);
  if (character === null) return;
  const worn = armorClassOf(character, await itemsOf(ctx, characterId));
  if (worn !== character.armorClass) {
    await ctx.db.patch("characters", characterId, { armorClass: worn });
  }
}

/** Armour class with the best body armour that is equipped, one shield, or neither. */
function armorClassOf(character: Doc<"characters">, items: readonly Doc<"items">[]): number {
  const { dexterity } = character.abilityScores;
  const equipped = items.filter((item) => item.isEquipped);
  const shield = equipped.some((item) => item.kind === "shield");
  const armors = equipped
    .filter((item) => item.kind === "armor")
    .map((item) => findArmor(item.name)?.name ?? null);
  const choices = armors.length === 0 ? [null] : armors;
  return Math.max(...choices.map((armor) => armorClass({ dexterity, armor, shield })));
}
