// A server on an older copy of its data, met by clients that saw what came after the copy was made.
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ProtocolSocket, timestampOf } from "./protocol-socket.ts";
import { startProject } from "./running-project.ts";

const increment = {
  type: "Mutation",
  requestId: 0,
  udfPath: "counters:increment",
  args: [{ name: "a" }],
};
const watchCounter = {
  type: "ModifyQuerySet",
  baseVersion: 0,
  newVersion: 1,
  modifications: [{ type: "Add", queryId: 0, udfPath: "counters:get", args: [{ name: "a" }] }],
};

test("a client that saw what a restored backup does not hold is served at once, at a later timestamp", async () => {
  const folder = await mkdtemp(join(tmpdir(), "restored-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const first = await startProject("chat", { data: join(folder, "first") });
  await first.runFunction("counters:increment", { name: "a" });
  await first.backup(join(folder, "copy.sqlite"));
  const before = await ProtocolSocket.connect(first.url);
  before.send(increment);
  const { ts } = await before.next("MutationResponse");
  await first.close();

  await mkdir(join(folder, "second"));
  await rename(join(folder, "copy.sqlite"), join(folder, "second", "data.sqlite"));
  const second = await startProject("chat", { data: join(folder, "second") });
  const after = await ProtocolSocket.open(second.url);
  after.sendConnect({ connectionCount: 1, maxObservedTimestamp: ts });
  after.send(watchCounter);
  const transition = await after.next("Transition");
  expect(timestampOf(transition["endVersion"].ts)).toBeGreaterThan(timestampOf(ts));
  expect(transition["modifications"]).toMatchObject([{ type: "QueryUpdated", value: 1 }]);
});
