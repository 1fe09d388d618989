// Cast: the lines are what crash-child.test-support.ts prints.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { collect, range, scan } from "../database/database.test-support.ts";
import { openDatabase } from "../database/open-database.ts";
import { textField } from "../values/json.ts";
import { checkStore } from "./check-store.ts";
import { workerFile } from "./worker-file.ts";

const kills = 6;

/** Runs the child until it has said `lines` lines, kills it in mid-write, and gives all that it said. */
async function runAndKill(file: string, lines: number): Promise<string[]> {
  const script = fileURLToPath(workerFile(import.meta.url, "./crash-child.test-support.ts"));
  const child = spawn(process.execPath, [script, file], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
    if (output.split("\n").length > lines) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(errors).toBe("");
  return output.split("\n").filter((line) => line.endsWith("]]"));
}

test(`nothing acknowledged is lost and nothing is torn when the process is killed, ${kills} times over`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "local-backend-crash-"));
  const file = join(folder, "data.sqlite");
  try {
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < kills; round++) {
      for (const line of await runAndKill(file, 40 + round * 37)) {
        for (const [id, count] of JSON.parse(line) as [string, number][]) {
          acknowledged.set(id, Math.max(count, acknowledged.get(id) ?? 0));
        }
      }
      const database = await openDatabase({ file });
      const tx = database.begin({ kind: "query" });
      const rows = collect(tx, scan("accounts"));
      expect(rows).toHaveLength(20);
      expect(rows.reduce((sum, { balance }) => sum + Number(balance), 0)).toBe(2_000);
      for (const { _id, changes } of rows) {
        expect(Number(changes)).toBeGreaterThanOrEqual(
          acknowledged.get(textField({ _id: _id ?? null }, "_id")) ?? 0,
        );
      }
      const byBalance = collect(tx, range("accounts.by_balance", [])).map(({ balance }) =>
        Number(balance),
      );
      expect(byBalance).toEqual([...byBalance].sort((left, right) => left - right));
      expect(byBalance).toHaveLength(20);
      database.abort(tx);
      await database.close();
      expect(checkStore(file)).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(10);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
