import { customCtx, customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { mutation, query, type QueryCtx } from "./_generated/server";

async function currentUser(ctx: QueryCtx) {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) throw new Error("not signed in");
  const user = await ctx.db
    .query("users")
    .withIndex("by_token", (q) => q.eq("token", identity.tokenIdentifier))
    .unique();
  if (user === null) throw new Error("unknown user");
  return user;
}

export const userQuery = customQuery(
  query,
  customCtx(async (ctx) => ({ user: await currentUser(ctx) })),
);
export const userMutation = customMutation(mutation, {
  args: {},
  input: async (ctx) => ({ ctx: { user: await currentUser(ctx) }, args: {} }),
});
