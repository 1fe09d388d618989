// Campaigns and who belongs to them.
import { v } from "convex/values";
import type { Doc } from "./_generated/dataModel";
import { mutation, query } from "./_generated/server";
import { findMembership, requireGm, requireMember } from "./lib/access";
import { copyCampaignName } from "./lib/campaignCopies";
import { refuse } from "./lib/errors";
import { requireUser } from "./lib/identity";
import { requireName, requireProse } from "./lib/typedText";
import { campaignRole } from "./lib/validators";

/** Most campaigns one person belongs to, and most members of one campaign, that a screen lists. */
const MAX_LISTED = 100;

export const create = mutation({
  args: { name: v.string(), description: v.optional(v.string()) },
  returns: v.id("campaigns"),
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    if (user.isAnonymous) {
      throw refuse("notGm", "Players who joined by a code cannot run a campaign. Sign up first.");
    }
    const campaignId = await ctx.db.insert("campaigns", {
      name: requireName("Campaign name", args.name),
      description: requireProse("Description", args.description ?? ""),
      gmId: user._id,
    });
    await ctx.db.insert("campaignMembers", { campaignId, userId: user._id, role: "gm" });
    return campaignId;
  },
});

const summary = v.object({
  _id: v.id("campaigns"),
  name: v.string(),
  description: v.string(),
  role: campaignRole,
});

/** The campaigns of the signed-in user, newest membership first. */
export const list = query({
  args: {},
  returns: v.array(summary),
  handler: async (ctx) => {
    const user = await requireUser(ctx);
    const memberships = await ctx.db
      .query("campaignMembers")
      .withIndex("by_userId", (q) => q.eq("userId", user._id))
      .order("desc")
      .take(MAX_LISTED);
    const campaigns = [];
    for (const { campaignId, role } of memberships) {
      const campaign = await ctx.db.get("campaigns", campaignId);
      if (campaign !== null) campaigns.push({ ...essence(campaign), role });
    }
    return campaigns;
  },
});

/** A campaign with its members, first come first, for its members. */
export const get = query({
  args: { campaignId: v.id("campaigns") },
  returns: v.object({
    campaign: v.object({
      _id: v.id("campaigns"),
      _creationTime: v.number(),
      name: v.string(),
      description: v.string(),
      gmId: v.id("users"),
    }),
    role: campaignRole,
    members: v.array(v.object({ userId: v.id("users"), name: v.string(), role: campaignRole })),
  }),
  handler: async (ctx, { campaignId }) => {
    const { campaign, role } = await requireMember(ctx, campaignId);
    const memberships = await ctx.db
      .query("campaignMembers")
      .withIndex("by_campaignId_and_userId", (q) => q.eq("campaignId", campaignId))
      .take(MAX_LISTED);
    // In the order in which they came: the index's own is that of random ids.
    memberships.sort((a, b) => a._creationTime - b._creationTime);
    const members = [];
    for (const member of memberships) {
      const user = await ctx.db.get("users", member.userId);
      if (user !== null) members.push({ userId: user._id, name: user.name, role: member.role });
    }
    return {
      campaign: {
        ...essence(campaign),
        _creationTime: campaign._creationTime,
        gmId: campaign.gmId,
      },
      role,
      members,
    };
  },
});

export const update = mutation({
  args: {
    campaignId: v.id("campaigns"),
    name: v.optional(v.string()),
    description: v.optional(v.string()),
  },
  returns: v.null(),
  handler: async (ctx, { campaignId, name, description }) => {
    const { campaign } = await requireGm(ctx, campaignId);
    const changed = {
      name: name === undefined ? campaign.name : requireName("Campaign name", name),
      description:
        description === undefined ? campaign.description : requireProse("Description", description),
    };
    await ctx.db.patch("campaigns", campaignId, changed);
    if (changed.name !== campaign.name) await copyCampaignName(ctx, campaignId);
    return null;
  },
});

/** Lets another signed-up person run the campaign with the GM, or watch it. Changes the role of a member. */
export const addMember = mutation({
  args: {
    campaignId: v.id("campaigns"),
    email: v.string(),
    role: v.union(v.literal("coGm"), v.literal("spectator")),
  },
  returns: v.null(),
  handler: async (ctx, { campaignId, email, role }) => {
    await requireGm(ctx, campaignId);
    const address = email.trim().toLowerCase();
    const user = await ctx.db
      .query("users")
      .withIndex("by_email", (q) => q.eq("email", address))
      .first();
    if (address === "" || user === null) {
      throw refuse(
        "notFound",
        `Nobody has signed up as ${address || "that"}. Ask them to sign up first.`,
      );
    }
    const membership = await findMembership(ctx, campaignId, user._id);
    if (membership?.role === "gm") {
      throw refuse("conflict", "The GM who made the campaign stays its GM.");
    }
    if (membership === null) {
      await ctx.db.insert("campaignMembers", { campaignId, userId: user._id, role });
    } else {
      await ctx.db.patch("campaignMembers", membership._id, { role });
    }
    return null;
  },
});

/** Takes a co-GM's or spectator's membership away. Players are removed from their seats instead. */
export const removeMember = mutation({
  args: { campaignId: v.id("campaigns"), userId: v.id("users") },
  returns: v.null(),
  handler: async (ctx, { campaignId, userId }) => {
    await requireGm(ctx, campaignId);
    const membership = await findMembership(ctx, campaignId, userId);
    if (membership === null) throw refuse("notFound", "That person is not in this campaign.");
    if (membership.role === "gm") {
      throw refuse("conflict", "The GM who made the campaign stays its GM.");
    }
    if (membership.role === "player") {
      throw refuse("conflict", "Remove a player from the seat at the session instead.");
    }
    await ctx.db.delete("campaignMembers", membership._id);
    return null;
  },
});

function essence({ _id, name, description }: Doc<"campaigns">) {
  return { _id, name, description };
}
