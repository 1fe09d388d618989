import { action, internalMutation, mutation, type MutationCtx } from "./_generated/server";
import { internal } from "./_generated/api";
import { v } from "convex/values";
import type { Id } from "./_generated/dataModel";
import { log, logArrow, readOnly, Store } from "./model";
const ids = v.array(v.id("t"));
export const direct = mutation({ args: { id: v.id("t") }, handler: async (ctx, { id }) => {
  // expect fn/floating-write
  ctx.db.patch(id, { a: "x" });
  // expect fn/floating-write
  ctx.db.delete(id);
  // expect fn/floating-write
  void ctx.db.insert("t", { a: "x" });
} });
export const sched = mutation({ args: {}, handler: async (ctx) => {
  // expect fn/floating-write
  ctx.scheduler.runAfter(0, internal.f.later, {});
  // expect fn/floating-write
  ctx.scheduler.runAt(5, internal.f.later, {});
} });
export const cancel = mutation({ args: { id: v.id("_scheduled_functions") }, handler: async (ctx, { id }) => {
  // expect fn/floating-write
  ctx.scheduler.cancel(id);
} });
export const store = mutation({ args: { id: v.id("_storage") }, handler: async (ctx, { id }) => {
  // expect fn/floating-write
  ctx.storage.delete(id);
} });
export const run = action({ args: {}, handler: async (ctx) => {
  // expect fn/floating-write
  ctx.runMutation(internal.f.later, {});
  // expect fn/floating-write
  ctx.runAction(internal.f.act, {});
} });
export const helpers = mutation({ args: {}, handler: async (ctx) => {
  // expect fn/floating-write
  log(ctx, "a");
  // expect fn/floating-write
  logArrow(ctx, "b");
  // expect fn/floating-write
  new Store(ctx).add("c");
  await log(ctx, "a");
} });
export const chain = mutation({ args: {}, handler: async (ctx) => {
  // expect fn/floating-write
  ctx.db.insert("t", { a: "x" }).then((id) => console.log(id));
  await ctx.db.insert("t", { a: "x" }).then((id) => ctx.db.patch(id, { a: "y" }));
} });
export const each = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  // expect fn/floating-write
  ids.forEach(async (id) => { await ctx.db.delete(id); });
  // expect fn/floating-write
  ids.forEach((id) => ctx.db.delete(id));
  // expect fn/floating-write
  ids.map(async (id) => { await ctx.db.patch(id, { a: "z" }); });
} });
export const assigned = mutation({ args: {}, handler: async (ctx) => {
  // expect fn/floating-write
  const pending = ctx.db.insert("t", { a: "x" });
} });
export const collectedNever = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  // expect fn/floating-write
  const all = ids.map((id) => ctx.db.delete(id));
  return null;
} });
export const shortCircuit = mutation({ args: { id: v.id("t"), yes: v.boolean() }, handler: async (ctx, { id, yes }) => {
  // expect fn/floating-write
  yes && ctx.db.delete(id);
  // expect fn/floating-write
  yes ? ctx.db.delete(id) : null;
} });
// Traps
export const returned = mutation({ args: { id: v.id("t") }, handler: (ctx, { id }) => ctx.db.delete(id) });
export const returned2 = mutation({ args: { id: v.id("t") }, handler: async (ctx, { id }) => { return ctx.db.delete(id); } });
export const collected = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  const writes: Promise<unknown>[] = [];
  for (const id of ids) writes.push(ctx.db.delete(id));
  await Promise.all(writes);
} });
export const collected2 = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  await Promise.all(ids.map(async (id) => { await ctx.db.delete(id); }));
  await Promise.all([ctx.db.insert("t", { a: "1" }), log(ctx, "2")]);
  await Promise.allSettled(ids.map((id) => ctx.db.delete(id)));
} });
export const later2 = mutation({ args: {}, handler: async (ctx) => {
  const one = ctx.db.insert("t", { a: "1" });
  const two = log(ctx, "2");
  await one;
  await two;
} });
export const dict = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  const jobs = { first: ctx.db.insert("t", { a: "1" }) };
  return await jobs.first;
} });
export const reads = mutation({ args: {}, handler: async (ctx) => { readOnly(ctx); } });
export const forAwait = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  for await (const _ of ids.map((id) => ctx.db.delete(id))) { /* each */ }
} });
export const ternary = mutation({ args: { id: v.id("t"), yes: v.boolean() }, handler: async (ctx, { id, yes }) => {
  await (yes ? ctx.db.delete(id) : ctx.db.patch(id, { a: "" }));
  yes && (await ctx.db.delete(id));
} });
export const reduced = mutation({ args: { ids }, handler: async (ctx, { ids }) => {
  await ids.reduce((before, id) => before.then(() => ctx.db.delete(id)), Promise.resolve());
} });
export const passed = mutation({ args: { ids }, handler: async (ctx, { ids }) => { await settle(ids.map((id) => ctx.db.delete(id))); } });
async function settle(list: Promise<unknown>[]) { for (const item of list) await item; }
export const caught = mutation({ args: { id: v.id("t") }, handler: async (ctx, { id }) => { await ctx.db.delete(id).catch(() => {}); } });
export const later = internalMutation({ args: {}, handler: async () => {} });
export const act = action({ args: {}, handler: async () => {} });
const cache = new Map<string, string>();
export const notDb = mutation({ args: {}, handler: async () => { cache.delete("x"); } });

