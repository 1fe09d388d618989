// Keeps `encounters.monsters`, the summary by kind, true to the monsters among the combatants.
import type { Doc } from "../_generated/dataModel";
import type { RosterEntry } from "./validators";

/** A roster with `count` more of a monster. `level` is the whole creature's. */
export function rosterWith(
  roster: readonly RosterEntry[],
  monster: Doc<"monsters">,
  level: number,
  count: number,
): RosterEntry[] {
  const known = roster.some((entry) => isKind(entry, monster._id, level));
  if (known) {
    return roster.map((entry) =>
      isKind(entry, monster._id, level) ? { ...entry, count: entry.count + count } : entry,
    );
  }
  const { _id: monsterId, displayName: name, hitDice, attacks } = monster;
  return [...roster, { monsterId, name, hitDice, level, attacks, count }];
}

/** A roster with one creature less. */
export function rosterWithout(
  roster: readonly RosterEntry[],
  combatant: Doc<"combatants">,
): RosterEntry[] {
  if (combatant.kind !== "monster") return [...roster];
  return roster
    .map((entry) =>
      isKind(entry, combatant.monsterId, combatant.level)
        ? { ...entry, count: entry.count - 1 }
        : entry,
    )
    .filter((entry) => entry.count > 0);
}

/** Hydras with different numbers of heads are kinds of their own. */
function isKind(entry: RosterEntry, monsterId: RosterEntry["monsterId"], level: number): boolean {
  return entry.monsterId === monsterId && entry.level === level;
}
