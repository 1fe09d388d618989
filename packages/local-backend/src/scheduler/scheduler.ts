// Runs scheduled functions when they are due. Mutations exactly once: their success is written in their own
// transaction. Actions at most once: `inProgress` is durable before they start, and what a dead process left so has failed.
import { newRequestId } from "../client-errors.ts";
import type { Database } from "../database/database.ts";
import type { Commit } from "../database/read-set.ts";
import type { Transaction } from "../database/transaction.ts";
import type { FunctionKind } from "../runtime/analysis.ts";
import type { FunctionRequest, FunctionRunner } from "../runtime/function-runner.ts";
import { isJsonObject, parseJson } from "../values/json.ts";
import { DueTimer, type SchedulerClock } from "./due-timer.ts";
import {
  findJob,
  scheduledTable,
  setFinished,
  setInProgress,
  toJob,
  type ScheduledJob,
} from "./scheduled-job.ts";

export interface SchedulerLog {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface SchedulerOptions {
  readonly database: Database;
  readonly runner: Pick<FunctionRunner, "find" | "runMutation" | "runAction">;
  readonly clock: SchedulerClock;
  readonly log: SchedulerLog;
  /** Jobs at once; default 8. */
  readonly concurrency?: number;
}

const firstRetryMs = 500;
const longestRetryMs = 2 * 60 * 60_000;
/** Finished jobs can be looked at for a week. */
const keepFinishedMs = 7 * 24 * 60 * 60_000;
const pruneEveryMs = 60 * 60_000;
const pruneBatch = 500;
const interruptedText = "Transient error while executing action";

/** A job that may not run now; thrown through the runner to leave its transaction without effect. */
class NoLongerPending extends Error {}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #concurrency: number;
  readonly #timer: DueTimer;
  readonly #running = new Set<string>();
  /** What `close()` waits for; actions may take minutes and are not waited for. */
  readonly #mutations = new Set<Promise<void>>();
  /** Jobs that failed for the server's fault: how often, and when to try again. */
  readonly #retries = new Map<string, { attempts: number; notBefore: number }>();
  #stopListening: (() => void) | null = null;
  #nextPruneAt = 0;
  #isClosed = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#concurrency = options.concurrency ?? 8;
    this.#timer = new DueTimer(options.clock, () => this.#runDue());
  }

  /** Marks what a dead process left, then runs what is due, from now on. Code must be deployed. */
  async start(): Promise<void> {
    await this.#failInterrupted();
    this.#stopListening = this.#options.database.onCommit((commit) => this.#noticeNewJobs(commit));
    this.#timer.set(this.#options.clock.now());
  }

  /** Takes no more jobs; resolves when the mutations under way are done. Actions are left to the runner. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening?.();
    this.#timer.set(null);
    await Promise.allSettled(this.#mutations);
  }

  get runningCount(): number {
    return this.#running.size;
  }

  #noticeNewJobs(commit: Commit): void {
    for (const change of commit.changes) {
      if (change.table !== scheduledTable || change.after === null) continue;
      const row = parseJson(change.after);
      if (!isJsonObject(row)) continue;
      const job = toJob(change.component, row);
      if (job.state === "pending") this.#timer.sooner(job.scheduledTime);
    }
  }

  #runDue(): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.now();
    if (now >= this.#nextPruneAt) {
      this.#nextPruneAt = now + pruneEveryMs;
      void this.#prune(now);
    }
    let wakeAt = this.#nextPruneAt;
    for (const job of this.#listPending()) {
      if (this.#running.has(job.id)) continue;
      const dueAt = Math.max(job.scheduledTime, this.#retries.get(job.id)?.notBefore ?? 0);
      if (dueAt > now) {
        wakeAt = Math.min(wakeAt, dueAt);
      } else if (this.#running.size < this.#concurrency) {
        this.#launch(job);
      } // else: the end of a running job wakes us
    }
    this.#timer.sooner(wakeAt);
  }

  /** The earliest pending jobs of every component, by time; enough to fill every free place. */
  #listPending(): ScheduledJob[] {
    const { database } = this.#options;
    const tx = database.begin({ kind: "mutation", unlimited: true });
    try {
      const limit = this.#concurrency + this.#running.size + this.#retries.size + 1;
      return ["", ...database.components().filter((component) => component !== "")]
        .flatMap((component) =>
          tx.system
            .query(component, scheduledTable, "by_state_and_scheduledTime", ["pending"], { limit })
            .map((row) => toJob(component, row)),
        )
        .sort((left, right) => left.scheduledTime - right.scheduledTime);
    } finally {
      database.abort(tx);
    }
  }

  #launch(job: ScheduledJob): void {
    const kind = this.#options.runner.find(job.path, job.target)?.kind;
    this.#running.add(job.id);
    const run = this.#run(job, kind)
      .catch((error: unknown) => {
        this.#options.log.error(
          { err: error, job: job.id, path: job.path },
          "a scheduled function was put off",
        );
        this.#putOff(job);
      })
      .finally(() => {
        this.#running.delete(job.id);
        if (!this.#isClosed) this.#timer.sooner(this.#options.clock.now());
      });
    if (kind !== "action") {
      this.#mutations.add(run);
      void run.finally(() => this.#mutations.delete(run));
    }
  }

  async #run(job: ScheduledJob, kind: FunctionKind | undefined): Promise<void> {
    switch (kind) {
      case "mutation":
        return this.#runMutation(job);
      case "action":
        return this.#runAction(job);
      case "query":
        return this.#finish(
          job,
          `Unsupported function type for scheduled function \`${job.path}\`: Query`,
        );
      case undefined:
        return this.#finish(job, `Could not find function for '${job.path}'.`);
      default:
        return kind satisfies never;
    }
  }

  async #runMutation(job: ScheduledJob): Promise<void> {
    let isStillPending = true;
    const outcome = await this.#options.runner.runMutation({
      ...requestFor(job),
      afterBegin: (tx) => {
        isStillPending = findJob(tx, job.component, job.id)?.state === "pending";
        if (!isStillPending) throw new NoLongerPending(`job ${job.id} is not pending`);
        setInProgress(tx, job);
      },
      beforeCommit: (tx) => setFinished(tx, job, { kind: "success" }, this.#options.clock.now()),
    });
    if (!isStillPending) return;
    if (outcome.ok) this.#retries.delete(job.id);
    else if (outcome.kind === "user") await this.#finish(job, outcome.errorMessage);
    else throw new Error(`it failed inside the server: ${outcome.errorMessage}`);
  }

  async #runAction(job: ScheduledJob): Promise<void> {
    const wasPending = await this.#write((tx) => {
      if (findJob(tx, job.component, job.id)?.state !== "pending") return false;
      setInProgress(tx, job);
      return true;
    });
    if (!wasPending) return;
    const outcome = await this.#options.runner.runAction(requestFor(job));
    if (this.#isClosed && !outcome.ok) return; // the next start marks it
    if (!outcome.ok) {
      const reason = outcome.errorMessage;
      this.#options.log.error(
        { path: job.path, job: job.id, reason },
        "a scheduled function failed",
      );
    }
    await this.#write((tx) => {
      // Canceled meanwhile: it ran to its end, and stays canceled.
      if (findJob(tx, job.component, job.id)?.state !== "inProgress") return;
      const state = outcome.ok ? { kind: "success" as const } : failed(outcome.errorMessage);
      setFinished(tx, job, state, this.#options.clock.now());
    });
  }

  async #finish(job: ScheduledJob, error: string): Promise<void> {
    this.#retries.delete(job.id);
    this.#options.log.error(
      { path: job.path, job: job.id, reason: error },
      "a scheduled function failed",
    );
    await this.#write((tx) => {
      if (findJob(tx, job.component, job.id)?.state !== "pending") return;
      setFinished(tx, job, failed(error), this.#options.clock.now());
    });
  }

  #putOff(job: ScheduledJob): void {
    const attempts = (this.#retries.get(job.id)?.attempts ?? 0) + 1;
    const delayMs = Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs);
    this.#retries.set(job.id, { attempts, notBefore: this.#options.clock.now() + delayMs });
  }

  async #failInterrupted(): Promise<void> {
    const { database, clock } = this.#options;
    for (const component of new Set(["", ...database.components()])) {
      await this.#write((tx) => {
        for (const row of tx.system.query(component, scheduledTable, "by_state", ["inProgress"])) {
          setFinished(tx, toJob(component, row), failed(interruptedText), clock.now());
        }
      });
    }
  }

  async #prune(now: number): Promise<void> {
    const { database, log } = this.#options;
    try {
      for (const component of new Set(["", ...database.components()])) {
        await this.#write((tx) => {
          const old = tx.system.query(component, scheduledTable, "by_completedTime", [], {
            range: { gt: 0, lt: now - keepFinishedMs },
            limit: pruneBatch,
          });
          for (const row of old)
            tx.system.remove(component, scheduledTable, toJob(component, row).id);
          if (old.length === pruneBatch) this.#nextPruneAt = now;
        });
      }
    } catch (error) {
      log.error({ err: error }, "old scheduled functions were not removed");
    }
  }

  async #write<T>(change: (tx: Transaction) => T): Promise<T> {
    const { database } = this.#options;
    const tx = database.begin({ kind: "mutation", unlimited: true });
    let result: T;
    try {
      result = change(tx);
    } catch (error) {
      database.abort(tx);
      throw error;
    }
    await database.commit(tx);
    return result;
  }
}

function failed(error: string): { kind: "failed"; error: string } {
  return { kind: "failed", error };
}

function requestFor(job: ScheduledJob): FunctionRequest {
  return {
    path: job.path,
    component: job.target,
    args: job.args,
    identity: null,
    caller: "internal",
    requestId: newRequestId(),
    scheduledFunctionId: job.id,
  };
}
