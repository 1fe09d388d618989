// Reads on receivers that only their type tells.
import { v } from "convex/values";
import { internalQuery } from "./_generated/server";
import type { QueryCtx } from "./_generated/server";
import { wired, writing, type Store, type Wired } from "./model/wiring";

export const ofTeam = internalQuery({
  args: { teamId: v.id("teams") },
  returns: v.array(v.any()),
  handler: async (_ctx, { teamId }) => {
    const { store } = wired();
    // expect read/missing-index index=notices:teamId
    return await store
      .query("notices")
      .filter((q) => q.eq(q.field("teamId"), teamId))
      .take(20);
  },
});

export const members = internalQuery({
  args: { teamId: v.id("teams") },
  returns: v.array(v.any()),
  handler: async (_ctx, { teamId }) => {
    // expect read/index-available use=by_teamId
    return await writing()
      .context.db.query("members")
      .filter((q) => q.eq(q.field("teamId"), teamId))
      .take(20);
  },
});

export async function byEmail<Context extends Pick<QueryCtx, "db">>(where: Context, email: string) {
  // A trap: the index is used.
  return await where.db
    .query("users")
    .withIndex("by_email", (q) => q.eq("email", email))
    .unique();
}

export async function everyone(given: Parameters<typeof byEmail>[0]) {
  // expect read/unbounded-collect
  return await given.db.query("users").collect();
}

export class Roster {
  constructor(private readonly source: Wired["store"]) {}

  async of(userId: string) {
    const store: Store = this.source;
    return await store
      .query("members")
      .withIndex("by_userId", (q) => q.eq("userId", userId as never))
      .take(50);
  }
}

export const services = {
  pinned: async (reader: Store) =>
    // expect read/missing-index index=notices:pinned
    await reader
      .query("notices")
      .filter((q) => q.eq(q.field("pinned"), true))
      .take(5),
};

/** A shop of our own, with a `query` of its own: a trap. */
interface Shop {
  query(table: string): { collect(): Promise<string[]>; filter(test: unknown): unknown };
}

export async function goods(shop: Shop, anything: any) {
  await anything.query("rumours").collect();
  return await shop.query("rumours").collect();
}
