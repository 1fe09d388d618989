// Encounters: preparing one, fighting it, and what each person at the table sees of it.
import { treasureExperience } from "@torchkeeper/rules";
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import { requireSessionGm, requireTable } from "./lib/access";
import {
  MAX_COMBATANTS,
  combatantShape,
  combatantsOf,
  shownName,
  viewCombatants,
} from "./lib/combatants";
import { MAX_OPEN_ENCOUNTERS, difficultyFor } from "./lib/difficulty";
import {
  requireCombatant,
  requireEncounter,
  requireOpenEncounter,
  requireOwnCombatant,
} from "./lib/encounterAccess";
import {
  encounterShape,
  encounterSummaryShape,
  toEncounter,
  toSummary,
} from "./lib/encounterShapes";
import { addMonstersTo, addPartyTo, removeFrom } from "./lib/enlisting";
import { refuse } from "./lib/errors";
import { logEvent } from "./lib/eventLog";
import { MAX_HIT_POINTS, changeCharacterHitPoints, changeMonsterHitPoints } from "./lib/hitPoints";
import {
  INITIATIVE_RANGE,
  advanceTurn,
  beginTurns,
  passTurnOn,
  rewindTurn,
  rollMissingInitiative,
} from "./lib/turns";
import { requireName, requireProse, requireWhole } from "./lib/typedText";
import { campaignRole, difficulty, difficultyTier, treasure } from "./lib/validators";

const MAX_LISTED = 100;
const MAX_HEADS = 20;
const MAX_TREASURES = 50;

const encounterArgs = { encounterId: v.id("encounters") };
const combatantArgs = { combatantId: v.id("combatants") };

export const create = mutation({
  args: {
    sessionId: v.id("sessions"),
    name: v.string(),
    description: v.optional(v.string()),
  },
  returns: v.id("encounters"),
  handler: async (ctx, { sessionId, name, description }) => {
    const { session } = await requireSessionGm(ctx, sessionId);
    const open = await ctx.db
      .query("encounters")
      .withIndex("by_sessionId_and_isCompleted", (q) =>
        q.eq("sessionId", sessionId).eq("isCompleted", false),
      )
      .take(MAX_OPEN_ENCOUNTERS);
    if (open.length >= MAX_OPEN_ENCOUNTERS) {
      throw refuse("tooMany", `${MAX_OPEN_ENCOUNTERS} encounters are prepared. Remove some first.`);
    }
    return await ctx.db.insert("encounters", {
      sessionId,
      sessionName: session.name,
      gmId: session.gmId,
      name: requireName("Encounter name", name),
      description: requireProse("Description", description ?? ""),
      monsters: [],
      difficulty: "easy",
      treasure: [],
      experienceReward: 0,
      isStarted: false,
      isCompleted: false,
      round: 0,
    });
  },
});

/** The encounters of a session, newest first, for its GM. */
export const list = query({
  args: { sessionId: v.id("sessions") },
  returns: v.array(encounterSummaryShape),
  handler: async (ctx, { sessionId }) => {
    await requireSessionGm(ctx, sessionId);
    const encounters = await ctx.db
      .query("encounters")
      .withIndex("by_sessionId", (q) => q.eq("sessionId", sessionId))
      .order("desc")
      .take(MAX_LISTED);
    return encounters.map(toSummary);
  },
});

/** All of an encounter, for its GM, with the difficulty for the party that sits at the table now. */
export const get = query({
  args: encounterArgs,
  returns: v.object({
    encounter: encounterShape,
    combatants: v.array(combatantShape),
    difficulty: v.object({
      ratio: v.number(),
      tier: difficultyTier,
      difficulty,
      reasons: v.array(v.string()),
    }),
  }),
  handler: async (ctx, { encounterId }) => {
    const { encounter } = await requireEncounter(ctx, encounterId);
    return {
      encounter: toEncounter(encounter, await combatantsOf(ctx, encounterId)),
      combatants: await viewCombatants(ctx, encounter, true),
      difficulty: await difficultyFor(ctx, encounter.sessionId, encounter.monsters),
    };
  },
});

/** The fight that goes on at a table, as whoever asks may see it; `null` when there is none. */
export const current = query({
  args: { sessionId: v.id("sessions") },
  returns: v.union(
    v.null(),
    v.object({
      encounter: v.object({
        _id: v.id("encounters"),
        name: v.string(),
        round: v.number(),
        turnCombatantId: v.union(v.id("combatants"), v.null()),
        isStarted: v.boolean(),
      }),
      role: campaignRole,
      combatants: v.array(combatantShape),
    }),
  ),
  handler: async (ctx, { sessionId }) => {
    const { session, role, isGm } = await requireTable(ctx, sessionId);
    if (session.currentEncounterId === undefined) return null;
    const encounter = await ctx.db.get("encounters", session.currentEncounterId);
    if (encounter === null) return null;
    const combatants = await viewCombatants(ctx, encounter, isGm);
    const turn = combatants.find((combatant) => combatant.isCurrent);
    return {
      encounter: {
        _id: encounter._id,
        name: encounter.name,
        round: encounter.round,
        turnCombatantId: turn?._id ?? null,
        isStarted: encounter.isStarted,
      },
      role,
      combatants,
    };
  },
});

export const rename = mutation({
  args: { ...encounterArgs, name: v.string(), description: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { encounterId, name, description }) => {
    await requireEncounter(ctx, encounterId);
    await ctx.db.patch("encounters", encounterId, {
      name: requireName("Encounter name", name),
      ...(description !== undefined && { description: requireProse("Description", description) }),
    });
    return null;
  },
});

/** What can be found there; every character gets the experience in full. */
export const setTreasure = mutation({
  args: { ...encounterArgs, treasure: v.array(treasure) },
  returns: v.object({ experienceReward: v.number() }),
  handler: async (ctx, { encounterId, treasure: found }) => {
    await requireEncounter(ctx, encounterId);
    if (found.length > MAX_TREASURES) {
      throw refuse("tooMany", `An encounter can have at most ${MAX_TREASURES} treasures.`);
    }
    const named = found.map(({ name, quality }) => ({
      name: requireName("Treasure name", name),
      quality,
    }));
    const experienceReward = treasureExperience(named.map(({ quality }) => quality));
    await ctx.db.patch("encounters", encounterId, { treasure: named, experienceReward });
    return { experienceReward };
  },
});

/** Deletes an encounter with everybody in it. */
export const remove = mutation({
  args: encounterArgs,
  returns: v.null(),
  handler: async (ctx, { encounterId }) => {
    const { session } = await requireEncounter(ctx, encounterId);
    for (const combatant of await combatantsOf(ctx, encounterId)) {
      await ctx.db.delete("combatants", combatant._id);
    }
    await ctx.db.delete("encounters", encounterId);
    if (session.currentEncounterId === encounterId) {
      await ctx.db.patch("sessions", session._id, { currentEncounterId: undefined });
    }
    return null;
  },
});

/**
 * Adds monsters with the printed average of hit points, or rolled ones. `heads` is for creatures whose figures are
 * per head, 5 if absent.
 */
export const addMonsters = mutation({
  args: {
    ...encounterArgs,
    monsterId: v.id("monsters"),
    count: v.number(),
    hidden: v.optional(v.boolean()),
    rollHitPoints: v.optional(v.boolean()),
    heads: v.optional(v.number()),
  },
  returns: v.array(v.id("combatants")),
  handler: async (ctx, { encounterId, monsterId, count, hidden, rollHitPoints, heads }) => {
    const { encounter } = await requireOpenEncounter(ctx, encounterId);
    const monster = await ctx.db.get("monsters", monsterId);
    if (monster === null) throw refuse("notFound", "Monster not found");
    return await addMonstersTo(ctx, encounter, monster, {
      count: requireWhole("The number of monsters", count, 1, MAX_COMBATANTS),
      isHidden: hidden ?? false,
      rollsHitPoints: rollHitPoints ?? false,
      heads: heads === undefined ? undefined : requireWhole("Heads", heads, 1, MAX_HEADS),
    });
  },
});

/** Adds every seated character that is not in it yet. */
export const addParty = mutation({
  args: encounterArgs,
  returns: v.array(v.id("combatants")),
  handler: async (ctx, { encounterId }) => {
    const { encounter } = await requireOpenEncounter(ctx, encounterId);
    return await addPartyTo(ctx, encounter);
  },
});

/** Takes a creature out. If it had the turn, the turn goes on to the next. */
export const removeCombatant = mutation({
  args: combatantArgs,
  returns: v.null(),
  handler: async (ctx, { combatantId }) => {
    const { user, encounter, combatant } = await requireCombatant(ctx, combatantId);
    await passTurnOn(ctx, encounter, combatant, user._id);
    await removeFrom(ctx, encounter, combatant);
    return null;
  },
});

/** Begins the fight: the party comes in, and the table sees it. */
export const start = mutation({
  args: encounterArgs,
  returns: v.null(),
  handler: async (ctx, { encounterId }) => {
    const { user, session, encounter } = await requireOpenEncounter(ctx, encounterId);
    if (session.currentEncounterId === encounterId) return null;
    if (session.currentEncounterId !== undefined) {
      throw refuse("conflict", "Another fight goes on at this table. End it first.");
    }
    await addPartyTo(ctx, encounter);
    await ctx.db.patch("encounters", encounterId, { isStarted: true });
    await ctx.db.patch("sessions", session._id, {
      currentEncounterId: encounterId,
      status: "active",
    });
    await logEvent(ctx, {
      sessionId: session._id,
      kind: "encounter",
      text: `The fight begins: ${encounter.name}.`,
      actorId: user._id,
    });
    return null;
  },
});

/** Rolls initiative for those without one, or with `reroll` for all, and gives the first turn. */
export const rollInitiative = mutation({
  args: { ...encounterArgs, reroll: v.optional(v.boolean()) },
  returns: v.null(),
  handler: async (ctx, { encounterId, reroll }) => {
    const { user, encounter } = await requireOpenEncounter(ctx, encounterId);
    await rollMissingInitiative(ctx, encounterId, reroll ?? false);
    if (encounter.turnCombatantId === undefined || reroll === true) {
      await beginTurns(ctx, encounter, user._id);
    }
    return null;
  },
});

/** Types an initiative; a player may for the own character. */
export const setInitiative = mutation({
  args: { ...combatantArgs, initiative: v.number() },
  returns: v.null(),
  handler: async (ctx, { combatantId, initiative }) => {
    await requireOwnCombatant(ctx, combatantId);
    const { low, high } = INITIATIVE_RANGE;
    await ctx.db.patch("combatants", combatantId, {
      initiative: requireWhole("Initiative", initiative, low, high),
    });
    return null;
  },
});

export const nextTurn = mutation({
  args: encounterArgs,
  returns: v.null(),
  handler: async (ctx, { encounterId }) => {
    const { user, encounter } = await requireOpenEncounter(ctx, encounterId);
    await advanceTurn(ctx, encounter, user._id);
    return null;
  },
});

export const previousTurn = mutation({
  args: encounterArgs,
  returns: v.null(),
  handler: async (ctx, { encounterId }) => {
    const { user, encounter } = await requireOpenEncounter(ctx, encounterId);
    await rewindTurn(ctx, encounter, user._id);
    return null;
  },
});

/** Hurts (negative) or heals (positive) anybody in the encounter; a player may the own character. */
export const changeHitPoints = mutation({
  args: { ...combatantArgs, delta: v.number() },
  returns: v.object({ hitPoints: v.number() }),
  handler: async (ctx, { combatantId, delta }) => {
    const { user, encounter, combatant } = await requireOwnCombatant(ctx, combatantId);
    const { sessionId } = encounter;
    if (combatant.kind === "monster") {
      const log = { sessionId, actorId: user._id };
      const name = shownName(combatant);
      return { hitPoints: await changeMonsterHitPoints(ctx, combatant, name, delta, log) };
    }
    const character = await ctx.db.get("characters", combatant.characterId);
    if (character === null) throw refuse("notFound", "Character not found");
    const log = { sessionIds: [sessionId], actorId: user._id };
    const { hitPoints } = await changeCharacterHitPoints(ctx, character, delta, log);
    return { hitPoints };
  },
});

/** Sets hit points to a typed number, at most the creature's most. */
export const setHitPoints = mutation({
  args: { ...combatantArgs, hitPoints: v.number() },
  returns: v.object({ hitPoints: v.number() }),
  handler: async (ctx, { combatantId, hitPoints }) => {
    const { user, encounter, combatant } = await requireCombatant(ctx, combatantId);
    const wanted = requireWhole("Hit points", hitPoints, 0, MAX_HIT_POINTS);
    const { sessionId } = encounter;
    if (combatant.kind === "monster") {
      const log = { sessionId, actorId: user._id };
      const delta = wanted - combatant.hitPoints;
      const name = shownName(combatant);
      return { hitPoints: await changeMonsterHitPoints(ctx, combatant, name, delta, log) };
    }
    const character = await ctx.db.get("characters", combatant.characterId);
    if (character === null) throw refuse("notFound", "Character not found");
    const log = { sessionIds: [sessionId], actorId: user._id };
    const delta = wanted - character.hitPoints;
    return { hitPoints: (await changeCharacterHitPoints(ctx, character, delta, log)).hitPoints };
  },
});

/** Hides a creature from the players, or shows it. */
export const setHidden = mutation({
  args: { ...combatantArgs, hidden: v.boolean() },
  returns: v.null(),
  handler: async (ctx, { combatantId, hidden }) => {
    const { user, encounter, combatant } = await requireCombatant(ctx, combatantId);
    if (combatant.isHidden === hidden) return null;
    await ctx.db.patch("combatants", combatantId, { isHidden: hidden });
    await logEvent(ctx, {
      sessionId: encounter.sessionId,
      kind: "encounter",
      text: `${shownName(combatant)} ${hidden ? "is out of sight" : "appears"}.`,
      isGmOnly: hidden || !encounter.isStarted,
      actorId: user._id,
    });
    return null;
  },
});

/** Ends the fight. Its creatures stay with it, to be read again. */
export const end = mutation({
  args: encounterArgs,
  returns: v.null(),
  handler: async (ctx, { encounterId }) => {
    const { user, session, encounter } = await requireOpenEncounter(ctx, encounterId);
    await ctx.db.patch("encounters", encounterId, { isCompleted: true });
    if (session.currentEncounterId === encounterId) {
      await ctx.db.patch("sessions", session._id, { currentEncounterId: undefined });
    }
    await logEvent(ctx, {
      sessionId: session._id,
      kind: "encounter",
      text: `The fight is over: ${encounter.name}.`,
      isGmOnly: !encounter.isStarted,
      actorId: user._id,
    });
    return null;
  },
});
