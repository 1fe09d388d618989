// The attack line: each part a button to hit and a button for damage, and/or between them set in small caps.
import {
  attackKind,
  formatAttackPart,
  formatModifier,
  parseAttacks,
  type AttackOption,
  type AttackPart,
} from "@torchkeeper/rules";
import { Fragment } from "react";
import { Button } from "../../components/ui/button";
import { traitAnchor } from "./trait-anchor";
import "./stat-block.css";

/** What a press asks the dice for. */
export type RollRequest = { expression: string; label: string };

type Attacker = {
  slug: string;
  displayName: string;
  attacks: string;
  specialAbilities: readonly { name: string; description: string }[];
};

export type AttackLineProps = {
  monster: Attacker;
  onRoll?: (request: RollRequest) => void;
  idPrefix?: string;
};

export function AttackLine({ monster, onRoll, idPrefix = "trait" }: AttackLineProps) {
  const options = readOptions(monster.attacks);
  if (options === null) {
    return (
      <p className="py-1">
        <span className="text-small text-dim">ATK</span> {monster.attacks}
      </p>
    );
  }
  if (options.length === 0) return null;
  return (
    <div className="attack-line" role="group" aria-label={`Attacks of ${monster.displayName}`}>
      {options.map((option, optionIndex) => (
        <Fragment key={optionIndex}>
          {optionIndex > 0 && <span className="attack-joint">or</span>}
          {option.map((part, partIndex) => (
            <Fragment key={partIndex}>
              {partIndex > 0 && <span className="attack-joint">and</span>}
              <Part part={part} monster={monster} onRoll={onRoll} idPrefix={idPrefix} />
            </Fragment>
          ))}
        </Fragment>
      ))}
    </div>
  );
}

/** `null` when a homebrew line does not follow the grammar: it is then printed as it is. */
function readOptions(line: string): AttackOption[] | null {
  try {
    return parseAttacks(line);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

type PartProps = {
  part: AttackPart;
  monster: Attacker;
  onRoll: ((request: RollRequest) => void) | undefined;
  idPrefix: string;
};

function Part({ part, monster, onRoll, idPrefix }: PartProps) {
  const anchorOf = (name: string) => {
    const trait = findTrait(monster, name);
    return trait === null ? null : `#${traitAnchor(idPrefix, monster.slug, trait)}`;
  };
  if (onRoll === undefined) {
    return <span className="attack-plain font-semibold">{formatAttackPart(part)}</span>;
  }
  const ranges = part.ranges.length === 0 ? "" : ` (${part.ranges.join("/")})`;
  const title = `${part.count} ${part.name}${ranges}`;
  const explained = attackKind(part) === "special" ? anchorOf(part.name) : null;
  const { bonus, damage } = part;
  return (
    <span className="attack">
      {bonus !== null ? (
        <Button
          onClick={() =>
            onRoll({
              expression: `1d20${bonus === 0 ? "" : formatModifierPlain(bonus)}`,
              label: `${monster.displayName} · ${part.name}`,
            })
          }
        >
          <span>
            <span className="sr-only">Roll </span>
            {title} <b>{formatModifier(bonus)}</b>
          </span>
        </Button>
      ) : explained !== null ? (
        <a className="attack-plain px-1" href={explained}>
          {title}
        </a>
      ) : (
        <span className="attack-plain px-1 font-semibold">{title}</span>
      )}
      {damage !== null && (
        <Button
          onClick={() =>
            onRoll({
              expression: diceOf(damage),
              label: `${monster.displayName} · ${part.name} damage`,
            })
          }
        >
          <span>
            <span className="sr-only">Roll {part.name} damage </span>
            {diceOf(damage)}
          </span>
        </Button>
      )}
      {damage?.riders.map((rider) => {
        const anchor = anchorOf(rider.text);
        return (
          <span key={rider.text} className="attack-plain ps-2">
            <span aria-hidden>+&nbsp;</span>
            {anchor === null ? rider.text : <a href={anchor}>{rider.text}</a>}
          </span>
        );
      })}
    </span>
  );
}

function findTrait(monster: Attacker, name: string): string | null {
  const wanted = name.toLowerCase();
  const trait = monster.specialAbilities.find((candidate) => {
    const plain = candidate.name.toLowerCase().replace(/\s*\(.*\)\s*$/, "");
    return plain === wanted;
  });
  return trait?.name ?? null;
}

function diceOf(damage: { dice: string; bonus: number | null }): string {
  return damage.bonus === null ? damage.dice : `${damage.dice}+${String(damage.bonus)}`;
}

function formatModifierPlain(modifier: number): string {
  return modifier > 0 ? `+${String(modifier)}` : String(modifier);
}
