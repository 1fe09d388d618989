// Measuring on the real local backend: a scan shows as growth, an index read does not, nothing written stays, budgets fail.
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../src/commands/program.ts";
import type { MeasuredFunction } from "../src/measure/measure.ts";
import { project, schemaFile, write } from "./project.ts";

const schema = schemaFile(`
  users: defineTable({ tokenIdentifier: v.string(), name: v.string() }).index("by_tokenIdentifier", ["tokenIdentifier"]),
  campaigns: defineTable({ name: v.string(), gmId: v.id("users") }),
  members: defineTable({ campaignId: v.id("campaigns"), userId: v.id("users"), role: v.union(v.literal("gm"), v.literal("player")) })
    .index("by_campaignId_and_userId", ["campaignId", "userId"]),
  sessions: defineTable({ campaignId: v.id("campaigns"), gmId: v.id("users"), joinCode: v.string(), status: v.union(v.literal("open"), v.literal("closed")),
    currentId: v.optional(v.id("rolls")) })
    .index("by_joinCode", ["joinCode"]).index("by_campaignId", ["campaignId"]).index("by_status", ["status"]),
  rolls: defineTable({ sessionId: v.id("sessions"), total: v.number(), note: v.string() }).index("by_sessionId", ["sessionId"]),
  progress: defineTable({ name: v.union(v.literal("a"), v.literal("b")), at: v.number() }).index("by_name", ["name"]),
  odd: defineTable(v.union(
    v.object({ kind: v.literal("bytes"), body: v.bytes(), count: v.int64(), by: v.record(v.string(), v.number()) }),
    v.object({ kind: v.literal("file"), fileId: v.id("_storage"), jobId: v.id("_scheduled_functions"), vector: v.array(v.float64()) })))
    .vectorIndex("by_vector", { vectorField: "vector", dimensions: 4 }),`);

const rolls = `import { action, internalMutation, mutation, query } from "./_generated/server";
import { api, internal } from "./_generated/api";
import { v } from "convex/values";
async function me(ctx: any) {
  const identity = await ctx.auth.getUserIdentity();
  if (identity === null) throw new Error("not signed in");
  const user = await ctx.db.query("users")
    .withIndex("by_tokenIdentifier", (q: any) => q.eq("tokenIdentifier", identity.tokenIdentifier)).unique();
  if (user === null) throw new Error("no such user");
  return user;
}
async function gm(ctx: any, campaignId: any) {
  const user = await me(ctx);
  const member = await ctx.db.query("members")
    .withIndex("by_campaignId_and_userId", (q: any) => q.eq("campaignId", campaignId).eq("userId", user._id)).unique();
  if (member?.role !== "gm") throw new Error("only the gm");
  return user;
}
export const scan = query({ args: { sessionId: v.id("sessions") }, handler: async (ctx: any, { sessionId }: any) =>
  await ctx.db.query("rolls").filter((q: any) => q.eq(q.field("sessionId"), sessionId)).collect() });
export const served = query({ args: { sessionId: v.id("sessions") }, handler: async (ctx: any, { sessionId }: any) =>
  await ctx.db.query("rolls").withIndex("by_sessionId", (q: any) => q.eq("sessionId", sessionId)).collect() });
export const open = query({ args: {}, handler: async (ctx: any) =>
  await ctx.db.query("sessions").withIndex("by_status", (q: any) => q.eq("status", "open")).collect() });
export const first80 = query({ args: {}, handler: async (ctx: any) =>
  await Promise.all((await ctx.db.query("rolls").take(80)).map((roll: any) => ctx.db.get(roll.sessionId))) });
export const ofGm = query({ args: { sessionId: v.id("sessions") }, handler: async (ctx: any, { sessionId }: any) => {
  const session = await ctx.db.get(sessionId);
  await gm(ctx, session.campaignId);
  return session;
} });
export const add = mutation({ args: { sessionId: v.id("sessions"), total: v.number(), note: v.string() }, handler: async (ctx: any, args: any) => {
  if (args.total < 3 || args.total > 18) throw new Error("Total must be between 3 and 18");
  const before = await ctx.db.query("rolls").withIndex("by_sessionId", (q: any) => q.eq("sessionId", args.sessionId)).collect();
  await ctx.db.insert("rolls", args);
  return before.length;
} });
export const clear = internalMutation({ args: {}, handler: async (ctx: any) => {
  for (const roll of await ctx.db.query("rolls").collect()) await ctx.db.delete(roll._id);
} });
export const current = query({ args: { sessionId: v.id("sessions") }, handler: async (ctx: any, { sessionId }: any) => {
  const session = await ctx.db.get(sessionId);
  if (session.currentId === undefined) throw new Error("nothing is going on");
  return await ctx.db.get(session.currentId);
} });
export const join = mutation({ args: { code: v.string() }, handler: async (ctx: any, { code }: any) => {
  const session = await ctx.db.query("sessions").withIndex("by_joinCode", (q: any) => q.eq("joinCode", code.toUpperCase())).first();
  if (session === null) throw new Error("no table has that code");
  return session._id;
} });
export const joinAndLook = action({ args: { code: v.string() }, handler: async (ctx: any, { code }: any): Promise<any> => {
  const sessionId = await ctx.runMutation(api.rolls.join, { code });
  return await ctx.runQuery(api.rolls.served, { sessionId });
} });
export const status = query({ args: { name: v.union(v.literal("a"), v.literal("b")) }, handler: async (ctx: any, { name }: any) =>
  await ctx.db.query("progress").withIndex("by_name", (q: any) => q.eq("name", name)).unique() });
export const page = query({ args: { paginationOpts: v.any() }, handler: async (ctx: any) => await ctx.db.query("odd").take(5) });
export const fetches = action({ args: {}, handler: async () => { await fetch("https://example.com"); } });
export const fails = query({ args: {}, handler: async () => { throw new Error("on purpose"); } });
export const needsClear = internalMutation({ args: {}, handler: async (ctx: any) => { await ctx.runMutation(internal.rolls.clear, {}); } });
`;

function measured(): string {
  return project({ "convex/schema.ts": schema, "convex/rolls.ts": rolls });
}

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(["node", "cli", ...argv, "--no-cache"], {
    write: (text) => out.push(text),
    error: (text) => err.push(text),
  });
  return { code, out: out.join(""), err: err.join("") };
}

async function json(root: string, ...flags: string[]) {
  const { code, out, err } = await run(
    "measure",
    root,
    "--seed",
    "120",
    "--format",
    "json",
    ...flags,
  );
  expect(err).toBe("");
  expect(code).toBe(0);
  const parsed = JSON.parse(out);
  const functions: MeasuredFunction[] = parsed.functions;
  return {
    parsed,
    of: (name: string) => functions.find((item) => item.function === `rolls:${name}`),
  };
}

test("queries, mutations and actions are measured, each on the data as it was seeded", async () => {
  const { parsed, of } = await json(measured());
  expect(parsed).toMatchObject({ version: 2, sizes: [30, 120], notFilled: [] });
  expect(of("scan")).toMatchObject({
    verdict: "proven scan",
    documents: { p50: [30, 120], max: [30, 120] },
    grows: [{ table: "rolls", slope: 1, at: "convex/rolls.ts:20" }],
    findings: ["read/index-available"],
    reads: [{ index: "by_creation_time", range: "", returned: [10, 10], at: "convex/rolls.ts:20" }],
  });
  expect(of("served")).toMatchObject({ verdict: "constant", documents: { max: [10, 10] } });
  // A range, but one that a growing table widens.
  expect(of("open")).toMatchObject({ verdict: "grows", grows: [{ table: "sessions" }] });
  // Thirty of thirty, then eighty: that is no growth.
  expect(of("first80")).toMatchObject({
    verdict: "bounded",
    grows: [],
    documents: { max: [60, 160] },
  });
  expect(of("ofGm")).toMatchObject({ verdict: "constant", error: null });
  // Deletes all: what comes after still finds everything.
  expect(of("clear")).toMatchObject({ verdict: "proven scan", written: [30, 120] });
  expect(of("needsClear")).toMatchObject({ verdict: "proven scan", written: [30, 120] });
  expect(of("add")).toMatchObject({
    verdict: "constant",
    kind: "mutation",
    written: [1, 1],
    documents: { max: [10, 10] },
  });
  expect(of("current")).toMatchObject({ verdict: "constant", error: null });
  expect(of("join")).toMatchObject({ verdict: "constant", documents: { max: [1, 1] } });
  expect(of("joinAndLook")).toMatchObject({ kind: "action", documents: { max: [11, 11] } });
  expect(of("status")).toMatchObject({ verdict: "constant", documents: { max: [1, 1] } });
  expect(of("page")).toMatchObject({ documents: { max: [5, 5] } });
  expect(of("fetches")).toMatchObject({
    verdict: "left out",
    error: expect.stringContaining("fetch()"),
  });
  expect(of("fails")).toMatchObject({
    verdict: "not measured",
    error: expect.stringContaining("on purpose"),
  });
  expect(parsed.tables).toContainEqual({ table: "progress", documents: [2, 2] });
}, 60_000);

test("the same project gives the same numbers", async () => {
  const root = measured();
  // Ids are drawn anew by each backend.
  const numbers = async () => {
    const { parsed } = await json(root);
    return parsed.functions.map(({ example: _, ...rest }: MeasuredFunction) => rest);
  };
  expect(await numbers()).toEqual(await numbers());
}, 60_000);

test("a budget that is passed and --check make the exit code 1, and say where", async () => {
  const root = measured();
  write(root, {
    "convex-data-engineer.json": `{ "budgets": { "rolls:served": 5, "rolls.join": 1, "rolls:fails": 1 } }`,
  });
  const budget = await run("measure", root, "--seed", "100");
  expect(budget.code).toBe(1);
  expect(budget.err).toContain(
    "rolls:served reads 10 documents, its budget is 5; most are rolls through by_sessionId at convex/rolls.ts:22",
  );
  expect(budget.err).toContain("rolls:fails has a budget of 1 documents and could not be measured");
  expect(budget.err).not.toContain("rolls:join");
  write(root, { "convex-data-engineer.json": "{}" });
  const check = await run("measure", root, "--seed", "100", "--check");
  expect(check.code).toBe(1);
  expect(check.err).toContain("rolls:scan scans rolls at convex/rolls.ts:20");
}, 60_000);

test("the matrix and the page take the measured numbers", async () => {
  const root = measured();
  const { out } = await run("measure", root, "--seed", "120", "--format", "json");
  write(root, { "measured.json": out, "other.json": `{ "version": 1 }` });
  const file = join(root, "measured.json");
  const matrix = await run("patterns", root, "--measured", file);
  expect(matrix.out).toContain("Measured, p50 / max");
  expect(matrix.out).toMatch(/\| rolls:scan \(public query\) \| rolls \|.*\| 120 \/ 120 \|/);
  expect(matrix.out).toMatch(/\| rolls:join.* \| 1 \/ 1 \|/);
  const rows = JSON.parse(
    (await run("patterns", root, "--measured", file, "--format", "json")).out,
  ).rows;
  expect(rows).toContainEqual(expect.objectContaining({ measured: { p50: 120, max: 120 } }));
  expect((await run("patterns", root)).out).not.toContain("Measured");
  const page = join(root, "page.md");
  expect(await run("docs", root, "--out", page, "--measured", file)).toMatchObject({ code: 0 });
  expect(await run("docs", root, "--out", page, "--measured", file, "--check")).toMatchObject({
    code: 0,
  });
  expect(await run("docs", root, "--out", page, "--check")).toMatchObject({ code: 1 });
  const wrong = await run("patterns", root, "--measured", join(root, "other.json"));
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("measure --format json") });
}, 60_000);

test("given calls replace made-up ones, and name seeded documents", async () => {
  const root = measured();
  write(root, {
    "calls.json": JSON.stringify({
      "rolls:served": [
        { args: { sessionId: "$sessions[2]" } },
        { args: { sessionId: "$rolls[25].sessionId" } },
      ],
      "rolls:ofGm": { args: { sessionId: "$sessions[0]" }, identity: "$users[0]" },
    }),
  });
  const { of } = await json(root, "--calls", join(root, "calls.json"));
  expect(of("served")).toMatchObject({ from: "given", calls: 2, documents: { max: [10, 10] } });
  expect(of("ofGm")).toMatchObject({ from: "given", calls: 1 });
  expect(of("scan")).toMatchObject({ from: "made up" });
}, 60_000);

test("a script drives the backend, and what it calls is measured at both sizes", async () => {
  const root = measured();
  write(root, {
    "drive.mjs": `export default async ({ call, ids, document, identityOf, url, size }) => {
      if (!url.startsWith("http") || size < 30) throw new Error("no tools");
      const sessionId = ids("sessions")[1];
      await call("rolls:add", { sessionId, total: 7, note: document("rolls", 0).note }, identityOf(ids("users")[0]));
      await call("rolls:served", { sessionId });
      await call("rolls:scan", { sessionId });
    };
    export const calls = { "rolls:join": { args: { code: "$sessions[3].joinCode" } } };`,
    "broken.mjs": `export default async ({ call }) => { await call("rolls:fails"); };`,
    "empty.mjs": `export const other = 1;`,
  });
  const { of } = await json(root, "--run", join(root, "drive.mjs"));
  // The roll it added is there: a script's writes stay.
  expect(of("served")).toMatchObject({ from: "script", calls: 1, documents: { max: [11, 11] } });
  expect(of("scan")).toMatchObject({
    from: "script",
    verdict: "proven scan",
    documents: { max: [31, 121] },
  });
  expect(of("join")).toMatchObject({ from: "script", documents: { max: [1, 1] } });
  expect(of("open")).toMatchObject({ from: "made up" });
  const broken = await run("measure", root, "--seed", "100", "--run", join(root, "broken.mjs"));
  expect(broken).toMatchObject({ code: 2, err: expect.stringContaining("on purpose") });
  const empty = await run("measure", root, "--seed", "100", "--run", join(root, "empty.mjs"));
  expect(empty).toMatchObject({ code: 2, err: expect.stringContaining("exports nothing to run") });
}, 60_000);

test("the project's own variables are given to it, and a missing one is told", async () => {
  const root = project({
    "convex/schema.ts": schemaFile(`t: defineTable({ a: v.string() })`),
    "convex/f.ts": `import { query } from "./_generated/server";
      if (process.env.SECRET_NAME === undefined) throw new Error("Environment variable SECRET_NAME is missing");
      export const f = query({ args: {}, handler: async (ctx: any) => await ctx.db.query("t").take(3) });`,
  });
  const without = await run("measure", root, "--seed", "100");
  expect(without).toMatchObject({
    code: 2,
    err: expect.stringContaining("--env SECRET_NAME=VALUE"),
  });
  expect(await run("measure", root, "--seed", "100", "--env", "SECRET_NAME=x")).toMatchObject({
    code: 0,
  });
  write(root, { "vars.env": `# comment\nexport SECRET_NAME="x"\n` });
  expect(
    await run("measure", root, "--seed", "100", "--env-file", join(root, "vars.env")),
  ).toMatchObject({ code: 0 });
}, 60_000);

test("wrong flags, files and names are tool errors that say what is meant", async () => {
  const root = measured();
  const wrong = async (...flags: string[]) => {
    const { code, err } = await run("measure", root, ...flags);
    expect(code).toBe(2);
    return err;
  };
  expect(await wrong("--seed", "1")).toContain("from 100 to 20000");
  expect(await wrong("--format", "xml")).toContain("md, json");
  expect(await wrong("--env", "novalue")).toContain("NAME=VALUE");
  expect(await wrong("--run", join(root, "none.mjs"))).toContain("none.mjs");
  write(root, { "calls.json": `{ "rolls:scan": 3 }` });
  expect(await wrong("--calls", join(root, "calls.json"))).toContain("rolls:scan");
  write(root, { "calls.json": `{ "rolls:scann": { "args": {} } }` });
  expect(await wrong("--calls", join(root, "calls.json"))).toContain(`Did you mean "rolls:scan"?`);
  write(root, { "convex-data-engineer.json": `{ "budgets": { "rolls:serve": 5 } }` });
  expect(await wrong()).toContain(`Did you mean "rolls:served"?`);
});
