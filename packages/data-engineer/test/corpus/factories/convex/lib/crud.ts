import { query, mutation } from "../_generated/server";
import { v } from "convex/values";
import type { TableNames } from "../_generated/dataModel";
export function crud<T extends TableNames>(table: T) {
  return {
    // expect fn/returns-validator
    get: query({ args: { id: v.id(table) }, handler: async (ctx, { id }) => await ctx.db.get(id) }),
    // expect fn/args-validator fn/returns-validator
    wipe: mutation({ handler: async (ctx) => { await ctx.db.insert(table, { a: "x" } as any); } }),
  };
}
