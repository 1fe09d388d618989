// A character in the making: what was rolled stays rolled. Pure; chance comes in, storing is the caller's.
import {
  ancestries,
  backgrounds,
  classNames,
  explainArmorClass,
  abilityModifier,
  abilityNames,
  formatModifier,
  hitDieByClass,
  mayRerollScores,
  rollAbilityScores,
  rollDie,
  startingHitPoints,
  titleFor,
  type AbilityScores,
  type Ancestry,
  type Background,
  type CharacterAlignment,
  type ClassName,
  type Rng,
} from "@torchkeeper/rules";

/** Two rolls of a class's hit die, in the order they fell; only a dwarf uses the second. */
export type HitDieRolls = readonly [number, number];

export type CharacterDraft = {
  name: string;
  scores: AbilityScores | null;
  className: ClassName | null;
  ancestry: Ancestry;
  alignment: CharacterAlignment;
  background: Background | null;
  /** Kept per class, so that going back and forth does not roll again. */
  hitDieRolls: Partial<Record<ClassName, HitDieRolls>>;
};

export const emptyDraft: CharacterDraft = {
  name: "",
  scores: null,
  className: null,
  ancestry: "Human",
  alignment: "neutral",
  background: null,
  hitDieRolls: {},
};

/** Scores may be rolled when there are none yet, or when none of them is 14 or more. */
export function mayRollScores(draft: CharacterDraft): boolean {
  return draft.scores === null || mayRerollScores(draft.scores);
}

/** 3d6 in order. A set that may not be rolled again stays as it is. */
export function rollScores(draft: CharacterDraft, rng: Rng): CharacterDraft {
  if (!mayRollScores(draft)) return draft;
  return { ...draft, scores: rollAbilityScores(rng).scores };
}

/** Rolls the hit die of the chosen class once; later calls change nothing. */
export function rollHitDice(draft: CharacterDraft, rng: Rng): CharacterDraft {
  const { className } = draft;
  if (className === null || draft.hitDieRolls[className] !== undefined) return draft;
  const sides = hitDieByClass[className];
  const rolls: HitDieRolls = [rollDie(sides, rng), rollDie(sides, rng)];
  return { ...draft, hitDieRolls: { ...draft.hitDieRolls, [className]: rolls } };
}

/** The roll that counts: the better of two for a dwarf, else the first. `null` before the die is rolled. */
export function countedHitDieRoll(draft: CharacterDraft): number | null {
  const rolls = draft.className === null ? undefined : draft.hitDieRolls[draft.className];
  if (rolls === undefined) return null;
  return draft.ancestry === "Dwarf" ? Math.max(...rolls) : rolls[0];
}

export type Derived = { total: number; why: string };

/** Hit points at level 1 with the sum that leads there; `null` until class, scores and die are known. */
export function derivedHitPoints(draft: CharacterDraft): Derived | null {
  const roll = countedHitDieRoll(draft);
  if (roll === null || draft.className === null || draft.scores === null) return null;
  const { constitution } = draft.scores;
  const total = startingHitPoints({
    className: draft.className,
    constitution,
    hitDieRoll: roll,
    ancestry: draft.ancestry,
  });
  const rolls = draft.hitDieRolls[draft.className];
  const die = `d${String(hitDieByClass[draft.className])}`;
  const modifier = abilityModifier(constitution);
  const parts = [
    draft.ancestry === "Dwarf" && rolls !== undefined
      ? `${String(roll)}, the better of two ${die} (${rolls.join(" and ")})`
      : `${String(roll)} on the ${die}`,
    `${formatModifier(modifier)} for Constitution`,
  ];
  if (roll + modifier < 1) parts.push("at least 1");
  if (draft.ancestry === "Dwarf") parts.push("+2 for a dwarf");
  return { total, why: parts.join(", ") };
}

/** Armor class before any armor, with its sum; `null` until the scores are rolled. */
export function derivedArmorClass(draft: CharacterDraft): Derived | null {
  if (draft.scores === null) return null;
  const { total, parts } = explainArmorClass({ dexterity: draft.scores.dexterity });
  const why = parts
    .map((part, index) =>
      index === 0
        ? `${String(part.amount)} without armor`
        : `${formatModifier(part.amount)} for ${part.label}`,
    )
    .join(", ");
  return { total, why };
}

/** What the title table calls a first-level character of this class and alignment. */
export function draftTitle(draft: CharacterDraft): string | null {
  if (draft.className === null) return null;
  return titleFor({ className: draft.className, alignment: draft.alignment, level: 1 });
}

/** The next thing to do before the character can sit down; `null` when it can. */
export function missingStep(draft: CharacterDraft): string | null {
  if (draft.scores === null) return "Roll the six scores first.";
  if (draft.className === null) return "Choose a class.";
  if (countedHitDieRoll(draft) === null) return "Roll the hit die.";
  if (draft.name.trim() === "") return "Give the character a name.";
  return null;
}

/** Reads a draft that was stored as JSON; anything that is not one gives an empty draft. */
export function parseDraft(json: string | null): CharacterDraft {
  if (json === null) return emptyDraft;
  const stored = readJson(json);
  if (!isRecord(stored)) return emptyDraft;
  const className = classNames.find((name) => name === stored["className"]) ?? null;
  const alignment = stored["alignment"];
  return {
    name: typeof stored["name"] === "string" ? stored["name"] : "",
    scores: parseScores(stored["scores"]),
    className,
    ancestry: ancestries.find((name) => name === stored["ancestry"]) ?? emptyDraft.ancestry,
    alignment: alignment === "lawful" || alignment === "chaotic" ? alignment : emptyDraft.alignment,
    background: backgrounds.find((name) => name === stored["background"]) ?? null,
    hitDieRolls: parseHitDieRolls(stored["hitDieRolls"]),
  };
}

function parseScores(value: unknown): AbilityScores | null {
  if (!isRecord(value)) return null;
  const scores: AbilityScores = {
    strength: 0,
    dexterity: 0,
    constitution: 0,
    intelligence: 0,
    wisdom: 0,
    charisma: 0,
  };
  for (const name of abilityNames) {
    const score = value[name];
    if (typeof score !== "number" || !Number.isInteger(score) || score < 3 || score > 18) {
      return null;
    }
    scores[name] = score;
  }
  return scores;
}

function parseHitDieRolls(value: unknown): CharacterDraft["hitDieRolls"] {
  const rolls: CharacterDraft["hitDieRolls"] = {};
  if (!isRecord(value)) return rolls;
  for (const name of classNames) {
    const pair: unknown = value[name];
    if (!Array.isArray(pair)) continue;
    const faces: readonly unknown[] = pair;
    const [first, second] = faces;
    if (isFace(first, name) && isFace(second, name)) rolls[name] = [first, second];
  }
  return rolls;
}

function isFace(value: unknown, className: ClassName): value is number {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= 1 &&
    value <= hitDieByClass[className]
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
