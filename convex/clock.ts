// The server's clock, by which every device measures how far its own is off.
import { v } from "convex/values";
import { mutation } from "./_generated/server";

/** Milliseconds since 1970. A mutation, because a query's clock stands still and its answer is cached. */
export const serverTime = mutation({
  args: {},
  returns: v.number(),
  handler: () => Date.now(),
});
