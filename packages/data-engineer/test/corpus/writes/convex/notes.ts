import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, mutation, type MutationCtx } from "./_generated/server";

async function log(ctx: MutationCtx, text: string) {
  await ctx.db.insert("notes", { text });
}

export const floating = mutation({
  args: { text: v.union(v.literal("a"), v.literal("b")), list: v.array(v.id("notes")) },
  handler: async (ctx, { text, list }) => {
    // expect fn/floating-write
    ctx.db.insert("notes", { text });
    // expect fn/floating-write
    ctx.scheduler.runAfter(0, internal.notes.later, {});
    // expect fn/floating-write
    log(ctx, text);
    // expect fn/floating-write
    list.forEach(async (id) => {
      await ctx.db.delete(id);
    });
  },
});

// Traps: awaited, returned, collected.
export const held = mutation({
  args: { list: v.array(v.id("notes")) },
  handler: async (ctx, { list }) => {
    await ctx.db.insert("notes", { text: "x" });
    const writes = list.map((id) => ctx.db.delete(id));
    await Promise.all(writes);
    const pending = ctx.db.insert("notes", { text: "y" });
    await log(ctx, "z");
    await pending;
    return ctx.db.insert("notes", { text: "w" });
  },
});
export const later = internalMutation({
  args: {},
  handler: async (ctx) => void (await log(ctx, "later")),
});
