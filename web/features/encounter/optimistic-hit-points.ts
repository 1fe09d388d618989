// What a change of hit points will look like before the server has confirmed it. Pure: rows in, rows out.
import { applyHitPointChange, healthWord } from "@torchkeeper/rules";
import type { TableCombatant } from "./combatant";

/** Gives the hit points after a change, from those now and the most there can be. */
export type NextHitPoints = (hitPoints: number, maxHitPoints: number) => number;

/** Damage (negative) or healing (positive), as the rules bound it. */
export function changedBy(delta: number): NextHitPoints {
  return (hitPoints, maxHitPoints) => applyHitPointChange(hitPoints, maxHitPoints, delta).hp;
}

/** A typed number, at most the most. */
export function setTo(wanted: number): NextHitPoints {
  return (_, maxHitPoints) => Math.min(wanted, maxHitPoints);
}

/** The combatants with one of them changed; unchanged where the figures are not known to this reader. */
export function withHitPoints<C extends TableCombatant>(
  combatants: readonly C[],
  combatantId: string,
  next: NextHitPoints,
): C[] {
  return combatants.map((combatant) => {
    const { hitPoints, maxHitPoints } = combatant;
    if (combatant._id !== combatantId || hitPoints === null || maxHitPoints === null) {
      return combatant;
    }
    const after = next(hitPoints, maxHitPoints);
    return {
      ...combatant,
      hitPoints: after,
      health: healthWord(after, maxHitPoints),
      isDefeated: combatant.kind === "monster" && after === 0,
    };
  });
}

/** Rows with hit points of their own (characters, the party strip) with one of them changed. */
export function withCharacterHitPoints<
  Row extends { _id: string; hitPoints: number; maxHitPoints: number },
>(rows: readonly Row[], characterId: string, next: NextHitPoints): Row[] {
  return rows.map((row) =>
    row._id === characterId ? { ...row, hitPoints: next(row.hitPoints, row.maxHitPoints) } : row,
  );
}
