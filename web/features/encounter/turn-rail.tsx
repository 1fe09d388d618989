// The turn rail: combatants in turn order, the current one wide. Draws only; what may be done comes in as handlers.
import type { ReactNode } from "react";
import { HealthMark, HitPointBar } from "./hit-point-bar";
import { foldTurns, type TableCombatant, type TurnEntry } from "./combatant";
import { StruckRow } from "./struck-row";
import "./turn-rail.css";

export type TurnRailProps<C extends TableCombatant> = {
  combatants: readonly C[];
  /** Hit point control of one combatant; without it figures or words are shown, as far as they are known. */
  hitPoints?: (combatant: C) => ReactNode;
  /** What the entry whose turn it is can do: attack lines. */
  turnActions?: (entry: TurnEntry<C>) => ReactNode;
  /** Number of hit dice, for the ticks of the bar. */
  diceOf?: (combatant: C) => number;
};

export function TurnRail<C extends TableCombatant>(props: TurnRailProps<C>) {
  const entries = foldTurns(props.combatants);
  return (
    <ol className="rail" aria-label="Turn order">
      {entries.map((entry) => (
        <Turn key={entry.key} entry={entry} {...props} />
      ))}
    </ol>
  );
}

function Turn<C extends TableCombatant>({
  entry,
  turnActions,
  ...props
}: TurnRailProps<C> & { entry: TurnEntry<C> }) {
  const first = entry.members[0];
  if (first === undefined) return null;
  const isGroup = entry.members.length > 1;
  const isDefeated = entry.members.every((member) => member.isDefeated);
  const armor = entry.members.find((member) => member.armorClass !== null)?.armorClass ?? null;
  return (
    <li
      className="turn"
      data-current={entry.isCurrent}
      data-defeated={isDefeated}
      aria-current={entry.isCurrent ? "step" : undefined}
    >
      {first.initiative !== null && (
        <span className="turn-initiative">
          <span className="sr-only">Initiative </span>
          {first.initiative}
        </span>
      )}
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="turn-name">
          {entry.isCurrent && <span className="sr-only">Now: </span>}
          {entry.name}
          {isGroup && (
            <span aria-label={`, ${String(entry.members.length)} of them`}>
              {" "}
              ×{entry.members.length}
            </span>
          )}
        </h3>
        <p className="flex gap-3 text-small text-dim">
          {armor !== null && (
            <span>
              AC <b className="text-body text-ink">{armor}</b>
            </span>
          )}
        </p>
      </div>
      <ul className={isGroup ? "mt-1" : ""}>
        {entry.members.map((member) => (
          <Member key={member._id} member={member} isGroup={isGroup} {...props} />
        ))}
      </ul>
      {entry.isCurrent && turnActions !== undefined && turnActions(entry)}
    </li>
  );
}

function Member<C extends TableCombatant>({
  member,
  isGroup,
  hitPoints,
  diceOf,
}: Omit<TurnRailProps<C>, "turnActions"> & { member: C; isGroup: boolean }) {
  const isKnown = member.hitPoints !== null && member.maxHitPoints !== null;
  const control = hitPoints?.(member);
  return (
    <StruckRow hitPoints={member.hitPoints} isCurrent={member.isCurrent && isGroup}>
      <div className="member-name min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {isGroup && <span>{member.name}</span>}
          {member.isHidden && <span className="chip">hidden from players</span>}
          {member.isDefeated && <span className="chip">down</span>}
          {member.kind === "character" && member.hitPoints === 0 && (
            <span className="chip text-blood">dying</span>
          )}
          {!isKnown && !member.isDefeated && <HealthMark word={member.health} />}
        </div>
        {isKnown && (
          <div className="mt-1 flex items-center gap-3">
            <HitPointBar
              hitPoints={member.hitPoints ?? 0}
              maxHitPoints={member.maxHitPoints ?? 1}
              dice={diceOf?.(member)}
            />
            {control === undefined && (
              <span className="whitespace-nowrap">
                <b className="text-lead">{member.hitPoints}</b>
                <span className="text-dim">/{member.maxHitPoints}</span>
                <span className="sr-only"> hit points</span>
              </span>
            )}
          </div>
        )}
      </div>
      {control}
    </StruckRow>
  );
}
