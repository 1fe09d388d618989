// The cache: what it gives is what a run without it gives, whatever changed meanwhile.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reportProject } from "../src/project/report.ts";
import { isRecord } from "../src/schema/validator.ts";
import { project, schemaFile, write } from "./project.ts";

const schema = schemaFile("t: defineTable({ a: v.string() })");
const files = {
  "node_modules/pkg/package.json": `{ "name": "pkg", "version": "1.0.0", "main": "index.js" }`,
  "node_modules/pkg/index.js": "export const limit = 5;",
  "node_modules/convex/package.json": `{ "name": "convex", "version": "1.30.0" }`,
  "package.json": `{ "name": "p" }`,
  "tsconfig.json": `{ "extends": "./base.json" }`,
  "base.json": `{ "compilerOptions": { "baseUrl": ".", "paths": { "~/*": ["lib/*"] } } }`,
  "lib/one.ts": `export async function allOf(ctx: any) { return await ctx.db.query("t").collect(); }`,
  "other/one.ts": `export async function allOf(ctx: any) { return await ctx.db.query("t").first(); }`,
  "names.json": `{ "table": "t" }`,
  "convex/schema.ts": schema,
  "convex/f.ts": `import { query } from "./_generated/server";
import { allOf } from "~/one";
import { more } from "./missing";
import names from "../names.json";
import { limit } from "pkg";
export const f = query({ args: {}, handler: async (ctx) => [await allOf(ctx), await more(ctx), names, limit] });
`,
  "convex/g.ts": `import { query } from "./_generated/server";
export const g = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").take(3) });
`,
};

const run = async (root: string, cache = true) =>
  (await reportProject(root, { execute: true, cache })).report;

const mark = "this came from the cache";

/** Writes a mark into the cached report, so that a run that gives it is known to be cached. */
function markCache(root: string): void {
  const path = cachePath(root);
  const entry: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isRecord(entry) || !isRecord(entry["report"])) throw new Error("no cache was written");
  const folders: unknown = entry["report"]["folders"];
  const first: unknown = Array.isArray(folders) ? folders[0] : null;
  if (!isRecord(first) || !isRecord(first["model"])) throw new Error("the cache holds no model");
  first["model"]["notes"] = [mark];
  writeFileSync(path, JSON.stringify(entry));
}

function cachePath(root: string): string {
  const folder = join(root, "node_modules/.cache/convex-data-engineer");
  const [name] = readdirSync(folder);
  if (name === undefined) throw new Error("no cache was written");
  return join(folder, name);
}

async function cachedProject(): Promise<string> {
  const root = project(files);
  await run(root);
  markCache(root);
  expect((await run(root)).folders[0]?.model.notes).toEqual([mark]);
  return root;
}

test.each<[string, Record<string, string> | string]>([
  ["a function file", { "convex/g.ts": files["convex/g.ts"].replace("take(3)", "collect()") }],
  ["the schema", { "convex/schema.ts": schema.replace("a:", "b: v.number(), a:") }],
  ["a new function file", { "convex/h.ts": files["convex/g.ts"] }],
  ["a deleted one", "convex/g.ts"],
  ["a file outside the folder", { "lib/one.ts": files["other/one.ts"] }],
  [
    "a file that was looked for in vain",
    { "convex/missing.ts": files["lib/one.ts"].replace("allOf", "more") },
  ],
  ["imported JSON", { "names.json": `{ "table": "u" }` }],
  ["an extended tsconfig", { "base.json": files["base.json"].replace("lib/*", "other/*") }],
  [
    "a tsconfig nearer by",
    { "convex/tsconfig.json": files["base.json"].replace("lib/*", "../other/*") },
  ],
  ["package.json", { "package.json": `{ "name": "p", "imports": {} }` }],
  ["a package", { "node_modules/pkg/index.js": "export const limit = 50;" }],
  [
    "the version of convex",
    { "node_modules/convex/package.json": `{ "name": "convex", "version": "1.48.0" }` },
  ],
  ["the configuration", { "convex-data-engineer.json": `{ "smallTable": 5 }` }],
  [
    "another component",
    {
      "convex/c/convex.config.ts": `import { defineComponent } from "convex/server"; export default defineComponent("c");`,
      "convex/c/schema.ts": schema,
    },
  ],
])("a change of %s is seen", async (_, change) => {
  const root = await cachedProject();
  if (typeof change === "string") rmSync(join(root, change));
  else write(root, change);
  const report = await run(root);
  expect(report.folders[0]?.model.notes).not.toContain(mark);
  expect(report).toEqual(await run(root, false));
});

test.each([
  ["empty", ""],
  ["cut short", `{"key":"x","inputs":[["a`],
  ["something else", `[1, 2]`],
  ["bytes", "\0\u0001\uFFFF"],
])("a cache file that is %s counts as none, and is replaced", async (_, text) => {
  const root = await cachedProject();
  writeFileSync(cachePath(root), text);
  const report = await run(root);
  expect(report).toEqual(await run(root, false));
  markCache(root);
  expect((await run(root)).folders[0]?.model.notes).toEqual([mark]);
});

test("a run that may not execute modules does not get the report of one that may", async () => {
  const root = await cachedProject();
  const { report } = await reportProject(root, { execute: false, cache: true });
  expect(report.folders[0]?.model.notes).not.toContain(mark);
});

test("a place where no cache can be written only costs time", async () => {
  const root = project(files);
  writeFileSync(join(root, "node_modules/.cache"), "a file where a folder should be");
  expect(await run(root)).toEqual(await run(root, false));
});

test("several runs at once give the same", async () => {
  const root = project(files);
  const reports = await Promise.all([run(root), run(root), run(root)]);
  for (const report of reports) expect(report).toEqual(reports[0]);
  mkdirSync(join(root, "empty"));
  expect(await run(root)).toEqual(reports[0]);
});
