// A roll as one sentence with its parts: who, what for, the dice as they fell, the total.
import type { RolledDie } from "@torchkeeper/rules";
import { clockTime } from "./clock-time";
import { DieShape } from "./die-shape";
import "./dice.css";

const MOST_DICE_DRAWN = 12;

export type TableRoll = {
  _id: string;
  /** When it fell, ms since 1970. */
  at: number;
  who: string;
  label: string | null;
  expression: string;
  dice: readonly RolledDie[];
  total: number;
  isPrivate: boolean;
};

export type DiceLineProps = { roll: TableRoll; isFresh?: boolean };

export function DiceLine({ roll, isFresh = false }: DiceLineProps) {
  const parts = rollParts(roll);
  return (
    <div className="dice-line" data-fresh={isFresh}>
      <span className="sr-only">{rollSentence(roll)}</span>
      <span aria-hidden>
        <b>{roll.who}</b>
        {roll.label !== null && <span className="text-dim"> · {roll.label}</span>}
        <span className="text-small text-dim"> {clockTime(roll.at)}</span>
        {roll.isPrivate && <span className="chip ms-2">only you</span>}
      </span>
      <span className="dice-sum" aria-hidden>
        {parts.dice.slice(0, MOST_DICE_DRAWN).map((die, index) => (
          <DieShape key={index} die={die} />
        ))}
        {parts.dice.length > MOST_DICE_DRAWN && (
          <span className="text-small text-dim">
            and {parts.dice.length - MOST_DICE_DRAWN} more
          </span>
        )}
        {parts.constant !== 0 && (
          <span>
            {parts.constant > 0 ? "+" : "−"} {Math.abs(parts.constant)}
          </span>
        )}
        <span>=</span>
        <span className="dice-total">{roll.total}</span>
        {parts.natural !== null && (
          <span className={`chip ${parts.natural === 20 ? "text-verdigris" : "text-blood"}`}>
            natural {parts.natural}
          </span>
        )}
      </span>
    </div>
  );
}

/** For instance "Mira, attack: 14 + 3 = 17" or "Goblin: 20 (and 4 dropped) = 20, natural 20". */
export function rollSentence(roll: TableRoll): string {
  const { dice, constant, natural } = rollParts(roll);
  const kept = dice
    .filter((die) => die.kept)
    .map((die) => (die.sign === -1 ? -die.value : die.value));
  const dropped = dice.filter((die) => !die.kept).map((die) => String(die.value));
  const sum = [...kept, ...(constant === 0 ? [] : [constant])]
    .map((value, index) => {
      if (index === 0) return String(value);
      return value < 0 ? `− ${String(-value)}` : `+ ${String(value)}`;
    })
    .join(" ");
  const who = roll.label === null ? roll.who : `${roll.who}, ${roll.label}`;
  const aside = dropped.length === 0 ? "" : ` (and ${dropped.join(", ")} dropped)`;
  const critical = natural === null ? "" : `, natural ${String(natural)}`;
  const secret = roll.isPrivate ? ", only you see this" : "";
  return `${who}: ${sum}${aside} = ${String(roll.total)}${critical}${secret}`;
}

/** The dice, what is added to them, and a 20 or 1 on the only d20 kept. */
function rollParts(roll: TableRoll) {
  const kept = roll.dice.filter((die) => die.kept);
  const fallen = kept.reduce((sum, die) => sum + die.sign * die.value, 0);
  const d20s = kept.filter((die) => die.sides === 20);
  const only = d20s.length === 1 && kept.length === 1 ? d20s[0] : undefined;
  const natural = only?.value === 20 || only?.value === 1 ? only.value : null;
  return { dice: roll.dice, constant: roll.total - fallen, natural };
}
