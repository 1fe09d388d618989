// The type oracle: reads and writes that only types tell, what stays unknown, and that nobody pays for it who does not need it.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { analyseFolder, type Analysis } from "../src/model/analysis.ts";
import { defaultConfig } from "../src/project/config.ts";
import { discoverFolders } from "../src/project/discover.ts";
import type { Engine } from "../src/types/engine.ts";
import { reportProject } from "../src/project/report.ts";
import { project, schemaFile, write } from "./project.ts";

const schema = schemaFile(`
  teams: defineTable({ name: v.string(), ownerId: v.id("users") }),
  users: defineTable({ name: v.string(), email: v.string() }).index("by_email", ["email"]),
  tasks: defineTable({ teamId: v.id("teams"), title: v.string(), done: v.boolean(), tags: v.array(v.string()) })
    .index("by_teamId", ["teamId"]),
`);

async function analyse(
  files: Record<string, string>,
  engine: Engine,
  execute = true,
): Promise<Analysis> {
  const root = project(files);
  const [folder] = discoverFolders(root);
  if (folder === undefined) throw new Error("no Convex folder was found");
  return analyseFolder(root, folder, { config: defaultConfig(), execute, engine });
}

/** `table source index?` of each read, and `kind table` of each write, in the order of the source. */
function accesses({ model }: Analysis): string[] {
  return [
    ...model.reads.map((read) =>
      [read.table, read.source, read.index].filter((item) => item !== undefined).join(" "),
    ),
    ...model.writes.map((write) => `${write.kind} ${write.table}`),
  ].filter((text) => !text.includes("?"));
}

const head = `import { query, mutation, internalMutation } from "./_generated/server";
import type { QueryCtx, MutationCtx, DatabaseReader } from "./_generated/server";
import type { Doc, Id } from "./_generated/dataModel";
import { internal } from "./_generated/api";
import { v } from "convex/values";
import { opaque } from "somewhere";
`;

const other = `import { internalQuery } from "./_generated/server";
import type { Id } from "./_generated/dataModel";
import { opaque } from "somewhere";
type Answer = { boss: Id<"users"> | null };
export const boss = internalQuery({ args: {}, handler: async (): Promise<Answer> => opaque() });`;

const receivers: [name: string, source: string, expected: string[]][] = [
  [
    "a parameter whose type is a type parameter",
    `export async function list<C extends QueryCtx>(c: C) {
  return await c.db.query("users").collect();
}`,
    ["users scan"],
  ],
  [
    "the parameter type of another function",
    `function known(context: QueryCtx) { return context.db; }
export async function list(c: Parameters<typeof known>[0]) {
  return await c.db.query("users").withIndex("by_email").first();
}`,
    ["users index by_email"],
  ],
  [
    "what another function returns",
    `async function open(context: QueryCtx) { return { reader: context.db, at: 1 }; }
export async function list(source: Awaited<ReturnType<typeof open>>) {
  return await source.reader.query("tasks").take(3);
}`,
    ["tasks scan"],
  ],
  [
    "a part of a context",
    `export async function list(c: Pick<QueryCtx, "db">, d: QueryCtx["db"], o: Omit<DatabaseReader, "normalizeId">) {
  await c.db.query("users").first();
  await d.query("teams").first();
  await o.query("tasks").first();
}`,
    ["users scan", "teams scan", "tasks scan"],
  ],
  [
    "a field of a class that nobody makes here",
    `type Wiring = { context: QueryCtx & { now: number } };
export class Repository {
  constructor(private readonly wiring: Wiring) {}
  async users() { return await this.wiring.context.db.query("users").collect(); }
}`,
    ["users scan"],
  ],
  [
    "a context that came through code nobody can follow",
    `export const list = query({ args: {}, handler: async (ctx) => {
  const wrapped: { inner: QueryCtx } = opaque(ctx);
  return await wrapped.inner.db.query("users").first();
} });`,
    ["users scan"],
  ],
  [
    "a callback's parameter, by the type of the function that takes it",
    `function within<T>(run: (reader: DatabaseReader, id: Id<"users">) => Promise<T>): Promise<T> { return opaque(run); }
export const list = query({ args: {}, handler: async () => within(async (reader, id) => await reader.get(id)) });`,
    ["users get"],
  ],
];

const ids: [name: string, source: string, expected: string[]][] = [
  [
    "an id out of a map",
    `export const all = query({ args: {}, handler: async (ctx) => {
  const counts: Map<Id<"users">, number> = opaque();
  for (const [who] of counts) await ctx.db.get(who);
} });`,
    ["users get"],
  ],
  [
    "a field of what another function gives",
    `async function open(context: QueryCtx) { return { team: await context.db.query("teams").first(), at: 1 }; }
export const act = mutation({ args: {}, handler: async (ctx) => {
  const opened: Awaited<ReturnType<typeof open>> = opaque(ctx);
  if (opened.team === null) return;
  await ctx.db.patch(opened.team.ownerId, { name: "x" });
  await ctx.db.delete(opened.team._id);
} });`,
    ["teams scan", "patch users", "delete teams"],
  ],
  [
    "the result of a query function, by its reference",
    `export const act = mutation({ args: {}, handler: async (ctx) => {
  const { boss } = await ctx.runQuery(internal.other.boss, {});
  if (boss !== null) await ctx.db.patch(boss, { name: "x" });
} });`,
    ["patch users"],
  ],
  [
    "an id that an alias and a nullable hide",
    `type Owner = Doc<"teams">["ownerId"] | null;
export const act = mutation({ args: {}, handler: async (ctx) => {
  const owner: Owner = opaque();
  if (owner !== null) await ctx.db.delete(owner);
} });`,
    ["delete users"],
  ],
  [
    "the type of a validator",
    `import type { Infer } from "convex/values";
const shape = v.object({ who: v.id("users"), why: v.string() });
export const act = mutation({ args: {}, handler: async (ctx) => {
  const given: Infer<typeof shape> = opaque();
  return await ctx.db.get(given.who);
} });`,
    ["users get"],
  ],
  [
    "an id in a generic helper, by the argument of the call",
    `async function load<T extends "users" | "teams" | "tasks">(ctx: QueryCtx, key: { id: Id<T> }) {
  const { id } = key;
  return await ctx.db.get(id);
}
export const list = query({ args: {}, handler: async (ctx) => {
  const who: Id<"users"> = opaque();
  await load(ctx, { id: who });
  const tasks: { id: Id<"tasks"> } = opaque();
  await load(ctx, tasks);
} });`,
    ["users get", "tasks get"],
  ],
  [
    "a list of ids handed to a helper of convex-helpers",
    `import { getAll } from "convex-helpers/server/relationships";
function bosses(): Array<Doc<"teams">["ownerId"]> { return opaque(); }
export const list = query({ args: {}, handler: async (ctx) => {
  const who: ReturnType<typeof bosses> = opaque();
  return await getAll(ctx.db, who);
} });`,
    ["users get"],
  ],
];

const choices: [name: string, source: string, expected: string[]][] = [
  [
    "a table's name that is one of two",
    `export async function count(ctx: QueryCtx, table: "users" | "teams") {
  return (await ctx.db.query(table).take(10)).length;
}`,
    ["users scan", "teams scan"],
  ],
  [
    "a table's name behind a cast to any",
    `export async function load(ctx: QueryCtx, table: "users", id: string) {
  return await ctx.db.get(table as any, id as any);
}`,
    ["users get"],
  ],
];

const silent: [name: string, source: string][] = [
  [
    "any",
    `export async function list(source: any, id: any) {
  await source.query("users").collect();
  await source.get(id);
}`,
  ],
  [
    "an interface of the project that looks like a database",
    `interface Search { query(table: "users"): { collect(): Promise<string[]> }; get(id: string): Promise<string> }
export async function list(source: Search) {
  await source.query("users").collect();
  await source.get(opaque());
}`,
  ],
  [
    "maps, sets, headers and texts",
    `export async function list(index: Map<string, number>, seen: Set<string>, key: string, text: string) {
  index.get(key); index.delete(key); seen.delete(key);
  return text.replace(/a/, key).replace("a", key);
}`,
  ],
  [
    "an id of one of several tables",
    `export async function load(ctx: QueryCtx, id: Id<"users"> | Id<"teams">) {
  const same: typeof id = opaque(id);
  return await ctx.db.get(same);
}`,
  ],
  [
    "a name that may be any table of the schema",
    `export async function all<T extends "users" | "teams" | "tasks">(ctx: QueryCtx, table: T) {
  return await ctx.db.query(table).collect();
}`,
  ],
  [
    "an unknown id whose type is a bare string",
    `export async function load(ctx: QueryCtx) {
  const id: string = opaque();
  return await ctx.db.get(id as never);
}`,
  ],
];

describe.each([
  ["a receiver is told by", receivers],
  ["the table is told by", ids],
  ["a choice is told by", choices],
])("%s", (_group, cases) => {
  test.each(cases)("%s", async (_name, source, expected) => {
    const files = {
      "convex/schema.ts": schema,
      "convex/file.ts": head + source,
      ...(source.includes("internal.other") ? { "convex/other.ts": other } : {}),
    };
    const found = accesses(await analyse(files, "ts6"));
    expect(found.sort()).toEqual([...expected].sort());
    expect(accesses(await analyse(files, "none")).length).toBeLessThan(expected.length);
  });
});

test.each(silent)("nothing is said of %s", async (_name, source) => {
  const files = { "convex/schema.ts": schema, "convex/file.ts": head + source };
  expect(accesses(await analyse(files, "ts6"))).toEqual([]);
});

test("plain JavaScript is told by its JSDoc", async () => {
  const files = {
    "convex/schema.js": schema,
    "convex/file.js": `import { mutation } from "./_generated/server";
/** @param {import("./_generated/server").QueryCtx["db"]} store */
export async function list(store) { return await store.query("users").collect(); }
/** @param {import("./_generated/dataModel").Id<"users">} who */
function rename(ctx, who) { return ctx.db.patch(who, { name: "x" }); }
export const act = mutation(async (ctx, given) => { await rename(ctx, JSON.parse("1")); });
`,
  };
  expect(accesses(await analyse(files, "ts6"))).toEqual(["users scan", "patch users"]);
});

test("a read of one of several tables in a loop is one finding", async () => {
  const root = project({
    "convex/schema.ts": schema,
    "convex/file.ts": `${head}
export const list = query({ args: { from: v.string() }, handler: async (ctx, { from }) => {
  const table: "users" | "teams" = opaque(from);
  const found = [];
  for (const task of await ctx.db.query("tasks").collect())
    found.push(await ctx.db.get(table, task.title as never));
  return found;
} });`,
  });
  const { report } = await reportProject(root, { execute: true, cache: false });
  const loops = report.folders
    .flatMap((folder) => folder.findings)
    .filter((finding) => finding.rule === "read/n-plus-one");
  expect(loops.map((finding) => finding.message.slice(0, 40))).toEqual([
    "A `get` of one of 2 tables (`teams`, …) ",
  ]);
});

const corpus = fileURLToPath(new URL("./corpus/", import.meta.url));

test.each(["reads", "pages", "helpers", "loops", "writes", "fields", "functions"])(
  "the project %s is understood without a question to the checker",
  async (name) => {
    const root = join(corpus, name);
    const [folder] = discoverFolders(root);
    if (folder === undefined) throw new Error("no Convex folder was found");
    const analysis = await analyseFolder(root, folder, { config: defaultConfig(), execute: true });
    expect(analysis.oracle?.cost.questions).toBe(0);
    expect(analysis.oracle?.files()).toEqual([]);
  },
);

test.each(["inferred-types", "inferred-types-js"])(
  "the project %s has findings and reads that only types tell",
  async (name) => {
    const [all, without] = await Promise.all(
      (["ts6", "none"] as const).map(async (engine) => {
        const root = join(corpus, name);
        const { report } = await reportProject(root, { execute: true, cache: false, engine });
        return report.folders.flatMap(({ model, findings }) => ({
          resolved: model.coverage.resolved,
          findings: findings.filter((finding) => finding.severity !== "info").length,
        }))[0];
      }),
    );
    expect(all?.resolved).toBeGreaterThan((without?.resolved ?? 0) + 2);
    expect(all?.findings).toBeGreaterThan(without?.findings ?? 0);
  },
);

const acme = {
  "node_modules/acme/package.json": `{ "name": "acme", "version": "1.0.0", "types": "index.d.ts" }`,
  "node_modules/acme/index.d.ts": `
import type { GenericMutationCtx, AnyDataModel, RegisteredMutation, QueryBuilder } from "convex/server";
export declare const hidden: QueryBuilder<AnyDataModel, "internal">;
export declare const secretQuery: QueryBuilder<AnyDataModel, "internal">;
interface Chain { input(fields: object): Chain; handler(run: (context: GenericMutationCtx<AnyDataModel>) => Promise<unknown>): Done }
interface Done { public(): RegisteredMutation<"public", {}, null> }
export declare function build(): Chain;`,
};

test("builders of a package are told by what they make, when no module is run", async () => {
  const files = {
    ...acme,
    "convex/schema.ts": schema,
    "convex/file.ts": `import { build, hidden, secretQuery } from "acme";
export const first = hidden({ args: {}, handler: async (given) => await given.db.query("users").first() });
export const second = secretQuery({ args: {}, handler: async (given) => await given.db.query("teams").first() });
export const third = build().input({}).handler(async (given) => { await given.db.insert("users", {}); return null; }).public();
export const fourth = build().input({});
`,
  };
  const { model } = await analyse(files, "ts6", false);
  expect(model.functions.map((item) => [item.name, item.kind, item.visibility].join(" "))).toEqual([
    "file:first query internal",
    "file:second query internal",
    "file:third mutation public",
  ]);
  expect(model.reads.map((read) => [read.table, ...read.callers].join(" "))).toEqual([
    "users file:first",
    "teams file:second",
  ]);
  const guessed = await analyse(files, "none", false);
  expect(guessed.model.functions.map((item) => `${item.name} ${item.visibility}`)).toEqual([
    "file:second public",
  ]);
});

test("a module that fails to run keeps its functions by their types", async () => {
  const files = {
    ...acme,
    "convex/schema.ts": schema,
    "convex/file.ts": `import { hidden } from "acme";
export const first = hidden({ args: {}, handler: async (given) => await given.db.query("users").first() });
throw new Error("not here");`,
  };
  const { model } = await analyse(files, "ts6");
  expect(model.functions.map((item) => `${item.name} ${item.visibility}`)).toEqual([
    "file:first internal",
  ]);
});

test("functions that are made and called by nobody are read with what their types say", async () => {
  const files = {
    "convex/schema.ts": schema,
    "convex/file.ts": `${head}
export const service = { people: async (where: QueryCtx["db"]) => await where.query("users").collect() };
export function later(table: "teams") {
  return { run: async (where: QueryCtx["db"]) => await where.query(table).take(2) };
}
export const act = query({ args: {}, handler: async (ctx) => {
  opaque({ retry: async () => await ctx.db.query("tasks").first() });
} });`,
  };
  const { model } = await analyse(files, "ts6");
  expect(model.reads.map((read) => [read.table, ...read.callers].join(" "))).toEqual([
    "users",
    "teams",
    "tasks file:act",
  ]);
  expect(model.coverage).toEqual({ resolved: 3, total: 3 });
});

test("what is in `_generated` on disk does not matter: the schema tells", async () => {
  const files = {
    "convex/schema.ts": schema,
    "convex/_generated/dataModel.d.ts": `export type Doc<T> = never; export type Id<T> = number;`,
    "convex/_generated/server.d.ts": `export type QueryCtx = { db: string };`,
    "convex/file.ts": `${head}
export async function list<C extends QueryCtx>(c: C) { return await c.db.query("users").collect(); }`,
  };
  expect(accesses(await analyse(files, "ts6"))).toEqual(["users scan"]);
});

test("without a schema contexts and ids are told all the same", async () => {
  const files = {
    "convex/_generated/server.js": "",
    "convex/file.ts": `${head}
export async function list<C extends QueryCtx>(c: C) {
  const who: { id: Id<"users"> } = opaque();
  await c.db.get(who.id);
  return await c.db.query("anything").collect();
}`,
  };
  expect(accesses(await analyse(files, "ts6"))).toEqual(["users get", "anything scan"]);
});

test("the cache knows the packages that types came from, and those that were not there", async () => {
  const root = project({
    "node_modules/other/package.json": "{}",
    "convex/schema.ts": schema,
    "convex/file.ts": `${head}import { open } from "wires";
export const list = query({ args: {}, handler: async () => await open().store.query("users").first() });`,
  });
  const tables = async () => {
    const { report } = await reportProject(root, { execute: true, cache: true });
    return report.folders.flatMap(({ model }) => model.reads.map((read) => read.table));
  };
  const wires = (type: string, version: string) => {
    write(root, {
      "node_modules/wires/package.json": `{ "name": "wires", "version": "${version}", "types": "index.d.ts" }`,
      "node_modules/wires/index.d.ts": `import type { GenericDatabaseReader, AnyDataModel } from "convex/server";
export declare function open(): { store: ${type} };`,
    });
  };
  expect(await tables()).toEqual([]);
  wires("GenericDatabaseReader<AnyDataModel>", "1.0.0");
  expect(await tables()).toEqual(["users"]);
  expect(await tables()).toEqual(["users"]);
  wires("Map<string, string>", "2.0.0");
  expect(await tables()).toEqual([]);
});
