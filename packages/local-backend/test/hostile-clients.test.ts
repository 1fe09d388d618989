// Whatever strangers send, nobody else notices: random messages and requests, built of real ones gone wrong.
import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtocolSocket } from "./protocol-socket.ts";
import { silentLog, startProject } from "./running-project.ts";

const small = fc.oneof(fc.nat(3), fc.constantFrom(-1, 1.5, 2 ** 53, "1", null));
const path = fc.constantFrom(
  "messages:list",
  "messages:send",
  "counters:increment",
  "counters:double",
  "_system/cli/tables",
  "a/b/../c:d",
  ":",
  "",
  "x".repeat(5_000),
  "messages:__proto__",
  "constructor:constructor",
);
const args = fc.oneof(
  fc.constantFrom([{ name: "a" }], [{ channel: "c" }], [], [{}, {}], {}, null, "x"),
  fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 2 }),
  fc.constantFrom([{ $integer: "x" }], [{ $undefined: null }], [{ name: { $float: "AAAA" } }]),
);
const change = fc.oneof(
  fc.record({ type: fc.constant("Add"), queryId: small, udfPath: path, args }),
  fc.record({ type: fc.constantFrom("Remove", "Other"), queryId: small }),
);
const message = fc.oneof(
  fc.record({
    type: fc.constant("ModifyQuerySet"),
    baseVersion: small,
    newVersion: small,
    modifications: fc.array(change, { maxLength: 3 }),
  }),
  fc.record({ type: fc.constantFrom("Mutation", "Action"), requestId: small, udfPath: path, args }),
  fc.record({
    type: fc.constant("Authenticate"),
    baseVersion: small,
    tokenType: fc.constantFrom("User", "Admin", "None", "X"),
    value: fc.constantFrom("x", "a.b.c", 7),
  }),
  fc.record({ type: fc.constantFrom("Connect", "Event", "Ping", "Transition") }),
  fc.jsonValue(),
);

test("random messages over sockets disturb nobody", { timeout: 90_000 }, async () => {
  const faults: string[] = [];
  const log = { ...silentLog, error: (_fields: unknown, text: string) => void faults.push(text) };
  const backend = await startProject("chat", { log });
  const bystander = await ProtocolSocket.connect(backend.url);
  bystander.send({
    type: "ModifyQuerySet",
    baseVersion: 1,
    newVersion: 2,
    modifications: [{ type: "Add", queryId: 0, udfPath: "counters:get", args: [{ name: "mine" }] }],
  });
  await bystander.next("Transition");
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 6 }), async (messages) => {
      const stranger = await ProtocolSocket.connect(backend.url);
      for (const each of messages) stranger.send(JSON.stringify(each));
      // A message that is wrong for sure: when the server has closed, it has heard all the others.
      stranger.send("end");
      const { code } = await stranger.end();
      expect(code).not.toBe(1011);
    }),
    { numRuns: 150 },
  );
  expect(faults).toEqual([]);
  bystander.send({
    type: "Mutation",
    requestId: 0,
    udfPath: "counters:increment",
    args: [{ name: "mine" }],
  });
  expect(await bystander.next("MutationResponse")).toMatchObject({ success: true, result: 1 });
  expect(await bystander.next("Transition")).toMatchObject({
    modifications: [{ queryId: 0, value: 1 }],
  });
});

test(
  "random requests get an answer that blames the request, never the server",
  { timeout: 90_000 },
  async () => {
    const backend = await startProject("chat");
    const address = fc.constantFrom(
      "/api/query",
      "/api/mutation",
      "/api/action",
      "/api/function",
      "/api/query_batch",
      "/api/query_at_ts",
      "/api/run/messages/list",
      "/api/run/",
      "/api/storage/upload?token=a.b",
      "/api/storage/x",
      "/api/storage/%2e%2e",
      "/api/update_environment_variables",
      "/api/deploy2/start_push",
      "/api/x",
      "/http/none",
      "/http",
      "/%",
      "/..%2f..%2fetc%2fpasswd",
      "/local/addresses",
    );
    const body = fc.oneof(
      fc
        .record({ path, args, format: fc.constantFrom("json", "convex_encoded_json", 7) })
        .map((json) => JSON.stringify(json)),
      fc.jsonValue().map((json) => JSON.stringify(json)),
      fc.string(),
    );
    const headers = fc.constantFrom<Record<string, string>>(
      {},
      { Authorization: "Bearer x" },
      { Authorization: "Convex x:y" },
      { Origin: "null", "Convex-Request-Id": "<script>" },
      { "Content-Encoding": "br" },
      { Range: "bytes=9-1" },
      { "X-Forwarded-Proto": "gopher" },
    );
    const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD");
    await fc.assert(
      fc.asyncProperty(address, method, headers, body, async (where, how, with_, what) => {
        const hasBody = how !== "GET" && how !== "HEAD";
        const response = await fetch(`${backend.url}${where}`, {
          method: how,
          headers: with_,
          ...(hasBody ? { body: what } : {}),
        });
        const text = await response.text();
        expect(response.status, text).toBeLessThan(500);
        expect(text).not.toMatch(/node_modules|SQLITE|\.sqlite/);
      }),
      { numRuns: 400 },
    );
  },
);
