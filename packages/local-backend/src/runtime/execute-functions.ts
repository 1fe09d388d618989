// Runs queries and mutations: transaction, checks, realm, nested calls, limits of time, outcome.
import { performance } from "node:perf_hooks";
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import { encodeInteger } from "../values/value.ts";
import { parseJson, type Json, type JsonText } from "../values/json.ts";
import type { Call, RootCall } from "./call.ts";
import { checkArguments, checkResult, findFunction, tableContext } from "./check-call.ts";
import type { DeployedApp } from "./deployed-app.ts";
import { describeUncaught } from "./error-text.ts";
import type {
  Failure,
  FunctionRequest,
  MutationOutcome,
  MutationRequest,
  QueryOutcome,
} from "./function-runner.ts";
import { LogLines } from "./log-lines.ts";
import { observe } from "./observe.ts";
import type { CallHost, RealmCall, RealmResult } from "./query-realm.ts";
import type { RunnerLimits, RunnerOptions } from "./runner-options.ts";
import { asyncSyscall, syncSyscall, type NestedCall, type SyscallContext } from "./syscalls.ts";

export interface ExecutorOptions {
  runner: RunnerOptions;
  limits: RunnerLimits;
  deploymentName: string;
  deployment: () => DeployedApp;
}

/** A root call that passed its checks. */
interface PreparedCall {
  root: RootCall;
  call: Call;
  argsText: JsonText;
}

export const timeoutText = "Function execution timed out (maximum duration: 1s)";
const unresolvedText = "Returned promise will never resolve";

export class FunctionExecutor {
  readonly #options: ExecutorOptions;
  readonly #context: SyscallContext;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const { storage, signJwt } = options.runner;
    this.#context = {
      storage,
      deploymentName: options.deploymentName,
      nested: (nested) => this.#runNested(nested),
      ...(signJwt === undefined ? {} : { signJwt }),
    };
  }

  /** Calls of one component share an evaluation, and so the cost of the watchdog. */
  runQueries(requests: FunctionRequest[]): QueryOutcome[] {
    const outcomes: (QueryOutcome | undefined)[] = requests.map(() => undefined);
    const byComponent = new Map<string, { index: number; prepared: PreparedCall }[]>();
    for (const [index, request] of requests.entries()) {
      const prepared = this.#prepareQuery(request);
      if ("ok" in prepared) {
        outcomes[index] = prepared;
        continue;
      }
      const group = byComponent.get(prepared.call.component) ?? [];
      group.push({ index, prepared });
      byComponent.set(prepared.call.component, group);
    }
    for (const group of byComponent.values()) {
      const calls = group.map((entry) => entry.prepared);
      const timers = new CallTimers(calls, this.#options.limits);
      const results = this.#runAll(calls, timers);
      for (const [position, { index, prepared }] of group.entries()) {
        const result = results[position] ?? { kind: "unresolved" };
        outcomes[index] = this.#endQuery(prepared, result, timers.overtime(position));
      }
    }
    return outcomes.map(
      (outcome) => outcome ?? internalFailure([], new Error("query was not run")),
    );
  }

  #prepareQuery(request: FunctionRequest): PreparedCall | Failure {
    const { database } = this.#options.runner;
    let tx: Transaction;
    try {
      tx = database.begin({ kind: "query", journal: request.journal ?? null });
    } catch (error) {
      return failureOf([], error);
    }
    const root = this.#root(tx, request);
    try {
      return this.#prepare(root, "query");
    } catch (error) {
      return this.#failQuery(root, failureOf([], error));
    }
  }

  #prepare(root: RootCall, kind: "query" | "mutation"): PreparedCall {
    const { request, deployment, tx } = root;
    const component = request.component ?? "";
    const fn = findFunction(deployment, component, request.path, kind, request.caller === "public");
    const call: Call = {
      root,
      kind,
      fn,
      component,
      identity: request.identity,
      identityError: request.identityError ?? null,
      depth: 0,
    };
    const { text } = checkArguments(fn, request.args, tableContext(tx, component));
    return { root, call, argsText: text };
  }

  #root(tx: Transaction, request: FunctionRequest): RootCall {
    return {
      tx,
      deployment: this.#options.deployment(),
      request,
      logLines: new LogLines(),
      usedIdentity: false,
      startedAt: this.#now(),
      systemTimeMs: 0,
      internalError: null,
      wantsCallSites: this.#options.runner.callSites === true,
    };
  }

  #now(): number {
    return this.#options.runner.clock?.now() ?? Date.now();
  }

  /** Runs calls of one component; those that a timeout of an earlier one kept from running go into a new realm. */
  #runAll(calls: PreparedCall[], timers: CallTimers): RealmResult[] {
    const results: RealmResult[] = [];
    while (results.length < calls.length) {
      const rest = calls.slice(results.length);
      const first = rest[0];
      if (first === undefined) break;
      const { deployment } = first.root;
      const realm = deployment.realm(first.call.component);
      const offset = results.length;
      const realmCalls = rest.map((prepared, index) =>
        this.#realmCall(prepared.call, prepared.argsText, () => timers.start(offset + index)),
      );
      const ran = realm.run(realmCalls, this.#options.limits.watchdogMs);
      timers.stop();
      const done = ran.findIndex((result) => result.kind === "notRun");
      results.push(...(done < 0 ? ran : ran.slice(0, done)));
      if (realm.isDead) deployment.dropRealms();
    }
    return results;
  }

  #realmCall(call: Call, argsText: JsonText, onStart?: () => void): RealmCall {
    return {
      kind: call.kind,
      module: call.fn.path.module,
      exportName: call.fn.path.name,
      argsText,
      host: this.#host(call),
      ...(onStart === undefined ? {} : { onStart }),
    };
  }

  #host(call: Call): CallHost {
    const { root } = call;
    const timed = (work: () => string): string => {
      const start = performance.now();
      try {
        return work();
      } finally {
        root.systemTimeMs += performance.now() - start;
      }
    };
    return {
      wantsCallSites: root.wantsCallSites,
      syscall: (operation, args) => timed(() => syncSyscall(call, operation, args)),
      asyncSyscall: (operation, args) => {
        const answer = (): string => settled(asyncSyscall(call, operation, args, this.#context));
        // A nested call is user code; what it asks for counts by itself.
        return operation === "1.0/runUdf" ? answer() : timed(answer);
      },
      callSite: (stack) => {
        root.tx.callSite =
          root.deployment.mapper.frames(stack)[0]?.replace(/^.*\(|\)$/g, "") ?? null;
      },
      now: () => root.startedAt,
      performanceNow: () => (call.kind === "query" ? 0 : performance.now()),
      randomKey: () => this.#options.runner.random?.() ?? null,
      log: (level, text) => root.logLines.add(level, text),
      internalError: (error) => {
        root.internalError ??= { error };
      },
    };
  }

  #runNested(nested: NestedCall): JsonText {
    const { call, isSnapshot, limits } = nested;
    const { tx } = call.root;
    const run = (): JsonText => {
      const invoke = (): JsonText => tx.nested(() => this.#invokeNested(call, nested.args));
      return limits === null ? invoke() : tx.withLimits(limits, invoke);
    };
    if (isSnapshot) return tx.readonlySnapshot(run);
    if (call.kind === "query") return run();
    const savepoint = tx.savepoint();
    try {
      return run();
    } catch (error) {
      tx.rollbackTo(savepoint);
      throw error;
    }
  }

  #invokeNested(call: Call, args: Json): JsonText {
    const { deployment, tx } = call.root;
    const context = tableContext(tx, call.component);
    const { text } = checkArguments(call.fn, args, context);
    // No watchdog of its own: the root's ends nested calls too.
    const [result] = deployment.realm(call.component).run([this.#realmCall(call, text)], 0);
    const ended = this.#valueOf(call, result ?? { kind: "unresolved" });
    if (!ended.ok) {
      throw new UserError(ended.errorMessage.trimEnd(), {
        ...(ended.errorData === undefined ? {} : { data: ended.errorData }),
      });
    }
    return ended.value;
  }

  /** The value of an ended call, checked, or why there is none. */
  #valueOf(call: Call, result: RealmResult): { ok: true; value: JsonText } | Failure {
    const { root } = call;
    if (root.internalError !== null) return internalFailure([], root.internalError.error);
    switch (result.kind) {
      case "value":
        try {
          checkResult(call.fn, result.value, tableContext(root.tx, call.component));
          return { ok: true, value: result.value };
        } catch (error) {
          return failureOf([], error);
        }
      case "failed": {
        const { failure } = result;
        return {
          ok: false,
          errorMessage: describeUncaught(failure, root.deployment.mapper),
          ...(failure.data === null ? {} : { errorData: parseJson(failure.data) }),
          logLines: [],
          kind: "user",
        };
      }
      case "unresolved":
        return { ok: false, errorMessage: unresolvedText, logLines: [], kind: "user" };
      case "timedOut":
        return { ok: false, errorMessage: timeoutText, logLines: [], kind: "user" };
      case "notRun":
        return internalFailure([], new Error("the call was not run"));
      default:
        return result satisfies never;
    }
  }

  #endQuery(prepared: PreparedCall, result: RealmResult, isOvertime: boolean): QueryOutcome {
    const { root, call } = prepared;
    const ended = isOvertime
      ? { ok: false as const, errorMessage: timeoutText, logLines: [], kind: "user" as const }
      : this.#valueOf(call, result);
    if (!ended.ok) return this.#failQuery(root, ended, call);
    const { tx, logLines } = root;
    logLines.addWarnings(tx.warnings());
    const outcome: QueryOutcome = {
      ok: true,
      value: ended.value,
      logLines: logLines.list(),
      journal: tx.nextJournal,
      readSet: tx.readSet,
      usedIdentity: root.usedIdentity,
      timestamp: tx.snapshotTimestamp,
    };
    this.#observe(root, call, outcome);
    this.#options.runner.database.abort(tx);
    return outcome;
  }

  #failQuery(root: RootCall, failure: Failure, call?: Call): Failure {
    const { tx } = root;
    const outcome: Failure = {
      ...failure,
      logLines: root.logLines.list(),
      readSet: tx.readSet,
      usedIdentity: root.usedIdentity,
      journal: root.request.journal ?? null,
    };
    this.#report(outcome, root, failure);
    this.#observe(root, call, outcome);
    this.#options.runner.database.abort(tx);
    return outcome;
  }

  /** Not an `async` function: everything up to the commit happens before this returns. */
  runMutation(request: MutationRequest): Promise<MutationOutcome> {
    const { database } = this.#options.runner;
    let tx: Transaction;
    try {
      tx = database.begin({ kind: "mutation" });
    } catch (error) {
      return Promise.resolve(failureOf([], error));
    }
    const root = this.#root(tx, request);
    let call: Call | undefined;
    const fail = (failure: Failure): Promise<MutationOutcome> => {
      const outcome: Failure = { ...failure, logLines: root.logLines.list() };
      this.#report(outcome, root, failure);
      this.#observe(root, call, outcome);
      database.abort(tx);
      return Promise.resolve(outcome);
    };
    let value: JsonText;
    try {
      request.afterBegin?.(tx);
      const prepared = this.#prepare(root, "mutation");
      call = prepared.call;
      const timers = new CallTimers([prepared], this.#options.limits);
      const [result] = this.#runAll([prepared], timers);
      if (timers.overtime(0)) {
        return fail({ ok: false, errorMessage: timeoutText, logLines: [], kind: "user" });
      }
      const ended = this.#valueOf(call, result ?? { kind: "unresolved" });
      if (!ended.ok) return fail(ended);
      value = ended.value;
      root.logLines.addWarnings(tx.warnings());
      request.beforeCommit?.(tx, { value, logLines: root.logLines.list() });
    } catch (error) {
      return fail(failureOf([], error));
    }
    const logLines = root.logLines.list();
    const usage = this.#capture(root, call);
    let committed: { timestamp: bigint; durable: Promise<void> };
    try {
      committed = database.commitNow(tx);
    } catch (error) {
      return Promise.resolve(this.#reported(failureOf(logLines, error), root));
    }
    const outcome: MutationOutcome = {
      ok: true,
      value: resolveCommitTimestamps(value, committed.timestamp),
      timestamp: committed.timestamp,
      logLines,
    };
    return committed.durable.then(
      () => {
        usage?.(outcome);
        return outcome;
      },
      (error: unknown) => this.#reported(failureOf(logLines, error), root),
    );
  }

  #observe(root: RootCall, call: Call | undefined, outcome: QueryOutcome | MutationOutcome): void {
    this.#capture(root, call)?.(outcome);
  }

  /** Reads the transaction's counters now; the result tells the observer once the outcome is known. */
  #capture(
    root: RootCall,
    call: Call | undefined,
  ): ((outcome: QueryOutcome | MutationOutcome) => void) | null {
    const { onExecution } = this.#options.runner;
    if (onExecution === undefined) return null;
    return observe(root, call, onExecution, this.#now());
  }

  #reported(failure: Failure, root: RootCall): Failure {
    this.#report(failure, root, failure);
    return failure;
  }

  #report(outcome: Failure, root: RootCall, failure: Failure): void {
    if (failure.kind !== "internal") return;
    this.#options.runner.log?.error(
      { function: root.request.path, requestId: root.request.requestId, err: outcome.cause },
      "function failed through a fault of the server",
    );
  }
}

/** The placeholder `{"$commitTs":null}` in a mutation's result, replaced by the commit's timestamp. */
export function resolveCommitTimestamps(value: JsonText, timestamp: bigint): JsonText {
  return value.includes('{"$commitTs":null}')
    ? value.replaceAll('{"$commitTs":null}', JSON.stringify(encodeInteger(timestamp)))
    : value;
}

function settled(answer: string | Promise<string>): string {
  if (typeof answer === "string") return answer;
  throw new Error("A nested call of a realm must not wait");
}

export function failureOf(logLines: string[], error: unknown): Failure {
  if (!(error instanceof UserError)) return internalFailure(logLines, error);
  return {
    ok: false,
    errorMessage: error.message,
    ...(error.data === undefined ? {} : { errorData: error.data }),
    logLines,
    kind: "user",
  };
}

export function internalFailure(logLines: string[], cause: unknown): Failure {
  return {
    ok: false,
    errorMessage: "Your request couldn't be completed. Try again later.",
    logLines,
    kind: "internal",
    cause,
  };
}

const cpuSampleMs = 20;

/** Time each call of a batch took: wall time without system calls, and the process's CPU time. */
class CallTimers {
  readonly #calls: readonly PreparedCall[];
  readonly #limitMs: number;
  readonly #wallMs: number[];
  readonly #cpuMs: number[];
  #running = -1;
  #startedAt = 0;
  #startedCpu: NodeJS.CpuUsage | null = null;
  static #sample: { at: number; usage: NodeJS.CpuUsage } | null = null;

  constructor(calls: readonly PreparedCall[], limits: RunnerLimits) {
    this.#calls = calls;
    this.#limitMs = limits.userTimeMs;
    this.#wallMs = calls.map(() => 0);
    this.#cpuMs = calls.map(() => 0);
  }

  start(index: number): void {
    this.stop();
    this.#running = index;
    this.#startedAt = performance.now();
    this.#startedCpu = CallTimers.#sampleCpu(this.#startedAt);
  }

  stop(): void {
    if (this.#running < 0) return;
    this.#wallMs[this.#running] = performance.now() - this.#startedAt;
    if (this.#startedCpu !== null && (this.#wallMs[this.#running] ?? 0) > this.#limitMs) {
      const { user, system } = process.cpuUsage(this.#startedCpu);
      this.#cpuMs[this.#running] = (user + system) / 1_000;
    }
    this.#running = -1;
  }

  /** CPU time as of now or a little before: asking costs a system call, too much to do at every call. */
  static #sampleCpu(now: number): NodeJS.CpuUsage {
    const sample = CallTimers.#sample;
    if (sample !== null && now - sample.at < cpuSampleMs) return sample.usage;
    const usage = process.cpuUsage();
    CallTimers.#sample = { at: now, usage };
    return usage;
  }

  overtime(index: number): boolean {
    const systemMs = this.#calls[index]?.root.systemTimeMs ?? 0;
    const userMs = Math.min(this.#wallMs[index] ?? 0, this.#cpuMs[index] ?? 0) - systemMs;
    return userMs > this.#limitMs;
  }
}
