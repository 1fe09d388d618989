import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalAction, internalMutation } from "./_generated/server";

export const keep = internalMutation({
  args: { day: v.string() },
  returns: v.null(),
  handler: async (ctx, { day }) => {
    await ctx.db.insert("logs", { day, text: "kept" });
    return null;
  },
});

export const keepAll = internalAction({
  args: { days: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { days }) => {
    for (const day of days) {
      // expect fn/run-per-row
      await ctx.runMutation(internal.runs.keep, { day });
    }
    return null;
  },
});

// One that fails is meant to leave the others alone: only the round trips are left to say.
export const keepWhatGoes = internalAction({
  args: { days: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { days }) => {
    for (const day of days) {
      try {
        // expect-info fn/run-per-row
        await ctx.runMutation(internal.runs.keep, { day });
      } catch {
        console.error(day);
      }
    }
    return null;
  },
});

// Trap: functions chosen at run time take the arguments they take, not a list.
export const runHandles = internalAction({
  args: { handles: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { handles }) => {
    for (const handle of handles) await ctx.runMutation(handle as any, {});
    return null;
  },
});
