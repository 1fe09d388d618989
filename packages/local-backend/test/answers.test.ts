// What holds for every answer of the server, whatever was asked: log lines, recoverable page failures, silence about nothing.
import { expect, test } from "vitest";
import type { Execution } from "../src/runtime/function-runner.ts";
import { ProtocolSocket, type Message } from "./protocol-socket.ts";
import { httpClient, jsonOf, mutation, query, startProject, textOf } from "./running-project.ts";

const general = { channel: "general" };
const watch = (udfPath: string, args: Message, extra: Message = {}) => ({
  type: "ModifyQuerySet",
  baseVersion: 1,
  newVersion: 2,
  modifications: [{ type: "Add", queryId: 0, udfPath, args: [args], ...extra }],
});
const call = (type: "Mutation" | "Action", udfPath: string) => ({
  type,
  requestId: 0,
  udfPath,
  args: [type === "Mutation" && udfPath === "counters:increment" ? { name: "a" } : {}],
});

const answered: [name: string, request: Message, answer: string][] = [
  ["a mutation that was done", call("Mutation", "counters:increment"), "MutationResponse"],
  ["a mutation that failed", call("Mutation", "messages:refuse"), "MutationResponse"],
  ["a mutation that does not exist", call("Mutation", "gone:away"), "MutationResponse"],
  ["a mutation without a name", call("Mutation", ""), "MutationResponse"],
  ["an action that was done", call("Action", "counters:catchRefusal"), "ActionResponse"],
  ["an action that failed", call("Action", "counters:failingAction"), "ActionResponse"],
  ["an action that does not exist", call("Action", "gone:away"), "ActionResponse"],
  ["a query", watch("messages:list", general), "Transition"],
  ["a query that failed", watch("messages:failing", general), "Transition"],
  ["a query that does not exist", watch("gone:away", {}), "Transition"],
  ["a query with wrong arguments", watch("messages:list", { channel: 7 }), "Transition"],
];

test.each(answered)("%s is answered with a list of log lines", async (_name, request, type) => {
  const backend = await startProject("chat");
  const client = await ProtocolSocket.connect(backend.url);
  client.send(request);
  const answer = await client.next(type);
  for (const part of answer["modifications"] ?? [answer]) expect(part.logLines).toEqual([]);
});

const foreign: [name: string, cursor: string][] = [
  ["empty", ""],
  ["no base64", "?! ü"],
  ["cut off", "AAAA"],
  ["made up", "A".repeat(64)],
];

test.each(foreign)(
  "a cursor that is %s makes a paginated list start over",
  async (_name, cursor) => {
    const backend = await startProject("chat", { redactErrors: true });
    await backend.runFunction("messages:send", { ...general, author: "ada", body: "hi" });
    const body = {
      path: "messages:page",
      args: { ...general, paginationOpts: { numItems: 1, cursor } },
    };
    const answer = await jsonOf(
      fetch(`${backend.url}/api/query`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
    expect(answer).toMatchObject({
      status: "error",
      errorData: { isConvexSystemError: true, paginationError: "InvalidCursor" },
    });
  },
);

test("a journal that the server cannot read makes a paginated list start over", async () => {
  const backend = await startProject("chat");
  await backend.runFunction("messages:send", { ...general, author: "ada", body: "hi" });
  const client = await ProtocolSocket.connect(backend.url);
  const args = { ...general, paginationOpts: { numItems: 1, cursor: null } };
  client.send(watch("messages:page", args, { journal: "of another server" }));
  const { modifications } = await client.next("Transition");
  expect(modifications).toMatchObject([
    { type: "QueryFailed", errorData: { paginationError: "InvalidCursor" } },
  ]);
});

test("a change that changes nothing runs no live query again", async () => {
  const executions: Execution[] = [];
  const backend = await startProject("chat", {
    onExecution: (execution) => executions.push(execution),
  });
  const id = await textOf(backend, "messages:send", { ...general, author: "ada", body: "hi" });
  const client = await ProtocolSocket.connect(backend.url);
  client.send(watch("messages:list", general));
  await client.next("Transition");
  await backend.runFunction("messages:edit", { id, body: "hi" });
  await backend.runFunction("messages:edit", { id, body: "ho" });
  expect(await client.next("Transition")).toMatchObject({
    modifications: [{ type: "QueryUpdated", value: ["ada: ho"] }],
  });
  expect(executions.filter(({ path }) => path.startsWith("messages:list"))).toHaveLength(2);
});

test("a mutation that only reads leaves the data as it was", async () => {
  const backend = await startProject("chat");
  const client = httpClient(backend);
  const before = await jsonOf(fetch(`${backend.url}/api/query_ts`, { method: "POST" }));
  expect(await client.mutation(mutation("counters:peek"), { name: "a" })).toBe(0);
  expect(await client.query(query("counters:get"), { name: "a" })).toBe(0);
  expect(await jsonOf(fetch(`${backend.url}/api/query_ts`, { method: "POST" }))).toEqual(before);
});
