// Generated migrations on the local backend, with the real migrations component: both shapes come to the same documents, a dry
// run and a second run write nothing, a failure in the middle is gone on from, and `migrate status` tells how far each is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBackend, type Backend } from "@torchkeeper/local-backend";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { migrateList } from "../src/commands/migrate.ts";
import { caseFor } from "../src/migrate/test-case.ts";
import {
  migrationProject,
  requests,
  widenedTables,
  type MigrationProject,
} from "./migration-project.ts";
import { write } from "./project.ts";

type Json = Awaited<ReturnType<Backend["runFunction"]>>;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Functions that fill, empty and show the tables. */
function dataModule(project: MigrationProject): string {
  const seeds = project.specs
    .filter(({ shape }) => shape === "plain")
    .map(({ spec }) => {
      const { statements, document, after } = caseFor(spec);
      return `export const seed_${spec.name} = internalMutation({ args: {}, handler: async (ctx: any) => {
  ${statements.join("\n  ")}
  for (let i = 0; i < 5; i++) await ctx.db.insert("${spec.table}", ${document});
  ${after.join("\n  ")}
} });`;
    });
  return `import { internalMutationGeneric as internalMutation, internalQueryGeneric as internalQuery } from "convex/server";
import { v } from "convex/values";
export const clear = internalMutation({ args: {}, handler: async (ctx: any) => {
  for (const table of ["monsters", "owners", "people", "beasts", "animals", "monsterTags", "shapes", "migrationIds", "migrations"])
    for (const doc of await ctx.db.query(table).collect()) await ctx.db.delete(doc._id);
} });
export const show = internalQuery({ args: { table: v.string() }, handler: async (ctx: any, { table }: any) => await ctx.db.query(table).collect() });
export const levels = internalMutation({ args: { levels: v.array(v.union(v.string(), v.number())) }, handler: async (ctx: any, { levels }: any) => {
  const keeperId = await ctx.db.insert("people", { name: "k" });
  for (const level of levels)
    await ctx.db.insert("monsters", { name: "m", kind: "player", level, stats: { ac: 1 }, attacks: [], scores: {}, keeperId });
} });
export const mend = internalMutation({ args: {}, handler: async (ctx: any) => {
  for (const doc of await ctx.db.query("monsters").collect()) if (doc.level === "bad") await ctx.db.patch(doc._id, { level: "4" });
} });
${seeds.join("\n")}
`;
}

let project: MigrationProject;
let backend: Backend;
beforeAll(async () => {
  const root = mkdtempSync(join(tmpdir(), "data-engineer-test-"));
  project = await migrationProject(widenedTables, requests, null, (files) => {
    write(root, files);
    return root;
  });
  write(project.root, { "convex/data.ts": dataModule(project) });
  backend = await startBackend({
    functions: join(project.root, "convex"),
    inMemory: true,
    port: 0,
    log: silent,
  });
}, 60_000);
afterAll(async () => {
  await backend.close();
  rmSync(project.root, { recursive: true, force: true });
});

const call = (path: string, args: Record<string, Json> = {}): Promise<Json> =>
  backend.runFunction(path, args);

/** The documents of a table without what differs from run to run. */
async function shown(table: string): Promise<string[]> {
  const documents = await call("data:show", { table });
  if (!Array.isArray(documents)) throw new Error("no documents");
  return documents.map((doc) =>
    JSON.stringify(doc, (key, value: unknown) =>
      key === "_id" || key === "_creationTime" || key === "createdAt" || /Id$/.test(key)
        ? undefined
        : value,
    ),
  );
}

async function remaining(path: string): Promise<number> {
  const result = await call(`${path}:remaining`);
  return typeof result === "object" && result !== null && "remaining" in result
    ? Number(result["remaining"])
    : NaN;
}

const idle = (path: string, isPlain: boolean, name: string) =>
  vi.waitFor(
    async () => {
      const status = isPlain
        ? await call(`${path}:status`)
        : await backend.runFunction(
            "lib:getStatus",
            { names: [`${path}:${name}`] },
            { component: "migrations" },
          );
      expect(JSON.stringify(status)).toMatch(
        isPlain ? /"isRunning":false/ : /"state":"(success|failed)"/,
      );
      return JSON.stringify(status);
    },
    { timeout: 20_000, interval: 20 },
  );

describe.each(Object.keys(requests))("%s", (name) => {
  test("both shapes come to the same documents, and write nothing in a dry run or again", async () => {
    const results: string[][] = [];
    for (const shape of ["plain", "component"] as const) {
      const found = project.specs.find((item) => item.spec.name === name && item.shape === shape);
      if (found === undefined) throw new Error("no such migration");
      const { spec, folder } = found;
      const path = `${folder}/${name}`;
      await call("data:clear");
      await call(`data:seed_${name}`);
      const old = await shown(spec.table);
      expect(await remaining(path)).toBe(caseFor(spec).open);
      if (shape === "plain")
        expect(
          await call(`${path}:batch`, { cursor: null, batchSize: 100, dryRun: true }),
        ).toMatchObject({ changed: caseFor(spec).open });
      else await call(`${path}:run`, { dryRun: true });
      expect(await shown(spec.table)).toEqual(old);
      await call(`${path}:run`, { batchSize: 2 });
      const status = await idle(path, shape === "plain", name);
      expect(status).toMatch(shape === "plain" ? /"isFinished":true/ : /"state":"success"/);
      expect(await remaining(path)).toBe(0);
      const documents = await shown(spec.table);
      // Ids are not shown, so a copy and a change of ids leave the documents as they look.
      if (spec.kind !== "remap-ids" && spec.kind !== "copy-table")
        expect(documents).not.toEqual(old);
      results.push([...documents, ...(await shown("animals")), ...(await shown("monsterTags"))]);
      await call(`${path}:run`, shape === "plain" ? { restart: true } : { reset: true });
      await idle(path, shape === "plain", name);
      expect(await shown(spec.table)).toEqual(documents);
    }
    expect(results[1]).toEqual(results[0]);
  });
});

test.each(["plain", "component"] as const)(
  "a value that cannot be converted stops the %s shape there, and mended it goes on",
  async (shape) => {
    const folder = shape === "plain" ? "migrations" : "carried/over";
    const path = `${folder}/convertLevel`;
    const levels = async () =>
      (await shown("monsters")).map((text) => /"level":("?\w+"?)/.exec(text)?.[1]);
    await call("data:clear");
    await call("data:levels", { levels: ["1", "2", "3", "bad", "5"] });
    await call(`${path}:run`, shape === "plain" ? { batchSize: 2 } : { batchSize: 2, reset: true });
    const status = await idle(path, shape === "plain", "convertLevel");
    expect(status).toContain("Cannot carry over");
    expect(await levels()).toEqual(["1", "2", '"3"', '"bad"', '"5"']);
    expect(await remaining(path)).toBe(3);
    await call("data:mend");
    await call(`${path}:run`, { batchSize: 2 });
    await vi.waitFor(async () => expect(await levels()).toEqual(["1", "2", "3", "4", "5"]), {
      timeout: 20_000,
    });
    expect(await remaining(path)).toBe(0);
  },
);

test("status tells how far a deployment is, and refuses a wrong key", async () => {
  await call("data:clear");
  await call("data:levels", { levels: ["1", 2] });
  await call("migrations/convertLevel:run");
  const lines: string[] = [];
  const output = { write: (text: string) => void lines.push(text), error: () => undefined };
  const flags = { exec: true, cache: false, engine: "none", format: "json", url: backend.url };
  await migrateList(project.root, { ...flags, adminKey: backend.adminKey }, true, output);
  const { migrations } = JSON.parse(lines.join(""));
  const of = (name: string) => migrations.find((item: { name: string }) => item.name === name);
  expect(of("convertLevel")).toMatchObject({
    schema: "needed",
    progress: { state: "finished", processed: 2, changed: 1 },
  });
  expect(of("unsetField")).toMatchObject({ schema: "needed", progress: { state: "not started" } });
  await expect(
    migrateList(project.root, { ...flags, adminKey: "wrong" }, true, output),
  ).rejects.toThrow("refuses the admin key");
  await expect(
    migrateList(project.root, { ...flags, url: "http://127.0.0.1:1", adminKey: "x" }, true, output),
  ).rejects.toThrow("No deployment answers");
});
