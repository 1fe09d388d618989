// Taking initiative: type what fell on the table, let the dice fall here for the rest.
import { useState } from "react";
import { Button } from "../../components/ui/button";
import { TextField } from "../../components/ui/field";
import type { TableCombatant } from "./combatant";

const LOWEST = -10;
const HIGHEST = 40;

export type InitiativeListProps = {
  combatants: readonly TableCombatant[];
  /** Whether this reader may type for a combatant. */
  maySet: (combatant: TableCombatant) => boolean;
  onSet: (combatantId: string, initiative: number) => void;
};

export function InitiativeList({ combatants, maySet, onSet }: InitiativeListProps) {
  return (
    <ul aria-label="Initiative" className="border-t border-line">
      {combatants.map((combatant) => (
        <li
          key={combatant._id}
          className="flex flex-wrap items-end justify-between gap-x-4 gap-y-1 border-b border-line py-2"
        >
          <span className="min-w-0 flex-1 self-center font-display text-lead font-black">
            {combatant.name}
          </span>
          {maySet(combatant) ? (
            <InitiativeField combatant={combatant} onSet={onSet} />
          ) : (
            <span className="self-center">
              {combatant.initiative === null ? (
                <span className="text-dim">not rolled</span>
              ) : (
                <b className="text-lead">{combatant.initiative}</b>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function InitiativeField({
  combatant,
  onSet,
}: {
  combatant: TableCombatant;
  onSet: (combatantId: string, initiative: number) => void;
}) {
  const stored = combatant.initiative === null ? "" : String(combatant.initiative);
  const [typed, setTyped] = useState(stored);
  const [seen, setSeen] = useState(stored);
  const [error, setError] = useState<string | null>(null);
  if (stored !== seen) {
    setSeen(stored);
    setTyped(stored);
  }
  const submit = () => {
    const value = Number(typed.trim());
    if (typed.trim() === "" || !Number.isInteger(value) || value < LOWEST || value > HIGHEST) {
      setError("Type d20 plus DEX, like 14.");
    } else {
      onSet(combatant._id, value);
    }
  };
  return (
    <form
      noValidate
      className="flex items-end gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="w-24">
        <TextField
          label={
            <>
              Initiative<span className="sr-only"> of {combatant.name}</span>
            </>
          }
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          error={error}
          onChange={(value) => {
            setTyped(value);
            setError(null);
          }}
        />
      </div>
      <Button
        type="submit"
        disabled={typed === stored}
        aria-label={`Set initiative of ${combatant.name}`}
      >
        Set
      </Button>
    </form>
  );
}
