// Code with the automatic fixes applied has no type error that it did not have before, nor has code with the validators we show.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { applyEdits, applyFixes } from "../src/fix/apply.ts";
import { folderOf, project } from "./project.ts";
import { addTypes, errorsOf } from "./typed-project.ts";

const corpus = fileURLToPath(new URL("./corpus/", import.meta.url));

test.each(["reads", "functions", "writes", "promises", "index-twins"])(
  "fixes of %s add no type error",
  async (name) => {
    const root = mkdtempSync(join(tmpdir(), "data-engineer-types-"));
    onTestFinished(() => {
      rmSync(root, { recursive: true, force: true });
    });
    cpSync(join(corpus, name), root, { recursive: true });
    addTypes(root);
    const before = errorsOf(root);
    let applied = 0;
    for (let round = 0; round < 8; round++) {
      const { findings } = await folderOf(root);
      const { findings: fixed } = applyFixes(root, findings);
      applied += fixed.length;
      if (fixed.length === 0) break;
    }
    expect(applied).toBeGreaterThan(0);
    expect(errorsOf(root).filter((error) => !before.includes(error))).toEqual([]);
  },
  120_000,
);

test("the returns validators that are shown fit what the functions return", async () => {
  const root = project({
    "convex/schema.ts": `import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  notes: defineTable({ text: v.string(), rank: v.optional(v.number()), ownerId: v.id("users"), mood: v.union(v.literal("good"), v.literal("bad")) })
    .index("by_ownerId", ["ownerId"]),
  users: defineTable({ name: v.string() }),
});
`,
    "convex/notes.ts": `import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
import schema from "./schema";
const args = { id: v.id("notes"), text: v.string(), limit: v.optional(v.number()) };
export const list = query({ args, handler: async (ctx) => await ctx.db.query("notes").take(5) });
export const one = query({ args, handler: async (ctx, { id }) => await ctx.db.get(id) });
export const first = query({ args, handler: async (ctx) => (await ctx.db.query("notes").take(5))[0] ?? null });
export const paged = query({
  args: { paginationOpts: paginationOptsValidator },
  handler: async (ctx, { paginationOpts }) => await ctx.db.query("notes").paginate(paginationOpts),
});
export const add = mutation({
  args,
  handler: async (ctx, { text }) => {
    const ownerId = await ctx.db.insert("users", { name: text });
    return await ctx.db.insert("notes", { text, ownerId, mood: "good" });
  },
});
export const short = query({
  args,
  handler: async (ctx, { id, limit }) => {
    const note = await ctx.db.get(id);
    if (note === null) return null;
    return { text: note.text, rank: note.rank, mood: note.mood, limit, isGood: note.mood === "good", id };
  },
});
export const named = query({
  args,
  handler: async (ctx) => {
    const notes = await ctx.db.query("notes").take(5);
    return await Promise.all(notes.map(async (note) => ({ ...note, owner: await ctx.db.get(note.ownerId) })));
  },
});
export const count = query({ args, handler: async (ctx) => (await ctx.db.query("notes").take(9)).length });
export const known = query({ args, handler: async (ctx, { id }) => (await ctx.db.get(id)) !== null });
export const gone = mutation({ args, handler: async (ctx, { id }) => { await ctx.db.delete(id); } });
export const uses = [schema, paginationResultValidator];
`,
  });
  addTypes(root);
  const before = errorsOf(root);
  const { findings } = await folderOf(root);
  const shown = findings.filter((item) => item.rule === "fn/returns-validator");
  expect(shown.map((item) => item.symbol).sort()).toHaveLength(10);
  const edits = shown.map((item) => item.fix?.edits ?? []);
  expect(edits.every((list) => list.length === 1)).toBe(true);
  const file = join(root, "convex/notes.ts");
  writeFileSync(file, applyEdits(readFileSync(file, "utf8"), edits.flat()));
  expect(errorsOf(root)).toEqual(before);
}, 60_000);
