import { query, mutation } from "../_generated/server";
import { v } from "convex/values";
import type { TableNames } from "../_generated/dataModel";
export function crud<T extends TableNames>(table: T) {
  return {
    get: query({ args: { id: v.id(table) }, handler: async (ctx, { id }) => await ctx.db.get(id) }),
    wipe: mutation({ handler: async (ctx) => { await ctx.db.insert(table, { a: "x" } as any); } }),
  };
}
