// Wizards' mishaps by tier, d12 each, in our own words.
import { rollDie, type Rng } from "./random.ts";
import type { SpellTier } from "./spellcasting.ts";

const lowTiers = [
  "Roll twice and suffer both; re-roll any further 1.",
  "The caster takes 1d8 damage.",
  "The spell hits the caster.",
  "The spell hits a random ally.",
  "The spell is lost for 7 days.",
  "One random item the caster carries is destroyed.",
  "Each own turn one random spell is lost, until a DC 12 CON check; they return after a rest.",
  "One random spell is lost until a rest.",
  "All light within near, magical too, is out for 10 rounds.",
  "The caster screams and can't stop for 3 rounds.",
  "Enemies attack the caster with advantage for 10 rounds.",
  "Disadvantage on spells of this tier for 10 rounds.",
] as const;

const middleTiers = [
  "Roll twice and suffer both; this counts once only.",
  "The caster and everyone near take 2d6 damage.",
  "The caster and the nearest ally each turn up with a copy of themselves.",
  "Another known spell, chosen at random, strikes the same targets.",
  "Two random items the caster carries are destroyed.",
  "DC 12 CON check or a random ability becomes 3 until a rest.",
  "A pit 30 feet deep opens under the caster; those near make a DC 15 DEX check or fall in.",
  "1d4 of the caster's limbs are stone for 24 hours.",
  "All spells of this tier are lost until a rest.",
  "DC 12 WIS check or the caster raves for 1d10 rounds.",
  "The caster draws every enemy's attacks for 1d4 rounds.",
  "Disadvantage on spells of this tier and below for 10 rounds.",
] as const;

const highestTier = [
  "Roll twice and suffer both; re-roll any further 1.",
  "The caster and everyone near take 3d8 damage.",
  "One random spell is forgotten for good.",
  "A hostile grimlow is there for 2d4 rounds.",
  "Attacks on the caster deal double damage for 2d6 rounds.",
  "A gate opens; something comes through in 1d4 rounds unless a DC 18 INT check closes it.",
  "The spell leaps to random targets each turn until a casting check succeeds.",
  "All spells of a random tier are lost until a rest.",
  "DC 15 WIS check or the caster raves for 1d4 hours.",
  "The caster gives up a magic item, or a spell of tier 3 or more, for good.",
  "Disadvantage on all casting for 10 rounds.",
  "A tear in reality opens close by and grows.",
] as const;

/** The twelve mishaps of a tier, 1 first. */
export function mishapTable(tier: SpellTier): readonly string[] {
  if (tier <= 2) return lowTiers;
  return tier <= 4 ? middleTiers : highestTier;
}

/** Rolls a mishap. A 1 asks for two more rolls: the table makes them, so that each one shows. */
export function rollMishap(tier: SpellTier, rng: Rng): { roll: number; effect: string } {
  const table = mishapTable(tier);
  const roll = rollDie(12, rng);
  return { roll, effect: table[roll - 1] ?? "" };
}
