// Checks what makes a character, and derives what nobody may type: level 1 hit points and armour class.
import {
  type AbilityScores,
  type ClassName,
  abilityNames,
  classFromImport,
  hitDieByClass,
  isEffectiveScore,
  isRolledScore,
  rollHitDie,
  startingHitPoints,
} from "@torchkeeper/rules";
import { refuse } from "./errors";

/** Scores as they are rolled: whole numbers from 3 to 18. */
export function requireRolledScores(scores: AbilityScores): AbilityScores {
  if (!abilityNames.every((name) => isRolledScore(scores[name]))) {
    throw refuse("invalid", "Ability scores must be between 3 and 18");
  }
  return scores;
}

/** Scores in play, which talents raise and drains lower: whole numbers from 0 to 30. */
export function requireEffectiveScores(scores: AbilityScores): AbilityScores {
  if (!abilityNames.every((name) => isEffectiveScore(scores[name]))) {
    throw refuse("invalid", "Ability scores in play must be between 0 and 30");
  }
  return scores;
}

/** The class of this game that a name means; another game's Cleric is a Priest, its Rogue a Thief. */
export function requireClass(name: string): ClassName {
  const className = classFromImport(name);
  if (className === null) {
    throw refuse("invalid", `"${name}" is not a class. Choose Fighter, Priest, Thief or Wizard.`);
  }
  return className;
}

/**
 * Hit points at level 1.
 *
 * @param character.hitDieRoll - what a real die showed; rolled here if absent
 */
export function firstHitPoints(character: {
  className: ClassName;
  constitution: number;
  ancestry?: string | undefined;
  hitDieRoll?: number | undefined;
}): number {
  const { className, constitution, ancestry } = character;
  const ancestryPart = ancestry === undefined ? {} : { ancestry };
  const hitDieRoll =
    character.hitDieRoll ?? rollHitDie({ className, ...ancestryPart }, Math.random).kept;
  const sides = hitDieByClass[className];
  if (!Number.isInteger(hitDieRoll) || hitDieRoll < 1 || hitDieRoll > sides) {
    throw refuse(
      "invalid",
      `The hit die of a ${className} shows 1 to ${sides}; ${hitDieRoll} came`,
    );
  }
  return startingHitPoints({ className, constitution, hitDieRoll, ...ancestryPart });
}
