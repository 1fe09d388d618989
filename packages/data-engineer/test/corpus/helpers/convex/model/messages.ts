import type { Doc, Id } from "../_generated/dataModel";
import type { DatabaseReader, QueryCtx } from "../_generated/server";

export function isPinned(message: Doc<"messages">): boolean {
  return message.pinned === true;
}

export async function inChannel(db: DatabaseReader, channelId: Id<"channels">) {
  // expect read/extend-index index=messages:channelId,pinned
  return await db
    .query("messages")
    .withIndex("by_channelId", (q) => q.eq("channelId", channelId))
    .collect();
}

export const TABLE = "messages" as const;

export class MessageStore {
  constructor(private readonly ctx: QueryCtx) {}
  private base() {
    return this.ctx.db.query(TABLE);
  }
  async withBody(body: string) {
    // expect read/missing-index index=messages:body
    return await this.base()
      .filter((q) => q.eq(q.field("body"), body))
      .collect();
  }
}
