// Clients that do not read, that send without end, or that send what is too large: they wait or go, and nobody else notices.
import { expect, test } from "vitest";
import { manualClock } from "./manual-clock.ts";
import { ProtocolSocket, type Message } from "./protocol-socket.ts";
import { startProject } from "./running-project.ts";

const send = (requestId: number, body: string) => ({
  type: "Mutation",
  requestId,
  udfPath: "messages:send",
  args: [{ channel: "general", author: "ada", body }],
});

test("a client that does not read gets few transitions, not one for each change, and the newest state in the end", async () => {
  const backend = await startProject("chat");
  const slow = await ProtocolSocket.connect(backend.url);
  const quick = await ProtocolSocket.connect(backend.url);
  slow.send({
    type: "ModifyQuerySet",
    baseVersion: 1,
    newVersion: 2,
    modifications: [
      {
        type: "Add",
        queryId: 0,
        udfPath: "messages:bulky",
        args: [{ channel: "general", kilobytes: 1024 }],
      },
    ],
  });
  await slow.next("Transition");
  slow.socket.pause();
  const changes = 60;
  for (let i = 0; i < changes; i++) quick.send(send(i, String(i)));
  for (let done = 0; done < changes;)
    if ((await quick.next())["type"] === "MutationResponse") done++;
  slow.socket.resume();
  let transitions = 0;
  let count = 0;
  let previous: Message | null = null;
  while (count < changes) {
    const transition = await slow.next("Transition");
    if (previous !== null) expect(transition["startVersion"]).toEqual(previous["endVersion"]);
    previous = transition;
    transitions++;
    for (const change of transition["modifications"]) count = change.value.count;
  }
  expect(transitions).toBeLessThan(changes / 2);
});

test("a client that asks for much and reads nothing is not heard until it reads, and then has every answer", async () => {
  const backend = await startProject("chat");
  const slow = await ProtocolSocket.connect(backend.url);
  const quick = await ProtocolSocket.connect(backend.url);
  slow.socket.pause();
  const questions = 300;
  for (let i = 0; i < questions; i++) {
    slow.send({
      type: "Mutation",
      requestId: i,
      udfPath: "messages:bulkyAnswer",
      args: [{ kilobytes: 256 }],
    });
  }
  quick.send(send(0, "meanwhile"));
  await quick.next("MutationResponse");
  const ran = /function="messages:bulkyAnswer",component="",kind="mutation",outcome="ok"\} (\d+)/;
  const text = await (await fetch(`${backend.url}/metrics`)).text();
  expect(Number(ran.exec(text)?.[1] ?? 0)).toBeLessThan(questions);
  slow.socket.resume();
  const answered: number[] = [];
  while (answered.length < questions) {
    const message = await slow.next();
    if (message["type"] === "MutationResponse") answered.push(message["requestId"]);
  }
  expect(answered).toEqual(Array.from({ length: questions }, (_, i) => i));
});

test("thousands of mutations at once are all done, in order", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  const count = 2_000;
  for (let i = 0; i < count; i++) client.send(send(i, String(i)));
  const answered: number[] = [];
  while (answered.length < count) {
    const message = await client.next();
    if (message["type"] === "MutationResponse") answered.push(message["requestId"]);
  }
  expect(answered).toEqual(Array.from({ length: count }, (_, i) => i));
});

test("a message larger than any arguments closes its socket, and nobody else's", async () => {
  const backend = await startProject("chat");
  const other = await ProtocolSocket.connect(backend.url);
  const client = await ProtocolSocket.connect(backend.url);
  client.send(send(0, "x".repeat(65 * 1024 * 1024)));
  expect((await client.end()).code).toBe(1009);
  other.send(send(0, "fine"));
  expect(await other.next("MutationResponse")).toMatchObject({ success: true });
});

test("arguments over 16 MiB fail by name and leave the socket open", async () => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(send(0, "x".repeat(17 * 1024 * 1024)));
  const response = await client.next("MutationResponse");
  expect(response).toMatchObject({
    success: false,
    result: expect.stringContaining("limit: 16 MiB"),
  });
  await client.next("Transition");
  client.send(send(1, "fine"));
  expect(await client.next("MutationResponse")).toMatchObject({ success: true });
});

test("an upgrade to another address is refused", async () => {
  const backend = await startProject("chat");
  await expect(ProtocolSocket.open(backend.url, { path: "/api/other" })).rejects.toThrow("404");
  const short = await ProtocolSocket.open(backend.url, { path: "/api/sync" });
  short.sendConnect();
});

test("a quiet socket hears from the server every 15 seconds, and one that is dead is let go after two minutes", async () => {
  const clock = manualClock(Date.now());
  const backend = await startProject("chat", { clock });
  const alive = await ProtocolSocket.connect(backend.url);
  const dead = await ProtocolSocket.connect(backend.url);
  let pings = 0;
  alive.socket.on("message", (data: Buffer) => {
    if (data.toString() === '{"type":"Ping"}') pings++;
  });
  let heard = 0;
  alive.socket.on("ping", () => heard++);
  dead.socket.pause();
  for (let seconds = 0; seconds < 130; seconds += 5) {
    const before = heard;
    clock.advance(5_000);
    await expect.poll(() => heard, { interval: 2 }).toBe(before + 1);
    // The answer to the ping has to be back before time goes on.
    await fetch(`${backend.url}/version`);
  }
  expect(pings).toBeGreaterThanOrEqual(7);
  dead.socket.resume();
  expect((await dead.end()).code).toBe(1006);
  alive.send(send(0, "still here"));
  expect(await alive.next("MutationResponse")).toMatchObject({ success: true });
});
