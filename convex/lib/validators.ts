// Validators that several tables and functions share. Types are inferred from them, never written a second time.
import { type Infer, v } from "convex/values";

/** What somebody is by default; what they may do is decided by their membership of a campaign. */
export const userRole = v.union(v.literal("player"), v.literal("gm"));

export const theme = v.union(v.literal("dark"), v.literal("light"), v.literal("contrast"));

export const diceType = v.union(
  v.literal("d4"),
  v.literal("d6"),
  v.literal("d8"),
  v.literal("d10"),
  v.literal("d12"),
  v.literal("d20"),
  v.literal("d100"),
);

export const preferences = v.object({ theme, defaultDiceType: diceType });

/** Role in a campaign. "gm" and "coGm" run it; "player" came through a join code; "spectator" only watches. */
export const campaignRole = v.union(
  v.literal("gm"),
  v.literal("coGm"),
  v.literal("player"),
  v.literal("spectator"),
);
export type CampaignRole = Infer<typeof campaignRole>;

export const sessionStatus = v.union(
  v.literal("planning"),
  v.literal("active"),
  v.literal("completed"),
  v.literal("archived"),
);

export const className = v.union(
  v.literal("Fighter"),
  v.literal("Priest"),
  v.literal("Thief"),
  v.literal("Wizard"),
);

/** A class as a caller may name it: other games' words for two of the classes are accepted and mapped. */
export const importedClassName = v.union(
  ...className.members,
  v.literal("Cleric"),
  v.literal("Rogue"),
);

export const characterAlignment = v.union(
  v.literal("lawful"),
  v.literal("neutral"),
  v.literal("chaotic"),
);

/** Six numbers in the game's order: scores of a character, or modifiers of a monster. */
export const abilityScores = v.object({
  strength: v.number(),
  dexterity: v.number(),
  constitution: v.number(),
  intelligence: v.number(),
  wisdom: v.number(),
  charisma: v.number(),
});

export const monsterAlignment = v.union(v.literal("L"), v.literal("N"), v.literal("C"));

export const specialAbility = v.object({ name: v.string(), description: v.string() });

export const itemKind = v.union(
  v.literal("weapon"),
  v.literal("armor"),
  v.literal("shield"),
  v.literal("gear"),
  v.literal("ammunition"),
  v.literal("light"),
  v.literal("magic"),
  v.literal("treasure"),
  v.literal("coins"),
);
export type ItemKind = Infer<typeof itemKind>;

/** Difficulty as encounters store it; "trivial" is a word for display only and is stored as "easy". */
export const difficulty = v.union(
  v.literal("easy"),
  v.literal("medium"),
  v.literal("hard"),
  v.literal("deadly"),
);

export const difficultyTier = v.union(v.literal("trivial"), ...difficulty.members);

/** What a treasure is worth in experience: 0, 1, 3 or 10, paid in full to every character. */
export const treasureQuality = v.union(
  v.literal("poor"),
  v.literal("normal"),
  v.literal("fabulous"),
  v.literal("legendary"),
);

export const treasure = v.object({ name: v.string(), quality: treasureQuality });

/** One kind of monster in an encounter. Hit points are not here: each combatant has its own row. */
export const rosterEntry = v.object({
  monsterId: v.id("monsters"),
  name: v.string(),
  hitDice: v.string(),
  /** Of the whole creature: a hydra's is its heads' together. */
  level: v.number(),
  /** The attack line, which tells the weakest level 0 monsters from the others. */
  attacks: v.string(),
  count: v.number(),
});
export type RosterEntry = Infer<typeof rosterEntry>;

export const healthWord = v.union(
  v.literal("unhurt"),
  v.literal("grazed"),
  v.literal("wounded"),
  v.literal("bloodied"),
  v.literal("near death"),
  v.literal("down"),
);

export const lightKind = v.union(
  v.literal("torch"),
  v.literal("lantern"),
  v.literal("lightSpell"),
  v.literal("campfire"),
);

/** State of a light. Instants are milliseconds since 1970 on the server's clock; nothing here ticks. */
export const lightState = v.union(
  v.object({ kind: v.literal("burning"), expiresAt: v.number() }),
  v.object({ kind: v.literal("paused"), remainingMs: v.number() }),
  v.object({ kind: v.literal("out") }),
);

/** One die of a roll. `kept` is false for the die that advantage or disadvantage discards. */
export const rolledDie = v.object({
  sides: v.number(),
  value: v.number(),
  /** -1 for a die that is taken off ("d20 - d4"). */
  sign: v.union(v.literal(1), v.literal(-1)),
  kept: v.boolean(),
});

export const eventKind = v.union(
  v.literal("table"),
  v.literal("hitPoints"),
  v.literal("turn"),
  v.literal("encounter"),
  v.literal("light"),
  v.literal("roll"),
);
export type EventKind = Infer<typeof eventKind>;

/** The migrations there are, by the names of their functions. */
export const migrationName = v.union(
  v.literal("migrateCharactersAddBackground"),
  v.literal("migrateMonstersAddSource"),
);
export type MigrationName = Infer<typeof migrationName>;

/** A refusal as data, where throwing would undo what a mutation must remember. See lib/errors.ts. */
export const refusal = v.object({
  kind: v.union(
    v.literal("notSignedIn"),
    v.literal("notFound"),
    v.literal("notMember"),
    v.literal("notGm"),
    v.literal("invalid"),
    v.literal("conflict"),
    v.literal("tooMany"),
    v.literal("expired"),
  ),
  message: v.string(),
});

/** What a monster's row and its answer to a client share; `source` differs, see the two places. */
export const monsterFields = {
  slug: v.string(),
  name: v.string(),
  displayName: v.string(),
  type: v.string(),
  level: v.number(),
  alignment: monsterAlignment,
  armorClass: v.number(),
  armorType: v.optional(v.string()),
  hitPoints: v.number(),
  hitDice: v.string(),
  attacks: v.string(),
  movement: v.string(),
  modifiers: abilityScores,
  attackBonus: v.number(),
  damage: v.string(),
  specialAbilities: v.array(specialAbility),
  description: v.string(),
  licence: v.string(),
  isOfficial: v.boolean(),
  /** "head": figures are for one head, and a creature has several. */
  perUnit: v.optional(v.literal("head")),
};
