// Six scores with their modifiers, as tight pairs; rolled when pressed, where rolling is offered.
import {
  abilityModifier,
  abilityNames,
  abilityShortNames,
  formatModifier,
  type AbilityName,
  type AbilityScores,
} from "@torchkeeper/rules";
import "../bestiary/stat-block.css";

export type AbilityScoresRowProps = {
  /** `null` before they are rolled. */
  scores: AbilityScores | null;
  onRoll?: (ability: AbilityName, modifier: number) => void;
};

export function AbilityScoresRow({ scores, onRoll }: AbilityScoresRowProps) {
  return (
    <div className="ability-row" role="group" aria-label="Ability scores">
      {abilityNames.map((ability) => {
        const score = scores?.[ability];
        const modifier = score === undefined ? null : abilityModifier(score);
        const face = (
          <>
            <abbr title={ability} aria-hidden>
              {abilityShortNames[ability]}
            </abbr>
            <b className="text-lead">{modifier === null ? "–" : formatModifier(modifier)}</b>
            <span className="text-small text-dim">{score ?? "–"}</span>
          </>
        );
        if (onRoll === undefined || modifier === null) {
          return (
            <span key={ability} className="ability py-1">
              <span className="sr-only">{ability}</span>
              {face}
            </span>
          );
        }
        return (
          <button
            key={ability}
            type="button"
            className="ability py-1"
            onClick={() => onRoll(ability, modifier)}
          >
            <span className="sr-only">Roll {ability}: </span>
            {face}
          </button>
        );
      })}
    </div>
  );
}
