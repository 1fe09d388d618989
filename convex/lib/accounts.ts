// Makes the `users` row behind every account: a GM who signs up, or a player who comes by a join code.
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { refuse } from "./errors";
import { openSessionFor } from "./joinCodes";
import { takeSeat } from "./seats";

/** What the sign-in providers pass on about a new account. */
export type NewAccount =
  { kind: "gm"; name: string; email: string } | { kind: "player"; name: string; joinCode: string };

/** Reads back what lib/signInProviders.ts handed to the library, which passes it on untyped. */
export function readNewAccount(profile: Record<string, unknown>): NewAccount {
  const { kind, name, email, joinCode } = profile;
  if (typeof name === "string") {
    if (kind === "gm" && typeof email === "string") return { kind, name, email };
    if (kind === "player" && typeof joinCode === "string") return { kind, name, joinCode };
  }
  throw new Error("A new account came without its kind, name, and e-mail or join code");
}

const defaultPreferences = { theme: "dark", defaultDiceType: "d20" } as const;

/**
 * Makes a user. A player takes the seat in the same transaction, so that a code which stopped working in
 * between leaves nothing behind.
 *
 * @throws ConvexError "conflict" for a taken e-mail; whatever is wrong with the join code
 */
export async function createUser(ctx: MutationCtx, account: NewAccount): Promise<Id<"users">> {
  if (account.kind === "gm") {
    const taken = await ctx.db
      .query("users")
      .withIndex("by_email", (q) => q.eq("email", account.email))
      .first();
    if (taken !== null) throw emailTaken(account.email);
    return await ctx.db.insert("users", {
      name: account.name,
      email: account.email,
      isAnonymous: false,
      role: "gm",
      preferences: defaultPreferences,
    });
  }
  const outcome = await openSessionFor(ctx, account.joinCode, Date.now());
  if (outcome.kind === "refused") throw refuse(outcome.refusal, outcome.message);
  const userId = await ctx.db.insert("users", {
    name: account.name,
    isAnonymous: true,
    role: "player",
    preferences: defaultPreferences,
  });
  const user = await ctx.db.get("users", userId);
  if (user !== null) await takeSeat(ctx, outcome.session, user);
  return userId;
}

/** The refusal of a second account for one e-mail. */
export function emailTaken(email: string) {
  return refuse("conflict", `There is already an account for ${email}. Sign in instead.`);
}
