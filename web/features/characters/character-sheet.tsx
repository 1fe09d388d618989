// A character's sheet: hit points first, then armor, scores and what is carried.
import {
  titleFor,
  type AbilityName,
  type AbilityScores,
  type CharacterAlignment,
  type ClassName,
} from "@torchkeeper/rules";
import { HitPointBar } from "../encounter/hit-point-bar";
import { HitPointControl } from "../encounter/hit-point-control";
import { AbilityScoresRow } from "./ability-scores-row";

export type SheetCharacter = {
  _id: string;
  name: string;
  class: ClassName;
  level: number;
  experience: number;
  abilityScores: AbilityScores;
  hitPoints: number;
  maxHitPoints: number;
  armorClass: number;
  ancestry: string | null;
  alignment: CharacterAlignment | null;
  title: string | null;
  /** Empty when there is none. */
  background: string;
};

export type SheetItem = { _id: string; name: string; quantity: number; slots: number };

export type CharacterSheetProps = {
  character: SheetCharacter;
  items: readonly SheetItem[];
  /** Absent where the reader may look only. */
  onHitPoints?: (delta: number) => void;
  onRollAbility?: (ability: AbilityName, modifier: number) => void;
};

export function CharacterSheet(props: CharacterSheetProps) {
  const { character, items, onHitPoints, onRollAbility } = props;
  const isDying = character.hitPoints <= 0;
  return (
    <article className="grid gap-4" aria-label={`Sheet of ${character.name}`}>
      <header>
        <h2 className="text-head">{character.name}</h2>
        <p className="font-display italic text-dim">{lineage(character)}</p>
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="label">Hit points</p>
          {onHitPoints === undefined ? (
            <p className="leading-none">
              <b className="text-hero font-extrabold">{character.hitPoints}</b>
              <span className="text-lead text-dim">/{character.maxHitPoints}</span>
            </p>
          ) : (
            <HitPointControl
              size="great"
              name={character.name}
              hitPoints={character.hitPoints}
              maxHitPoints={character.maxHitPoints}
              onChange={onHitPoints}
            />
          )}
        </div>
        <div className="text-center">
          <p className="label">Armor class</p>
          <p className="flex min-h-17 items-center justify-center border-y-3 border-ink px-4 text-hero leading-none font-extrabold">
            {character.armorClass}
          </p>
        </div>
        <div className="col-span-2">
          <HitPointBar
            hitPoints={character.hitPoints}
            maxHitPoints={character.maxHitPoints}
            dice={character.level}
          />
        </div>
      </div>
      {isDying && (
        <p role="status" className="notice notice-error font-semibold">
          Down and dying. Any healing brings {character.name} back.
        </p>
      )}
      <AbilityScoresRow scores={character.abilityScores} onRoll={onRollAbility} />
      <section aria-label="Gear">
        <h3 className="border-b border-line pb-1 text-lead">Gear</h3>
        {items.length === 0 ? (
          <p className="py-2 text-dim">Carries nothing yet.</p>
        ) : (
          <ul>
            {items.map((item) => (
              <li key={item._id} className="flex justify-between gap-4 border-b border-line py-1.5">
                <span>
                  {item.name}
                  {item.quantity !== 1 && <span className="text-dim"> ×{item.quantity}</span>}
                </span>
                <span className="text-small text-dim">
                  {item.slots} {item.slots === 1 ? "slot" : "slots"}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </article>
  );
}

function lineage(character: SheetCharacter): string {
  const title =
    character.title ??
    (character.alignment === null
      ? null
      : titleFor({
          className: character.class,
          alignment: character.alignment,
          level: character.level,
        }));
  return [
    title,
    character.ancestry,
    `${character.class} ${String(character.level)}`,
    character.alignment,
    character.background === "" ? null : character.background,
    `${String(character.experience)} XP`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
