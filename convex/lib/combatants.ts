// Creatures in an encounter: reading them, naming them, their order, and how each side of the screen sees them.
import { healthWord, turnOrder } from "@torchkeeper/rules";
import { type Infer, v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { healthWord as healthWordValidator } from "./validators";

/** Most creatures in one encounter. */
export const MAX_COMBATANTS = 60;

/** Below any roll: who has no initiative yet acts last. */
const NO_INITIATIVE = -1_000;

export type MonsterCombatant = Doc<"combatants"> & { kind: "monster" };

/** Everybody in an encounter, in the order they were added. */
export async function combatantsOf(
  ctx: Pick<QueryCtx, "db">,
  encounterId: Id<"encounters">,
): Promise<Doc<"combatants">[]> {
  return await ctx.db
    .query("combatants")
    .withIndex("by_encounterId", (q) => q.eq("encounterId", encounterId))
    .take(MAX_COMBATANTS);
}

/** Combatants from the highest initiative down, ties by Dexterity, then as they were added. */
export function inTurnOrder<C extends Doc<"combatants">>(combatants: readonly C[]): C[] {
  const byId = new Map(combatants.map((combatant) => [combatant._id, combatant]));
  const order = turnOrder(
    combatants.map((combatant) => ({
      id: combatant._id,
      roll: combatant.initiative ?? NO_INITIATIVE,
      dexterityModifier: combatant.dexterity,
    })),
  );
  return order.flatMap((id) => byId.get(id) ?? []);
}

/** A combatant as the table calls it: "Goblin 2". */
export function shownName(combatant: Pick<Doc<"combatants">, "name" | "number">): string {
  return combatant.number === undefined ? combatant.name : `${combatant.name} ${combatant.number}`;
}

/** Monsters die at 0; a character at 0 is dying and keeps the turn. */
export function isDefeated(combatant: Doc<"combatants">): boolean {
  return combatant.kind === "monster" && combatant.hitPoints === 0;
}

/** One creature as a screen gets it. Numbers of monsters are `null` for players. */
export const combatantShape = v.object({
  _id: v.id("combatants"),
  kind: v.union(v.literal("monster"), v.literal("character")),
  name: v.string(),
  monsterId: v.union(v.id("monsters"), v.null()),
  characterId: v.union(v.id("characters"), v.null()),
  initiative: v.union(v.number(), v.null()),
  isCurrent: v.boolean(),
  isDefeated: v.boolean(),
  health: healthWordValidator,
  hitPoints: v.union(v.number(), v.null()),
  maxHitPoints: v.union(v.number(), v.null()),
  armorClass: v.union(v.number(), v.null()),
  isHidden: v.boolean(),
});
export type CombatantView = Infer<typeof combatantShape>;

/**
 * The creatures of an encounter in turn order, as those who run it (`isGm`) or everybody else may see them: players
 * get no hidden creature at all, and no figure of a monster.
 */
export async function viewCombatants(
  ctx: Pick<QueryCtx, "db">,
  encounter: Doc<"encounters">,
  isGm: boolean,
): Promise<CombatantView[]> {
  const views: CombatantView[] = [];
  for (const combatant of inTurnOrder(await combatantsOf(ctx, encounter._id))) {
    if (combatant.isHidden && !isGm) continue;
    const figures = await figuresOf(ctx, combatant);
    if (figures === null) continue;
    const hidesFigures = combatant.kind === "monster" && !isGm;
    views.push({
      _id: combatant._id,
      kind: combatant.kind,
      name: shownName(combatant),
      monsterId: combatant.kind === "monster" ? combatant.monsterId : null,
      characterId: combatant.kind === "character" ? combatant.characterId : null,
      initiative: combatant.initiative ?? null,
      isCurrent: combatant._id === encounter.turnCombatantId,
      isDefeated: isDefeated(combatant),
      health: healthWord(figures.hitPoints, figures.maxHitPoints),
      hitPoints: hidesFigures ? null : figures.hitPoints,
      maxHitPoints: hidesFigures ? null : figures.maxHitPoints,
      armorClass: hidesFigures ? null : figures.armorClass,
      isHidden: combatant.isHidden,
    });
  }
  return views;
}

type Figures = { hitPoints: number; maxHitPoints: number; armorClass: number };

/** Where the figures are: a monster's in its row, a character's in the character. */
async function figuresOf(
  ctx: Pick<QueryCtx, "db">,
  combatant: Doc<"combatants">,
): Promise<Figures | null> {
  return combatant.kind === "monster"
    ? combatant
    : await ctx.db.get("characters", combatant.characterId);
}
