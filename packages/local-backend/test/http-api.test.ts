// The HTTP API, http actions, and the refusals of both.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { Backend } from "../src/index.ts";
import { ProtocolSocket } from "./protocol-socket.ts";
import { jsonOf, startProject, testKeys } from "./running-project.ts";

function post(backend: Backend, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${backend.url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
const postJson = async (...request: Parameters<typeof post>) => jsonOf(post(...request));
const message = { channel: "general", author: "ada", body: "hi" };

test("arguments may be an object or an array of one; results come clean unless encoded ones are asked for", async () => {
  const backend = await startProject("chat");
  const name = { name: "a" };
  expect(
    await postJson(backend, "/api/mutation", { path: "counters:increment", args: name }),
  ).toEqual({
    status: "success",
    value: 1,
  });
  expect(await postJson(backend, "/api/query", { path: "counters:get", args: [name] })).toEqual({
    status: "success",
    value: 1,
  });
  expect(await postJson(backend, "/api/action", { path: "counters:double", args: name })).toEqual({
    status: "success",
    value: 3,
    logLines: ["[LOG] 'doubled'"],
  });
  expect(await postJson(backend, "/api/query", { path: "values:special", args: {} })).toEqual({
    status: "success",
    value: { int: "7", nan: "NaN", bytes: "AQI=", zero: 0 },
  });
  expect(
    await postJson(backend, "/api/query", {
      path: "values:special",
      args: {},
      format: "convex_encoded_json",
    }),
  ).toMatchObject({
    value: { int: { $integer: "BwAAAAAAAAA=" }, zero: { $float: "AAAAAAAAAIA=" } },
  });
});

test("a query can be asked by GET, a function by its address, several at one moment, and at a moment", async () => {
  const backend = await startProject("chat");
  const args = encodeURIComponent(JSON.stringify({ name: "a" }));
  expect(await jsonOf(fetch(`${backend.url}/api/query?path=counters:get&args=${args}`))).toEqual({
    status: "success",
    value: 0,
  });
  expect(await postJson(backend, "/api/run/counters/increment", { args: { name: "a" } })).toEqual({
    status: "success",
    value: 1,
  });
  expect(await postJson(backend, "/api/run/nested/deep/answer", {})).toEqual({
    status: "success",
    value: 42,
  });
  const query = { path: "counters:get", args: { name: "a" } };
  expect(
    await postJson(backend, "/api/query_batch", { queries: [query, { ...query, path: "no:no" }] }),
  ).toMatchObject({
    results: [{ status: "success", value: 1 }, { status: "error" }],
  });
  const { ts } = await postJson(backend, "/api/query_ts", {});
  expect(await postJson(backend, "/api/query_at_ts", { ...query, ts })).toEqual({
    status: "success",
    value: 1,
  });
  await backend.runFunction("counters:increment", { name: "a" });
  expect((await post(backend, "/api/query_at_ts", { ...query, ts })).status).toBe(503);
});

test("any function, internal ones too, runs for the admin, also as somebody else", async () => {
  const backend = await startProject("chat");
  const admin = { Authorization: `Convex ${backend.adminKey}` };
  const internal = { path: "messages:sendInternal", args: message };
  expect(await postJson(backend, "/api/function", internal, admin)).toEqual({
    status: "success",
    value: null,
  });
  const actingAs = Buffer.from(JSON.stringify({ subject: "ada" })).toString("base64");
  expect(
    await postJson(
      backend,
      "/api/function",
      { path: "people:whoAmI", args: {} },
      { Authorization: `Convex ${backend.adminKey}:${actingAs}` },
    ),
  ).toEqual({ status: "success", value: "ada" });
  expect((await post(backend, "/api/function", internal)).status).toBe(403);
  expect(
    await post(backend, "/api/function", internal, { Authorization: "Convex wrong" }).then(
      (r) => r.status,
    ),
  ).toBe(401);
});

test("a function's error is an answer, with no error data unless it threw some", async () => {
  const backend = await startProject("chat");
  const plain = await post(backend, "/api/query", {
    path: "messages:failing",
    args: { channel: "x" },
  });
  expect(plain.status).toBe(200);
  const body = await jsonOf(plain);
  expect(body).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("the channel is empty"),
  });
  expect(body).not.toHaveProperty("errorData");
  expect(
    await postJson(backend, "/api/mutation", { path: "messages:refuse", args: {} }),
  ).toMatchObject({
    status: "error",
    errorData: { kind: "refused", amount: "3" },
  });
  expect(
    await postJson(backend, "/api/query", { path: "messages:sendInternal", args: message }),
  ).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining(
      "Could not find public function for 'messages:sendInternal'.",
    ),
  });
});

test("errors can be kept from clients, all but their data", async () => {
  const backend = await startProject("chat", { redactErrors: true });
  const answer = await postJson(backend, "/api/mutation", { path: "messages:refuse", args: {} });
  expect(answer.errorMessage).toMatch(/^\[Request ID: [0-9a-f]{16}\] Server Error$/);
  expect(answer.errorData).toEqual({ kind: "refused", amount: "3" });
});

const badRequests: [string, string, string | object, number, string][] = [
  ["a body that is not JSON", "/api/query", "{", 400, "BadJsonBody"],
  ["a body that is no object", "/api/query", "[]", 400, "BadJsonBody"],
  ["a missing path", "/api/query", { args: {} }, 400, "BadJsonBody"],
  [
    "an unknown format",
    "/api/query",
    { path: "counters:get", args: {}, format: "xml" },
    400,
    "BadFormat",
  ],
  ["a wrong batch", "/api/query_batch", { queries: 7 }, 400, "BadJsonBody"],
  [
    "a wrong timestamp",
    "/api/query_at_ts",
    { path: "counters:get", args: {}, ts: "x" },
    400,
    "BadJsonBody",
  ],
  ["an unknown address", "/api/nothing", {}, 404, "NotFound"],
];
test.each(badRequests)(
  "%s is refused with a code and a message",
  async (_name, path, body, status, code) => {
    const backend = await startProject("chat");
    const response = await post(backend, path, body);
    expect(response.status).toBe(status);
    expect(await jsonOf(response)).toEqual({ code, message: expect.any(String) });
  },
);

test("a bad token is a 401 with a code", async () => {
  const backend = await startProject("chat");
  for (const header of ["Bearer x", "Basic eDp5"]) {
    const response = await post(
      backend,
      "/api/query",
      { path: "counters:get", args: { name: "a" } },
      { Authorization: header },
    );
    expect(response.status).toBe(401);
    expect(await jsonOf(response)).toMatchObject({ code: "InvalidAuthHeader" });
  }
});

test("a body larger than any arguments is refused before it is read", async () => {
  const backend = await startProject("chat");
  const { port } = new URL(backend.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", reject);
    socket.on("data", (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.write(`POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: ${10 ** 9}\r\n\r\n`);
  });
  expect(answer).toContain("413");
  expect(answer).toContain("RequestTooLarge");
});

test("arguments over 16 MiB are refused by name, and the server goes on", async () => {
  const backend = await startProject("chat");
  const body = "x".repeat(17 * 1024 * 1024);
  const answer = await postJson(backend, "/api/mutation", {
    path: "messages:send",
    args: { ...message, body },
  });
  expect(answer).toMatchObject({
    status: "error",
    errorMessage: expect.stringContaining("limit: 16 MiB"),
  });
  expect(await backend.runFunction("messages:count", { channel: "general" })).toBe(0);
});

test("browsers of any origin may call the API, and preflights are answered", async () => {
  const backend = await startProject("chat");
  const preflight = await fetch(`${backend.url}/api/query`, {
    method: "OPTIONS",
    headers: {
      Origin: "https://app.example",
      "Access-Control-Request-Headers": "content-type,convex-client",
    },
  });
  expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type,convex-client");
  expect(preflight.headers.get("access-control-max-age")).toBe("86400");
  const refused = await post(backend, "/api/query", "{", { Origin: "https://app.example" });
  expect(refused.headers.get("access-control-allow-origin")).toBe("https://app.example");
});

test("http actions answer on the site address, with exact routes and prefixes, and no headers of ours", async () => {
  const backend = await startProject("chat", { sitePort: 0 });
  for (const site of [backend.siteUrl, `${backend.url}/http`]) {
    const hello = await fetch(`${site}/hello`, { headers: { Origin: "https://app.example" } });
    expect(await hello.text()).toBe("hello from /hello");
    expect(hello.headers.get("x-test")).toBe("yes");
    expect(hello.headers.get("access-control-allow-origin")).toBeNull();
    expect(await (await fetch(`${site}/files/a/b`)).text()).toBe("/files/a/b");
    const created = await fetch(`${site}/messages`, {
      method: "POST",
      body: JSON.stringify(message),
    });
    expect(created.status).toBe(201);
    const missing = await fetch(`${site}/nothing`);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toBe("No matching routes found");
    const head = await fetch(`${site}/hello`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  }
  expect(await backend.runFunction("messages:count", { channel: "general" })).toBe(2);
});

test("an http action that throws is a 500 that says what happened", async () => {
  const backend = await startProject("chat");
  const broken = await fetch(`${backend.siteUrl}/broken`);
  expect(broken.status).toBe(500);
  expect((await jsonOf(broken)).code).toMatch(
    /^\[Request ID: [0-9a-f]{16}\] Server Error: .*broken on purpose/,
  );
});

test("an http action knows who calls; a bad token makes it fail when it asks", async () => {
  const backend = await startProject("chat");
  const { sign } = await testKeys();
  const whoami = (headers: Record<string, string>) =>
    fetch(`${backend.siteUrl}/whoami`, { headers });
  expect(await (await whoami({})).json()).toBeNull();
  expect(
    await (await whoami({ Authorization: `Bearer ${await sign("ada")}` })).json(),
  ).toMatchObject({ subject: "ada" });
  expect((await whoami({ Authorization: "Bearer nonsense" })).status).toBe(500);
  expect(
    await (
      await fetch(`${backend.siteUrl}/hello`, { headers: { Authorization: "Bearer nonsense" } })
    ).text(),
  ).toBe("hello from /hello");
});

test("the web app is served beside the API", async () => {
  const web = await mkdtemp(join(tmpdir(), "web-"));
  await writeFile(join(web, "index.html"), "<title>Table</title>");
  try {
    const backend = await startProject("chat", { web });
    for (const path of ["/", "/join/ABC123"]) {
      const page = await fetch(`${backend.url}${path}`, { headers: { Accept: "text/html" } });
      expect(await page.text()).toContain("Table");
    }
    expect((await fetch(`${backend.url}/assets/none.js`)).status).toBe(404);
    expect(await jsonOf(fetch(`${backend.url}/local/addresses`))).toEqual({ origins: [] });
  } finally {
    await rm(web, { recursive: true });
  }
});

test("figures are there for Prometheus", async () => {
  const backend = await startProject("chat");
  await backend.runFunction("messages:send", message);
  await postJson(backend, "/api/mutation", { path: "messages:refuse", args: {} });
  const text = await (await fetch(`${backend.url}/metrics`)).text();
  expect(text).toMatch(
    /convex_function_calls_total\{function="messages:send",component="",kind="mutation",outcome="ok"\} 1/,
  );
  expect(text).toMatch(
    /convex_function_calls_total\{function="messages:refuse",component="",kind="mutation",outcome="error"\} 1/,
  );
  expect(text).toMatch(
    /convex_documents_written_total\{function="messages:send",component="",kind="mutation"\} 1/,
  );
  expect(text).toContain("convex_sockets 0");
});

test("calls under way do not keep the server from stopping, and their callers are told", async () => {
  const backend = await startProject("chat");
  const socket = await ProtocolSocket.connect(backend.url);
  const admin = { Authorization: `Convex ${backend.adminKey}` };
  const overHttp = post(backend, "/api/function", { path: "jobs:endless", args: {} }, admin);
  const refused = expect(overHttp).rejects.toThrow();
  const logs = fetch(`${backend.url}/api/stream_function_logs?cursor=99999999999999`, {
    headers: admin,
  }).catch(() => undefined);
  const began = Date.now();
  await backend.runFunction("counters:increment", { name: "a" });
  await backend.close();
  expect(Date.now() - began).toBeLessThan(10_000);
  expect((await socket.end()).code).toBe(1001);
  await refused;
  await logs;
});
