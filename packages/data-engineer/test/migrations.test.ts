// Every kind of migration is generated, bundled and run on documents of the old shape: they come out in the new one, a dry
// run writes nothing, a second run changes nothing; the driver finishes by itself, stops at a failure and goes on from there.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fileURLToPath } from "node:url";
import { convexTest } from "convex-test";
import { anyApi, defineSchema, type GenericSchema, type SchemaDefinition } from "convex/server";
import { build } from "esbuild";
import { expect, test, vi } from "vitest";
import { plainMigration } from "../src/migrate/code.ts";
import { checkRequest, type MigrationRequest } from "../src/migrate/spec.ts";
import { ToolFailure } from "../src/project/failure.ts";
import { folderOf, project, schemaFile, write } from "./project.ts";

type Document = Record<string, unknown>;

const progress = `migrations: defineTable({ name: v.string(), cursor: v.union(v.string(), v.null()), processed: v.number(), changed: v.number(), startedAt: v.number(), finishedAt: v.optional(v.number()), error: v.optional(v.string()), workerId: v.optional(v.id("_scheduled_functions")) }).index("by_name", ["name"]),`;
const tables = `${progress}
  monsters: defineTable({
    name: v.string(),
    tier: v.optional(v.number()),
    role: v.optional(v.string()),
    tags: v.optional(v.array(v.string())),
    stats: v.optional(v.object({ hp: v.optional(v.number()), ac: v.optional(v.number()) })),
    ownerId: v.optional(v.id("owners")),
    ownerName: v.optional(v.string()),
    title: v.optional(v.string()),
  }).index("by_name", ["name"]).index("by_role_and_name", ["role", "name"]),
  owners: defineTable({ name: v.string() }),
  beasts: defineTable({ name: v.string() }),
  monsterTags: defineTable({ monsterId: v.id("monsters"), position: v.number(), value: v.string() })
    .index("by_monsterId_and_position", ["monsterId", "position"]),
  migrationIds: defineTable({ oldId: v.string(), newId: v.string(), createdAt: v.number() }).index("by_oldId", ["oldId"]),`;

const stubs = {
  "convex/_generated/server.js": `export { internalMutationGeneric as internalMutation, internalQueryGeneric as internalQuery } from "convex/server";`,
  "convex/_generated/api.js": `import { anyApi } from "convex/server"; export const internal = anyApi;`,
};

async function compile(root: string, file: string): Promise<unknown> {
  const outfile = join(root, `${file.replaceAll("/", "-")}.mjs`);
  await build({
    entryPoints: [join(root, file)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    alias: { convex: fileURLToPath(new URL("../../../node_modules/convex", import.meta.url)) },
  });
  return import(pathToFileURL(outfile).href);
}

function isSchemaModule(
  value: unknown,
): value is { default: SchemaDefinition<GenericSchema, boolean> } {
  return typeof value === "object" && value !== null && "default" in value;
}

async function setUp(request: MigrationRequest) {
  const root = project({ "convex/schema.ts": schemaFile(tables), ...stubs });
  const { model } = await folderOf(root);
  const spec = checkRequest(request, model.schema);
  const generated = plainMigration(spec, "migrations");
  write(root, { [`convex/migrations/${generated.file}`]: generated.code });
  const module = await compile(root, `convex/migrations/${generated.file}`);
  const schemaModule = await compile(root, "convex/schema.ts");
  if (!isSchemaModule(schemaModule)) throw new Error("no schema");
  const unchecked = defineSchema(schemaModule.default.tables, { schemaValidation: false });
  const t = convexTest(unchecked, {
    "/convex/_generated/api.js": async () => ({}),
    [`/convex/migrations/${spec.name}.ts`]: async () => module,
  });
  const api = anyApi["migrations"]?.[spec.name];
  if (api === undefined) throw new Error("no api");
  const all = (table: string): Promise<Document[]> => t.run((ctx) => ctx.db.query(table).collect());
  const runToEnd = async (dryRun = false): Promise<number> => {
    let cursor: string | null = null;
    let changed = 0;
    for (;;) {
      const result: { changed: number; hasMore: boolean; nextCursor: string | null } =
        await t.mutation(api["batch"]!, { cursor, batchSize: 2, dryRun });
      changed += result.changed;
      if (!result.hasMore) return changed;
      cursor = result.nextCursor;
    }
  };
  return { t, api, all, runToEnd, spec };
}

const old = (more: Document): Document[] =>
  [1, 2, 3, 4, 5].map((i) => ({ name: `m${i}`, ...more }));

test.each<[string, MigrationRequest, Document[], (doc: Document) => boolean, number]>([
  [
    "backfill with a constant",
    { kind: "backfill", table: "monsters", field: "tier", value: "3" },
    old({}),
    (d) => d["tier"] === 3,
    5,
  ],
  [
    "backfill with a neutral value",
    { kind: "backfill", table: "monsters", field: "role" },
    old({}),
    (d) => d["role"] === "",
    5,
  ],
  [
    "backfill from another field",
    { kind: "backfill", table: "monsters", field: "title", from: "name" },
    old({}),
    (d) => d["title"] === d["name"],
    5,
  ],
  [
    "backfill inside an object",
    { kind: "backfill", table: "monsters", field: "stats.hp", value: "7" },
    old({ stats: { ac: 12 } }),
    (d) => JSON.stringify(d["stats"]) === '{"ac":12,"hp":7}',
    5,
  ],
  [
    "backfill of what is there",
    { kind: "backfill", table: "monsters", field: "tier", value: "3" },
    old({ tier: 9 }),
    (d) => d["tier"] === 9,
    0,
  ],
  [
    "unset",
    { kind: "unset", table: "monsters", field: "role" },
    old({ role: "x" }),
    (d) => !("role" in d),
    5,
  ],
  [
    "copy, then unset",
    { kind: "copy-then-unset", table: "monsters", field: "role", to: "title" },
    old({ role: "x" }),
    (d) => d["title"] === "x" && !("role" in d),
    5,
  ],
  [
    "map values",
    { kind: "map-values", table: "monsters", field: "role", map: '{"gm":"gameMaster"}' },
    [...old({ role: "gm" }), { name: "z", role: "other" }],
    (d) => d["role"] === (d["name"] === "z" ? "other" : "gameMaster"),
    5,
  ],
  [
    "map values in an array",
    { kind: "map-values", table: "monsters", field: "tags", map: '{"a":"b"}' },
    old({ tags: ["a", "c"] }),
    (d) => JSON.stringify(d["tags"]) === '["b","c"]',
    5,
  ],
  [
    "convert text to a number",
    { kind: "convert", table: "monsters", field: "tier" },
    old({ tier: "4" }),
    (d) => d["tier"] === 4,
    5,
  ],
  [
    "split a list off",
    { kind: "split-table", table: "monsters", field: "tags", to: "monsterTags" },
    old({ tags: ["a", "b"] }),
    (d) => !("tags" in d),
    5,
  ],
  ["delete all", { kind: "delete-all", table: "monsters" }, old({}), () => false, 5],
])("%s", async (_name, request, documents, isRight, expectedChanges) => {
  const { t, api, all, runToEnd } = await setUp(request);
  await t.run(async (ctx) => {
    for (const item of documents) await ctx.db.insert("monsters", item);
  });
  const before = JSON.stringify(await all("monsters"));
  expect(await runToEnd(true)).toBe(expectedChanges);
  expect(JSON.stringify(await all("monsters"))).toBe(before);
  expect(await runToEnd()).toBe(expectedChanges);
  expect((await all("monsters")).every(isRight)).toBe(true);
  expect(await runToEnd()).toBe(0);
  if (request.kind !== "delete-all")
    expect(await t.query(api["remaining"]!, {})).toMatchObject({ remaining: 0, isDone: true });
  if (request.kind === "split-table") expect(await all("monsterTags")).toHaveLength(10);
});

test("backfill from the document a reference leads to", async () => {
  const { t, all, runToEnd } = await setUp({
    kind: "backfill",
    table: "monsters",
    field: "ownerName",
    from: "ownerId.name",
  });
  await t.run(async (ctx) => {
    const ownerId = await ctx.db.insert("owners", { name: "Ann" });
    await ctx.db.insert("monsters", { name: "a", ownerId });
    await ctx.db.insert("monsters", { name: "b" });
  });
  expect(await runToEnd()).toBe(1);
  expect((await all("monsters")).map((item) => item["ownerName"])).toEqual(["Ann", undefined]);
  expect(await runToEnd()).toBe(0);
});

test("dedupe keeps the oldest, delete-orphans those whose parent is there", async () => {
  const first = await setUp({ kind: "dedupe", table: "monsters", field: "name" });
  await first.t.run(async (ctx) => {
    for (const name of ["a", "b", "a", "a"]) await ctx.db.insert("monsters", { name });
  });
  expect(await first.runToEnd()).toBe(2);
  expect((await first.all("monsters")).map((item) => item["name"])).toEqual(["a", "b"]);
  const second = await setUp({ kind: "delete-orphans", table: "monsters", field: "ownerId" });
  await second.t.run(async (ctx) => {
    const kept = await ctx.db.insert("owners", { name: "kept" });
    const gone = await ctx.db.insert("owners", { name: "gone" });
    await ctx.db.insert("monsters", { name: "a", ownerId: kept });
    await ctx.db.insert("monsters", { name: "b", ownerId: gone });
    await ctx.db.delete(gone);
  });
  expect(await second.runToEnd()).toBe(1);
  expect((await second.all("monsters")).map((item) => item["name"])).toEqual(["a"]);
});

test("copying a table keeps a map of ids and copies nothing twice", async () => {
  const { t, all, runToEnd } = await setUp({ kind: "copy-table", table: "monsters", to: "beasts" });
  await t.run(async (ctx) => {
    for (const item of old({})) await ctx.db.insert("monsters", item);
  });
  expect(await runToEnd()).toBe(5);
  expect(await runToEnd()).toBe(0);
  expect(await all("beasts")).toHaveLength(5);
  expect(await all("migrationIds")).toHaveLength(5);
});

test("the driver schedules itself to the end, refuses a second start, and does nothing once finished", async () => {
  vi.useFakeTimers();
  try {
    const { t, api, all } = await setUp({
      kind: "backfill",
      table: "monsters",
      field: "tier",
      value: "1",
    });
    await t.run(async (ctx) => {
      for (const item of old({})) await ctx.db.insert("monsters", item);
    });
    await t.mutation(api["run"]!, { batchSize: 2 });
    await expect(t.mutation(api["run"]!, { batchSize: 2 })).rejects.toThrow("is running");
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await t.query(api["status"]!, {})).toEqual({
      processed: 5,
      changed: 5,
      isFinished: true,
      isRunning: false,
    });
    expect((await all("monsters")).every((item) => item["tier"] === 1)).toBe(true);
    await t.mutation(api["run"]!, {});
    expect(await t.query(api["status"]!, {})).toMatchObject({ processed: 5 });
  } finally {
    vi.useRealTimers();
  }
});

test("a batch that fails writes nothing, is told in the status, and the next run goes on from there", async () => {
  vi.useFakeTimers();
  const log = vi.spyOn(console, "error").mockReturnValue(undefined);
  try {
    const { t, api, all } = await setUp({ kind: "convert", table: "monsters", field: "tier" });
    await t.run(async (ctx) => {
      for (const tier of ["1", "2", "3", "bad", "5", "6"])
        await ctx.db.insert("monsters", { name: "m", tier });
    });
    await t.mutation(api["run"]!, { batchSize: 2 });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(log).toHaveBeenCalledOnce();
    const tiers = async () => (await all("monsters")).map((item) => item["tier"]);
    expect(await tiers()).toEqual([1, 2, "3", "bad", "5", "6"]);
    expect(await t.query(api["status"]!, {})).toEqual({
      processed: 2,
      changed: 2,
      isFinished: false,
      isRunning: false,
      error: expect.stringContaining('Cannot carry over "bad"'),
    });
    expect(await t.query(api["remaining"]!, {})).toMatchObject({ remaining: 4 });
    await t.run(async (ctx) => {
      for (const doc of await ctx.db.query("monsters").collect())
        if (doc["tier"] === "bad") await ctx.db.patch(doc._id, { tier: "4" });
    });
    await t.mutation(api["run"]!, { batchSize: 2 });
    await t.finishAllScheduledFunctions(vi.runAllTimers);
    expect(await tiers()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await t.query(api["status"]!, {})).toEqual({
      processed: 6,
      changed: 6,
      isFinished: true,
      isRunning: false,
    });
    expect(await t.query(api["remaining"]!, {})).toMatchObject({ remaining: 0 });
  } finally {
    log.mockRestore();
    vi.useRealTimers();
  }
});

test("what cannot be filled in is still counted as remaining", async () => {
  const { t, api } = await setUp({
    kind: "backfill",
    table: "monsters",
    field: "ownerName",
    from: "ownerId.name",
  });
  await t.run((ctx) => ctx.db.insert("monsters", { name: "b" }));
  expect(await t.query(api["remaining"]!, {})).toMatchObject({ remaining: 1 });
});

test("dedupe leaves documents without the key alone, and finds the oldest by a longer index", async () => {
  const request = { kind: "dedupe", table: "monsters", field: "role" };
  const { t, all, runToEnd } = await setUp(request);
  await t.run(async (ctx) => {
    for (const [name, role] of [
      ["z", "a"],
      ["y", "a"],
      ["x", "a"],
      ["w", undefined],
      ["v", undefined],
    ])
      await ctx.db.insert("monsters", role === undefined ? { name } : { name, role });
  });
  expect(await runToEnd()).toBe(2);
  expect((await all("monsters")).map((item) => item["name"])).toEqual(["z", "w", "v"]);
  expect(await runToEnd()).toBe(0);
});

test.each<[MigrationRequest, string]>([
  [{ kind: "nothing", table: "monsters" }, "is no kind of migration"],
  [{ kind: "backfill", table: "monsters" }, "--field"],
  [{ kind: "backfill", table: "nobody", field: "a" }, 'no table "nobody"'],
  [{ kind: "backfill", table: "monsters", field: "tier", value: "{" }, "expected JSON"],
  [{ kind: "map-values", table: "monsters", field: "role" }, "--map"],
  [{ kind: "map-values", table: "monsters", field: "role", map: '{"a":"b","b":"c"}' }, "map twice"],
  [{ kind: "dedupe", table: "monsters", field: "title" }, "needs an index"],
  [{ kind: "delete-orphans", table: "monsters", field: "name" }, 'no `v.id("…")`'],
  [{ kind: "unset", table: "monsters", field: "tags[].x" }, "has no field `monsters.tags[].x`"],
  [
    { kind: "unset", table: "monsters", field: "nothing" },
    "has no field `monsters.nothing`; `monsters` has name, tier",
  ],
  [{ kind: "unset", table: "monsters", field: "stats.nothing" }, "`monsters.stats` has hp, ac"],
  [{ kind: "unset", table: "monsters", field: "a..b" }, "expected names joined by dots"],
  [{ kind: "backfill", table: "monsters", field: "nothing", value: "1" }, "Declare it first"],
  [
    { kind: "backfill", table: "monsters", field: "tier", value: '"x"' },
    "does not accept: it is v.number()",
  ],
  [{ kind: "backfill", table: "monsters", field: "tags", value: "[1]" }, "does not accept"],
  [{ kind: "backfill", table: "monsters", field: "title", from: "nobody" }, '--from is "nobody"'],
  [
    { kind: "backfill", table: "monsters", field: "ownerName", from: "ownerId.age" },
    '--from is "ownerId.age"',
  ],
  [{ kind: "backfill", table: "monsters", field: "ownerId" }, "Pass --value"],
  [{ kind: "map-values", table: "monsters", field: "tier", map: '{"1":"x"}' }, 'maps "1" to "x"'],
  [
    { kind: "map-values", table: "monsters", field: "tier", map: "{}" },
    "no JSON object with entries",
  ],
  [{ kind: "copy-then-unset", table: "monsters", field: "role" }, "--to"],
  [
    { kind: "copy-then-unset", table: "monsters", field: "role", to: "rule" },
    "has no field `monsters.rule`",
  ],
  [{ kind: "copy-table", table: "monsters", to: "nobody" }, 'no table "nobody"'],
  [{ kind: "remap-ids", table: "monsters", field: "ownerId", to: "nobody" }, 'no table "nobody"'],
  [{ kind: "split-table", table: "monsters", field: "name", to: "monsterTags" }, "is no array"],
  [{ kind: "convert", table: "monsters", field: "tier", to: "date" }, '--to is "date"'],
  [{ kind: "delete-all", table: "monsters", field: "role" }, "needs --value"],
  [
    { kind: "backfill", table: "monsters", field: "tier", value: "1", name: "my-name" },
    '--name is "my-name"',
  ],
  [
    { kind: "backfill", table: "monsters", field: "tier", value: "1", name: "delete" },
    "the code itself uses",
  ],
])("%j is refused", async (request, text) => {
  const { model } = await folderOf(project({ "convex/schema.ts": schemaFile(tables) }));
  expect(() => checkRequest(request, model.schema)).toThrow(ToolFailure);
  expect(() => checkRequest(request, model.schema)).toThrow(text);
});
