// Alignment in its two spellings: the word characters carry and the letter stat blocks print.
import { readTable, rollDie, type Rng } from "./random.ts";

export const alignments = ["lawful", "neutral", "chaotic"] as const;

export type CharacterAlignment = (typeof alignments)[number];

/** As stat blocks print it. */
export type AlignmentLetter = "L" | "N" | "C";

export const alignmentLetters = ["L", "N", "C"] as const satisfies readonly AlignmentLetter[];

export const alignmentLetter: Readonly<Record<CharacterAlignment, AlignmentLetter>> = {
  lawful: "L",
  neutral: "N",
  chaotic: "C",
};

export const alignmentWord: Readonly<Record<AlignmentLetter, CharacterAlignment>> = {
  L: "lawful",
  N: "neutral",
  C: "chaotic",
};

/** An alignment by d6: 1-3 lawful, 4-5 neutral, 6 chaotic. */
export function rollAlignment(rng: Rng): CharacterAlignment {
  return readTable<CharacterAlignment>(
    [
      { low: 1, high: 3, result: "lawful" },
      { low: 4, high: 5, result: "neutral" },
      { low: 6, high: 6, result: "chaotic" },
    ],
    rollDie(6, rng),
  );
}
