// From the id of an encounter or combatant to its row, for those who run the session it belongs to.
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { type TableAccess, requireSessionGm, requireTable } from "./access";
import { refuse } from "./errors";
import { requireUser } from "./identity";

type Ctx = Pick<QueryCtx, "auth" | "db">;

/** An encounter for the GM of its session. */
export async function requireEncounter(
  ctx: Ctx,
  encounterId: Id<"encounters">,
): Promise<TableAccess & { encounter: Doc<"encounters"> }> {
  const encounter = await findEncounter(ctx, encounterId);
  return { ...(await requireSessionGm(ctx, encounter.sessionId)), encounter };
}

/** An encounter that still goes on, or is being prepared, for the GM of its session. */
export async function requireOpenEncounter(ctx: Ctx, encounterId: Id<"encounters">) {
  const access = await requireEncounter(ctx, encounterId);
  if (access.encounter.isCompleted) {
    throw refuse("conflict", `"${access.encounter.name}" is over. Make a new encounter.`);
  }
  return access;
}

/** A combatant with its encounter, for the GM of the session. */
export async function requireCombatant(ctx: Ctx, combatantId: Id<"combatants">) {
  const combatant = await findCombatant(ctx, combatantId);
  return { ...(await requireEncounter(ctx, combatant.encounterId)), combatant };
}

/** A combatant for the GM of the session, or for the player whose character it is. */
export async function requireOwnCombatant(ctx: Ctx, combatantId: Id<"combatants">) {
  const combatant = await findCombatant(ctx, combatantId);
  const encounter = await findEncounter(ctx, combatant.encounterId);
  const access = await requireTable(ctx, encounter.sessionId);
  if (!access.isGm) {
    const isOwn =
      combatant.kind === "character" && combatant.characterId === access.seat?.characterId;
    if (!isOwn) throw refuse("notGm", "Only the GM can do that to others than your own character.");
  }
  return { ...access, encounter, combatant };
}

async function findEncounter(ctx: Ctx, encounterId: Id<"encounters">) {
  const encounter = await ctx.db.get("encounters", encounterId);
  if (encounter !== null) return encounter;
  await requireUser(ctx);
  throw refuse("notFound", "Encounter not found");
}

async function findCombatant(ctx: Ctx, combatantId: Id<"combatants">) {
  const combatant = await ctx.db.get("combatants", combatantId);
  if (combatant !== null) return combatant;
  await requireUser(ctx);
  throw refuse("notFound", "Combatant not found");
}
