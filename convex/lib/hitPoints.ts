// Changes hit points, of characters and of monsters in a fight, and writes what the table may know of it.
import { applyHitPointChange, healthWord } from "@torchkeeper/rules";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { logEvent } from "./eventLog";
import { requireWhole } from "./typedText";

/** Most hit points that one tap, or a typed number, can be about. */
export const MAX_HIT_POINTS = 9_999;

/** Checks a change of hit points: negative hurts, positive heals. */
export function requireDelta(delta: number): number {
  return requireWhole("The change of hit points", delta, -MAX_HIT_POINTS, MAX_HIT_POINTS);
}

/** Hurts or heals a character and logs it at the given tables. */
export async function changeCharacterHitPoints(
  ctx: MutationCtx,
  character: Doc<"characters">,
  delta: number,
  log: { sessionIds: readonly Id<"sessions">[]; actorId: Id<"users"> },
): Promise<{ hitPoints: number; maxHitPoints: number }> {
  const { maxHitPoints } = character;
  const change = applyHitPointChange(character.hitPoints, maxHitPoints, requireDelta(delta));
  if (change.applied !== 0) {
    await ctx.db.patch("characters", character._id, { hitPoints: change.hp });
    for (const sessionId of log.sessionIds) {
      await logEvent(ctx, {
        sessionId,
        kind: "hitPoints",
        text: characterLine(character.name, change),
        actorId: log.actorId,
      });
    }
  }
  return { hitPoints: change.hp, maxHitPoints };
}

function characterLine(name: string, change: ReturnType<typeof applyHitPointChange>): string {
  const amount = Math.abs(change.applied);
  if (change.crossing === "fell") return `${name} takes ${amount} and falls.`;
  if (change.crossing === "rose") return `${name} regains ${amount} and is up again.`;
  return change.applied < 0 ? `${name} takes ${amount}.` : `${name} regains ${amount}.`;
}

/**
 * Hurts or heals a monster. Players read a word when it changes, and nothing of a hidden one; the numbers go to
 * the GM alone.
 *
 * @param shownName - as the table sees it, "Goblin 2"
 */
export async function changeMonsterHitPoints(
  ctx: MutationCtx,
  combatant: Doc<"combatants"> & { kind: "monster" },
  shownName: string,
  delta: number,
  log: { sessionId: Id<"sessions">; actorId: Id<"users"> },
): Promise<number> {
  const { hitPoints, maxHitPoints } = combatant;
  const { hp, applied } = applyHitPointChange(hitPoints, maxHitPoints, requireDelta(delta));
  if (applied === 0) return hp;
  await ctx.db.patch("combatants", combatant._id, { hitPoints: hp });
  const signed = applied < 0 ? `−${-applied}` : `+${applied}`;
  await logEvent(ctx, {
    ...log,
    kind: "hitPoints",
    text: `${shownName}: ${signed} HP, ${hp} of ${maxHitPoints} left.`,
    isGmOnly: true,
  });
  const word = healthWord(hp, maxHitPoints);
  if (!combatant.isHidden && word !== healthWord(hitPoints, maxHitPoints)) {
    await logEvent(ctx, { ...log, kind: "hitPoints", text: `${shownName} is ${word}.` });
  }
  return hp;
}
