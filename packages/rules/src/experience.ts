// Experience and levels: what treasure pays, what a level costs, what a new level brings.

export const highestLevel = 10;

/** Experience by the quality of a treasure, boon, oath or secret; every character gets all of it. */
export const experienceByQuality = { poor: 0, normal: 1, fabulous: 3, legendary: 10 } as const;

export type TreasureQuality = keyof typeof experienceByQuality;

export const treasureQualities = [
  "poor",
  "normal",
  "fabulous",
  "legendary",
] as const satisfies readonly TreasureQuality[];

/** What happens to experience beyond the price of a level: the written rule resets it to 0. */
export type SurplusRule = "reset" | "carry";

/**
 * Experience that buys the next level: ten times the present one. Null where experience buys nothing:
 * at level 0, which the GM ends, and at level 10, the last.
 *
 * @throws RangeError if `level` is not a whole number of 0 or more
 */
export function experienceToLeaveLevel(level: number): number | null {
  if (!Number.isInteger(level) || level < 0) {
    throw new RangeError(`\`level\` is ${level}; expected a whole number of 0 or more`);
  }
  return level === 0 || level >= highestLevel ? null : level * 10;
}

/** Whether a character's experience buys the next level. */
export function canLevelUp(level: number, experience: number): boolean {
  const price = experienceToLeaveLevel(level);
  return price !== null && experience >= price;
}

/**
 * Level and experience after buying one level.
 *
 * @throws RangeError if the experience doesn't reach, naming what is missing
 */
export function levelUp(
  character: { level: number; experience: number },
  surplus: SurplusRule = "reset",
): { level: number; experience: number; talentRolls: number } {
  const price = experienceToLeaveLevel(character.level);
  if (price === null) {
    throw new RangeError(
      `Level ${character.level} can't be left with experience; expected level 1 to ${highestLevel - 1}`,
    );
  }
  if (character.experience < price) {
    throw new RangeError(
      `Leaving level ${character.level} takes ${price} experience; ${character.experience} is too little`,
    );
  }
  const level = character.level + 1;
  return {
    level,
    experience: surplus === "carry" ? character.experience - price : 0,
    talentRolls: talentRollsAt(level),
  };
}

/**
 * Talent rolls on reaching a level: 1 at levels 1, 3, 5, 7 and 9; a human one more at level 1.
 */
export function talentRollsAt(level: number, ancestry?: string): number {
  if (level < 1 || level > 9 || level % 2 === 0) return 0;
  return level === 1 && ancestry?.trim().toLowerCase() === "human" ? 2 : 1;
}

/** Experience an encounter pays each character: the sum over its treasures and boons. */
export function treasureExperience(qualities: readonly TreasureQuality[]): number {
  return qualities.reduce((sum, quality) => sum + experienceByQuality[quality], 0);
}

/** Experience for slain monsters in the "hunter" mode: half of each level, rounded down. */
export function hunterExperience(slainLevels: readonly number[]): number {
  return slainLevels.reduce((sum, level) => sum + Math.floor(level / 2), 0);
}
