// A combatant as every screen draws it, and how turns in order fold into groups.
import type { HealthWord } from "@torchkeeper/rules";

export type TableCombatant = {
  _id: string;
  kind: "monster" | "character";
  name: string;
  monsterId: string | null;
  characterId: string | null;
  initiative: number | null;
  isCurrent: boolean;
  isDefeated: boolean;
  isHidden: boolean;
  health: HealthWord;
  /** Figures are null where the reader may not know them. */
  hitPoints: number | null;
  maxHitPoints: number | null;
  armorClass: number | null;
};

/** One row of the rail: a single combatant, or neighbours in turn order of one monster kind. */
export type TurnEntry<C extends TableCombatant> = {
  key: string;
  name: string;
  members: readonly C[];
  isCurrent: boolean;
};

/** Neighbours of the same monster kind become one entry; characters stand alone. Order is kept. */
export function foldTurns<C extends TableCombatant>(combatants: readonly C[]): TurnEntry<C>[] {
  const entries: { members: C[] }[] = [];
  for (const combatant of combatants) {
    const last = entries.at(-1);
    const neighbour = last?.members.at(-1);
    if (
      last !== undefined &&
      neighbour !== undefined &&
      combatant.monsterId !== null &&
      neighbour.monsterId === combatant.monsterId
    ) {
      last.members.push(combatant);
    } else {
      entries.push({ members: [combatant] });
    }
  }
  return entries.flatMap(({ members }) => {
    const first = members[0];
    if (first === undefined) return [];
    return [
      {
        key: first._id,
        name: members.length === 1 ? first.name : kindName(first.name),
        members,
        isCurrent: members.some((member) => member.isCurrent),
      },
    ];
  });
}

/** "Goblin 2" is one of the kind "Goblin". */
export function kindName(name: string): string {
  return name.replace(/\s+\d+$/, "");
}

/** Who comes after the current turn among those still standing; `null` when nobody else stands or no turn runs. */
export function upNext<C extends TableCombatant>(combatants: readonly C[]): C | null {
  const current = combatants.findIndex((combatant) => combatant.isCurrent);
  if (current === -1) return null;
  for (let step = 1; step < combatants.length; step += 1) {
    const candidate = combatants[(current + step) % combatants.length];
    if (candidate !== undefined && !candidate.isDefeated) return candidate;
  }
  return null;
}

/** What is read out when the turn changes: "Round 2. Mira's turn. Next: Goblin 1." */
export function turnAnnouncement(round: number, combatants: readonly TableCombatant[]): string {
  const current = combatants.find((combatant) => combatant.isCurrent);
  if (current === undefined) return `Round ${String(round)}.`;
  const next = upNext(combatants);
  const after = next === null ? "" : ` Next: ${next.name}.`;
  return `Round ${String(round)}. ${possessive(current.name)} turn.${after}`;
}

function possessive(name: string): string {
  return name.endsWith("s") ? `${name}’` : `${name}’s`;
}
