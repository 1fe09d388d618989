// Scheduled functions in tests: each due row is a timer of the test's clock, so that fake timers drive them.
import type { Database } from "../database/database.ts";
import type { Commit } from "../database/read-set.ts";
import type { Transaction } from "../database/transaction.ts";
import type { DeployedApp } from "../runtime/deployed-app.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { settle, type TestExecutor } from "./test-executor.ts";

const table = "_scheduled_functions";
/** Kept from before a test may replace them by fake ones. */
const realNow = Date.now.bind(Date);
const realSetTimeout = globalThis.setTimeout;

interface Job {
  component: string;
  id: string;
  scheduledTime: number;
  /** Set with real timers: fake ones cannot fire it. */
  isReal: boolean;
}

export class TestScheduler {
  readonly #database: Database;
  readonly #deployment: DeployedApp;
  readonly #executor: TestExecutor;
  readonly #waiting = new Map<string, Job>();
  readonly #running = new Set<Promise<void>>();

  constructor(database: Database, deployment: DeployedApp, executor: TestExecutor) {
    this.#database = database;
    this.#deployment = deployment;
    this.#executor = executor;
    database.onCommit((commit) => this.#notice(commit));
  }

  #notice(commit: Commit): void {
    for (const change of commit.changes) {
      if (change.table !== table) continue;
      const row = change.after === null ? null : parseJson(change.after);
      if (!isJsonObject(row) || stateOf(row) !== "pending") {
        this.#waiting.delete(change.id);
        continue;
      }
      if (this.#waiting.has(change.id)) continue;
      const scheduledTime = typeof row["scheduledTime"] === "number" ? row["scheduledTime"] : 0;
      const setTimer = globalThis.setTimeout;
      const job: Job = {
        component: change.component,
        id: change.id,
        scheduledTime,
        isReal: setTimer === realSetTimeout,
      };
      this.#waiting.set(change.id, job);
      const timer: unknown = setTimer(
        () => this.#start(job),
        Math.min(Math.max(0, scheduledTime - Date.now()), 2 ** 31 - 1),
      );
      unref(timer);
    }
  }

  #start(job: Job): void {
    if (!this.#waiting.delete(job.id)) return;
    const run = this.#run(job).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  async #run({ component, id }: Job): Promise<void> {
    const row = this.#read((tx) => tx.system.get(component, table, id));
    if (row === null || stateOf(row) !== "pending") return;
    const path = typeof row["name"] === "string" ? row["name"] : "";
    const target = typeof row["component"] === "string" ? row["component"] : component;
    const request = {
      path,
      component: target,
      args: row["args"] ?? [{}],
      identity: null,
      caller: "internal" as const,
      requestId: "0000000000000000",
      scheduledFunctionId: id,
    };
    const change = (tx: Transaction, state: JsonObject, isDone: boolean): void => {
      const now = tx.system.get(component, table, id);
      if (now === null || stateOf(now) === "canceled") return;
      tx.system.patch(component, table, id, {
        state,
        ...(isDone ? { completedTime: Date.now() } : {}),
      });
    };
    const kind = this.#deployment.find(target, path)?.kind;
    if (kind === "action") {
      await this.#write((tx) => change(tx, { kind: "inProgress" }, false));
      const outcome = await this.#executor.runAction(request);
      await this.#write((tx) => change(tx, endOf(outcome), true));
      return;
    }
    const outcome = await this.#executor.runMutation({
      ...request,
      afterBegin: (tx) => change(tx, { kind: "inProgress" }, false),
      beforeCommit: (tx) => change(tx, { kind: "success" }, true),
    });
    if (!outcome.ok) await this.#write((tx) => change(tx, endOf(outcome), true));
  }

  async finishInProgress(): Promise<void> {
    await settle();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async finishAll(advanceTimers: () => void, maximumIterations: number): Promise<void> {
    for (let i = 0; i < maximumIterations; i++) {
      advanceTimers();
      this.#startOverdue();
      if (this.#running.size === 0) {
        await settle();
        if (this.#running.size === 0 && !this.#canGoOn()) return;
      }
      await this.finishInProgress();
    }
    throw new Error(
      "finishAllScheduledFunctions: too many iterations. Check for infinitely recursive scheduled functions, or increase maxIterations.",
    );
  }

  /** Jobs that real timers were to start and whose time has come on the real clock. */
  #startOverdue(): void {
    for (const job of [...this.#waiting.values()]) {
      if (job.isReal && job.scheduledTime <= realNow()) this.#start(job);
    }
  }

  #canGoOn(): boolean {
    return [...this.#waiting.values()].some((job) => !job.isReal || job.scheduledTime <= realNow());
  }

  #read<T>(work: (tx: Transaction) => T): T {
    const tx = this.#database.begin({ kind: "query" });
    try {
      return work(tx);
    } finally {
      this.#database.abort(tx);
    }
  }

  async #write(work: (tx: Transaction) => void): Promise<void> {
    const tx = this.#database.begin({ kind: "mutation" });
    try {
      work(tx);
    } catch (error) {
      this.#database.abort(tx);
      throw error;
    }
    await this.#database.commit(tx);
  }
}

function stateOf(row: JsonObject): Json | undefined {
  const state = row["state"];
  return isJsonObject(state) ? state["kind"] : undefined;
}

function endOf(outcome: { ok: true } | { ok: false; errorMessage: string }): JsonObject {
  return outcome.ok ? { kind: "success" } : { kind: "failed", error: outcome.errorMessage };
}

/** A waiting job must not keep the test process alive. */
function unref(timer: unknown): void {
  if (typeof timer !== "object" || timer === null || !("unref" in timer)) return;
  if (typeof timer.unref === "function") Reflect.apply(timer.unref, timer, []);
}
