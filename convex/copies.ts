// Copies a changed name where that did not fit into the call that changed it.
import { v } from "convex/values";
import { internalMutation } from "./_generated/server";
import { copyCampaignName } from "./lib/campaignCopies";
import { copyCharacterToCombatants } from "./lib/characterCopies";
import { copyMonsterName } from "./lib/monsterCopies";
import { copySessionName } from "./lib/sessionCopies";

/** Where to go on; `null` from the start. */
const cursor = v.union(v.string(), v.null());

export const campaignName = internalMutation({
  args: { campaignId: v.id("campaigns"), cursor },
  returns: v.null(),
  handler: async (ctx, args) => {
    await copyCampaignName(ctx, args.campaignId, args.cursor);
    return null;
  },
});

export const sessionName = internalMutation({
  args: { sessionId: v.id("sessions"), cursor },
  returns: v.null(),
  handler: async (ctx, args) => {
    await copySessionName(ctx, args.sessionId, args.cursor);
    return null;
  },
});

export const character = internalMutation({
  args: { characterId: v.id("characters"), cursor },
  returns: v.null(),
  handler: async (ctx, args) => {
    await copyCharacterToCombatants(ctx, args.characterId, args.cursor);
    return null;
  },
});

export const monsterName = internalMutation({
  args: { monsterId: v.id("monsters"), cursor },
  returns: v.null(),
  handler: async (ctx, args) => {
    await copyMonsterName(ctx, args.monsterId, args.cursor);
    return null;
  },
});
