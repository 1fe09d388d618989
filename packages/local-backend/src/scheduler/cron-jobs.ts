// Runs the jobs of `crons.ts`: one run of a job at a time, missed runs skipped. A mutation's next time is
// written in its own transaction, so that each run happens once; an action's before it starts, so at most once.
import { newRequestId } from "../client-errors.ts";
import type { Database } from "../database/database.ts";
import type { Transaction } from "../database/transaction.ts";
import type { Analysis, FunctionKind } from "../runtime/analysis.ts";
import type { FunctionRequest, FunctionRunner } from "../runtime/function-runner.ts";
import type { JsonObject } from "../values/json.ts";
import { nextRun, parseCron, type CronSpec } from "./cron-schedule.ts";
import { DueTimer, type SchedulerClock } from "./due-timer.ts";
import type { SchedulerLog } from "./scheduler.ts";

const table = "_crons";
const retryAfterFaultMs = 5_000;

type Cron = { readonly key: string; readonly component: string; readonly spec: CronSpec };
/** `nextTime` is `null` when the schedule never comes again. */
type CronRow = {
  readonly id: string;
  readonly fingerprint: string;
  readonly nextTime: number | null;
};

export class CronJobs {
  readonly #database: Database;
  readonly #runner: Pick<FunctionRunner, "find" | "runMutation" | "runAction">;
  readonly #clock: SchedulerClock;
  readonly #log: SchedulerLog;
  readonly #timer: DueTimer;
  readonly #running = new Set<string>();
  /** What `close()` waits for; actions may take minutes and are not waited for. */
  readonly #mutations = new Set<Promise<void>>();
  #crons: readonly Cron[] = [];
  #isClosed = false;

  constructor(options: {
    database: Database;
    runner: Pick<FunctionRunner, "find" | "runMutation" | "runAction">;
    clock: SchedulerClock;
    log: SchedulerLog;
  }) {
    this.#database = options.database;
    this.#runner = options.runner;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#timer = new DueTimer(options.clock, () => this.#runDue());
  }

  /**
   * Takes over the jobs of newly deployed code: new ones get their first time, changed ones a new one, unchanged ones keep
   * theirs, others stop.
   *
   * @throws CronError for a schedule that cannot be read, before anything is changed
   */
  async deploy(analysis: Analysis): Promise<void> {
    const crons = listCrons(analysis);
    const now = this.#clock.now();
    await this.#write((tx) => {
      const rows = new Map<string, CronRow>();
      for (const json of tx.system.query("", table, "by_component_and_name", [])) {
        const { component, name } = json;
        if (typeof component === "string" && typeof name === "string") {
          rows.set(keyOf(component, name), toRow(json));
        }
      }
      for (const { key, component, spec } of crons) {
        const row = rows.get(key);
        rows.delete(key);
        if (row?.fingerprint === spec.fingerprint) continue;
        const fields: JsonObject = {
          component,
          name: spec.identifier,
          spec: spec.fingerprint,
          nextTime: nextRun(spec.schedule, null, now),
        };
        if (row === undefined) tx.system.insert("", table, fields);
        else tx.system.replace("", table, row.id, fields);
      }
      for (const { id } of rows.values()) tx.system.remove("", table, id);
    });
    this.#crons = crons;
    this.#timer.set(now);
  }

  /** Starts no more runs; resolves when mutations under way are done. Actions are left to the runner. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.set(null);
    await Promise.allSettled(this.#mutations);
  }

  #runDue(): void {
    if (this.#isClosed) return;
    const now = this.#clock.now();
    const tx = this.#database.begin({ kind: "mutation", unlimited: true });
    const due: { cron: Cron; at: number }[] = [];
    try {
      for (const cron of this.#crons) {
        if (this.#running.has(cron.key)) continue;
        const at = findRow(tx, cron)?.nextTime ?? null;
        if (at === null) continue;
        if (at <= now) due.push({ cron, at });
        else this.#timer.sooner(at);
      }
    } finally {
      this.#database.abort(tx);
    }
    for (const { cron, at } of due) this.#launch(cron, at);
  }

  #launch(cron: Cron, at: number): void {
    const kind = this.#runner.find(cron.spec.functionPath, cron.component)?.kind;
    this.#running.add(cron.key);
    const run = this.#run(cron, at, kind)
      .then(() => this.#clock.now())
      .catch((error: unknown) => {
        this.#log.error({ err: error, cron: cron.spec.identifier }, "a cron job was put off");
        return this.#clock.now() + retryAfterFaultMs;
      })
      .then((wakeAt) => {
        this.#running.delete(cron.key);
        if (!this.#isClosed) this.#timer.sooner(wakeAt);
      });
    if (kind !== "action") {
      this.#mutations.add(run);
      void run.finally(() => this.#mutations.delete(run));
    }
  }

  async #run(cron: Cron, at: number, kind: FunctionKind | undefined): Promise<void> {
    const { spec } = cron;
    const advance = (tx: Transaction) => {
      const row = findRow(tx, cron);
      if (row === null || row.fingerprint !== spec.fingerprint) return;
      const nextTime = nextRun(spec.schedule, at, this.#clock.now());
      tx.system.patch("", table, row.id, { nextTime, lastTime: at });
    };
    const request: FunctionRequest = {
      path: spec.functionPath,
      component: cron.component,
      args: spec.args,
      identity: null,
      caller: "internal",
      requestId: newRequestId(),
    };
    if (kind === "mutation") {
      const outcome = await this.#runner.runMutation({ ...request, beforeCommit: advance });
      if (outcome.ok) return;
      if (outcome.kind === "internal") throw new Error(outcome.errorMessage);
      this.#log.error({ cron: spec.identifier, reason: outcome.errorMessage }, "a cron job failed");
      await this.#write(advance);
      return;
    }
    await this.#write(advance);
    if (kind !== "action") {
      const reason = kind === undefined ? "there is no such function" : "it is a query";
      this.#log.error(
        { cron: spec.identifier, path: spec.functionPath, reason },
        "a cron job cannot run",
      );
      return;
    }
    const outcome = await this.#runner.runAction(request);
    if (!outcome.ok && !this.#isClosed) {
      this.#log.error({ cron: spec.identifier, reason: outcome.errorMessage }, "a cron job failed");
    }
  }

  async #write(change: (tx: Transaction) => void): Promise<void> {
    const tx = this.#database.begin({ kind: "mutation", unlimited: true });
    try {
      change(tx);
    } catch (error) {
      this.#database.abort(tx);
      throw error;
    }
    await this.#database.commit(tx);
  }
}

/** Every cron job of the app and of its components' instances. @throws CronError */
export function listCrons(analysis: Analysis): Cron[] {
  return [...analysis.components.values()].flatMap((instance) => {
    const modules = analysis.definitions.get(instance.definitionPath)?.modules.values() ?? [];
    return [...modules].flatMap((module) =>
      (module.crons ?? []).map((job) => ({
        key: keyOf(instance.path, job.identifier),
        component: instance.path,
        spec: parseCron(job),
      })),
    );
  });
}

function findRow(tx: Transaction, cron: Cron): CronRow | null {
  const equal = [cron.component, cron.spec.identifier];
  const [json] = tx.system.query("", table, "by_component_and_name", equal, { limit: 1 });
  return json === undefined ? null : toRow(json);
}

function toRow(json: JsonObject): CronRow {
  const { _id: id, spec, nextTime } = json;
  if (typeof id !== "string") throw new TypeError(`a row of ${table} has no id`);
  return {
    id,
    fingerprint: typeof spec === "string" ? spec : "",
    nextTime: typeof nextTime === "number" ? nextTime : null,
  };
}

function keyOf(component: string, name: string): string {
  return `${component}\n${name}`;
}
