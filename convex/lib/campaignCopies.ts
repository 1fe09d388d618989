// Keeps `sessions.campaignName` equal to `campaigns.name`.
import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

const BATCH = 100;

/** Call after a campaign was renamed. The first hundred sessions follow at once, the rest in further calls. */
export async function copyCampaignName(
  ctx: MutationCtx,
  campaignId: Id<"campaigns">,
  cursor: string | null = null,
): Promise<void> {
  const campaign = await ctx.db.get("campaigns", campaignId);
  if (campaign === null) return;
  const { page, isDone, continueCursor } = await ctx.db
    .query("sessions")
    .withIndex("by_campaignId", (q) => q.eq("campaignId", campaignId))
    .order("desc")
    .paginate({ cursor, numItems: BATCH });
  for (const session of page) {
    await ctx.db.patch("sessions", session._id, { campaignName: campaign.name });
  }
  if (!isDone) {
    await ctx.scheduler.runAfter(0, internal.copies.campaignName, {
      campaignId,
      cursor: continueCursor,
    });
  }
}
