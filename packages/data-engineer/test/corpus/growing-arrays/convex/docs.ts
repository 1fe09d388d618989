import { mutation, type MutationCtx } from "./_generated/server";
import { v } from "convex/values";
import type { Doc, Id } from "./_generated/dataModel";
const args = { id: v.id("docs"), item: v.string() };
const load = async (ctx: MutationCtx, id: Id<"docs">) => { const doc = await ctx.db.get(id); if (!doc) throw new Error("x"); return doc; };
export const spread = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  // expect schema/growing-array
  await ctx.db.patch(id, { a: [...doc.a, item] });
} });
export const concat = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  // expect schema/growing-array
  await ctx.db.patch(id, { b: doc.b.concat([item]) });
} });
export const push = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  doc.c.push(item);
  // expect schema/growing-array
  await ctx.db.patch(id, { c: doc.c });
} });
export const pushVariable = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  const next = [...doc.d];
  next.push(item);
  // expect schema/growing-array
  await ctx.db.patch(id, { d: next });
} });
function appended(doc: Doc<"docs">, item: string) { return [...doc.e, item]; }
export const helper = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  // expect schema/growing-array
  await ctx.db.patch(id, { e: appended(doc, item) });
} });
export const replaceWhole = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  // expect schema/growing-array
  await ctx.db.replace(id, { ...doc, f: [item, ...doc.f] });
} });
export const sliced = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  await ctx.db.patch(id, { g: [...doc.g, item].slice(-50) });
} });
export const checked = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  if (doc.h.length >= 10) throw new Error("full");
  await ctx.db.patch(id, { h: [...doc.h, item] });
} });
export const shifted = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  const i = [...doc.i, item];
  if (i.length > 20) i.shift();
  await ctx.db.patch(id, { i });
} });
export const removed = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  await ctx.db.patch(id, { j: doc.j.filter((x) => x !== item) });
} });
export const mapped = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  await ctx.db.patch(id, { k: doc.k.map((x) => x + item) });
} });
export const whole = mutation({ args: { id: v.id("docs"), items: v.array(v.string()) }, handler: async (ctx, { id, items }) => {
  await ctx.db.patch(id, { l: items });
} });
export const toggle = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  if (doc.m.length < doc.max) await ctx.db.patch(id, { m: [...doc.m, item] });
} });
export const optional = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  const existing = doc.n ?? [];
  // expect schema/growing-array
  await ctx.db.patch(id, { n: [...existing, item] });
} });
export const nested = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  // expect schema/growing-array
  await ctx.db.patch(id, { o: { ...doc.o, log: [...doc.o.log, item] } });
} });
const MAX = 5;
export const guardHelper = mutation({ args, handler: async (ctx, { id, item }) => { const doc = await load(ctx, id);
  requireRoom(doc);
  await ctx.db.patch(id, { p: [...doc.p, item] });
} });
function requireRoom(doc: Doc<"docs">) { if (doc.p.length >= MAX) throw new Error("full"); }

