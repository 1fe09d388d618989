// Initiative and turns: rolling what is missing, and moving the turn forward and back.
import {
  type Turn,
  gameMasterInitiativeModifier,
  nextTurn,
  previousTurn,
  rollInitiative,
} from "@torchkeeper/rules";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { combatantsOf, inTurnOrder, isDefeated, shownName } from "./combatants";
import { refuse } from "./errors";
import { logEvent } from "./eventLog";

/** Lowest and highest initiative that can be typed. */
export const INITIATIVE_RANGE = { low: -10, high: 50 } as const;

/**
 * Rolls initiative for everybody who has none: each character alone, the monsters with the GM's one roll and the
 * best Dexterity among them. With `again`, what is there is rolled anew.
 */
export async function rollMissingInitiative(
  ctx: MutationCtx,
  encounterId: Id<"encounters">,
  again: boolean,
): Promise<void> {
  const combatants = await combatantsOf(ctx, encounterId);
  const monsters = combatants.filter((combatant) => combatant.kind === "monster");
  const known = again ? undefined : monsters.find((m) => m.initiative !== undefined)?.initiative;
  const best = gameMasterInitiativeModifier(monsters.map((monster) => monster.dexterity));
  const ofMonsters = known ?? rollInitiative(best, Math.random);
  for (const combatant of combatants) {
    if (combatant.initiative !== undefined && !again) continue;
    const initiative =
      combatant.kind === "monster" ? ofMonsters : rollInitiative(combatant.dexterity, Math.random);
    await ctx.db.patch("combatants", combatant._id, { initiative });
  }
}

/** Moves the turn on to the next creature that can act. */
export async function advanceTurn(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  actorId: Id<"users">,
): Promise<void> {
  const combatants = await combatantsOf(ctx, encounter._id);
  const turn = nextTurn({
    ...turnState(encounter, combatants),
    round: Math.max(1, encounter.round),
  });
  if (turn === null)
    throw refuse("conflict", "Nobody is left to act. Add creatures or end the fight.");
  await storeTurn(ctx, encounter, combatants, turn, actorId);
}

/** Moves the turn back to whoever had it before. */
export async function rewindTurn(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  actorId: Id<"users">,
): Promise<void> {
  const combatants = await combatantsOf(ctx, encounter._id);
  const turn = previousTurn(turnState(encounter, combatants));
  if (turn === null) throw refuse("conflict", "This is the first turn; there is none before it.");
  await storeTurn(ctx, encounter, combatants, turn, actorId);
}

/** Gives the turn to whoever leads the order, in the present round or the first. */
export async function beginTurns(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  actorId: Id<"users">,
): Promise<void> {
  const combatants = await combatantsOf(ctx, encounter._id);
  const fromTheTop = { ...encounter, turnCombatantId: undefined };
  const turn = nextTurn({
    ...turnState(fromTheTop, combatants),
    round: Math.max(1, encounter.round),
  });
  if (turn !== null) await storeTurn(ctx, encounter, combatants, turn, actorId);
}

/** Call before a creature leaves: if it has the turn, the next that can act gets it, or nobody. */
export async function passTurnOn(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  leaving: Doc<"combatants">,
  actorId: Id<"users">,
): Promise<void> {
  if (encounter.turnCombatantId !== leaving._id) return;
  const combatants = await combatantsOf(ctx, encounter._id);
  const { order, ...rest } = turnState(encounter, combatants);
  const without = order.map((place) =>
    place.id === leaving._id ? { ...place, isOut: true } : place,
  );
  const turn = nextTurn({ ...rest, order: without });
  if (turn === null)
    await ctx.db.patch("encounters", encounter._id, { turnCombatantId: undefined });
  else await storeTurn(ctx, encounter, combatants, turn, actorId);
}

function turnState(encounter: Doc<"encounters">, combatants: readonly Doc<"combatants">[]) {
  return {
    order: inTurnOrder(combatants).map((combatant) => ({
      id: combatant._id,
      isOut: isDefeated(combatant),
    })),
    currentId: encounter.turnCombatantId ?? null,
    round: encounter.round,
  };
}

async function storeTurn(
  ctx: MutationCtx,
  encounter: Doc<"encounters">,
  combatants: readonly Doc<"combatants">[],
  turn: Turn<Id<"combatants">>,
  actorId: Id<"users">,
): Promise<void> {
  await ctx.db.patch("encounters", encounter._id, {
    turnCombatantId: turn.currentId,
    round: turn.round,
  });
  const current = combatants.find((combatant) => combatant._id === turn.currentId);
  if (current === undefined) return;
  await logEvent(ctx, {
    sessionId: encounter.sessionId,
    kind: "turn",
    text: `Round ${turn.round}: ${shownName(current)} acts.`,
    isGmOnly: current.isHidden,
    actorId,
  });
}
