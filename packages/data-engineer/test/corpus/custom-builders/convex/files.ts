import { v } from "convex/values";
import { userMutation, userQuery } from "./builders";

export const mine = userQuery({
  args: {},
  handler: async (ctx) => {
    // expect read/index-available use=by_ownerId
    return await ctx.db
      .query("files")
      .filter((q) => q.eq(q.field("ownerId"), ctx.user._id))
      .collect();
  },
});
export const rename = userMutation({
  args: { id: v.id("files"), name: v.string() },
  handler: async (ctx, { id, name }) => {
    if (name === "") throw new Error("empty");
    // expect fn/floating-write
    ctx.db.patch(id, { name });
  },
});
// expect fn/args-validator
export const unchecked = userQuery({
  handler: async (ctx, args: { name: string }) => args.name,
});
export const served = userQuery({
  args: {},
  handler: async (ctx) =>
    await ctx.db
      .query("files")
      .withIndex("by_ownerId", (q) => q.eq("ownerId", ctx.user._id))
      .take(50),
});
