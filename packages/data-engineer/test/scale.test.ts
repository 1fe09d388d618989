// Programs whose paths are too many to walk: every read is still found, and what was cut short is told.
import { expect, test } from "vitest";
import { folderOf, project, schemaFile } from "./project.ts";

const schema = schemaFile(
  `t: defineTable({ a: v.string(), parent: v.optional(v.id("t")) }).index("by_a", ["a"]).index("by_parent", ["parent"])`,
);
const header = `import { query, type QueryCtx } from "./_generated/server";
import { v } from "convex/values";
`;
const read = `await ctx.db.query("t").withIndex("by_a", (q) => q.eq("a", a)).take(5)`;

function levels(count: number, calls: (next: string) => string): string {
  return Array.from({ length: count }, (_, n) => {
    const body = n === count - 1 ? `return ${read};` : calls(`level${n + 1}`);
    return `async function level${n}(ctx: QueryCtx, a: string, n = 0): Promise<unknown[]> {\n${body}\n}`;
  }).join("\n");
}

const entry = `export const run = query({ args: { a: v.string() }, handler: async (ctx, { a }) => await level0(ctx, a) });\n`;

async function reads(code: string) {
  const root = project({ "convex/schema.ts": schema, "convex/f.ts": header + code });
  const { model } = await folderOf(root, false);
  return { model, callers: model.reads.map((item) => item.callers.join()) };
}

test("a read thirty helpers away is followed to its function", async () => {
  const { model, callers } = await reads(
    levels(30, (next) => `return await ${next}(ctx, a);`) + entry,
  );
  expect(callers).toEqual(["f:run"]);
  expect(model.coverage).toEqual({ resolved: 1, total: 1 });
  expect(model.notes).toEqual([]);
});

test.each([
  ["the same arguments", (next: string) => `${next}(ctx, a)`],
  ["other numbers each time", (next: string) => `${next}(ctx, a, n + Math.random())`],
])("helpers that each call the next four times with %s end, whole", async (_, call) => {
  const { model, callers } = await reads(
    levels(9, (next) => {
      const one = call(next);
      return `return [...(await ${one}), ...(await ${one}), ...(await ${one}), ...(await ${one})];`;
    }) + entry,
  );
  expect(callers).toEqual(["f:run"]);
  expect(model.notes).toEqual([]);
});

test("filters of two callers of one helper stay apart, however often it is called", async () => {
  const { model } = await reads(`
async function all(ctx: QueryCtx) { return await ctx.db.query("t").collect(); }
export const many = query({ args: { a: v.string() }, handler: async (ctx, { a }) => {
${Array.from({ length: 60 }, (_, n) => `  const r${n} = (await all(ctx)).filter((row) => row.a === a).length;`).join("\n")}
  const other = (await all(ctx)).filter((row) => row.parent === undefined);
  return [${Array.from({ length: 60 }, (_, n) => `r${n}`).join(", ")}, other.length];
} });
`);
  // The last call is beyond those told apart: its filter may not be lost in favour of theirs.
  expect(model.reads.map((item) => item.residual.map((part) => part.field))).toContainEqual([]);
  expect(model.notes).toEqual([]);
});

test("helpers in circles end", async () => {
  const { model, callers } = await reads(`
${Array.from(
  { length: 10 },
  (_, n) => `async function turn${n}(ctx: QueryCtx, id: any): Promise<number> {
  const rows = await ctx.db.query("t").withIndex("by_parent", (q) => q.eq("parent", id)).collect();
  for (const row of rows) { await turn${(n + 1) % 10}(ctx, row._id); await turn${(n + 3) % 10}(ctx, row._id); }
  return rows.length;
}`,
).join("\n")}
export const run = query({ args: { id: v.id("t") }, handler: async (ctx, { id }) => await turn0(ctx, id) });
`);
  expect(new Set(callers)).toEqual(new Set(["f:run"]));
  expect(new Set(model.reads.map((item) => item.at.line)).size).toBe(10);
});

test("a class that makes one of itself, and a handler nested a thousand deep, end and are told", async () => {
  const { model } = await reads(`
class Node { child = new Node(); constructor(readonly ctx: QueryCtx) {} async all() { return await this.ctx.db.query("t").first(); } }
export const run = query({ args: {}, handler: async (ctx) => await new Node(ctx).all() });
export const deep = query({ args: {}, handler: async (ctx) => {
  const n = ${Array.from({ length: 1_000 }, (_, n) => `ctx.x${n}`).join(" + ")};
  return [n, await ctx.db.query("t").first()];
} });
`);
  expect(model.reads.map((item) => item.callers.join())).toEqual(["f:run", "f:deep"]);
  expect(model.notes).toEqual(["f:deep is too large to be followed to the end"]);
});

test("a table of ten thousand literals does not hide the functions after it", async () => {
  const { model, callers } = await reads(`
const data = [${Array.from({ length: 10_000 }, (_, n) => `{ a: "x${n}", n: ${n}, tags: ["a", "b"] }`).join(",\n")}];
export const run = query({ args: { a: v.string() }, handler: async (ctx, { a }) => [data.length, ${read}] });
`);
  expect(callers).toEqual(["f:run"]);
  expect(model.notes).toEqual([]);
});
