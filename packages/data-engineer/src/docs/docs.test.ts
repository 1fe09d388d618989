import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { auditJson } from "../index.ts";
import { folderOf, project, schemaFile } from "../../test/project.ts";
import { documentationHtml } from "./html.ts";
import { documentationMarkdown } from "./markdown.ts";
import { relationshipsOf } from "./relationships.ts";

const corpus = fileURLToPath(new URL("../../test/corpus/", import.meta.url));

test.each(readdirSync(corpus))(
  "the page of %s says all that the model says, twice the same",
  async (name) => {
    const folder = await folderOf(join(corpus, name));
    const page = documentationMarkdown([folder]);
    const { schema, reads, writes } = folder.model;
    for (const table of schema.tables) {
      expect(page).toContain(`### ${table.name}\n`);
      expect(page).toContain(`  ${table.name} {`);
      for (const index of table.indexes)
        expect(page).toContain(`- \`${table.name}.${index.name}\` [${index.fields.join(", ")}]:`);
    }
    for (const item of relationshipsOf(folder.model)) {
      expect(page).toMatch(
        new RegExp(
          `\\| ${item.from}(?: \\(join table\\))? \\| ${item.field} \\| ${item.to} \\| ${item.cardinality} `,
        ),
      );
      expect(page).toContain(`: "${item.field}"`);
    }
    for (const read of reads) {
      const cost = page.split("\n").filter((line) => line.includes(`| ${read.table} |`));
      expect(cost.length).toBeGreaterThan(0);
    }
    for (const write of writes)
      for (const caller of write.callers) expect(page).toContain(`| ${caller} | `);
    expect(documentationMarkdown([await folderOf(join(corpus, name))])).toBe(page);
    const html = documentationHtml([folder]);
    for (const table of schema.tables) expect(html).toContain(`>${table.name}</text>`);
    expect((html.match(/<rect /g) ?? []).length).toBe(schema.tables.length);
  },
);

test("cardinality comes from validators and from readers that say unique", async () => {
  const { model } = await folderOf(
    project({
      "convex/schema.ts": schemaFile(`
        users: defineTable({ name: v.string() }),
        profiles: defineTable({ userId: v.id("users"), bossId: v.optional(v.id("users")), friendIds: v.array(v.id("users")) }).index("by_userId", ["userId"]),
        members: defineTable({ a: v.id("users"), b: v.id("profiles") }).index("by_a_and_b", ["a", "b"]),`),
      "convex/f.ts": `import { query } from "./_generated/server";
        import { v } from "convex/values";
        export const of = query({ args: { userId: v.id("users") }, handler: async (ctx, { userId }) =>
          await ctx.db.query("profiles").withIndex("by_userId", (q) => q.eq("userId", userId)).unique() });`,
    }),
  );
  expect(
    relationshipsOf(model).map(
      (item) => `${item.from}.${item.field} ${item.cardinality} ${item.isUnique}`,
    ),
  ).toEqual([
    "members.a exactly one false",
    "members.b exactly one false",
    "profiles.bossId zero or one false",
    "profiles.friendIds many false",
    "profiles.userId exactly one true",
  ]);
});

test("the package's entry gives the audit as a value", async () => {
  const result = await auditJson(join(corpus, "writes"), { execute: true, cache: false });
  expect(result.summary.errors).toBe(
    result.findings.filter((item) => item.severity === "error").length,
  );
  expect(result.findings.map((item) => item.rule)).toContain("fn/floating-write");
});

const shop = {
  "convex/schema.ts": schemaFile(`
    users: defineTable({ email: v.string(), name: v.string() }).index("by_email", ["email"]),
    orders: defineTable({ userId: v.id("users"), note: v.string() }).index("by_userId", ["userId"]),
    lines: defineTable({ orderId: v.id("orders"), userId: v.id("users"), sku: v.string(), amount: v.number() })
      .index("by_orderId_and_userId", ["orderId", "userId"]),
    log: defineTable({ text: v.string() }),`),
  "convex/f.ts": `import { internalMutation, mutation, query } from "./_generated/server";
    import { v } from "convex/values";
    export const add = mutation({ args: { email: v.string() }, handler: async (ctx, { email }) => {
      const known = await ctx.db.query("users").withIndex("by_email", (q) => q.eq("email", email)).unique();
      if (known === null) await ctx.db.insert("users", { email, name: email });
    } });
    export const rename = mutation({ args: { id: v.id("users"), name: v.string() }, handler: async (ctx, { id, name }) => {
      await ctx.db.patch("users", id, { name });
    } });
    export const cancel = mutation({ args: { orderId: v.id("orders") }, handler: async (ctx, { orderId }) => {
      const lines = await ctx.db.query("lines").withIndex("by_orderId_and_userId", (q) => q.eq("orderId", orderId)).take(100);
      for (const line of lines) await ctx.db.delete("lines", line._id);
      await ctx.db.delete("orders", orderId);
    } });
    export const note = internalMutation({ args: { text: v.string() }, handler: async (ctx, { text }) => {
      await ctx.db.insert("log", { text });
    } });
    export const lines = query({ args: { orderId: v.id("orders") }, handler: async (ctx, { orderId }) => {
      const rows = await ctx.db.query("lines").withIndex("by_orderId_and_userId", (q) => q.eq("orderId", orderId)).take(50);
      return await Promise.all(rows.map((row) => ctx.db.get("users", row.userId)));
    } });
    export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("log").collect() });`,
};

test("the sheets say what the functions keep true", async () => {
  const page = documentationMarkdown([await folderOf(project(shop))]);
  const sheet = (name: string) => page.split(`### ${name}\n`)[1]?.split("\n##")[0] ?? "";
  expect(sheet("users")).toContain(
    "- At most one per `email`: readers say `unique`; every function that inserts looks first.",
  );
  expect(sheet("users")).toContain("- Fixed at insert: `email`.");
  expect(sheet("users")).toContain("- Never deleted.");
  expect(sheet("lines")).toContain("- Deleted with its orders by f:cancel.");
  expect(sheet("log")).toContain("- Only inserted: never changed or deleted.");
  expect(sheet("log")).toContain("- Written by internal functions only.");
  expect(sheet("orders")).toContain(
    "many of lines lead here by `orderId`, found by `by_orderId_and_userId`",
  );
});

test("the page names join tables, walks both ways, fan-out and the room that limits leave", async () => {
  const page = documentationMarkdown([await folderOf(project(shop))]);
  expect(page).toContain(
    "- `lines` ties orders and users, many to many, by `by_orderId_and_userId`.",
  );
  expect(page).toContain("| lines | userId | users | exactly one | many | f:lines | – | – |");
  expect(page).toContain("| f:cancel | lines (delete in a loop); orders (delete) | 2 | f:lines |");
  // Fifty lines and the person of each.
  expect(page).toContain("| f:lines | 100 | 0.3 % | 51 |");
  expect(page).toContain("the code does not bound: f:all.");
  expect(page).toContain("| lines | 1 | 2 |");
});

test("several folders stand below their names, with one heading of the first level", async () => {
  const folder = await folderOf(project(shop));
  const page = documentationMarkdown([folder, folder]);
  expect(page.match(/^# /gm)).toHaveLength(1);
  expect(page.match(/^## convex$/gm)).toHaveLength(2);
  expect(page).toContain("#### users\n");
});

test("the HTML page stands alone: no script, nothing loaded, regions that scroll have names, links lead somewhere", async () => {
  const html = documentationHtml([await folderOf(project(shop))]);
  expect(html).not.toMatch(
    /<script|<link|<img|@import|url\(|src=|https?:\/\/(?!www\.w3\.org\/2000\/svg)/,
  );
  const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  const links = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) expect(ids).toContain(link);
  for (const [region] of html.matchAll(/<div class="(?:wide|diagram)"[^>]*>/g))
    expect(region).toMatch(/role="region" tabindex="0" aria-label="[^"]+"/);
  expect(html).toContain('class="legend"');
});
