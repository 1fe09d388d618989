// Loads "use node" modules in a worker to see what they export.
import { Worker } from "node:worker_threads";
import { workerFile } from "../store/worker-file.ts";
import type { CompiledModule } from "./analysis.ts";
import { CompileError } from "./app-bundle.ts";
import { describeUncaught, SourceMapper } from "./error-text.ts";
import type { AnalyzedInWorker, WorkerSetUp } from "./worker-messages.ts";
import type { DescribedExports } from "./guest/module-exports.ts";

const timeoutMs = 30_000;

/** @throws CompileError when a module does not load */
export async function analyzeNodeModules(
  all: ReadonlyMap<string, CompiledModule>,
  modules: readonly CompiledModule[],
  environment: Readonly<Record<string, string>>,
  nodeModulesRoot: string | undefined,
): Promise<Map<string, DescribedExports>> {
  const setUp: WorkerSetUp = {
    runtime: "node",
    definitions: [["", [...all.values()]]],
    nodeModulesRoot: nodeModulesRoot ?? null,
    analyze: modules.map((module) => module.path),
    environment,
  };
  const worker = new Worker(workerFile(import.meta.url, "./action-worker.ts"), {
    workerData: setUp,
    env: { ...environment, TZ: "UTC" },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answers = await new Promise<AnalyzedInWorker[]>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      timer = setTimeout(
        () =>
          reject(
            new CompileError(`"use node" files take longer than ${timeoutMs / 1_000}s to load`),
          ),
        timeoutMs,
      );
      worker.once("exit", () => reject(new Error('The worker for "use node" files ended early')));
    });
    const mapper = new SourceMapper((_, path) => all.get(path));
    const described = new Map<string, DescribedExports>();
    for (const answer of answers) {
      if (!answer.ok) {
        throw new CompileError(
          `Failed to analyze ${answer.path}: ${describeUncaught(answer.failure, mapper)}`.trimEnd(),
        );
      }
      described.set(answer.path, answer.exports);
    }
    return described;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
