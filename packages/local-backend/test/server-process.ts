// The built command line in processes of its own: started, asked, stopped and killed.
// Cast: the build script is plain JavaScript.
import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { testKeys } from "./running-project.ts";

let built: Promise<string> | null = null;

/** The command line's file, built once for this test run, where packages can be found from. */
export function buildCommandLine(): Promise<string> {
  built ??= (async () => {
    const outdir = fileURLToPath(
      new URL(`../../../node_modules/.cache/local-backend-test-${process.pid}`, import.meta.url),
    );
    const { build } = (await import(new URL("../build.mjs", import.meta.url).href)) as {
      build: (options: { outdir: string }) => Promise<void>;
    };
    await build({ outdir });
    process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
    return join(outdir, "cli.js");
  })();
  return built;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export async function runCommand(...args: string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, [await buildCommandLine(), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = collect(child);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...output() })));
}

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<CommandResult>;
}

/** Starts `local-backend start` and waits until it serves. */
export async function startServer(options: {
  functions: string;
  data: string;
  port?: number;
  args?: string[];
}): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    [
      await buildCommandLine(),
      "start",
      ...[
        "--functions",
        options.functions,
        "--data",
        options.data,
        "--port",
        String(options.port ?? 0),
      ],
      ...(options.args ?? []),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = collect(child);
  const ended = new Promise<CommandResult>((resolve) =>
    child.once("close", (code) => resolve({ code, ...output() })),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const ready = /^ready on (http:\S+)$/m.exec(output().stdout)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(({ stderr }) =>
      reject(new Error(`the server ended before it was ready: ${stderr}`)),
    );
  });
  return {
    url,
    pid: child.pid ?? 0,
    kill(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** An env file for the fixtures, in `folder`. */
export async function fixtureEnvironment(folder: string): Promise<string> {
  const { writeFile } = await import("node:fs/promises");
  const file = join(folder, "test.env");
  await writeFile(file, `TEST_JWKS="${(await testKeys()).jwks}"\n`);
  return file;
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  return () => ({ stdout, stderr });
}
