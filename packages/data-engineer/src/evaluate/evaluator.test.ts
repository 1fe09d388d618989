import { describe, expect, test } from "vitest";
import type { Read } from "../model/model.ts";
import { readsOf } from "../../test/project.ts";

/** The reads of one function body, in a project with a small schema. */
async function reads(body: string, extra = ""): Promise<Read[]> {
  return readsOf({
    "convex/schema.ts": `
      import { defineSchema, defineTable } from "convex/server";
      import { v } from "convex/values";
      export default defineSchema({
        posts: defineTable({ authorId: v.id("users"), title: v.string(), done: v.boolean(), n: v.number() })
          .index("by_authorId", ["authorId"]).index("by_title", ["title"]),
        users: defineTable({ name: v.string() }),
      });`,
    "convex/f.ts": `
      import { query } from "./_generated/server";
      import { v } from "convex/values";
      ${extra}
      export const f = query({ args: { id: v.id("users"), t: v.string(), flag: v.boolean() }, handler: async (ctx, args) => { ${body} } });`,
  });
}

const shape = (read: Read | undefined) =>
  read === undefined
    ? null
    : {
        table: read.table,
        index: read.index ?? null,
        eq: read.eq.map((bound) => `${bound.field}:${bound.value}`),
        residual: read.residual.map((item) => `${item.by} ${item.field} ${item.op}`),
        stops: read.consumer.kind,
      };

describe("queries are followed", () => {
  test("through a variable that a branch changes", async () => {
    const found = await reads(`
      let q: any = ctx.db.query("posts");
      if (args.flag) q = q.withIndex("by_title", (r: any) => r.eq("title", args.t));
      else q = q.withIndex("by_authorId", (r: any) => r.eq("authorId", args.id));
      return await q.take(5);`);
    expect(found.map((read) => read.index).sort()).toEqual(["by_authorId", "by_title"]);
    expect(found.every((read) => read.certainty === "branch")).toBe(true);
  });

  test("through a ternary inside the range", async () => {
    const found = await reads(`
      return await ctx.db.query("posts")
        .withIndex("by_title", (q) => args.flag ? q.eq("title", args.t) : q).collect();`);
    expect(found.map((read) => read.eq.length).sort()).toEqual([0, 1]);
  });

  test("through a helper that is given the table's name", async () => {
    const [found] = await reads(
      `return await all(ctx, "posts");`,
      `const all = (ctx: any, table: string) => ctx.db.query(table).collect();`,
    );
    expect(shape(found)).toMatchObject({ table: "posts", stops: "collect" });
  });

  test("out of a destructured context and a method of an object", async () => {
    const [found] = await reads(
      `const { db } = ctx; return await store(db).byTitle(args.t);`,
      `const store = (db: any) => ({ byTitle(t: string) { return db.query("posts").withIndex("by_title", (q: any) => q.eq("title", t)).unique(); } });`,
    );
    expect(shape(found)).toMatchObject({ index: "by_title", eq: ["title:arg"], stops: "unique" });
  });

  test("in a loop over the query itself, with its leading conditions", async () => {
    const [found] = await reads(`
      const out = [];
      for await (const post of ctx.db.query("posts")) { if (!post.done) continue; if (post.title !== args.t) continue; out.push(post); }
      return out;`);
    expect(shape(found)).toEqual({
      table: "posts",
      index: null,
      eq: [],
      residual: ["js done eq", "js title eq"],
      stops: "iterate",
    });
  });
});

describe("conditions", () => {
  test.each<[string, string, string[]]>([
    ["an equality", "p.title === args.t", ["js title eq"]],
    ["the other way round", "args.t === p.title", ["js title eq"]],
    ["a negated boolean", "!p.done", ["js done eq"]],
    ["an inequality", "p.title !== args.t", ["js title neq"]],
    ["a range", "p.n >= 3 && p.n < 9", ["js n range", "js n range"]],
    ["an or over one field", 'p.title === "a" || p.title === "b"', ["js title in"]],
    ["an or over two fields", 'p.title === "a" || p.n === 2', ["js  opaque"]],
    ["a list of constants", '["a", "b"].includes(p.title)', ["js title in"]],
    ["text", "p.title.toLowerCase().includes(args.t)", ["js title text"]],
    ["a changed field", "p.title.toLowerCase() === args.t", ["js  opaque"]],
    ["two fields of the row", "p.title === p.authorId", ["js title field-compare"]],
    ["an unknown function", "check(p)", ["js  opaque"]],
  ])("%s", async (_name, condition, expected) => {
    const [found] = await reads(
      `const posts = await ctx.db.query("posts").collect(); return posts.filter((p) => ${condition});`,
      "declare const check: (p: unknown) => boolean;",
    );
    expect(shape(found)?.residual).toEqual(expected);
  });
});

test("a `get` knows its table from the id", async () => {
  const found = await reads(`
    const post = await ctx.db.query("posts").withIndex("by_title", (q) => q.eq("title", args.t)).first();
    const author = post && await ctx.db.get(post.authorId);
    const me = await ctx.db.get(args.id);
    return [author, me];`);
  expect(found.filter((read) => read.source === "get").map((read) => read.table)).toEqual([
    "users",
    "users",
  ]);
});

test("a row that is only compared with null is a test for existence", async () => {
  const [found] = await reads(
    `return (await ctx.db.query("posts").withIndex("by_title", (q) => q.eq("title", args.t)).first()) !== null;`,
  );
  expect(found?.existenceOnly).toBe(true);
});

test("recursion, endless branching and cycles of modules end", async () => {
  const found = await reads(
    `const walk = async (id: any, depth: number): Promise<any> => {
       const user = await ctx.db.get(id);
       return depth > 0 ? await Promise.all([walk(id, depth - 1), walk(id, depth - 2)]) : user;
     };
     return await walk(args.id, 5);`,
    `import * as self from "./f";\nexport const again = self;`,
  );
  expect(found.map((read) => read.source)).toEqual(["get"]);
});
