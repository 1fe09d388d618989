import { describe, expect, test } from "vitest";
import { folderOf, project, schemaFile } from "../../test/project.ts";

const schema = schemaFile(`
  users: defineTable({ name: v.string() }),
  posts: defineTable({ authorId: v.id("users"), readers: v.array(v.object({ userId: v.id("users") })) }),
`);

/** `kind table` of what a mutation reads and writes by the result of a function it calls by reference. */
async function accesses(called: string, used: string): Promise<string[]> {
  const root = project({
    "convex/schema.ts": schema,
    // Both orders: the function that is called runs before, or in the middle of, the one that calls it.
    "convex/aa.js": `import { mutation } from "./_generated/server";
import { internal } from "./_generated/api";
export const act = mutation({ args: {}, handler: async (ctx) => {
  const found = await ctx.runQuery(internal.${used.startsWith("late") ? "zz" : "a"}.called, {});
  ${used.replace(/^late: /, "")}
} });`,
    ...Object.fromEntries(
      ["a", "zz"].map((name) => [
        `convex/${name}.js`,
        `import { internalQuery } from "./_generated/server";
import { internal } from "./_generated/api";
import { v } from "convex/values";
export const called = internalQuery({ args: { id: v.id("posts") }, handler: async (ctx, args) => { ${called} } });`,
      ]),
    ),
  });
  const { model } = await folderOf(root);
  return [
    ...model.reads
      .filter((read) => read.at.file === "convex/aa.js")
      .map((read) => `${read.source} ${read.table}`),
    ...model.writes.map((write) => `${write.kind} ${write.table}`),
  ];
}

describe.each(["", "late: "])("a function called by reference %s", (order) => {
  test.each([
    [
      "gives its document",
      `return await ctx.db.query("users").first();`,
      `await ctx.db.patch(found._id, {});`,
      "patch users",
    ],
    [
      "gives a list of documents",
      `return await ctx.db.query("posts").take(5);`,
      `for (const post of found) await ctx.db.get(post.authorId);`,
      "get users",
    ],
    [
      "gives parts of objects in an array of a document",
      `return await ctx.db.query("posts").take(5);`,
      `await Promise.all(found[0].readers.map((reader) => ctx.db.get(reader.userId)));`,
      "get users",
    ],
    [
      "gives an id that it was given",
      `return { post: args.id };`,
      `await ctx.db.delete(found.post);`,
      "delete posts",
    ],
    [
      "gives what it inserted or nothing",
      `const u = await ctx.db.query("users").first(); if (u === null) return null; return u._id;`,
      `if (found) await ctx.db.patch(found, {});`,
      "patch users",
    ],
  ])("%s", async (_name, called, used, expected) => {
    expect(await accesses(called, order + used)).toEqual([expected]);
  });
});

test("functions that call each other in a circle end, knowing nothing of each other", async () => {
  const called = `return await ctx.runQuery(internal.zz.called, {});`;
  expect(await accesses(called, `late: await ctx.db.patch(found._id, {});`)).toEqual(["patch ?"]);
});

test("a scan in the called function is no loop, and no use, of the caller", async () => {
  const root = project({
    "convex/schema.ts": schema,
    "convex/a.ts": `import { internalQuery, internalAction } from "./_generated/server";
import { internal } from "./_generated/api";
export const all = internalQuery({ args: {}, handler: async (ctx) => await ctx.db.query("users").collect() });
export const count = internalAction({ args: {}, handler: async (ctx): Promise<number> => (await ctx.runQuery(internal.a.all, {})).length });`,
  });
  const { model } = await folderOf(root);
  expect(model.reads.map((read) => read.callers)).toEqual([["a:all"]]);
  expect(model.reads[0]?.uses.map((use) => use.end)).toEqual(["escape"]);
});
