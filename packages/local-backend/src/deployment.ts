// From a functions folder to running code: bundle, analyse, check against the stored data, switch over. Again on every change;
// whatever fails leaves what ran before running.
import type { AuthProvider } from "./auth/providers.ts";
import type { Database } from "./database/database.ts";
import type { Analysis } from "./runtime/analysis.ts";
import type { AppBundle } from "./runtime/app-bundle.ts";
import type { FunctionRunner } from "./runtime/function-runner.ts";
import { listCrons, type CronJobs } from "./scheduler/cron-jobs.ts";
import { isJsonObject, type JsonObject } from "./values/json.ts";

export interface DeploymentOptions {
  readonly database: Database;
  readonly runner: FunctionRunner;
  readonly crons: CronJobs;
  readonly bundle: () => Promise<AppBundle>;
  readonly analyze: (
    bundle: AppBundle,
    environment: Readonly<Record<string, string>>,
  ) => Promise<Analysis>;
  readonly environment: () => Readonly<Record<string, string>>;
  /** Called when new code runs, before any call of it. */
  readonly onDeployed: (bundle: AppBundle) => void;
}

export class Deployment {
  readonly #options: DeploymentOptions;
  #analysis: Analysis | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  /** Who may vouch for callers, by the running code's `auth.config`. */
  authProviders(): readonly AuthProvider[] {
    return this.#analysis?.authProviders ?? [];
  }

  get analysis(): Analysis | null {
    return this.#analysis;
  }

  /**
   * Brings the folder's present state into force. Calls wait for one another.
   *
   * @throws (rejects) CompileError, SchemaError, CronError: nothing has changed then
   */
  deploy(): Promise<void> {
    const turn = this.#queue.then(() => this.#deploy());
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #deploy(): Promise<void> {
    const { database, runner, crons, bundle, analyze, environment, onDeployed } = this.#options;
    const modules = await bundle();
    const analysis = await analyze(modules, environment());
    listCrons(analysis);
    await applySchemas(database, analysis);
    this.#analysis = analysis;
    runner.deploy(modules, analysis);
    onDeployed(modules);
    await crons.deploy(analysis);
  }
}

/** All components' schemas or none. */
async function applySchemas(database: Database, analysis: Analysis): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    for (const instance of analysis.components.values()) {
      const schema = analysis.definitions.get(instance.definitionPath)?.schema ?? null;
      const before = database.schema(instance.path);
      await database.applySchema(instance.path, toSchema(schema));
      undo.push(() => database.applySchema(instance.path, before));
    }
  } catch (error) {
    for (const restore of undo.reverse()) await restore();
    throw error;
  }
}

function toSchema(schema: unknown): JsonObject | null {
  if (schema === null) return null;
  const json = typeof schema === "object" ? { ...schema } : null;
  return json !== null && isJsonObject(json) ? json : null;
}
