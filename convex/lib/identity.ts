// Who is asking. The only place, besides auth.ts, that knows the sign-in library.
import { getAuthUserId } from "@convex-dev/auth/server";
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { refuse } from "./errors";

/** The signed-in user, or `null` for a stranger or an account that no longer exists. */
export async function findUser(ctx: Pick<QueryCtx, "auth" | "db">): Promise<Doc<"users"> | null> {
  const userId = await getAuthUserId(ctx);
  return userId === null ? null : await ctx.db.get("users", userId);
}

/**
 * The signed-in user.
 *
 * @param message - what to tell a stranger, where a call has its own words
 * @throws ConvexError of kind "notSignedIn"
 */
export async function requireUser(
  ctx: Pick<QueryCtx, "auth" | "db">,
  message = "You are not signed in. Sign in, or join a table with its code.",
): Promise<Doc<"users">> {
  const user = await findUser(ctx);
  if (user === null) throw refuse("notSignedIn", message);
  return user;
}
