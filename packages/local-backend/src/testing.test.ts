// The harness has the surface of convex-test and the behaviour of the real engine.
import { afterEach, expect, test, vi } from "vitest";
import {
  actionGeneric,
  cronJobs,
  httpActionGeneric,
  httpRouter,
  mutationGeneric,
  queryGeneric,
  makeFunctionReference,
  defineSchema,
  defineTable,
  componentsGeneric,
} from "convex/server";
import { ConvexError, v, type GenericId as Id } from "convex/values";
import { convexTest, type ModuleGlob } from "./testing.ts";

const schema = defineSchema({
  tasks: defineTable({ text: v.string(), done: v.optional(v.boolean()) }).index("by_text", [
    "text",
  ]),
});

const api = {
  add: makeFunctionReference<"mutation", { text: string }, string>("tasks:add"),
  list: makeFunctionReference<"query", Record<string, never>, string[]>("tasks:list"),
  me: makeFunctionReference<"query", Record<string, never>, string[] | null>("tasks:me"),
  fail: makeFunctionReference<"mutation">("tasks:fail"),
  outer: makeFunctionReference<"mutation">("tasks:outer"),
  relay: makeFunctionReference<"action">("tasks:relay"),
  later: makeFunctionReference<"mutation", { ms: number; times: number }, string | null>(
    "tasks:later",
  ),
  boom: makeFunctionReference<"action">("tasks:boom"),
  forgetful: makeFunctionReference<"mutation">("tasks:forgetful"),
  bump: makeFunctionReference<"mutation">("app:bump"),
};

const add = mutationGeneric({
  args: { text: v.string() },
  handler: async (ctx, { text }): Promise<string> => await ctx.db.insert("tasks", { text }),
});

const tasks = {
  add,
  list: queryGeneric({
    args: {},
    handler: async (ctx) => (await ctx.db.query("tasks").collect()).map((task) => task.text),
  }),
  me: queryGeneric({
    args: {},
    handler: async (ctx) => {
      const identity = await ctx.auth.getUserIdentity();
      return identity === null ? null : [identity.name ?? null, identity.tokenIdentifier];
    },
  }),
  fail: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("tasks", { text: "lost" });
      throw new ConvexError({ code: 5n });
    },
  }),
  outer: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("tasks", { text: "outer" });
      const data = await ctx
        .runMutation(api.fail, {})
        .catch((error: unknown) =>
          error instanceof ConvexError ? (error.data as unknown) : String(error),
        );
      return { data, seen: await ctx.runQuery(api.list, {}) };
    },
  }),
  relay: actionGeneric({
    args: { text: v.string() },
    handler: async (ctx, { text }): Promise<string[]> => {
      await ctx.runMutation(api.add, { text });
      const id = await ctx.storage.store(new Blob([text], { type: "text/plain" }));
      const blob = await ctx.storage.get(id);
      return [...(await ctx.runQuery(api.list, {})), (await blob?.text()) ?? ""];
    },
  }),
  later: mutationGeneric({
    args: { ms: v.number(), times: v.number() },
    handler: async (ctx, { ms, times }) => {
      await ctx.db.insert("tasks", { text: `left ${times}` });
      if (times > 0) return await ctx.scheduler.runAfter(ms, api.later, { ms, times: times - 1 });
      return null;
    },
  }),
  boom: actionGeneric({
    args: {},
    handler: async () => {
      throw new Error("boom");
    },
  }),
  forgetful: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      void ctx.db
        .query("tasks")
        .first()
        .then(() => ctx.db.insert("tasks", { text: "unawaited" }));
    },
  }),
};

const http = httpRouter();
http.route({
  path: "/add",
  method: "POST",
  handler: httpActionGeneric(async (ctx, request) => {
    await ctx.runMutation(api.add, { text: await request.text() });
    return new Response(null, { status: 204 });
  }),
});
const counter = {
  bump: mutationGeneric({
    args: {},
    returns: v.number(),
    handler: async (ctx) => {
      await ctx.db.insert("bumps", {});
      return (await ctx.db.query("bumps").collect()).length;
    },
  }),
};
const app = {
  bump: mutationGeneric({
    args: {},
    handler: async (ctx): Promise<number> => {
      const components = componentsGeneric() as unknown as Record<
        string,
        Record<string, Record<string, unknown>>
      >;
      return await ctx.runMutation(components["counter"]?.["counter"]?.["bump"] as never, {});
    },
  }),
};

const modules: ModuleGlob = {
  "./_generated/api.js": () => Promise.resolve({}),
  "./tasks.ts": () => Promise.resolve(tasks),
  "./app.ts": () => Promise.resolve(app),
  "./http.ts": () => Promise.resolve({ default: http }),
  "./crons.ts": () => Promise.resolve({ default: cronJobs() }),
  "./tasks.test.ts": () => Promise.reject(new Error("tests are not deployed")),
  "./broken.ts": () => Promise.reject(new Error("cannot be imported")),
};

const start = () => convexTest(schema, modules);
afterEach(() => void vi.useRealTimers());

test("mutations write, queries read, results are values", async () => {
  const t = start();
  const id = await t.mutation(api.add, { text: "a" });
  expect(id).toMatch(/^[0-9a-z]{32}$/);
  expect(await t.query(api.list, {})).toEqual(["a"]);
});

test("each backend is its own", async () => {
  await start().mutation(api.add, { text: "a" });
  expect(await start().query(api.list, {})).toEqual([]);
});

test("arguments and documents are checked as on Convex", async () => {
  const t = start();
  await expect(t.mutation(api.add, { text: 5 } as never)).rejects.toThrow(
    /^ArgumentValidationError: Value does not match validator\.\nPath: \.text/,
  );
  await expect(
    t.run(async (ctx) => await ctx.db.insert("tasks", { wrong: true } as never)),
  ).rejects.toThrow(
    'Failed to insert or update a document in table "tasks" because it does not match the schema',
  );
});

test("a failing mutation leaves nothing, and its ConvexError arrives with its data", async () => {
  const t = start();
  const error = await t.mutation(api.fail, {}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConvexError);
  expect((error as ConvexError<{ code: bigint }>).data).toEqual({ code: 5n });
  expect(await t.query(api.list, {})).toEqual([]);
});

test("a nested failure rolls back its own writes only", async () => {
  const t = start();
  expect(await t.mutation(api.outer, {})).toEqual({ data: { code: 5n }, seen: ["outer"] });
});

test("writes that nobody awaits are committed", async () => {
  const t = start();
  await t.mutation(api.forgetful, {});
  expect(await t.query(api.list, {})).toEqual(["unawaited"]);
});

test("actions run mutations and queries and store files", async () => {
  expect(await start().action(api.relay, { text: "hi" })).toEqual(["hi", "hi"]);
});

test("many mutations at once run one after another", async () => {
  const t = start();
  const texts = Array.from({ length: 20 }, (_, i) => `task ${i}`);
  await Promise.all(texts.map((text) => t.mutation(api.add, { text })));
  expect(await t.query(api.list, {})).toEqual(texts);
});

test("documents keep the order in which they were made while the test's clock stands still", async () => {
  vi.useFakeTimers();
  const t = start();
  for (const text of ["c", "a", "b"]) await t.mutation(api.add, { text });
  expect(await t.query(api.list, {})).toEqual(["c", "a", "b"]);
});

test("run, and inline functions, give back whatever they return", async () => {
  const t = start();
  const ids = await t.run(async (ctx) => [await ctx.db.insert("tasks", { text: "x" })]);
  const found = await t.query(async (ctx) => new Map([[ids[0], await ctx.db.get(ids[0]!)]]));
  expect(found.get(ids[0])?.text).toBe("x");
  expect(await t.action(async () => undefined)).toBeUndefined();
  await expect(
    t.query(async (ctx) => (ctx.db as never as { insert(): Promise<void> }).insert()),
  ).rejects.toThrow();
});

test("fetch is refused in transactions, as on Convex, and works in actions", async () => {
  const t = start();
  const call = () => fetch("data:text/plain,hi").then((response) => response.text());
  await expect(t.run(call)).rejects.toThrow("Can't use fetch() in queries and mutations.");
  expect(await t.action(call)).toBe("hi");
});

test("a mutation started inside a transaction is refused, not waited for for ever", async () => {
  const t = start();
  await expect(t.run(async () => await t.mutation(api.add, { text: "x" }))).rejects.toThrow(
    "A mutation was started from inside a transaction",
  );
});

test("withIdentity calls as somebody", async () => {
  const t = start();
  expect(await t.query(api.me, {})).toBeNull();
  const [name, token] = (await t.withIdentity({ name: "Ann" }).query(api.me, {})) as string[];
  expect([name, token]).toEqual(["Ann", expect.stringMatching(/^https:\/\/convex\.test\|\d+$/)]);
});

test("fetch calls http actions", async () => {
  const t = start();
  expect((await t.fetch("/add", { method: "POST", body: "web" })).status).toBe(204);
  expect((await t.fetch("/nowhere")).status).toBe(404);
  expect(await t.query(api.list, {})).toEqual(["web"]);
});

test("scheduled functions run with fake timers, one by one", async () => {
  vi.useFakeTimers();
  const t = start();
  const id = (await t.mutation(api.later, { ms: 60_000, times: 1 })) as string;
  const state = () =>
    t.run(async (ctx) => (await ctx.db.system.get(id as Id<"_scheduled_functions">))?.state);
  expect(await state()).toEqual({ kind: "pending" });
  vi.advanceTimersByTime(60_000);
  await t.finishInProgressScheduledFunctions();
  expect(await state()).toEqual({ kind: "success" });
  expect(await t.query(api.list, {})).toEqual(["left 1", "left 0"]);
});

test("finishAllScheduledFunctions runs chains to their end", async () => {
  vi.useFakeTimers();
  const t = start();
  await t.mutation(api.later, { ms: 3_600_000, times: 5 });
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await t.query(api.list, {})).toHaveLength(6);
});

test("finishAllScheduledFunctions gives up on functions that schedule for ever", async () => {
  vi.useFakeTimers();
  const t = start();
  await t.mutation(api.later, { ms: 1, times: 1_000 });
  await expect(t.finishAllScheduledFunctions(vi.runAllTimers, 5)).rejects.toThrow(
    "too many iterations",
  );
});

test("a scheduled action that fails is recorded with its error", async () => {
  vi.useFakeTimers();
  const t = start();
  const id = await t.run(async (ctx) => await ctx.scheduler.runAfter(0, api.boom, {}));
  await t.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await t.run(async (ctx) => (await ctx.db.system.get(id))?.state)).toEqual({
    kind: "failed",
    error: expect.stringContaining("Uncaught Error: boom"),
  });
});

test("components have tables of their own", async () => {
  const t = start();
  t.registerComponent("counter", defineSchema({ bumps: defineTable({}) }), {
    "./_generated/api.js": () => Promise.resolve({}),
    "./counter.ts": () => Promise.resolve(counter),
  });
  expect([await t.mutation(api.bump, {}), await t.mutation(api.bump, {})]).toEqual([1, 2]);
  expect(await t.run(async (ctx) => await ctx.db.query("bumps" as never).collect())).toEqual([]);
});

test("a module that cannot be imported says why, when it is called", async () => {
  await expect(start().query(makeFunctionReference<"query">("broken:x"), {})).rejects.toThrow(
    "cannot be imported",
  );
  await expect(start().query(makeFunctionReference<"query">("nowhere:x"), {})).rejects.toThrow(
    "Could not find function for 'nowhere:x'",
  );
});

test("without modules it says what to pass", () => {
  expect(() => convexTest(schema)).toThrow("import.meta.glob");
});
