// The wire of the sync protocol, message by message: what the official client depends on and cannot say in its tests.
import { expect, test } from "vitest";
import { ProtocolSocket, timestampOf, type Message } from "./protocol-socket.ts";
import { startProject, testKeys } from "./running-project.ts";

const add = (queryId: number, udfPath: string, args: Message = {}, extra: Message = {}) => ({
  type: "Add",
  queryId,
  udfPath,
  args: [args],
  ...extra,
});
const modify = (baseVersion: number, ...modifications: Message[]) => ({
  type: "ModifyQuerySet",
  baseVersion,
  newVersion: baseVersion + 1,
  modifications,
});
const mutation = (requestId: number, udfPath: string, args: Message = {}) => ({
  type: "Mutation",
  requestId,
  udfPath,
  args: [args],
});
const message = (body: string) => ({ channel: "general", author: "ada", body });

test("an empty query set is answered too, so that versions keep in step", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.open(backend.url);
  client.sendConnect();
  client.send(modify(0));
  const transition = await client.next("Transition");
  expect(transition).toMatchObject({
    startVersion: { querySet: 0, identity: 0, ts: "AAAAAAAAAAA=" },
    endVersion: { querySet: 1, identity: 0 },
    modifications: [],
  });
  client.send(modify(1, add(0, "messages:count", { channel: "general" })));
  expect(await client.next("Transition")).toMatchObject({
    startVersion: transition["endVersion"],
    endVersion: { querySet: 2 },
    modifications: [{ type: "QueryUpdated", queryId: 0, value: 0, logLines: [] }],
  });
});

test("a mutation's response comes before a transition at or after its commit, even with no query to change", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  for (const path of ["counters:increment", "counters:peek"]) {
    client.send(mutation(path === "counters:peek" ? 1 : 0, path, { name: "a" }));
    const response = await client.next("MutationResponse");
    expect(response).toMatchObject({ success: true, result: 1, logLines: [] });
    const transition = await client.next("Transition");
    expect(timestampOf(transition["endVersion"].ts)).toBeGreaterThanOrEqual(
      timestampOf(response["ts"]),
    );
  }
});

test("each transition starts where the last one ended, byte for byte", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  const other = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:list", { channel: "general" })));
  for (let i = 0; i < 20; i++) {
    other.send(mutation(i, "messages:send", message(String(i))));
    client.send(mutation(i, "counters:increment", { name: "a" }));
  }
  let previous: Message | null = null;
  let responses = 0;
  for (let value: string[] = []; value.length < 20 || responses < 20;) {
    const next = await client.next();
    if (next["type"] === "MutationResponse") responses++;
    if (next["type"] !== "Transition") continue;
    if (previous !== null) expect(next["startVersion"]).toEqual(previous["endVersion"]);
    previous = next;
    for (const change of next["modifications"]) value = change.value;
  }
});

test("all queries of a transition hold for one moment", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  const other = await ProtocolSocket.connect(backend.url);
  client.send(
    modify(
      1,
      add(0, "messages:list", { channel: "general" }),
      add(1, "messages:count", { channel: "general" }),
    ),
  );
  for (let i = 0; i < 30; i++) other.send(mutation(i, "messages:send", message(String(i))));
  const values = new Map<number, number>();
  while (values.get(1) !== 30) {
    const transition = await client.next("Transition");
    for (const change of transition["modifications"]) {
      values.set(change.queryId, change.queryId === 0 ? change.value.length : change.value);
    }
    expect(values.get(0)).toBe(values.get(1));
  }
});

test("a result that did not change is not sent again", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:count", { channel: "general" })));
  await client.next("Transition");
  const inserted = await backend.runFunction("messages:send", message("a"));
  expect(await client.next("Transition")).toMatchObject({
    modifications: [{ queryId: 0, value: 1 }],
  });
  client.send(mutation(0, "messages:edit", { id: inserted, body: "b" }));
  await client.next("MutationResponse");
  expect(await client.next("Transition")).toMatchObject({ modifications: [] });
});

test("removed queries are confirmed and no longer run", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:count", { channel: "general" })));
  await client.next("Transition");
  client.send(modify(2, { type: "Remove", queryId: 0 }));
  expect(await client.next("Transition")).toMatchObject({
    modifications: [{ type: "QueryRemoved", queryId: 0 }],
  });
  client.send(mutation(0, "messages:send", message("a")));
  await client.next("MutationResponse");
  expect(await client.next("Transition")).toMatchObject({ modifications: [] });
});

test("a query that fails is told without error data, and runs again when what it read changes", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:failing", { channel: "general" })));
  const [failure] = (await client.next("Transition"))["modifications"];
  expect(failure).toMatchObject({ type: "QueryFailed", logLines: [] });
  expect(failure.errorMessage).toMatch(
    /^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: the channel is empty\n {4}at handler \(/,
  );
  expect(failure).not.toHaveProperty("errorData");
  await backend.runFunction("messages:send", message("first"));
  expect(await client.next("Transition")).toMatchObject({
    modifications: [{ type: "QueryUpdated", queryId: 0, value: "first" }],
  });
});

test("a mutation that throws a ConvexError changes nothing and carries its data", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(mutation(0, "messages:refuse"));
  const response = await client.next("MutationResponse");
  expect(response).toMatchObject({
    success: false,
    errorData: { kind: "refused", amount: { $integer: "AwAAAAAAAAA=" } },
    logLines: [],
  });
  expect(await backend.runFunction("messages:count", { channel: "refused" })).toBe(0);
});

const protocolFaults: [string, (client: ProtocolSocket) => void, RegExp][] = [
  ["a message that is not JSON", (client) => client.send("{"), /not JSON/],
  ["a binary message", (client) => client.socket.send(Buffer.from([1, 2])), /not JSON/],
  [
    "a message of an unknown type",
    (client) => client.send({ type: "Hello" }),
    /unknown type "Hello"/,
  ],
  ["a second Connect", (client) => client.sendConnect(), /a second time/],
  [
    "a wrong base version",
    (client) => client.send(modify(7)),
    /Base version 7 passed up doesn't match the current version 1/,
  ],
  [
    "a query id used twice",
    (client) => client.send(modify(1, add(0, "a:b"), add(0, "a:b"))),
    /Query 0 was added/,
  ],
  [
    "the removal of an unknown query",
    (client) => client.send(modify(1, { type: "Remove", queryId: 5 })),
    /Query 5/,
  ],
  [
    "a component's query without an admin key",
    (client) => client.send(modify(1, add(0, "a:b", {}, { componentPath: "x" }))),
    /admin key/,
  ],
  ["deeply nested JSON", (client) => client.send("[".repeat(200_000)), /JSON/],
];
test.each(protocolFaults)(
  "%s ends that client with a FatalError, and nobody else",
  async (_name, misbehave, text) => {
    const backend = await startProject("chat");
    const other = await ProtocolSocket.connect(backend.url);
    const client = await ProtocolSocket.connect(backend.url);
    misbehave(client);
    expect((await client.next("FatalError"))["error"]).toMatch(text);
    await client.end();
    other.send(mutation(0, "counters:increment", { name: "a" }));
    expect(await other.next("MutationResponse")).toMatchObject({ success: true });
  },
);

test("a message before Connect is refused", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.open(backend.url);
  client.send(modify(0));
  expect((await client.next("FatalError"))["error"]).toMatch(/before Connect/);
});

test("a client that has seen the future is sent away for a while, not for good", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.open(backend.url);
  client.sendConnect({ maxObservedTimestamp: "/////////38=" });
  expect(await client.end()).toEqual({ code: 1011, reason: "InternalServerError" });
});

test("unknown functions and bad arguments fail like functions, not like the protocol", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(
    modify(
      1,
      add(0, "nope:nothing"),
      add(1, "messages:count", { channel: 7 }),
      add(2, "messages:sendInternal"),
    ),
  );
  const { modifications } = await client.next("Transition");
  expect(modifications.map((change: Message) => [change["type"], change["queryId"]])).toEqual([
    ["QueryFailed", 0],
    ["QueryFailed", 1],
    ["QueryFailed", 2],
  ]);
  expect(modifications[0].errorMessage).toContain(
    "Could not find public function for 'nope:nothing'.",
  );
  expect(modifications[1].errorMessage).toContain(
    "ArgumentValidationError: Value does not match validator.",
  );
  expect(modifications[2].errorMessage).toContain(
    "Could not find public function for 'messages:sendInternal'.",
  );
  client.send(mutation(0, "messages:count", { channel: "general" }));
  expect((await client.next("MutationResponse"))["result"]).toContain(
    "Trying to execute messages.js:count as Mutation, but it is defined as Query.",
  );
});

test("mutations of one socket run in the order they came", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  for (let i = 0; i < 50; i++) client.send(mutation(i, "messages:send", message(String(i))));
  for (let done = 0; done < 50;) if ((await client.next())["type"] === "MutationResponse") done++;
  expect(await backend.runFunction("messages:list", { channel: "general" })).toEqual(
    Array.from({ length: 50 }, (_, i) => `ada: ${i}`),
  );
});

test("a mutation sent again by the same client is not run again and has the same result and timestamp", async () => {
  const backend = await startProject("chat");
  const first = await ProtocolSocket.connect(backend.url);
  first.send(mutation(0, "counters:increment", { name: "a" }));
  const response = await first.next("MutationResponse");
  first.socket.terminate();
  const again = await ProtocolSocket.connect(backend.url, { sessionId: first.sessionId });
  again.send(mutation(0, "counters:increment", { name: "a" }));
  expect(await again.next("MutationResponse")).toEqual(response);
  const transition = await again.next("Transition");
  expect(timestampOf(transition["endVersion"].ts)).toBeGreaterThanOrEqual(
    timestampOf(response["ts"]),
  );
  const stranger = await ProtocolSocket.connect(backend.url);
  stranger.send(mutation(0, "counters:increment", { name: "a" }));
  expect(await stranger.next("MutationResponse")).toMatchObject({ result: 2 });
});

test("a failed mutation sent again is run again", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(mutation(0, "messages:refuse"));
  client.send(mutation(0, "messages:refuse"));
  for (let failures = 0; failures < 2;) {
    const next = await client.next();
    if (next["type"] === "MutationResponse" && !next["success"]) failures++;
  }
});

test("log lines come as the official client prints them", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:chatty")));
  const [change] = (await client.next("Transition"))["modifications"];
  expect(change.logLines).toEqual(["[LOG] 'hello' {\n  a: 1\n}", "[WARN] 'careful'"]);
});

test("a large result comes in parts that make the whole", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "messages:big", { megabytes: 14 })));
  const parts: Message[] = [];
  do parts.push(await client.next("TransitionChunk"));
  while (parts.length < parts[0]!["totalParts"]);
  expect(parts.length).toBeGreaterThan(1);
  const whole = JSON.parse(parts.map((part) => part["chunk"]).join(""));
  expect(whole.modifications[0].value).toHaveLength((14 * 1024 * 1024) / 2);
});

test("signing in is confirmed by one transition that raises the identity version, also when nothing else changes", async () => {
  const backend = await startProject("chat");
  const { sign } = await testKeys();
  const client = await ProtocolSocket.connect(backend.url);
  client.send(modify(1, add(0, "people:whoAmI"), add(1, "messages:count", { channel: "general" })));
  await client.next("Transition");
  client.send({
    type: "Authenticate",
    baseVersion: 0,
    tokenType: "User",
    value: await sign("ada"),
  });
  expect(await client.next("Transition")).toMatchObject({
    endVersion: { identity: 1 },
    modifications: [{ queryId: 0, value: "ada" }],
  });
  client.send({ type: "Authenticate", baseVersion: 1, tokenType: "None" });
  expect(await client.next("Transition")).toMatchObject({
    endVersion: { identity: 2 },
    modifications: [{ queryId: 0, value: null }],
  });
});

test("what follows an Authenticate waits for it", async () => {
  const backend = await startProject("chat");
  const { sign } = await testKeys();
  const client = await ProtocolSocket.open(backend.url);
  client.sendConnect();
  client.send({
    type: "Authenticate",
    baseVersion: 0,
    tokenType: "User",
    value: await sign("ada"),
  });
  client.send(modify(0, add(0, "people:whoAmI")));
  client.send(mutation(0, "people:signature"));
  const messages = [await client.next(), await client.next()];
  expect(messages.find(({ type }) => type === "Transition")).toMatchObject({
    endVersion: { querySet: 1, identity: 1 },
    modifications: [{ value: "ada" }],
  });
  expect(messages.find(({ type }) => type === "MutationResponse")).toMatchObject({
    result: "https://tests.example|ada",
  });
});

test("a bad token gets an AuthError that names the version it was meant for, then the socket closes", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send({ type: "Authenticate", baseVersion: 0, tokenType: "User", value: "nonsense" });
  expect(await client.next("AuthError")).toMatchObject({
    baseVersion: 0,
    authUpdateAttempted: true,
  });
  await client.end();
});

test("a token that ran out gets an AuthError at the next message", async () => {
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
  const client = await ProtocolSocket.connect(backend.url);
  client.send({
    type: "Authenticate",
    baseVersion: 0,
    tokenType: "User",
    value: await sign("ada", 60),
  });
  await client.next("Transition");
  ahead = 61_000;
  client.send(modify(1, add(0, "people:whoAmI")));
  expect(await client.next("AuthError")).toEqual({
    type: "AuthError",
    error: "Convex token identity expired",
    baseVersion: 1,
    authUpdateAttempted: false,
  });
  await client.end();
});

test("an admin key on the socket reaches internal functions and can act as somebody", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send({
    type: "Authenticate",
    baseVersion: 0,
    tokenType: "Admin",
    value: backend.adminKey,
    impersonating: { subject: "ada", issuer: "https://x.example" },
  });
  await client.next("Transition");
  client.send(mutation(0, "messages:sendInternal", message("by admin")));
  expect(await client.next("MutationResponse")).toMatchObject({ success: true });
  await client.next("Transition");
  client.send(modify(1, add(0, "people:whoAmI", {}, { componentPath: "" })));
  expect(await client.next("Transition")).toMatchObject({ modifications: [{ value: "ada" }] });
});

test("a reactive page keeps its end when rows come before it, and hands out a journal", async () => {
  const backend = await startProject("chat");
  for (let i = 0; i < 4; i++) await backend.runFunction("messages:send", message(String(i)));
  const client = await ProtocolSocket.connect(backend.url);
  const first = { channel: "general", paginationOpts: { numItems: 2, cursor: null, id: 1 } };
  client.send(modify(1, add(0, "messages:pageNewestFirst", first)));
  const [page] = (await client.next("Transition"))["modifications"];
  expect(page.value.page.map((row: Message) => row["body"])).toEqual(["3", "2"]);
  expect(page.journal).toEqual(expect.any(String));
  await backend.runFunction("messages:send", message("4"));
  const [grown] = (await client.next("Transition"))["modifications"];
  expect(grown.value.page.map((row: Message) => row["body"])).toEqual(["4", "3", "2"]);
  // On a new socket the client sends the journal back and gets the same page.
  const again = await ProtocolSocket.connect(backend.url, { sessionId: client.sessionId });
  again.send(modify(1, add(0, "messages:pageNewestFirst", first, { journal: page.journal })));
  const [resumed] = (await again.next("Transition"))["modifications"];
  expect(resumed.value).toEqual(grown.value);
});

test("a cursor of another query fails as the error that makes lists start over", async () => {
  const backend = await startProject("chat");
  for (let i = 0; i < 3; i++) await backend.runFunction("messages:send", message(String(i)));
  const client = await ProtocolSocket.connect(backend.url);
  const opts = (cursor: string | null) => ({
    channel: "general",
    paginationOpts: { numItems: 1, cursor },
  });
  client.send(modify(1, add(0, "messages:page", opts(null))));
  const [page] = (await client.next("Transition"))["modifications"];
  client.send(
    modify(
      2,
      add(1, "messages:pageNewestFirst", opts(page.value.continueCursor)),
      add(2, "messages:page", opts("no cursor at all")),
    ),
  );
  for (const failure of (await client.next("Transition"))["modifications"]) {
    expect(failure).toMatchObject({
      type: "QueryFailed",
      errorData: { isConvexSystemError: true, paginationError: "InvalidCursor" },
    });
    expect(failure.errorMessage).toContain("InvalidCursor");
  }
});

test("one run of a query serves everybody who asks the same", async () => {
  const backend = await startProject("chat");
  const sockets = await Promise.all(
    Array.from({ length: 20 }, () => ProtocolSocket.connect(backend.url)),
  );
  for (const socket of sockets) {
    socket.send(modify(1, add(0, "messages:count", { channel: "general" })));
    await socket.next("Transition");
  }
  const runs = async () => {
    const text = await (await fetch(`${backend.url}/metrics`)).text();
    return Number(/^convex_live_query_runs_total (\d+)$/m.exec(text)?.[1]);
  };
  expect(await runs()).toBe(1);
  await backend.runFunction("messages:send", message("a"));
  for (const socket of sockets) {
    expect(await socket.next("Transition")).toMatchObject({
      modifications: [{ queryId: 0, value: 1 }],
    });
  }
  expect(await runs()).toBe(2);
});
