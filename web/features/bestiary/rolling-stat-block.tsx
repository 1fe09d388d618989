// A stat block whose rolls stay on this page: for reading the bestiary away from a table.
import { parseDice, rollDice } from "@torchkeeper/rules";
import { useState } from "react";
import { DiceLine, type TableRoll } from "../dice/dice-line";
import type { RollRequest } from "./attack-line";
import { StatBlock, type StatBlockMonster } from "./stat-block";

const KEPT = 4;

export function RollingStatBlock({
  monster,
  headingLevel,
}: {
  monster: StatBlockMonster;
  headingLevel?: 1 | 2 | 3;
}) {
  const [rolls, setRolls] = useState<readonly TableRoll[]>([]);
  const roll = (request: RollRequest) => {
    const result = rollDice(parseDice(request.expression), Math.random);
    const at = Date.now();
    const [who = monster.displayName, label = null] = request.label.split(" · ");
    const next: TableRoll = {
      _id: `${String(at)}-${String(rolls.length)}-${request.label}`,
      at,
      who,
      label,
      expression: request.expression,
      dice: result.dice,
      total: result.total,
      isPrivate: false,
    };
    setRolls((earlier) => [next, ...earlier].slice(0, KEPT));
  };
  return (
    <div className="grid max-w-[44rem] gap-3">
      <StatBlock monster={monster} onRoll={roll} headingLevel={headingLevel} />
      <div role="log" aria-label={`Rolls of ${monster.displayName}`}>
        {rolls.map((entry, index) => (
          <DiceLine key={entry._id} roll={entry} isFresh={index === 0} />
        ))}
      </div>
    </div>
  );
}
