// Imports the bundled modules in a worker. One that never ends, ends the worker or fills its memory is named and left
// out, and the others are run without it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { ConvexFolder } from "../project/discover.ts";
import { isRecord } from "../schema/validator.ts";
import { workerSource } from "./worker-source.ts";

export interface ModuleReport {
  id: string;
  schema: unknown;
  functions: unknown[];
  error: string | null;
}

/** How long one module may take, and all of them. */
const moduleLimitMs = 4_000;
const totalLimitMs = 10_000;

interface Module {
  id: string;
  url: string;
  isSchema: boolean;
}

/** @param failures - gets the modules that could not be run, other than by an error of their own */
export async function runModules(
  entries: ReadonlyMap<string, string>,
  folder: ConvexFolder,
  scratch: string,
  failures: { file: string; reason: string }[],
): Promise<ModuleReport[]> {
  const script = join(scratch, "introspect-worker.mjs");
  writeFileSync(script, workerSource);
  let waiting: Module[] = [...entries].map(([id, file]) => ({
    id,
    url: pathToFileURL(join(scratch, `${id}.mjs`)).href,
    isSchema: file === folder.schemaFile,
  }));
  const reports: ModuleReport[] = [];
  const deadline = Date.now() + totalLimitMs;
  while (waiting.length > 0) {
    const done = reports.length;
    const ending = await runWorker(script, waiting, deadline, reports);
    const culprit = waiting[reports.length - done];
    if (ending === null || culprit === undefined) break;
    failures.push({ file: entries.get(culprit.id) ?? folder.path, reason: ending });
    waiting = waiting.slice(reports.length - done + 1);
    if (Date.now() < deadline) continue;
    for (const { id } of waiting)
      failures.push({
        file: entries.get(id) ?? folder.path,
        reason: `the ${totalLimitMs / 1000} s for all modules were used up by others`,
      });
    break;
  }
  return reports;
}

/** Adds a report per module run; says what ended the worker before the last, or null. */
async function runWorker(
  script: string,
  modules: readonly Module[],
  deadline: number,
  reports: ModuleReport[],
): Promise<string | null> {
  const worker = new Worker(pathToFileURL(script), {
    workerData: { modules },
    env: {},
    stdin: true,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const ending = await new Promise<string | null>((resolve) => {
    const late = () => {
      resolve(`did not finish loading within ${moduleLimitMs / 1000} s`);
    };
    const limit = () => Math.max(0, Math.min(moduleLimitMs, deadline - Date.now()));
    let timer = setTimeout(late, limit());
    const finish = (reason: string | null) => {
      clearTimeout(timer);
      resolve(reason);
    };
    worker.on("message", (message: unknown) => {
      if (!isRecord(message) || message["done"] === true) {
        finish(null);
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(late, limit());
      reports.push({
        id: String(message["id"]),
        schema: message["schema"] ?? null,
        functions: Array.isArray(message["functions"]) ? message["functions"] : [],
        error: typeof message["error"] === "string" ? message["error"] : null,
      });
    });
    worker.on("error", (error: unknown) => {
      finish((error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
    });
    worker.on("exit", () => {
      finish("it waits for something that never comes");
    });
  });
  await worker.terminate();
  return ending;
}
