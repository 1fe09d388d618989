// A server that is killed without warning, again and again, in the middle of traffic.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fixture, liveClient, mutation, query } from "./running-project.ts";
import { buildCommandLine, fixtureEnvironment, runCommand, startServer } from "./server-process.ts";

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("expected a port");
  return address.port;
}

test(
  "nothing that was acknowledged is lost or done twice over SIGKILLs in mid-traffic, and clients come back by themselves",
  { timeout: 120_000 },
  async () => {
    await buildCommandLine();
    const data = await mkdtemp(join(tmpdir(), "crash-"));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const port = await freePort();
    const args = ["--env-file", await fixtureEnvironment(data)];
    let server = await startServer({ functions: fixture("chat"), data, port, args });
    const players = [liveClient(server), liveClient(server)];
    const watcher = liveClient(server);
    let watched = 0;
    watcher.onUpdate(
      query("counters:get"),
      { name: "damage" },
      (value: number) => (watched = value),
    );

    let sent = 0;
    const acknowledged: number[] = [];
    const bodies: string[] = [];
    let isOver = false;
    const traffic = players.map(async (player, who) => {
      while (!isOver) {
        sent++;
        acknowledged.push(
          await player.mutation(mutation("counters:increment"), { name: "damage" }),
        );
        const body = `${who} ${sent}`;
        await player.mutation(mutation("messages:send"), { channel: "c", author: "p", body });
        bodies.push(body);
      }
    });
    for (let round = 0; round < 4; round++) {
      const before = acknowledged.length;
      await expect
        .poll(() => acknowledged.length, { timeout: 20_000 })
        .toBeGreaterThan(before + 20);
      await server.kill("SIGKILL");
      server = await startServer({ functions: fixture("chat"), data, port, args });
    }
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before);
    isOver = true;
    await Promise.all(traffic);

    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    expect(Math.max(...acknowledged)).toBe(sent);
    await expect.poll(() => watched, { timeout: 20_000 }).toBe(sent);
    const stored = await watcher.query(query("messages:list"), { channel: "c" });
    expect([...(stored as string[])].sort()).toEqual(bodies.map((body) => `p: ${body}`).sort());
  },
);

test(
  "a scheduled function survives the kill of its server and runs once",
  { timeout: 60_000 },
  async () => {
    await buildCommandLine();
    const data = await mkdtemp(join(tmpdir(), "crash-"));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const args = ["--env-file", await fixtureEnvironment(data)];
    const first = await startServer({ functions: fixture("chat"), data, args });
    await liveClient(first).mutation(mutation("jobs:later"), { delayMs: 300, body: "after all" });
    await first.kill("SIGKILL");
    const second = await startServer({ functions: fixture("chat"), data, args });
    const client = liveClient(second);
    await expect
      .poll(() => client.query(query("messages:list"), { channel: "jobs" }))
      .toEqual(["scheduler: after all"]);
    await second.kill("SIGTERM");
    await startServer({ functions: fixture("chat"), data, args });
    expect(
      (await runCommand("run", "--data", data, "messages:list", '{"channel":"jobs"}')).stdout,
    ).toBe('[\n  "scheduler: after all"\n]\n');
  },
);

test(
  "an action that its server did not survive has failed, and is not run again",
  { timeout: 60_000 },
  async () => {
    await buildCommandLine();
    const data = await mkdtemp(join(tmpdir(), "crash-"));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const args = ["--env-file", await fixtureEnvironment(data)];
    const first = await startServer({ functions: fixture("chat"), data, args });
    const client = liveClient(first);
    const id: unknown = await client.mutation(mutation("jobs:endlessLater"), {});
    const state = async (from: typeof client) =>
      (await from.query(query("jobs:state"), { id })).state;
    await expect.poll(() => state(client)).toEqual({ kind: "inProgress" });
    await first.kill("SIGKILL");
    const second = await startServer({ functions: fixture("chat"), data, args });
    expect(await state(liveClient(second))).toEqual({
      kind: "failed",
      error: "Transient error while executing action",
    });
  },
);
