// The unmodified clients of the `convex` package against a whole server.
import { ConvexReactClient } from "convex/react";
import { ConvexError } from "convex/values";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { flakyProxy } from "./flaky-proxy.ts";
import {
  action,
  httpClient,
  liveClient,
  mutation,
  query,
  startProject,
  testKeys,
  waitForQuery,
  type ClientLog,
} from "./running-project.ts";

const general = { channel: "general" };

test("a live query follows the mutations of another client", async () => {
  const backend = await startProject("chat");
  const watcher = liveClient(backend);
  const writer = liveClient(backend);
  await writer.mutation(mutation("messages:send"), { ...general, author: "ada", body: "hi" });
  const seen = await waitForQuery<string[]>(
    watcher,
    query("messages:list"),
    general,
    (list) => list.length === 1,
  );
  expect(seen).toEqual(["ada: hi"]);
  const next = waitForQuery<string[]>(
    watcher,
    query("messages:list"),
    general,
    (list) => list.length === 2,
  );
  await writer.mutation(mutation("messages:send"), { ...general, author: "bob", body: "ho" });
  expect(await next).toEqual(["ada: hi", "bob: ho"]);
});

test("a mutation's promise resolves although the client watches nothing", async () => {
  const backend = await startProject("chat");
  const client = liveClient(backend);
  expect(await client.mutation(mutation("counters:increment"), { name: "a" })).toBe(1);
  expect(await client.mutation(mutation("counters:peek"), { name: "a" })).toBe(1);
});

test("the React client watches and mutates", async () => {
  const backend = await startProject("chat");
  const client = new ConvexReactClient(backend.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
    logger: false,
  });
  onTestFinished(() => client.close());
  const watch = client.watchQuery(query("counters:get"), { name: "a" });
  const changed = new Promise<void>((resolve) => {
    watch.onUpdate(() => {
      if (watch.localQueryResult() === 1) resolve();
    });
  });
  await client.mutation(mutation("counters:increment"), { name: "a" });
  await changed;
  expect(await client.query(query("counters:get"), { name: "a" })).toBe(1);
  expect(await client.action(action("counters:double"), { name: "a" })).toBe(3);
});

test("the HTTP client calls queries, mutations and actions, nested modules and default exports", async () => {
  const backend = await startProject("chat");
  const client = httpClient(backend);
  await client.mutation(mutation("counters:increment"), { name: "a" });
  expect(await client.action(action("counters:double"), { name: "a" })).toBe(3);
  expect(await client.query(query("counters:get"), { name: "a" })).toBe(3);
  expect(await client.query(query("nested/deep:answer"), {})).toBe(42);
  expect(await client.query(query("nested/deep:default"), {})).toBe("default");
  expect(await client.query(query("values:special"), {})).toEqual({
    int: 7n,
    nan: NaN,
    bytes: new Uint8Array([1, 2]).buffer,
    zero: -0,
  });
});

test("errors reach the client as what they were: plain ones as Error, ConvexErrors with their data", async () => {
  const backend = await startProject("chat");
  const live = liveClient(backend);
  const http = httpClient(backend);
  for (const client of [live, http]) {
    const refused = await client
      .mutation(mutation("messages:refuse"), {})
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConvexError);
    expect((refused as ConvexError<never>).data).toEqual({ kind: "refused", amount: 3n });
    const failed = await client
      .action(action("counters:failingAction"), {})
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect(failed).not.toBeInstanceOf(ConvexError);
    expect((failed as Error).message).toContain("Uncaught Error: no luck");
  }
});

test("an action sees a mutation's ConvexError with its data, as values", async () => {
  const backend = await startProject("chat");
  expect(await httpClient(backend).action(action("counters:catchRefusal"), {})).toEqual({
    caught: { kind: "refused", amount: 3n },
  });
});

test("the console of the browser has no line that it could not parse", async () => {
  const backend = await startProject("chat");
  const log: ClientLog = { lines: [] };
  const client = liveClient(backend, log);
  await waitForQuery(client, query("messages:chatty"), {}, () => true);
  await client.action(action("counters:double"), { name: "a" });
  expect(log.lines.join("\n")).toContain("'hello'");
  expect(log.lines.join("\n")).not.toContain("Could not parse console.log");
});

test("mutations over a link that keeps breaking are each done once, in order", async () => {
  const backend = await startProject("chat");
  const proxy = await flakyProxy(backend.url);
  const client = liveClient(proxy);
  await client.query(query("counters:get"), { name: "damage" });
  const results: number[] = [];
  for (let round = 0; round < 6; round++) {
    const batch = Array.from({ length: 10 }, async () => {
      results.push(await client.mutation(mutation("counters:increment"), { name: "damage" }));
    });
    // Every other time the server hears the mutations and the answers are lost.
    proxy.muted = round % 2 === 0;
    await waitForCount(backend, proxy.muted ? round * 10 + 1 : 0);
    proxy.cut();
    proxy.muted = false;
    await Promise.all(batch);
  }
  expect(results).toEqual(Array.from({ length: 60 }, (_, position) => position + 1));
  expect(await backend.runFunction("counters:get", { name: "damage" })).toBe(60);
});

test("a live query goes on by itself after the link broke", async () => {
  const backend = await startProject("chat");
  const proxy = await flakyProxy(backend.url);
  const client = liveClient(proxy);
  await waitForQuery<number>(client, query("counters:get"), { name: "a" }, (value) => value === 0);
  const next = waitForQuery<number>(
    client,
    query("counters:get"),
    { name: "a" },
    (value) => value === 1,
  );
  proxy.cut();
  await backend.runFunction("counters:increment", { name: "a" });
  expect(await next).toBe(1);
});

test("signing in and out changes who the functions see, over the socket and over HTTP", async () => {
  const backend = await startProject("chat");
  const { sign } = await testKeys();
  const client = liveClient(backend);
  const signedIn = new Promise<boolean>((resolve) => client.setAuth(() => sign("ada"), resolve));
  expect(await signedIn).toBe(true);
  expect(await client.query(query("people:whoAmI"), {})).toBe("ada");
  expect(await client.mutation(mutation("people:signature"), {})).toBe("https://tests.example|ada");
  expect(await client.action(action("people:throughAction"), {})).toBe("ada");
  const http = httpClient(backend);
  http.setAuth(await sign("bob"));
  expect(await http.query(query("people:whoAmI"), {})).toBe("bob");
  http.clearAuth();
  expect(await http.query(query("people:whoAmI"), {})).toBeNull();
  http.setAuth("nonsense");
  await expect(http.query(query("people:whoAmI"), {})).rejects.toThrow(/InvalidAuthHeader/);
});

test("a client whose token ran out fetches another by itself and loses nothing", async () => {
  let ahead = 0;
  const clock = {
    now: () => Date.now() + ahead,
    wait: (ms: number, callback: () => void) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
  const backend = await startProject("chat", { clock });
  const { sign } = await testKeys();
  const client = liveClient(backend);
  const states: boolean[] = [];
  let fetched = 0;
  client.setAuth(
    () => {
      fetched++;
      return sign("ada", 3_600 + ahead / 1_000);
    },
    (isSignedIn) => void states.push(isSignedIn),
  );
  const names: unknown[] = [];
  client.onUpdate(query("people:whoAmI"), {}, (name) => void names.push(name));
  await expect.poll(() => names).toContain("ada");
  await expect.poll(() => fetched).toBeGreaterThanOrEqual(2);
  const before = fetched;
  ahead = 2 * 3_600_000;
  expect(await client.mutation(mutation("people:signature"), {})).toBe("https://tests.example|ada");
  expect(fetched).toBeGreaterThan(before);
  expect(new Set(names)).toEqual(new Set(["ada"]));
  expect(states).not.toContain(false);
});

test("a client whose tokens are refused ends signed out, not in a loop", async () => {
  const backend = await startProject("chat");
  const client = liveClient(backend);
  const outcome = new Promise<boolean>((resolve) =>
    client.setAuth(() => Promise.resolve("a.b.c"), resolve),
  );
  expect(await outcome).toBe(false);
  expect(await client.query(query("people:whoAmI"), {})).toBeNull();
});

async function waitForCount(
  backend: { runFunction: (path: string, args: never) => Promise<unknown> },
  count: number,
) {
  while (Number(await backend.runFunction("counters:get", { name: "damage" } as never)) < count) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
