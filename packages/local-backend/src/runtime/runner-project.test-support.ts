// For tests: a fixture project on a real database in memory, ready to be called.
import { fileURLToPath } from "node:url";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import { memoryContents } from "../http/file-contents.ts";
import { ServerFileStorage } from "../http/file-storage.ts";
import { isJsonObject, parseJson, type Json } from "../values/json.ts";
import { analyze } from "./analyze.ts";
import { bundleFunctions } from "./bundle-functions.ts";
import { createRunner } from "./create-runner.ts";
import type { Failure, FunctionRequest, FunctionRunner } from "./function-runner.ts";
import type { RunnerOptions } from "./runner-options.ts";

export interface RunnerProject {
  database: Database;
  runner: FunctionRunner;
  environment: Record<string, string>;
  /** Deploys the same code again. */
  redeploy(): void;
  request: (path: string, args?: Json, o?: Partial<FunctionRequest>) => FunctionRequest;
  query(path: string, args?: Json, o?: Partial<FunctionRequest>): Json;
  mutation(path: string, args?: Json, o?: Partial<FunctionRequest>): Promise<Json>;
  action(path: string, args?: Json, o?: Partial<FunctionRequest>): Promise<Json>;
  close(): Promise<void>;
}

/** A call that failed, with all that the runner said of it. */
export class CallFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.errorMessage, { cause: failure.cause });
    this.failure = failure;
  }
}

/** The message of the failure that a call must end with. */
export async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CallFailed) return error.message;
    throw error;
  }
  throw new Error("the call succeeded");
}

const fixtures = new URL("../../test/fixtures/", import.meta.url);

/** @param folder - name of a fixture, or an absolute path of a functions folder */
export async function openProject(
  folder: string,
  options: Partial<RunnerOptions> = {},
): Promise<RunnerProject> {
  const functions = folder.startsWith("/")
    ? folder
    : fileURLToPath(new URL(`${folder}/convex`, fixtures));
  const database = await openDatabase({ inMemory: true });
  const urls = { cloudUrl: "http://127.0.0.1:3210", siteUrl: "http://127.0.0.1:3210/http" };
  const environment: Record<string, string> = { GREETING: "hello" };
  const storage = new ServerFileStorage({
    database,
    contents: memoryContents(Date.now),
    cloudUrl: () => urls.cloudUrl,
    secret: "secret",
    now: Date.now,
  });
  const runner = createRunner({
    database,
    environment: () => environment,
    urls,
    storage,
    ...options,
  });
  const bundle = await bundleFunctions(functions);
  const analysis = await analyze(bundle, {
    ...environment,
    CONVEX_CLOUD_URL: urls.cloudUrl,
    CONVEX_SITE_URL: urls.siteUrl,
  });
  for (const instance of analysis.components.values()) {
    const schema = analysis.definitions.get(instance.definitionPath)?.schema ?? null;
    await database.applySchema(instance.path, isJsonObject(schema) ? schema : null);
  }
  runner.deploy(bundle, analysis);

  const request = (
    path: string,
    args: Json = {},
    o: Partial<FunctionRequest> = {},
  ): FunctionRequest => ({
    path,
    args,
    identity: null,
    caller: "public",
    requestId: "0123456789abcdef",
    ...o,
  });
  const valueOf = (outcome: { ok: true; value: string } | Failure): Json => {
    if (!outcome.ok) throw new CallFailed(outcome);
    return parseJson(outcome.value);
  };
  return {
    database,
    runner,
    environment,
    redeploy: () => runner.deploy(bundle, analysis),
    request,
    query: (...call) => valueOf(runner.runQuery(request(...call))),
    mutation: async (...call) => valueOf(await runner.runMutation(request(...call))),
    action: async (...call) => valueOf(await runner.runAction(request(...call))),
    async close() {
      await runner.close();
      await database.close();
    },
  };
}
