// New code and schemas under a running server: what fits is taken over at once, what does not changes nothing.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { Backend } from "../src/index.ts";
import { liveClient, query, startProject, textOf, type Loose } from "./running-project.ts";

let project: string;
beforeEach(async () => {
  const cache = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  project = await mkdtemp(join(cache, "deployments-"));
  const made = project;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

const library = `import { defineSchema, defineTable, queryGeneric as query, mutationGeneric as mutation } from "convex/server";
import { v } from "convex/values";
`;
const write = (file: string, text: string) => writeFile(join(project, file), library + text);
const schema = (fields: string, indexes = "") =>
  write(
    "schema.ts",
    `export default defineSchema({ rows: defineTable({ ${fields} })${indexes} });`,
  );
const functions = (text: string) =>
  write(
    "rows.ts",
    `export const add = mutation({ args: { row: v.any() }, handler: async (ctx, { row }) => ctx.db.insert("rows", row) });\n${text}`,
  );
const start = (): Promise<Backend> => startProject("project", { functions: project });

test("a schema that a stored document does not fit is refused by its id, and the old code goes on", async () => {
  await schema("n: v.number()");
  await functions("export const answer = query({ args: {}, handler: async () => 1 });");
  const backend = await start();
  const id = await textOf(backend, "rows:add", { row: { n: 1 } });
  await schema("n: v.number(), name: v.string()");
  await functions("export const answer = query({ args: {}, handler: async () => 2 });");
  await expect(backend.deploy()).rejects.toThrow(
    `Document with ID "${id}" in table "rows" does not match the schema`,
  );
  expect(await backend.runFunction("rows:answer")).toBe(1);
  await expect(backend.runFunction("rows:add", { row: { n: 1, name: "x" } })).rejects.toThrow(
    /does not match the schema/,
  );
  await schema("n: v.number(), name: v.optional(v.string())");
  await backend.deploy();
  expect(await backend.runFunction("rows:answer")).toBe(2);
  await backend.runFunction("rows:add", { row: { n: 1, name: "x" } });
});

test("a new index holds the documents that were there before", async () => {
  await schema("n: v.number()");
  await functions("");
  const backend = await start();
  for (const n of [3, 1, 2]) await backend.runFunction("rows:add", { row: { n } });
  await schema("n: v.number()", `.index("by_n", ["n"])`);
  await functions(
    `export const sorted = query({ args: {}, handler: async (ctx) => (await ctx.db.query("rows").withIndex("by_n", (q) => q.gt("n", 1)).collect()).map((row) => row.n) });`,
  );
  await backend.deploy();
  expect(await backend.runFunction("rows:sorted")).toEqual([2, 3]);
});

test("live queries show what new code makes of them, and come to life when their function appears", async () => {
  await functions("export const answer = query({ args: {}, handler: async () => 1 });");
  const backend = await start();
  const client = liveClient(backend);
  const seen: Loose[] = [];
  client.onUpdate(query("rows:answer"), {}, (value) => void seen.push(value));
  client.onUpdate(
    query("rows:later"),
    {},
    (value) => void seen.push(value),
    () => void seen.push("failed"),
  );
  await expect.poll(() => seen).toEqual(expect.arrayContaining([1, "failed"]));
  await functions(
    `export const answer = query({ args: {}, handler: async () => 2 });\nexport const later = query({ args: {}, handler: async () => "here" });`,
  );
  await backend.deploy();
  await expect.poll(() => seen).toEqual(expect.arrayContaining([2, "here"]));
});

test("code that does not load is refused, and the old code goes on", async () => {
  await functions("export const answer = query({ args: {}, handler: async () => 1 });");
  const backend = await start();
  for (const broken of ["export const answer = ;", "throw new Error('at import');"]) {
    await functions(broken);
    await expect(backend.deploy()).rejects.toThrow(/rows\.ts/);
    expect(await backend.runFunction("rows:answer")).toBe(1);
  }
});

test("everything that a call did is told to an observer", async () => {
  const told: Loose[] = [];
  const backend = await startProject("chat", {
    onExecution: (execution) => void told.push(execution),
  });
  await backend.runFunction("messages:send", { channel: "c", author: "a", body: "b" });
  await backend.runFunction("messages:count", { channel: "c" });
  const of = (path: string) => told.find((execution) => execution.path === path);
  expect(of("messages:send")).toMatchObject({ kind: "mutation", ok: true, documentsWritten: 1 });
  expect(of("messages:count")).toMatchObject({
    kind: "query",
    documentsRead: 1,
    reads: [
      {
        table: "messages",
        index: "by_channel",
        documents: 1,
        callSite: expect.stringMatching(/messages\.ts:\d+/),
      },
    ],
  });
  expect(of("messages:count").bytesRead).toBeGreaterThan(0);
});
