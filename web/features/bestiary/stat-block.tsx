// The stat block: a monster as one printed entry whose attacks and abilities roll when pressed.
import {
  abilityNames,
  abilityShortNames,
  alignmentWord,
  formatModifier,
  type AbilityScores,
  type AlignmentLetter,
} from "@torchkeeper/rules";
import { AttackLine, type RollRequest } from "./attack-line";
import { traitAnchor } from "./trait-anchor";
import "./stat-block.css";

/** What a stat block draws; a stored monster has all of it. */
export type StatBlockMonster = {
  slug: string;
  displayName: string;
  type: string;
  level: number;
  alignment: AlignmentLetter;
  armorClass: number;
  armorType?: string;
  hitPoints: number;
  hitDice: string;
  attacks: string;
  movement: string;
  modifiers: AbilityScores;
  specialAbilities: readonly { name: string; description: string }[];
  description: string;
  source?: string;
  perUnit?: "head";
};

export type StatBlockProps = {
  monster: StatBlockMonster;
  /** Rolls what was pressed; without it the block is print only. */
  onRoll?: (request: RollRequest) => void;
  /** Tells two blocks of one monster on a page apart. */
  idPrefix?: string;
  headingLevel?: 1 | 2 | 3;
};

export function StatBlock({
  monster,
  onRoll,
  idPrefix = "trait",
  headingLevel = 2,
}: StatBlockProps) {
  const Heading = headingLevel === 1 ? "h1" : headingLevel === 2 ? "h2" : "h3";
  const per = monster.perUnit === undefined ? "" : ` per ${monster.perUnit}`;
  return (
    <article className="stat-block" aria-label={monster.displayName}>
      <header className="stat-head">
        <div>
          <Heading className="stat-name">{monster.displayName}</Heading>
          <p className="stat-kind">
            {monster.type}, {alignmentWord[monster.alignment]}
          </p>
        </div>
        <p className="stat-level">
          <small>
            <abbr title="Level">LV</abbr>
          </small>
          {monster.level}
        </p>
      </header>
      {monster.description !== "" && (
        <p className="mt-2 max-w-[60ch] font-display">{monster.description}</p>
      )}
      <dl className="stat-figures">
        <Figure name="AC" title="Armor class" isGreat>
          {monster.armorClass}
          {monster.armorType !== undefined && (
            <span className="text-small font-normal text-dim"> {monster.armorType}</span>
          )}
        </Figure>
        <Figure name="HP" title="Hit points" isGreat>
          {monster.hitPoints}
          <span className="text-small font-normal text-dim">
            {" "}
            {monster.hitDice}
            {per}
          </span>
        </Figure>
        <Figure name="MV" title="Movement">
          {monster.movement}
        </Figure>
      </dl>
      <AttackLine monster={monster} onRoll={onRoll} idPrefix={idPrefix} />
      <AbilityRow monster={monster} onRoll={onRoll} />
      {monster.specialAbilities.length > 0 && (
        <dl className="traits">
          {monster.specialAbilities.map((trait) => (
            <div key={trait.name} id={traitAnchor(idPrefix, monster.slug, trait.name)}>
              <dt>{trait.name}. </dt>
              <dd>{trait.description}</dd>
            </div>
          ))}
        </dl>
      )}
      {monster.source !== undefined && (
        <p className="mt-3 text-small text-dim">Figures: {monster.source}</p>
      )}
    </article>
  );
}

function Figure({
  name,
  title,
  isGreat = false,
  children,
}: {
  name: string;
  title: string;
  isGreat?: boolean;
  children: React.ReactNode;
}) {
  return (
    <div>
      <dt>
        <abbr title={title} className="no-underline">
          {name}
        </abbr>
      </dt>
      <dd className={isGreat ? "is-great" : ""}>{children}</dd>
    </div>
  );
}

function AbilityRow({
  monster,
  onRoll,
}: {
  monster: StatBlockMonster;
  onRoll: ((request: RollRequest) => void) | undefined;
}) {
  return (
    <div className="ability-row" role="group" aria-label="Ability modifiers">
      {abilityNames.map((ability) => {
        const modifier = formatModifier(monster.modifiers[ability]);
        const face = (
          <>
            <abbr title={ability} aria-hidden>
              {abilityShortNames[ability]}
            </abbr>
            <b>{modifier}</b>
          </>
        );
        if (onRoll === undefined) {
          return (
            <span key={ability} className="ability">
              <span className="sr-only">{ability}</span>
              {face}
            </span>
          );
        }
        return (
          <button
            key={ability}
            type="button"
            className="ability"
            onClick={() =>
              onRoll({
                expression: `1d20${signed(monster.modifiers[ability])}`,
                label: `${monster.displayName} · ${ability}`,
              })
            }
          >
            <span className="sr-only">Roll {ability}: </span>
            {face}
          </button>
        );
      })}
    </div>
  );
}

function signed(modifier: number): string {
  if (modifier === 0) return "";
  return modifier > 0 ? `+${String(modifier)}` : String(modifier);
}
