// The official command line, unmodified, against a server of ours.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Backend } from "../src/index.ts";
import { fixture, startProject } from "./running-project.ts";

// The command line takes seconds to start.
vi.setConfig({ testTimeout: 90_000 });

const commandLine = fileURLToPath(
  new URL("../../../node_modules/convex/bin/main.js", import.meta.url),
);
let project: string;
let backend: Backend;

beforeEach(async () => {
  const cache = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url));
  await mkdir(cache, { recursive: true });
  project = await mkdtemp(join(cache, "convex-project-"));
  const made = project;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  await cp(fixture("chat"), join(project, "convex"), { recursive: true });
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ name: "chat", dependencies: { convex: "1.48.0" } }),
  );
  backend = await startProject("chat");
});

/** Runs a command; `until` ends one that would go on for ever, once its output has it. */
function convex(
  args: string[],
  until?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [commandLine, ...args], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      CI: "1",
      NO_COLOR: "1",
      CONVEX_SELF_HOSTED_URL: backend.url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: backend.adminKey,
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
    if (until !== undefined && stdout.includes(until)) child.kill("SIGKILL");
  });
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

test(
  "run calls functions, also as somebody, and names the functions there are when one is unknown",
  { timeout: 90_000 },
  async () => {
    expect(
      await convex(["run", "messages:sendInternal", '{"channel":"c","author":"a","body":"b"}']),
    ).toMatchObject({ code: 0 });
    expect((await convex(["run", "messages:list", '{"channel":"c"}'])).stdout).toContain("a: b");
    expect(
      (await convex(["run", "people:whoAmI", "--identity", '{"subject":"ada"}'])).stdout,
    ).toContain("ada");
    const unknown = await convex(["run", "messages:nothing"]);
    expect(unknown.code).toBe(1);
    expect(unknown.stdout + unknown.stderr).toContain("messages:sendInternal");
  },
);

test("run --watch follows a query", async () => {
  const watching = convex(["run", "--watch", "counters:get", '{"name":"a"}'], "1\n");
  const pushing = setInterval(
    () => void backend.runFunction("counters:increment", { name: "b" }),
    200,
  );
  await backend.runFunction("counters:increment", { name: "a" });
  expect((await watching).stdout).toContain("1\n");
  clearInterval(pushing);
});

test("env sets, lists, gets and removes", async () => {
  expect(await convex(["env", "set", "GREETING", "hello"])).toMatchObject({ code: 0 });
  expect((await convex(["env", "get", "GREETING"])).stdout).toBe("hello\n");
  expect((await convex(["env", "list"])).stdout).toContain("GREETING=hello");
  expect(await convex(["env", "remove", "GREETING"])).toMatchObject({ code: 0 });
  expect((await convex(["env", "list"])).stdout).not.toContain("GREETING");
});

test(
  "data shows tables and documents, function-spec the functions",
  { timeout: 90_000 },
  async () => {
    await backend.runFunction("messages:send", { channel: "c", author: "a", body: "b" });
    expect((await convex(["data"])).stdout.split("\n")).toContain("messages");
    expect((await convex(["data", "messages"])).stdout).toMatch(/"a"\s*\|\s*"b"\s*\|\s*"c"/);
    const spec = JSON.parse((await convex(["function-spec"])).stdout);
    expect(spec.url).toBe(backend.url);
    expect(spec.functions).toContainEqual(
      expect.objectContaining({
        identifier: "messages.js:sendInternal",
        functionType: "Mutation",
        visibility: { kind: "internal" },
      }),
    );
  },
);

test("logs shows what ran", async () => {
  await backend.runFunction("messages:chatty");
  const { stdout } = await convex(["logs", "--history", "5"], "'careful'");
  expect(stdout).toMatch(/Q\(messages:chatty\).*\[LOG\].*'hello'/s);
});

test("codegen writes the full types", async () => {
  const result = await convex(["codegen", "--typecheck", "disable"]);
  expect(result).toMatchObject({ code: 0 });
  const api = await readFile(join(project, "convex", "_generated", "api.d.ts"), "utf8");
  expect(api).toContain('"nested/deep": typeof nested_deep');
  const server = await readFile(join(project, "convex", "_generated", "server.d.ts"), "utf8");
  expect(server).toContain("DataModel");
});

test("deploy is refused with what to do instead", async () => {
  const { code, stdout, stderr } = await convex(["deploy", "--typecheck", "disable"]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("takes no pushes");
});

test("export is refused at once, not asked for again and again", async () => {
  const { code, stdout, stderr } = await convex(["export", "--path", join(project, "x.zip")]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("local-backend backup");
  expect(stdout + stderr).not.toContain("Retrying");
});
