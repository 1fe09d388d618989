// Continues the copying of a changed name where it did not fit into the call that changed it.
import { v } from "convex/values";
import { internalMutation } from "./_generated/server";
import { copyCampaignName } from "./lib/campaignCopies";
import { copyCharacterToCombatants } from "./lib/characterCopies";
import { copyMonsterName } from "./lib/monsterCopies";
import { copySessionName } from "./lib/sessionCopies";

export const campaignName = internalMutation({
  args: { campaignId: v.id("campaigns"), cursor: v.string() },
  returns: v.null(),
  handler: async (ctx, { campaignId, cursor }) => {
    await copyCampaignName(ctx, campaignId, cursor);
    return null;
  },
});

export const sessionName = internalMutation({
  args: { sessionId: v.id("sessions"), cursor: v.string() },
  returns: v.null(),
  handler: async (ctx, { sessionId, cursor }) => {
    await copySessionName(ctx, sessionId, cursor);
    return null;
  },
});

export const character = internalMutation({
  args: { characterId: v.id("characters"), cursor: v.string() },
  returns: v.null(),
  handler: async (ctx, { characterId, cursor }) => {
    await copyCharacterToCombatants(ctx, characterId, cursor);
    return null;
  },
});

export const monsterName = internalMutation({
  args: { monsterId: v.id("monsters"), cursor: v.string() },
  returns: v.null(),
  handler: async (ctx, { monsterId, cursor }) => {
    await copyMonsterName(ctx, monsterId, cursor);
    return null;
  },
});
