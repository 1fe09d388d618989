// Paginated live queries of the official client while rows come and go under them, and the wire facts they rest on.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ProtocolSocket, timestampOf } from "./protocol-socket.ts";
import {
  httpClient,
  liveClient,
  query,
  startProject,
  textOf,
  type Loose,
} from "./running-project.ts";

const message = (body: string) => ({ channel: "general", author: "ada", body });
const page = (numItems: number, cursor: string | null, extra: Record<string, unknown> = {}) => ({
  channel: "general",
  paginationOpts: { numItems, cursor, ...extra },
});

test("a list that grows and shrinks under its reader never repeats or skips a row", async () => {
  const backend = await startProject("chat");
  const ids: string[] = [];
  const insert = async (body: string) =>
    ids.push(await textOf(backend, "messages:send", message(body)));
  for (let i = 0; i < 10; i++) await insert(String(i));
  const client = liveClient(backend);
  let rows: string[] = [];
  let status = "";
  let loadMore: (count: number) => boolean = () => false;
  client.onPaginatedUpdate_experimental(
    query("messages:pageNewestFirst"),
    { channel: "general" },
    { initialNumItems: 3 },
    (result: Loose) => {
      rows = (result.results ?? result.page).map((row: Loose) => row.body);
      status = result.status;
      loadMore = result.loadMore;
    },
  );
  await expect.poll(() => rows).toEqual(["9", "8", "7"]);
  loadMore(3);
  await expect.poll(() => rows).toEqual(["9", "8", "7", "6", "5", "4"]);
  await insert("10");
  await expect.poll(() => rows).toEqual(["10", "9", "8", "7", "6", "5", "4"]);
  await backend.runFunction("messages:remove", { id: ids[8] ?? "" });
  await backend.runFunction("messages:remove", { id: ids[5] ?? "" });
  await expect.poll(() => rows).toEqual(["10", "9", "7", "6", "4"]);
  // A page that became too long is split by the client and stays whole.
  for (let i = 11; i < 20; i++) await insert(String(i));
  const all = ["19", "18", "17", "16", "15", "14", "13", "12", "11", "10", "9", "7", "6", "4"];
  await expect.poll(() => rows).toEqual(all);
  for (let i = 0; i < 3; i++) {
    await expect.poll(() => status).toMatch(/CanLoadMore|Exhausted/);
    loadMore(3);
  }
  await expect.poll(() => rows).toEqual([...all, "3", "2", "1", "0"]);
  await expect.poll(() => status).toBe("Exhausted");
});

test("a last page that is exactly full is not done; the empty one after it is", async () => {
  const backend = await startProject("chat");
  for (let i = 0; i < 4; i++) await backend.runFunction("messages:send", message(String(i)));
  const client = httpClient(backend);
  const first = await client.query(query("messages:page"), page(2, null));
  const second = await client.query(query("messages:page"), page(2, first.continueCursor));
  expect([second.page.length, second.isDone]).toEqual([2, false]);
  expect(second.continueCursor).toMatch(/./);
  const third = await client.query(query("messages:page"), page(2, second.continueCursor));
  expect([third.page, third.isDone]).toEqual([[], true]);
  expect(third.continueCursor).toMatch(/./);
});

test("a page cut short by its row limit says where it can be split", async () => {
  const backend = await startProject("chat");
  for (let i = 0; i < 12; i++) await backend.runFunction("messages:send", message(String(i)));
  const client = httpClient(backend);
  const cut = await client.query(query("messages:page"), page(100, null, { maximumRowsRead: 6 }));
  expect(cut).toMatchObject({
    isDone: false,
    pageStatus: "SplitRequired",
    splitCursor: expect.any(String),
  });
  expect(cut.page).toHaveLength(6);
  const left = await client.query(
    query("messages:page"),
    page(100, null, { endCursor: cut.splitCursor }),
  );
  const right = await client.query(
    query("messages:page"),
    page(100, cut.splitCursor, { endCursor: cut.continueCursor }),
  );
  expect([...left.page, ...right.page]).toEqual(cut.page);
});

test.each([
  [0, /Must request at least 1 document while paginating/],
  [32_001, /Requested too many items: 32001/],
])("a page of %i rows is refused", async (numItems, text) => {
  const backend = await startProject("chat");
  await backend.runFunction("messages:send", message("x"));
  await expect(
    httpClient(backend).query(query("messages:page"), page(numItems, null)),
  ).rejects.toThrow(text);
});

test("timestamps do not go back over a restart, not even when the machine's clock does", async () => {
  const data = await mkdtemp(join(tmpdir(), "timestamps-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const clockAt = (ms: number) => ({ now: () => Date.now() + ms, wait: () => () => undefined });
  const first = await startProject("chat", { data, clock: clockAt(0) });
  const before = await ProtocolSocket.connect(first.url);
  before.send({
    type: "Mutation",
    requestId: 0,
    udfPath: "counters:increment",
    args: [{ name: "a" }],
  });
  const { ts } = await before.next("MutationResponse");
  await first.close();
  const second = await startProject("chat", { data, clock: clockAt(-3_600_000) });
  const after = await ProtocolSocket.open(second.url);
  after.sendConnect({ maxObservedTimestamp: ts });
  after.send({ type: "ModifyQuerySet", baseVersion: 0, newVersion: 1, modifications: [] });
  const transition = await after.next("Transition");
  expect(timestampOf(transition["endVersion"].ts)).toBeGreaterThanOrEqual(timestampOf(ts));
  after.send({
    type: "Mutation",
    requestId: 0,
    udfPath: "counters:increment",
    args: [{ name: "a" }],
  });
  const response = await after.next("MutationResponse");
  expect(response["result"]).toBe(2);
  expect(timestampOf(response["ts"])).toBeGreaterThan(timestampOf(ts));
});
