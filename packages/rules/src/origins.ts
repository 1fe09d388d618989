// Where a character comes from: ancestries, backgrounds, languages and deities, as names and numbers.
import type { CharacterAlignment } from "./alignments.ts";
import { pickOne, readTable, rollDie, type Rng } from "./random.ts";

export const ancestries = ["Dwarf", "Elf", "Goblin", "Halfling", "Half-orc", "Human"] as const;

export type Ancestry = (typeof ancestries)[number];

export const commonLanguages = [
  "Common",
  "Dwarvish",
  "Elvish",
  "Giant",
  "Goblin",
  "Merran",
  "Orcish",
  "Reptilian",
  "Sylvan",
  "Thanian",
] as const;

export const rareLanguages = ["Celestial", "Diabolic", "Draconic", "Primordial"] as const;

/** All languages, common ones first. */
export const languages = [...commonLanguages, ...rareLanguages] as const;

export type Language = (typeof languages)[number];

/** What an ancestry brings: languages it speaks, common ones it may choose, and its edge in our words. */
export type AncestryTraits = {
  readonly languages: readonly Language[];
  readonly commonLanguagesToChoose: number;
  readonly edge: string;
};

export const ancestryTraits: Readonly<Record<Ancestry, AncestryTraits>> = {
  Dwarf: {
    languages: ["Common", "Dwarvish"],
    commonLanguagesToChoose: 0,
    edge: "Starts with 2 more hit points; rolls every hit die twice and keeps the better.",
  },
  Elf: {
    languages: ["Common", "Elvish", "Sylvan"],
    commonLanguagesToChoose: 0,
    edge: "+1 on attacks with ranged weapons or +1 on casting checks, chosen once.",
  },
  Goblin: {
    languages: ["Common", "Goblin"],
    commonLanguagesToChoose: 0,
    edge: "Can't be surprised.",
  },
  Halfling: {
    languages: ["Common"],
    commonLanguagesToChoose: 0,
    edge: "Once a day, turns invisible for 3 rounds.",
  },
  "Half-orc": {
    languages: ["Common", "Orcish"],
    commonLanguagesToChoose: 0,
    edge: "+1 on attacks and damage with melee weapons.",
  },
  Human: {
    languages: ["Common"],
    commonLanguagesToChoose: 1,
    edge: "Rolls one more talent at level 1.",
  },
};

/** An ancestry from an imported or typed name, whatever its capitals and hyphens; null if unknown. */
export function ancestryFromImport(text: string): Ancestry | null {
  const bare = (name: string) => name.toLowerCase().replace(/[^a-z]/g, "");
  return ancestries.find((name) => bare(name) === bare(text)) ?? null;
}

/** An ancestry by d12: 1-4 human, 5-6 elf, 7-8 dwarf, 9-10 halfling, 11 half-orc, 12 goblin. */
export function rollAncestry(rng: Rng): Ancestry {
  return readTable<Ancestry>(
    [
      { low: 1, high: 4, result: "Human" },
      { low: 5, high: 6, result: "Elf" },
      { low: 7, high: 8, result: "Dwarf" },
      { low: 9, high: 10, result: "Halfling" },
      { low: 11, high: 11, result: "Half-orc" },
      { low: 12, high: 12, result: "Goblin" },
    ],
    rollDie(12, rng),
  );
}

/** The d20 backgrounds in order of the roll. No mechanics: the GM may grant advantage for one. */
export const backgrounds = [
  "Urchin",
  "Wanted",
  "Cult Initiate",
  "Thieves' Guild",
  "Banished",
  "Orphaned",
  "Wizard's Apprentice",
  "Jeweler",
  "Herbalist",
  "Barbarian",
  "Mercenary",
  "Sailor",
  "Acolyte",
  "Soldier",
  "Ranger",
  "Scout",
  "Minstrel",
  "Scholar",
  "Noble",
  "Chirurgeon",
] as const;

export type Background = (typeof backgrounds)[number];

/** A background by d20. */
export function rollBackground(rng: Rng): Background {
  return pickOne(backgrounds, rng);
}

/** A deity's name and whom it takes; "any" takes followers of every alignment. */
export type Deity = { readonly name: string; readonly alignment: CharacterAlignment | "any" };

export const deities: readonly Deity[] = [
  { name: "Saint Terragnis", alignment: "lawful" },
  { name: "Madeera the Covenant", alignment: "lawful" },
  { name: "Gede", alignment: "neutral" },
  { name: "Ord", alignment: "neutral" },
  { name: "Memnon", alignment: "chaotic" },
  { name: "Ramlaat", alignment: "chaotic" },
  { name: "Shune the Vile", alignment: "chaotic" },
  { name: "The Lost", alignment: "any" },
];
