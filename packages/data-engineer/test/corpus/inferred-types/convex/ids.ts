// Ids and documents whose table only their type tells.
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./_generated/server";
import type { QueryCtx } from "./_generated/server";
import type { Id, TableNames } from "./_generated/dataModel";
import { chosen, wired } from "./model/wiring";

async function load<Table extends TableNames>(ctx: QueryCtx, wanted: { id: Id<Table> }) {
  return await ctx.db.get(wanted.id);
}

export const owners = internalQuery({
  args: {},
  returns: v.array(v.any()),
  handler: async (ctx) => {
    const { teams, owner } = chosen();
    // expect read/unbounded-collect
    const all = await ctx.db.query("members").collect();
    const found: unknown[] = [];
    for (const member of all) {
      const given: { id: Id<"users"> } = JSON.parse(member.role);
      // expect-info read/n-plus-one
      found.push(await ctx.db.get(given.id));
    }
    // A trap: a loop over a map of the caller's, not over rows.
    for (const [team] of teams) found.push(await ctx.db.get(team));
    if (owner !== null) found.push(await load(ctx, { id: owner }));
    return found;
  },
});

export const leave = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const { team } = wired();
    if (team === null) return null;
    // expect fn/floating-write
    ctx.db.patch(team.ownerId, { name: "gone" });
    await ctx.db.delete(team._id);
    return null;
  },
});
