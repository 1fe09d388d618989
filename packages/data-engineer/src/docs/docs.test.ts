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
