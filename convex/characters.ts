// Characters: making, listing, changing and putting them away.
import { abilityModifier, titleFor, unarmoredArmorClass } from "@torchkeeper/rules";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel";
import { internalQuery, mutation, query, type QueryCtx } from "./_generated/server";
import { findMembership, isGmRole, requireSeat, requireTable } from "./lib/access";
import { refreshArmorClass } from "./lib/armor";
import { requireCharacter } from "./lib/characterAccess";
import { copyCharacterToCombatants } from "./lib/characterCopies";
import {
  firstHitPoints,
  requireClass,
  requireEffectiveScores,
  requireRolledScores,
} from "./lib/characterInput";
import { refreshDifficultyOfSession } from "./lib/difficulty";
import { refuse } from "./lib/errors";
import { MAX_HIT_POINTS, changeCharacterHitPoints } from "./lib/hitPoints";
import { requireUser } from "./lib/identity";
import { itemsOf } from "./lib/items";
import { openTablesOf, partyOf, seatsOfCharacter } from "./lib/party";
import { seatCharacter } from "./lib/seats";
import { characterShape, itemShape, partyMemberShape, toCharacter } from "./lib/shapes";
import { requireName, requireProse, requireWhole } from "./lib/typedText";
import { abilityScores, characterAlignment, importedClassName } from "./lib/validators";

/** Most active characters of one player that a list shows. */
const MAX_LISTED = 100;
const MAX_EXPERIENCE = 100_000;
const MAX_LEVEL = 10;
const MAX_PORTRAIT_LENGTH = 2_000;

/** What a player says about a character, apart from its figures. */
const portrayal = {
  ancestry: v.optional(v.string()),
  alignment: v.optional(characterAlignment),
  background: v.optional(v.string()),
  title: v.optional(v.string()),
  portrait: v.optional(v.string()),
};

/**
 * Makes a character of level 1. Hit points and armour class are derived here, never taken from the caller. With
 * `sessionId` it sits down on the caller's seat at that table.
 */
export const createCharacter = mutation({
  args: {
    name: v.string(),
    class: importedClassName,
    abilityScores,
    sessionId: v.optional(v.id("sessions")),
    hitDieRoll: v.optional(v.number()),
    ...portrayal,
  },
  returns: v.id("characters"),
  handler: async (ctx, args) => {
    const user = await requireUser(ctx, "Must be authenticated to create character");
    const seat =
      args.sessionId === undefined ? null : (await requireSeat(ctx, args.sessionId)).seat;
    const name = requireName("Character name", args.name);
    const className = requireClass(args.class);
    const scores = requireRolledScores(args.abilityScores);
    const texts = portrayalOf(args);
    const hitPoints = firstHitPoints({
      className,
      constitution: scores.constitution,
      ancestry: texts.ancestry,
      hitDieRoll: args.hitDieRoll,
    });
    const title =
      texts.title ??
      (args.alignment === undefined
        ? undefined
        : (titleFor({ className, alignment: args.alignment, level: 1 }) ?? undefined));
    const characterId = await ctx.db.insert("characters", {
      ...texts,
      userId: user._id,
      name,
      class: className,
      level: 1,
      experience: 0,
      abilityScores: scores,
      hitPoints,
      maxHitPoints: hitPoints,
      armorClass: unarmoredArmorClass(scores.dexterity),
      title,
      isArchived: false,
    });
    if (seat !== null) await seatCharacter(ctx, seat, characterId);
    return characterId;
  },
});

/**
 * A player's active characters, oldest first. Others than the player get those that sit at tables they run.
 */
export const listCharactersByUser = query({
  args: { userId: v.id("users") },
  returns: v.array(characterShape),
  handler: async (ctx, { userId }) => {
    const user = await requireUser(ctx);
    const visible = user._id === userId ? null : await charactersAtTablesOf(ctx, user, userId);
    const characters = await ctx.db
      .query("characters")
      .withIndex("by_userId_and_isArchived", (q) => q.eq("userId", userId).eq("isArchived", false))
      .take(MAX_LISTED);
    return characters
      .filter((character) => visible === null || visible.has(character._id))
      .map(toCharacter);
  },
});

/** Ids of the player's characters that sit in campaigns which the asking user runs. */
async function charactersAtTablesOf(
  ctx: QueryCtx,
  asking: Doc<"users">,
  playerId: Id<"users">,
): Promise<Set<Id<"characters">>> {
  const seats = await ctx.db
    .query("sessionPlayers")
    .withIndex("by_userId", (q) => q.eq("userId", playerId))
    .order("desc")
    .take(MAX_LISTED);
  const visible = new Set<Id<"characters">>();
  let runsOne = false;
  for (const campaignId of new Set(seats.map((seat) => seat.campaignId))) {
    if (!isGmRole((await findMembership(ctx, campaignId, asking._id))?.role)) continue;
    runsOne = true;
    for (const seat of seats) {
      if (seat.campaignId === campaignId && seat.characterId !== undefined) {
        visible.add(seat.characterId);
      }
    }
  }
  if (!runsOne) {
    throw refuse("notMember", "You can list your own characters and those at tables you run.");
  }
  return visible;
}

/** All characters of the signed-in user, archived ones too, newest first. */
export const listAllMine = query({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(characterShape),
  handler: async (ctx, { paginationOpts }) => {
    const user = await requireUser(ctx);
    const result = await ctx.db
      .query("characters")
      .withIndex("by_userId", (q) => q.eq("userId", user._id))
      .order("desc")
      .paginate(paginationOpts);
    return { ...result, page: result.page.map(toCharacter) };
  },
});

/** A character with everything it carries, for its player and the GM of its table. */
export const getCharacterWithItems = query({
  args: { characterId: v.id("characters") },
  returns: v.object({ character: characterShape, items: v.array(itemShape) }),
  handler: async (ctx, { characterId }) => {
    const { character } = await requireCharacter(ctx, characterId);
    return { character: toCharacter(character), items: await itemsOf(ctx, characterId) };
  },
});

/** The party at a table, clockwise, for everybody at it. */
export const listForSession = query({
  args: { sessionId: v.id("sessions") },
  returns: v.array(partyMemberShape),
  handler: async (ctx, { sessionId }) => {
    await requireTable(ctx, sessionId);
    const party = [];
    for (const { seat, character } of await partyOf(ctx, sessionId)) {
      const player = await ctx.db.get("users", seat.userId);
      party.push({
        _id: character._id,
        name: character.name,
        class: character.class,
        level: character.level,
        ancestry: character.ancestry ?? null,
        hitPoints: character.hitPoints,
        maxHitPoints: character.maxHitPoints,
        armorClass: character.armorClass,
        userId: seat.userId,
        playerName: player?.name ?? "",
        isDying: character.hitPoints === 0,
      });
    }
    return party;
  },
});

/** Hurts (negative) or heals (positive) a character; for its player and the GM of its table. */
export const changeHitPoints = mutation({
  args: { characterId: v.id("characters"), delta: v.number() },
  returns: v.object({ hitPoints: v.number(), maxHitPoints: v.number() }),
  handler: async (ctx, { characterId, delta }) => {
    const { user, character } = await requireCharacter(ctx, characterId);
    return await changeCharacterHitPoints(ctx, character, delta, {
      sessionIds: await openTablesOf(ctx, characterId),
      actorId: user._id,
    });
  },
});

/** Changes a character. Armour class follows Dexterity, and the difficulty of open encounters the level. */
export const updateCharacter = mutation({
  args: {
    characterId: v.id("characters"),
    name: v.optional(v.string()),
    level: v.optional(v.number()),
    experience: v.optional(v.number()),
    abilityScores: v.optional(abilityScores),
    maxHitPoints: v.optional(v.number()),
    ...portrayal,
  },
  returns: v.null(),
  handler: async (ctx, { characterId, ...args }) => {
    const { character } = await requireCharacter(ctx, characterId);
    const changed = {
      name: args.name === undefined ? character.name : requireName("Character name", args.name),
      level: requireWhole("Level", args.level ?? character.level, 0, MAX_LEVEL),
      experience: requireWhole(
        "Experience",
        args.experience ?? character.experience,
        0,
        MAX_EXPERIENCE,
      ),
      maxHitPoints: requireWhole(
        "Maximum hit points",
        args.maxHitPoints ?? character.maxHitPoints,
        1,
        MAX_HIT_POINTS,
      ),
      abilityScores: requireEffectiveScores(args.abilityScores ?? character.abilityScores),
    };
    await ctx.db.patch("characters", characterId, {
      ...changed,
      hitPoints: Math.min(character.hitPoints, changed.maxHitPoints),
      ...portrayalOf(args),
    });
    await followChanges(ctx, character, changed);
    return null;
  },
});

type Figures = Pick<Doc<"characters">, "name" | "level" | "abilityScores">;

async function followChanges(
  ctx: Parameters<typeof copyCharacterToCombatants>[0],
  before: Doc<"characters">,
  after: Figures,
): Promise<void> {
  const dexterity = after.abilityScores.dexterity;
  if (dexterity !== before.abilityScores.dexterity) await refreshArmorClass(ctx, before._id);
  if (
    after.name !== before.name ||
    abilityModifier(dexterity) !== abilityModifier(before.abilityScores.dexterity)
  ) {
    await copyCharacterToCombatants(ctx, before._id);
  }
  if (after.level !== before.level) {
    for (const seat of await seatsOfCharacter(ctx, before._id)) {
      await refreshDifficultyOfSession(ctx, seat.sessionId);
    }
  }
}

/** Puts a character away: it leaves its seats and lists, and nothing of it is deleted. */
export const archiveCharacter = mutation({
  args: { characterId: v.id("characters") },
  returns: v.null(),
  handler: async (ctx, { characterId }) => {
    const { isOwner } = await requireCharacter(ctx, characterId);
    if (!isOwner) throw refuse("notMember", "Only its player can archive a character.");
    await ctx.db.patch("characters", characterId, { isArchived: true });
    for (const seat of await seatsOfCharacter(ctx, characterId)) {
      await seatCharacter(ctx, seat, undefined);
    }
    return null;
  },
});

/** Sits an own character down on the caller's seat at a table. */
export const claim = mutation({
  args: { sessionId: v.id("sessions"), characterId: v.id("characters") },
  returns: v.null(),
  handler: async (ctx, { sessionId, characterId }) => {
    const { seat } = await requireSeat(ctx, sessionId);
    const { character, isOwner } = await requireCharacter(ctx, characterId);
    if (!isOwner) throw refuse("notMember", "Only its player can bring a character to a table.");
    if (character.isArchived) {
      throw refuse("conflict", `${character.name} is in the archive. Choose another character.`);
    }
    await seatCharacter(ctx, seat, characterId);
    return null;
  },
});

/** The operator's look-up of characters by their exact name, across all players. */
export const findByName = internalQuery({
  args: { name: v.string() },
  returns: v.array(characterShape),
  handler: async (ctx, { name }) => {
    const characters = await ctx.db
      .query("characters")
      .withIndex("by_name", (q) => q.eq("name", name))
      .take(MAX_LISTED);
    return characters.map(toCharacter);
  },
});

/** Checks the texts that are there; what is absent stays absent. */
function portrayalOf(args: {
  ancestry?: string;
  alignment?: Doc<"characters">["alignment"];
  background?: string;
  title?: string;
  portrait?: string;
}) {
  return {
    ...(args.ancestry !== undefined && { ancestry: requireName("Ancestry", args.ancestry) }),
    ...(args.alignment !== undefined && { alignment: args.alignment }),
    ...(args.background !== undefined && {
      background: requireProse("Background", args.background),
    }),
    ...(args.title !== undefined && { title: requireName("Title", args.title) }),
    ...(args.portrait !== undefined && {
      portrait: requireProse("Portrait", args.portrait, MAX_PORTRAIT_LENGTH),
    }),
  };
}
