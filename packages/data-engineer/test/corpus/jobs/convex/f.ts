import { mutation, internalMutation, internalAction, action, query } from "./_generated/server";
import { internal } from "./_generated/api";
import { v } from "convex/values";
export const add = mutation({ args: { a: v.string(), userId: v.id("users") }, handler: async (ctx, args) => { await ctx.db.insert("t", { ...args, at: 1 }); } });
export const signUp = mutation({ args: { name: v.string() }, handler: async (ctx, { name }) => { await ctx.db.insert("users", { name }); } });
// expect fn/public-data-job
export const reset = mutation({ args: {}, handler: async (ctx) => {
  const rows = await ctx.db.query("t").collect();
  // expect fn/unbounded-write
  for (const row of rows) await ctx.db.patch(row._id, { a: "" });
} });
export const wipe = internalMutation({ args: {}, handler: async (ctx) => {
  // expect fn/unbounded-write
  for await (const row of ctx.db.query("t")) await ctx.db.delete(row._id);
} });
export const cascade = mutation({ args: { userId: v.id("users") }, handler: async (ctx, { userId }) => {
  const rows = await ctx.db.query("t").withIndex("by_userId", (q) => q.eq("userId", userId)).collect();
  // expect-info fn/unbounded-write
  await Promise.all(rows.map((row) => ctx.db.delete(row._id)));
  await ctx.db.delete(userId);
} });
async function clear(ctx: any, rows: any[]) {
  // expect fn/unbounded-write
  for (const row of rows) await ctx.db.delete(row._id);
}
export const viaHelper = internalMutation({ args: {}, handler: async (ctx) => { await clear(ctx, await ctx.db.query("t").collect()); } });
export const old = internalMutation({ args: { before: v.number() }, handler: async (ctx, { before }) => {
  const rows = await ctx.db.query("t").withIndex("by_at", (q) => q.lt("at", before)).collect();
  // expect-info fn/unbounded-write
  for (const { _id } of rows) await ctx.db.delete(_id);
} });
// Traps
export const batch = internalMutation({ args: {}, handler: async (ctx) => {
  const rows = await ctx.db.query("t").take(100);
  for (const row of rows) await ctx.db.delete(row._id);
  if (rows.length === 100) await ctx.scheduler.runAfter(0, internal.f.batch, {});
} });
export const pages = internalMutation({ args: { cursor: v.union(v.string(), v.null()) }, handler: async (ctx, { cursor }) => {
  const result = await ctx.db.query("t").paginate({ cursor, numItems: 100 });
  for (const row of result.page) await ctx.db.patch(row._id, { a: "" });
  if (!result.isDone) await ctx.scheduler.runAfter(0, internal.f.pages, { cursor: result.continueCursor });
} });
export const one = mutation({ args: { userId: v.id("users") }, handler: async (ctx, { userId }) => {
  const rows = await ctx.db.query("t").withIndex("by_userId", (q) => q.eq("userId", userId)).take(1);
  for (const row of rows) await ctx.db.delete(row._id);
} });
export const sum = query({ args: {}, handler: async (ctx) => { let n = 0; for (const row of await ctx.db.query("t").take(10)) n += row.at; return n; } });
export const breaking = internalMutation({ args: {}, handler: async (ctx) => {
  let n = 0;
  for await (const row of ctx.db.query("t")) { if (n++ >= 100) break; await ctx.db.delete(row._id); }
} });
export const given = mutation({ args: { ids: v.array(v.id("t")) }, handler: async (ctx, { ids }) => { for (const id of ids) await ctx.db.delete(id); } });
export const inserts = internalMutation({ args: {}, handler: async (ctx) => { for (const a of ["x", "y"]) await ctx.db.insert("t", { a, userId: "u" as any, at: 0 }); } });

