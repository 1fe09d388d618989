// The signed-in person: who they are and what they prefer.
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import { findUser, requireUser } from "./lib/identity";
import { requireName } from "./lib/typedText";
import { diceType, preferences, theme, userRole } from "./lib/validators";

/** The signed-in user, or `null` for a stranger. */
export const me = query({
  args: {},
  returns: v.union(
    v.null(),
    v.object({
      _id: v.id("users"),
      name: v.string(),
      email: v.union(v.string(), v.null()),
      role: userRole,
      isAnonymous: v.boolean(),
      preferences,
    }),
  ),
  handler: async (ctx) => {
    const user = await findUser(ctx);
    if (user === null) return null;
    return {
      _id: user._id,
      name: user.name,
      email: user.email ?? null,
      role: user.role,
      isAnonymous: user.isAnonymous,
      preferences: user.preferences,
    };
  },
});

export const updatePreferences = mutation({
  args: { theme: v.optional(theme), defaultDiceType: v.optional(diceType) },
  returns: v.null(),
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    await ctx.db.patch("users", user._id, {
      preferences: {
        theme: args.theme ?? user.preferences.theme,
        defaultDiceType: args.defaultDiceType ?? user.preferences.defaultDiceType,
      },
    });
    return null;
  },
});

export const rename = mutation({
  args: { name: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    const user = await requireUser(ctx);
    await ctx.db.patch("users", user._id, { name: requireName("Name", args.name) });
    return null;
  },
});
