// The command line as a person uses it.
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { fixture, query } from "./running-project.ts";
import { buildCommandLine, fixtureEnvironment, runCommand, startServer } from "./server-process.ts";

// Each test starts several processes.
vi.setConfig({ testTimeout: 90_000 });

let data: string;
let envFile: string;
beforeEach(async () => {
  await buildCommandLine();
  // Projects are copied to where packages can be found from.
  const folder = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url));
  await mkdir(folder, { recursive: true });
  data = await mkdtemp(join(folder, "local-backend-data-"));
  envFile = await fixtureEnvironment(data);
  const made = data;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});
const start = (extra: string[] = [], functions = fixture("chat")) =>
  startServer({ functions, data, args: ["--env-file", envFile, ...extra] });
const run = (...args: string[]) => runCommand("run", "--data", data, ...args);

test("start says when it serves, runs functions for the command line, and stops with code 0", async () => {
  const server = await start();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await run("counters:increment", '{"name": "a"}')).toEqual({
    code: 0,
    stdout: "1\n",
    stderr: "",
  });
  expect(
    await run("messages:sendInternal", '{"channel":"c","author":"a","body":"b"}'),
  ).toMatchObject({ code: 0, stdout: "null\n" });
  const failed = await run("messages:failing", '{"channel": "x"}');
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the channel is empty"),
  });
  expect(await run("counters:get", "{")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("not JSON"),
  });
  expect(await server.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
  expect(await run("counters:get")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("No server serves"),
  });
});

test("what was written is there after a restart", async () => {
  const first = await start();
  await run("counters:increment", '{"name": "a"}');
  await first.kill("SIGINT");
  await start();
  expect((await run("counters:get", '{"name": "a"}')).stdout).toBe("1\n");
});

test("a data folder in use is refused with the process that has it", async () => {
  const server = await start();
  const second = await runCommand(
    "start",
    "--functions",
    fixture("chat"),
    "--data",
    data,
    "--port",
    "0",
    "--env-file",
    envFile,
  );
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toContain(`(pid ${server.pid})`);
  expect(second.stderr.trim().split("\n")).toHaveLength(1);
});

test("a port in use is refused by its number", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? String(address.port) : "";
  const result = await runCommand(
    "start",
    "--functions",
    fixture("chat"),
    "--data",
    data,
    "--port",
    port,
  );
  expect(result).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Port ${port} is in use`),
  });
});

test.each([
  ["does not compile", "export const x = ;\n", /broken\.ts:1:1\d/],
  ["throws when it is loaded", "export const x = null.y;\n", /broken\.ts/],
])("a functions folder that %s is refused with the place", async (_name, source, place) => {
  const functions = join(data, "project");
  await mkdir(functions);
  await writeFile(join(functions, "broken.ts"), source);
  const result = await runCommand(
    "start",
    "--functions",
    functions,
    "--data",
    join(data, "d"),
    "--port",
    "0",
  );
  expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(place) });
});

test("a functions folder that is not there is refused by name", async () => {
  const result = await runCommand(
    "start",
    "--functions",
    join(data, "nowhere"),
    "--data",
    join(data, "d"),
    "--port",
    "0",
  );
  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining("nowhere") });
});

test("a wrong flag is explained", async () => {
  expect(await runCommand("start", "--port", "99999")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("from 0 to 65535"),
  });
  expect(await runCommand("strat")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("start"),
  });
});

test("environment variables are set with the server away or running, and are seen at once", async () => {
  const env = (...args: string[]) => runCommand("env", ...args, "--data", data);
  expect(await env("set", "GREETING", "hello")).toMatchObject({ code: 0, stderr: "" });
  expect((await env("get", "GREETING")).stdout).toBe("hello\n");
  const functions = join(data, "project");
  await mkdir(functions);
  await writeFile(
    join(functions, "env.ts"),
    `import { queryGeneric as query } from "convex/server";\nexport const greeting = query({ args: {}, handler: async () => process.env.GREETING ?? null });\n`,
  );
  await start([], functions);
  expect((await run("env:greeting")).stdout).toBe('"hello"\n');
  await env("set", "GREETING", "ho");
  expect((await run("env:greeting")).stdout).toBe('"ho"\n');
  expect((await env("list")).stdout).toContain("GREETING=ho\n");
  await env("remove", "GREETING");
  expect((await run("env:greeting")).stdout).toBe("null\n");
  expect(await env("get", "GREETING")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"GREETING" is not set'),
  });
  expect(await env("set", "CONVEX_SITE_URL", "x")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("set by the server"),
  });
  expect(await env("set", "1x", "x")).toMatchObject({ code: 1 });
});

test("the keys for signing tokens are made once and never printed by start", async () => {
  const first = await start();
  const { stdout, stderr } = await first.kill("SIGTERM");
  expect(stdout + stderr).not.toContain("PRIVATE KEY");
  const key = async () =>
    (await runCommand("env", "get", "JWT_PRIVATE_KEY", "--data", data)).stdout;
  const before = await key();
  expect(before).toMatch(/^-----BEGIN PRIVATE KEY----- \S/);
  await (await start()).kill("SIGTERM");
  expect(await key()).toBe(before);
  expect((await stat(join(data, "admin-key"))).mode & 0o077).toBe(0);
});

test("with --watch a change is served without dropping sockets, and a broken one is not", async () => {
  const functions = join(data, "project");
  await mkdir(functions);
  const write = (answer: string) =>
    writeFile(
      join(functions, "answers.ts"),
      `import { queryGeneric as query } from "convex/server";\nexport const get = query({ args: {}, handler: async () => ${answer} });\n`,
    );
  await write("1");
  const server = await start(["--watch"], functions);
  const { ConvexClient } = await import("convex/browser");
  const { WebSocket } = await import("ws");
  const disconnects: string[] = [];
  const client = new ConvexClient(server.url, {
    webSocketConstructor: WebSocket as never,
    unsavedChangesWarning: false,
    logger: {
      log: (...parts) => void disconnects.push(parts.join(" ")),
      warn: () => undefined,
      error: () => undefined,
      logVerbose: () => undefined,
    },
  });
  onTestFinished(() => client.close());
  const seen: number[] = [];
  client.onUpdate(query("answers:get"), {}, (value: number) => void seen.push(value));
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1]);
  await write("2");
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2]);
  await write("3 +* 4");
  await write("3 + 1");
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2, 4]);
  expect(disconnects.filter((line) => line.includes("disconnected"))).toEqual([]);
});

test("a backup taken while serving holds what was written", async () => {
  const server = await start();
  await run("counters:increment", '{"name": "a"}');
  const copy = join(data, "copy");
  await mkdir(copy);
  expect(await runCommand("backup", join(copy, "data.sqlite"), "--data", data)).toMatchObject({
    code: 0,
  });
  await run("counters:increment", '{"name": "a"}');
  await server.kill("SIGTERM");
  await cp(envFile, join(copy, "test.env"));
  await startServer({ functions: fixture("chat"), data: copy, args: ["--env-file", envFile] });
  expect(await runCommand("run", "--data", copy, "counters:get", '{"name": "a"}')).toEqual({
    code: 0,
    stdout: "1\n",
    stderr: "",
  });
});

test("check finds nothing wrong with a sound folder, and names a stored file that was lost or changed", async () => {
  const server = await start();
  await run("messages:send", '{"channel":"c","author":"a","body":"b"}');
  await run("files:storeText", '{"text":"one"}');
  await run("files:storeText", '{"text":"two"}');
  const check = () => runCommand("check", "--data", data);
  expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining("in use") });
  await server.kill("SIGTERM");
  expect(await check()).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^\d+ documents in 2 tables, \d+ index entries, 2 stored files\nNo problems found\.\n$/,
    ),
    stderr: "",
  });
  const [first = "", second = ""] = await readdir(join(data, "files"));
  await writeFile(join(data, "files", first), "abc");
  await rm(join(data, "files", second));
  const broken = await check();
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain(`files/${first}, was changed`);
  expect(broken.stderr).toContain(`files/${second}, is missing`);
});
