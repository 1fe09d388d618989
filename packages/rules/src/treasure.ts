// What treasure is worth: the pace of gold by level, and what little a magic item sells for.
import { readTable, rollDie, type Rng } from "./random.ts";

/**
 * Gold pieces one encounter is worth to the whole group, by average party level: 20 at levels 1-3, 50
 * at 4-6, 80 at 7-9. The pace is 10 a level; at 10 and more it goes on with 100.
 */
export function encounterGold(averageLevel: number): number {
  return readTable(
    [
      { low: 0, high: 3, result: 20 },
      { low: 4, high: 6, result: 50 },
      { low: 7, high: 9, result: 80 },
      { low: 10, high: 30, result: 100 },
    ],
    Math.round(averageLevel),
  );
}

/** Gold pieces a magic item sells for: 1d6 times 100 for a weak one, 2d6 times 100 for a strong one. */
export function rollMagicItemPrice(power: "weak" | "strong", rng: Rng): number {
  const dice = power === "weak" ? rollDie(6, rng) : rollDie(6, rng) + rollDie(6, rng);
  return dice * 100;
}
