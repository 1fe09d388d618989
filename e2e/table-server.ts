// Starts the whole table as `npm start` does, on a port and data folder of its own, and can kill and restart it.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TableServer {
  readonly url: string;
  readonly data: string;
  /** Ends the process without any warning, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; resolves when it serves. */
  start(): Promise<void>;
  /** Stops it in good order and removes its data. */
  close(): Promise<void>;
}

/** A running table with the seeded bestiary and nobody at it. */
export async function startTable(): Promise<TableServer> {
  const data = mkdtempSync(join(tmpdir(), "torchkeeper-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;

  const start = async () => {
    child = spawn(
      process.execPath,
      ["scripts/start.mjs", "--port", String(port), "--data", data, "--host", "127.0.0.1"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await readyLine(child);
  };
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    if (running === null) return;
    child = null;
    const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill(signal);
    await exited;
  };

  await start();
  return {
    url,
    data,
    start,
    kill: () => end("SIGKILL"),
    close: async () => {
      await end("SIGTERM");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Resolves at the line that says the server is ready; rejects with the output if the process ends before. */
function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("ready on http://")) resolve();
    });
    child.once("exit", (code) => {
      reject(new Error(`the server ended with code ${code} before it was ready:\n${output}`));
    });
  });
}

/** A port that is free now. The server is restarted on it, so it cannot be left to the system each time. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no free port"));
      });
    });
  });
}
