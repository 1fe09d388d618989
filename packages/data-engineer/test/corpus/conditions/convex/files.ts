import { v } from "convex/values";
import type { Id } from "./_generated/dataModel";
import { mutation, query } from "./_generated/server";

// Trap: the string is an id of Convex's storage in one case, and a key of another store in the other.
export const erase = mutation({
  args: { key: v.string() },
  returns: v.null(),
  handler: async (ctx, { key }) => {
    const file = await ctx.db
      .query("files")
      .withIndex("by_key", (q) => q.eq("key", key))
      .unique();
    if (file === null) return null;
    if (file.store === "convex") await ctx.storage.delete(file.key as Id<"_storage">);
    await ctx.db.delete("files", file._id);
    return null;
  },
});

// Trap: the range has the upper bound already; looking again at what was read asks for nothing.
export const expired = query({
  args: { before: v.number() },
  returns: v.any(),
  handler: async (ctx, { before }) => {
    const files = await ctx.db
      .query("files")
      .withIndex("by_expiresAt", (q) => q.gt("expiresAt", 0).lt("expiresAt", before))
      .take(500);
    return files.filter((file) => file.expiresAt < before);
  },
});

// Trap: an index gives one range, and this read has it already; the other bound stays in JavaScript.
export const stale = query({
  args: { before: v.number(), size: v.number() },
  returns: v.any(),
  handler: async (ctx, { before, size }) => {
    const files = await ctx.db
      .query("files")
      .withIndex("by_expiresAt", (q) => q.gt("expiresAt", 0).lt("expiresAt", before))
      .take(500);
    return files.filter((file) => file.size > size);
  },
});
