// What the sign-in action needs from the database: the stored password text, and whether a join code opens a table.
import { v } from "convex/values";
import { internalMutation, internalQuery } from "./_generated/server";
import { checkCode } from "./lib/joinCodes";
import { refusal } from "./lib/validators";

/** The stored password text of a GM account, or `null` if there is none for the e-mail. */
export const storedSecret = internalQuery({
  args: { email: v.string() },
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, { email }) => {
    const account = await ctx.db
      .query("authAccounts")
      .withIndex("providerAndAccountId", (q) =>
        q.eq("provider", "password").eq("providerAccountId", email),
      )
      .unique();
    return account?.secret ?? null;
  },
});

/** Checks a join code and remembers a failure; `null` when the code opens a table. */
export const checkJoinCode = internalMutation({
  args: { code: v.string() },
  returns: v.union(refusal, v.null()),
  handler: async (ctx, { code }) => {
    const outcome = await checkCode(ctx, code, Date.now());
    return outcome.kind === "open" ? null : { kind: outcome.refusal, message: outcome.message };
  },
});
