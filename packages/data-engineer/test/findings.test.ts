// What a report says once and what it says for each.
import { expect, test } from "vitest";
import { programPlan } from "../src/indexes/program-plan.ts";
import { findingsOf, schemaFile } from "./project.ts";

const schema = schemaFile(`
  notes: defineTable({ owner: v.string(), folder: v.string(), hash: v.string() })
    .index("by_hash_and_folder", ["hash", "folder"]),
`);
const read = (range: string) => `import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const add = mutation({
  args: { owner: v.string(), folder: v.string(), hash: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => { await ctx.db.insert("notes", args); return null; },
});
export const find = query({
  args: { owner: v.string(), folder: v.optional(v.string()), hash: v.string() },
  returns: v.any(),
  handler: async (ctx, { owner, folder, hash }) =>
    await ctx.db
      .query("notes")
      .withIndex("by_hash_and_folder", (q) => ${range})
      .filter((q) => q.eq(q.field("owner"), owner))
      .collect(),
});
`;

test("advice that is the same for both ways of a query is given once", async () => {
  const findings = await findingsOf({
    "convex/schema.ts": schema,
    "convex/notes.ts": read(
      `folder === undefined ? q.eq("hash", hash) : q.eq("hash", hash).gt("folder", folder)`,
    ),
  });
  const advice = findings.filter((finding) => finding.index?.fields?.includes("owner"));
  expect(advice.map(({ rule, index }) => [rule, index?.fields])).toEqual([
    ["read/extend-index", expect.arrayContaining(["hash", "owner"])],
  ]);
});

test("two queries on one line are told apart", async () => {
  const findings = await findingsOf({
    "convex/schema.ts": schemaFile(
      `notes: defineTable({ owner: v.string() }), pens: defineTable({ owner: v.string() }),`,
    ),
    "convex/all.ts": `import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const add = mutation({
  args: { owner: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => { await ctx.db.insert("notes", args); await ctx.db.insert("pens", args); return null; },
});
export const all = query({
  args: {},
  returns: v.any(),
  handler: async (ctx) => [...(await ctx.db.query("notes").collect()), ...(await ctx.db.query("pens").collect())],
});
`,
  });
  expect(findings.filter((finding) => finding.rule === "read/unbounded-collect")).toHaveLength(2);
});

test("a reference is advised the index that its readers are advised, not a second one", async () => {
  const findings = await findingsOf({
    "convex/schema.ts": schemaFile(`
      projects: defineTable({ name: v.string() }),
      tasks: defineTable({ projectId: v.id("projects"), status: v.string() }),
    `),
    "convex/tasks.ts": `import { v } from "convex/values";
import { mutation, query } from "./_generated/server";
export const add = mutation({
  args: { projectId: v.id("projects"), status: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => { await ctx.db.insert("tasks", args); return null; },
});
export const open = query({
  args: { projectId: v.id("projects"), status: v.string() },
  returns: v.any(),
  handler: async (ctx, args) =>
    await ctx.db.query("tasks")
      .filter((q) => q.and(q.eq(q.field("status"), args.status), q.eq(q.field("projectId"), args.projectId)))
      .collect(),
});
`,
  });
  const index = {
    table: "tasks",
    name: "by_projectId_and_status",
    fields: ["projectId", "status"],
  };
  const advised = findings.filter((finding) => finding.index !== undefined);
  expect(advised.map((finding) => [finding.rule, finding.index])).toEqual([
    ["schema/missing-reverse-index", index],
    ["read/missing-index", index],
  ]);
  expect(programPlan(findings).add.map((item) => item.fields)).toEqual([index.fields]);
});
