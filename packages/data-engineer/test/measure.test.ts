// Measuring on the real local backend: a scan shows as growth, an index read does not, and budgets fail.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommandLine } from "../src/commands/program.ts";
import { project, schemaFile, write } from "./project.ts";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

function measured(): string {
  const root = project({
    "convex/schema.ts": schemaFile(`
      campaigns: defineTable({ name: v.string() }),
      rolls: defineTable({ campaignId: v.id("campaigns"), total: v.number(), note: v.string() })
        .index("by_campaignId", ["campaignId"]),`),
    "convex/_generated/server.js": `export { queryGeneric as query } from "convex/server";`,
    "convex/rolls.ts": `import { query } from "./_generated/server";
import { v } from "convex/values";
const args = { campaignId: v.id("campaigns") };
export const scan = query({ args, handler: async (ctx: any, { campaignId }: any) =>
  await ctx.db.query("rolls").filter((q: any) => q.eq(q.field("campaignId"), campaignId)).collect() });
export const served = query({ args, handler: async (ctx: any, { campaignId }: any) =>
  await ctx.db.query("rolls").withIndex("by_campaignId", (q: any) => q.eq("campaignId", campaignId)).collect() });
export const fails = query({ args: {}, handler: async () => { throw new Error("on purpose"); } });
`,
  });
  symlinkSync(modules, join(root, "node_modules"));
  return root;
}

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(["node", "cli", ...argv], {
    write: (text) => out.push(text),
    error: (text) => err.push(text),
  });
  return { code, out: out.join(""), err: err.join("") };
}

test("a scan grows with the table, an index read does not, a failure is told", async () => {
  const root = measured();
  const { code, out, err } = await run(
    "measure",
    root,
    "--seed",
    "200",
    "--format",
    "json",
    "--no-cache",
  );
  expect(err).toBe("");
  expect(code).toBe(0);
  const { functions, sizes } = JSON.parse(out);
  expect(sizes).toEqual([50, 200]);
  expect(functions).toMatchObject([
    { function: "rolls:fails", growth: "not measured" },
    { function: "rolls:scan", documents: [50, 200], growth: "with the table" },
    { function: "rolls:served", documents: [10, 10], growth: "constant" },
  ]);
  expect(functions[0].error).toContain("on purpose");
}, 60_000);

test("a budget that is passed and --check make the exit code 1", async () => {
  const root = measured();
  write(root, { "convex-data-engineer.json": `{ "budgets": { "rolls:served": 5 } }` });
  const budget = await run("measure", root, "--seed", "40", "--no-cache");
  expect(budget.code).toBe(1);
  expect(budget.err).toContain("rolls:served reads 10 documents, its budget is 5");
  write(root, { "convex-data-engineer.json": "{}" });
  expect((await run("measure", root, "--seed", "40", "--check", "--no-cache")).code).toBe(1);
}, 60_000);

test("a wrong size and a wrong file of calls are tool errors", async () => {
  const root = measured();
  expect(await run("measure", root, "--seed", "1")).toMatchObject({ code: 2 });
  write(root, { "calls.json": `{ "rolls:scan": 3 }` });
  const { code, err } = await run("measure", root, "--calls", join(root, "calls.json"));
  expect(code).toBe(2);
  expect(err).toContain("rolls:scan");
});
