// Runs functions in the test's own realm on the real engine: same transactions, same system calls, same checks.
// `as` here: registered functions carry their invoke methods as plain properties.
import { setImmediate as nodeSetImmediate } from "node:timers";
import type { Database } from "../database/database.ts";
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import { actionHost, type ActionCall, type ActionContext } from "../runtime/action-syscalls.ts";
import type { Call, RootCall } from "../runtime/call.ts";
import { checkArguments, checkResult, findFunction, tableContext } from "../runtime/check-call.ts";
import type { DeployedFunction, DeployedApp } from "../runtime/deployed-app.ts";
import { describeUncaught, SourceMapper } from "../runtime/error-text.ts";
import { resolveCommitTimestamps } from "../runtime/execute-functions.ts";
import type { FileStorage } from "../runtime/file-storage.ts";
import type {
  ActionOutcome,
  Failure,
  FunctionRequest,
  MutationOutcome,
  MutationRequest,
  QueryOutcome,
} from "../runtime/function-runner.ts";
import { describeFailure } from "../runtime/guest/failure.ts";
import { LogLines } from "../runtime/log-lines.ts";
import { asyncSyscall, syncSyscall, type NestedCall } from "../runtime/syscalls.ts";
import { parseJson, type Json, type JsonText } from "../values/json.ts";
import { currentHost, runAs, type TestCallHost } from "./test-global.ts";
import type { TestProject } from "./test-modules.ts";

/** Kept from before a test may replace it by a fake one. */
const realImmediate = nodeSetImmediate;

/** Lets everything that is ready to run, run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    realImmediate(() => resolve());
  });
}

/** A function object of `convex/server`. */
export type Registered = object;

export interface TestExecutorOptions {
  database: Database;
  deployment: DeployedApp;
  project: TestProject;
  storage: FileStorage;
}

interface Target {
  fn: DeployedFunction;
  registered: Registered;
}

export class TestExecutor {
  readonly #options: TestExecutorOptions;
  readonly #actionContext: ActionContext;
  readonly #mapper = new SourceMapper(() => undefined);
  /** Mutations run one after another. */
  #lastMutation: Promise<unknown> = Promise.resolve();

  constructor(options: TestExecutorOptions) {
    this.#options = options;
    this.#actionContext = {
      database: options.database,
      storage: options.storage,
      deployment: () => options.deployment,
      deploymentName: "test",
      now: () => Date.now(),
      runQuery: (request) => this.runQuery(request),
      runMutation: (request) => this.runMutation(request),
      runAction: (request) => this.runAction(request),
      onInternalError: (error) => {
        throw error;
      },
    };
  }

  async runQuery(request: FunctionRequest, inline?: Registered): Promise<QueryOutcome> {
    const { database } = this.#options;
    const tx = database.begin({ kind: "query", journal: request.journal ?? null });
    const root = this.#root(tx, request);
    try {
      const value = await this.#runRoot(root, "query", inline);
      return {
        ok: true,
        value,
        logLines: root.logLines.list(),
        journal: tx.nextJournal,
        readSet: tx.readSet,
        usedIdentity: root.usedIdentity,
        timestamp: tx.snapshotTimestamp,
      };
    } catch (error) {
      return this.#failure(error, root.logLines);
    } finally {
      database.abort(tx);
    }
  }

  async runMutation(request: MutationRequest, inline?: Registered): Promise<MutationOutcome> {
    const around = currentHost();
    if (around !== undefined && around.kind !== "action") {
      return this.#failure(
        new Error(
          "A mutation was started from inside a transaction: use ctx.runMutation there, or start it after the transaction has ended.",
        ),
        new LogLines(),
      );
    }
    const turn = this.#lastMutation.then(() => this.#transact(request, inline));
    this.#lastMutation = turn.catch(() => undefined);
    return turn;
  }

  async #transact(request: MutationRequest, inline?: Registered): Promise<MutationOutcome> {
    const { database } = this.#options;
    const tx = database.begin({ kind: "mutation" });
    const root = this.#root(tx, request);
    let value: JsonText;
    try {
      request.afterBegin?.(tx);
      value = await this.#runRoot(root, "mutation", inline);
      request.beforeCommit?.(tx, { value, logLines: root.logLines.list() });
    } catch (error) {
      database.abort(tx);
      return this.#failure(error, root.logLines);
    }
    try {
      const { timestamp } = await database.commit(tx);
      return {
        ok: true,
        value: resolveCommitTimestamps(value, timestamp),
        timestamp,
        logLines: root.logLines.list(),
      };
    } catch (error) {
      return this.#failure(error, root.logLines);
    }
  }

  async runAction(request: FunctionRequest, inline?: Registered): Promise<ActionOutcome> {
    const logLines = new LogLines();
    try {
      const component = request.component ?? "";
      const { fn, registered } = this.#target(request, "action", inline);
      const { text } = this.#reading((tx) =>
        checkArguments(fn, request.args, tableContext(tx, component)),
      );
      const { path: _path, args: _args, identityError, ...rest } = request;
      const host = this.#actionHost({
        request: rest,
        fn,
        component,
        identity: request.identity,
        identityError: identityError ?? null,
        logLines,
      });
      const value = await runAs(host, () =>
        invoke(registered, "invokeAction", [request.requestId, text]),
      );
      this.#reading((tx) => checkResult(fn, value, tableContext(tx, component)));
      return { ok: true, value, logLines: logLines.list() };
    } catch (error) {
      return this.#failure(error, logLines);
    }
  }

  /** Runs an http action as the app. @throws what it throws */
  async runHttp(
    handler: { invokeHttpAction(request: Request): Promise<Response> },
    httpRequest: Request,
    request: FunctionRequest,
  ): Promise<Response> {
    const { path: _path, args: _args, identityError: _error, ...rest } = request;
    const host = this.#actionHost({
      request: rest,
      fn: { name: "http" },
      component: "",
      identity: request.identity,
      identityError: null,
      logLines: new LogLines(),
    });
    return await runAs(host, () => handler.invokeHttpAction(httpRequest));
  }

  #root(tx: Transaction, request: FunctionRequest): RootCall {
    return {
      tx,
      deployment: this.#options.deployment,
      request,
      logLines: new LogLines(),
      usedIdentity: false,
      startedAt: Date.now(),
      systemTimeMs: 0,
      internalError: null,
      wantsCallSites: false,
    };
  }

  #reading<T>(work: (tx: Transaction) => T): T {
    const tx = this.#options.database.begin({ kind: "query" });
    try {
      return work(tx);
    } finally {
      this.#options.database.abort(tx);
    }
  }

  /** The function that a request names; inline functions are their own. */
  #target(
    request: Pick<FunctionRequest, "path" | "component" | "caller">,
    kind: "query" | "mutation" | "action",
    inline?: Registered,
  ): Target {
    const { deployment } = this.#options;
    const component = request.component ?? "";
    if (inline !== undefined) {
      const path = { module: "inline.js", name: "default" };
      const fn: DeployedFunction = {
        component,
        path,
        name: "inline:default",
        kind,
        visibility: "internal",
        environment: "isolate",
        args: { type: "any" },
        returns: null,
      };
      return { fn, registered: inline };
    }
    this.#throwImportFailure(component, request.path);
    const fn = findFunction(deployment, component, request.path, kind, request.caller === "public");
    return { fn, registered: this.#registered(fn) };
  }

  #registered(fn: DeployedFunction): Registered {
    const found = this.#options.project.find(fn.component, fn.path.module, fn.path.name);
    if (typeof found === "function") return found;
    throw new UserError(`Couldn't find "${fn.path.name}" in module "${fn.path.module}".`);
  }

  /** A module that could not be imported says why, instead of that the function is missing. */
  #throwImportFailure(component: string, path: string): void {
    const module = `${path.split(":")[0]?.replace(/\.js$/, "") ?? ""}.js`;
    const failure = this.#options.project.failure(component, module);
    if (failure !== undefined) throw asError(failure);
  }

  async #runRoot(
    root: RootCall,
    kind: "query" | "mutation",
    inline?: Registered,
  ): Promise<JsonText> {
    const { request } = root;
    const component = request.component ?? "";
    const { fn, registered } = this.#target(request, kind, inline);
    const call: Call = {
      root,
      kind,
      fn,
      component,
      identity: request.identity,
      identityError: request.identityError ?? null,
      depth: 0,
    };
    return await this.#runCall(call, registered, request.args);
  }

  async #runCall(call: Call, registered: Registered, args: Json): Promise<JsonText> {
    const context = tableContext(call.root.tx, call.component);
    const { text } = checkArguments(call.fn, args, context);
    const host = new TransactionHost(call, this.#options.storage, (nested) => this.#nest(nested));
    const method = call.kind === "query" ? "invokeQuery" : "invokeMutation";
    const value = await runAs(host, () => invoke(registered, method, [text]));
    await host.finished();
    checkResult(call.fn, value, context);
    return value;
  }

  async #nest({ call, args, isSnapshot }: NestedCall): Promise<JsonText> {
    const { tx } = call.root;
    const run = async (of: Call): Promise<JsonText> => {
      try {
        return await this.#runCall(of, this.#registered(of.fn), args);
      } catch (error) {
        const failure = this.#failure(error, new LogLines());
        throw new UserError(failure.errorMessage.trimEnd(), {
          ...(failure.errorData === undefined ? {} : { data: failure.errorData }),
        });
      }
    };
    if (isSnapshot) {
      // What is committed is what the transaction began with: no other mutation runs meanwhile.
      const snapshot = this.#options.database.begin({ kind: "query" });
      try {
        return await run({ ...call, root: { ...call.root, tx: snapshot } });
      } finally {
        this.#options.database.abort(snapshot);
      }
    }
    if (call.kind === "query") return await run(call);
    const savepoint = tx.savepoint();
    try {
      return await run(call);
    } catch (error) {
      tx.rollbackTo(savepoint);
      throw error;
    }
  }

  #actionHost(call: ActionCall): TestCallHost {
    const host = actionHost(call, this.#actionContext);
    return {
      kind: "action",
      syscall: (operation) => {
        throw new UserError(`Unknown operation ${operation}`);
      },
      asyncSyscall: (operation, args) => host.syscall(operation, args),
      jsSyscall: async (operation, args) => {
        if (operation === "storage/storeBlob") {
          const blob = args["blob"] as Blob;
          const options = args["options"] as { sha256?: string } | undefined;
          const content = new Uint8Array(await blob.arrayBuffer());
          return await host.storeBlob(
            content,
            blob.type === "" ? null : blob.type,
            options?.sha256 ?? null,
          );
        }
        if (operation === "storage/getBlob") {
          const file = await host.getBlob(String(args["storageId"]));
          if (file === null) return null;
          return new Blob([new Uint8Array(file.content)], { type: file.contentType ?? "" });
        }
        throw new UserError(`Unknown operation ${operation}`);
      },
    };
  }

  /** `cause` is what was thrown, for the test that awaits the call. */
  #failure(error: unknown, logLines: LogLines): Failure {
    if (error instanceof UserError) {
      return {
        ok: false,
        errorMessage: error.message,
        ...(error.data === undefined ? {} : { errorData: error.data }),
        logLines: logLines.list(),
        kind: "user",
      };
    }
    const failure = describeFailure(error);
    return {
      ok: false,
      errorMessage: describeUncaught(failure, this.#mapper),
      ...(failure.data === null ? {} : { errorData: parseJson(failure.data) }),
      logLines: logLines.list(),
      kind: "user",
      cause: error,
    };
  }
}

/** System calls of one query or mutation. Nested calls run one at a time, in call order. */
class TransactionHost implements TestCallHost {
  readonly kind: "query" | "mutation";
  readonly #call: Call;
  readonly #storage: FileStorage;
  readonly #nest: (nested: NestedCall) => Promise<JsonText>;
  #lastNested: Promise<unknown> = Promise.resolve();
  #underWay = 0;
  #count = 0;
  #isOver = false;

  constructor(call: Call, storage: FileStorage, nest: (nested: NestedCall) => Promise<JsonText>) {
    this.kind = call.kind;
    this.#call = call;
    this.#storage = storage;
    this.#nest = nest;
  }

  syscall(operation: string, argsText: string): string {
    this.#checkOpen(operation);
    return syncSyscall(this.#call, operation, argsText);
  }

  async asyncSyscall(operation: string, argsText: string): Promise<string> {
    this.#checkOpen(operation);
    this.#count++;
    this.#underWay++;
    try {
      return await asyncSyscall(this.#call, operation, argsText, {
        storage: this.#storage,
        deploymentName: "test",
        nested: (nested) => {
          const turn = this.#lastNested.then(() => this.#nest(nested));
          this.#lastNested = turn.catch(() => undefined);
          return turn;
        },
      });
    } finally {
      this.#underWay--;
    }
  }

  jsSyscall(operation: string): Promise<unknown> {
    return Promise.reject(new UserError(`Unknown operation ${operation}`));
  }

  /** Resolves when work that nobody waits for has come to rest too, as a commit waits for it. */
  async finished(): Promise<void> {
    let seen = -1;
    while (seen !== this.#count || this.#underWay > 0) {
      seen = this.#count;
      await settle();
    }
    this.#isOver = true;
  }

  #checkOpen(operation: string): void {
    if (this.#isOver) {
      throw new Error(`${operation} was called after its function had ended: await it`);
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function invoke(registered: Registered, method: string, args: string[]): Promise<JsonText> {
  const found = Reflect.get(registered, method) as unknown;
  if (typeof found !== "function") {
    throw new UserError("This export is not a function of the kind it was called as.");
  }
  return Reflect.apply(found, registered, args) as Promise<JsonText>;
}
