import { expect, test } from "vitest";
import { alignmentLetter, alignments, alignmentWord, rollAlignment } from "./alignments.ts";
import {
  ancestries,
  ancestryFromImport,
  ancestryTraits,
  backgrounds,
  commonLanguages,
  deities,
  languages,
  rareLanguages,
  rollAncestry,
  rollBackground,
} from "./origins.ts";

/** A source of chance for which a die of `sides` shows each face once, in order. */
function everyFace<T>(sides: number, roll: (rng: () => number) => T): T[] {
  return Array.from({ length: sides }, (_, face) => roll(() => (face + 0.5) / sides));
}

test("a d12 gives ancestries by the table", () => {
  expect(everyFace(12, rollAncestry)).toEqual([
    ...Array<string>(4).fill("Human"),
    "Elf",
    "Elf",
    "Dwarf",
    "Dwarf",
    "Halfling",
    "Halfling",
    "Half-orc",
    "Goblin",
  ]);
});

test("a d20 gives each of the twenty backgrounds once", () => {
  expect(everyFace(20, rollBackground)).toEqual([...backgrounds]);
  expect(new Set(backgrounds).size).toBe(20);
});

test("a d6 gives alignments 3, 2, 1", () => {
  expect(everyFace(6, rollAlignment)).toEqual([
    "lawful",
    "lawful",
    "lawful",
    "neutral",
    "neutral",
    "chaotic",
  ]);
});

test("alignment words and letters lead to each other", () => {
  for (const word of alignments) expect(alignmentWord[alignmentLetter[word]]).toBe(word);
});

test("there are ten common and four rare languages, all different", () => {
  expect([commonLanguages.length, rareLanguages.length]).toEqual([10, 4]);
  expect(new Set(languages).size).toBe(14);
});

test("every ancestry speaks Common", () => {
  for (const name of ancestries) expect(ancestryTraits[name].languages).toContain("Common");
});

test.each([
  ["half orc", "Half-orc"],
  ["HALFLING", "Halfling"],
  ["Kobold", null],
])("imports the ancestry %j as %j", (text, ancestry) => {
  expect(ancestryFromImport(text)).toBe(ancestry);
});

test("every alignment has a deity", () => {
  for (const word of alignments) {
    expect(deities.some((deity) => deity.alignment === word)).toBe(true);
  }
});
