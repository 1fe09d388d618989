// Components from npm, unmodified, used as their READMEs show.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBackend, type Backend } from "../src/server.ts";
import { fixture } from "./running-project.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await startBackend({ functions: fixture("npm-components"), inMemory: true, port: 0 });
});
afterAll(() => backend.close());
const run = (path: string, args = {}) => backend.runFunction(path, args);

test("sharded-counter counts", async () => {
  for (let i = 0; i < 3; i++) await run("app:inc");
  expect(await run("app:count")).toBe(18);
});

test("aggregate counts, sums and finds by rank", async () => {
  for (let i = 0; i < 20; i++) await run("app:addScore", { name: `n${i}`, score: i * 2 });
  expect(await run("app:stats")).toEqual({ count: 20, sum: 380, max: 38, at: 6 });
});

test("rate-limiter lets two through and says when the third may", async () => {
  const limited = () => run("app:limited", { key: "a" });
  expect([await limited(), await limited()]).toEqual([{ ok: true }, { ok: true }]);
  expect(await limited()).toMatchObject({ ok: false, retryAfter: expect.any(Number) });
});

test("presence knows who is there", async () => {
  const { roomToken, sessionToken } = (await run("app:heartbeat", {
    roomId: "r",
    userId: "u",
    sessionId: "s",
    interval: 10_000,
  })) as { roomToken: string; sessionToken: string };
  expect(await run("app:listRoom", { roomToken })).toMatchObject([{ userId: "u", online: true }]);
  await run("app:disconnect", { sessionToken });
  expect(await run("app:listRoom", { roomToken })).toMatchObject([{ userId: "u", online: false }]);
});

test("migrations go through a table in batches", async () => {
  await run("app:run", { fn: "app:setLevel" });
  await vi.waitFor(async () => expect(await run("app:levels")).toBe(20), { timeout: 10_000 });
  expect(await run("app:status")).toMatchObject([{ state: "success", processed: 20 }]);
});
