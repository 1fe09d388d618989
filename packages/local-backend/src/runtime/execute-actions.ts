// Runs actions and http actions: checks, worker, system calls, outcome.
import { randomBytes } from "node:crypto";
import type { Transaction } from "../database/transaction.ts";
import { parseJson } from "../values/json.ts";
import type { CompiledModule, ComponentPath } from "./analysis.ts";
import { actionHost, type ActionCall, type ActionContext } from "./action-syscalls.ts";
import {
  ActionWorkers,
  heapMegabytes,
  type ActionEnd,
  type ResponseHead,
} from "./action-workers.ts";
import { checkArguments, checkResult, findFunction, tableContext } from "./check-call.ts";
import type { DeployedApp, DeployedFunction } from "./deployed-app.ts";
import { describeUncaught } from "./error-text.ts";
import { failureOf, internalFailure } from "./execute-functions.ts";
import type {
  ActionOutcome,
  Execution,
  Failure,
  FunctionRequest,
  HttpActionOptions,
} from "./function-runner.ts";
import { findRoute, hasHttpActions } from "./http-routes.ts";
import { LogLines } from "./log-lines.ts";
import type { RunnerLimits, RunnerOptions } from "./runner-options.ts";
import type { WorkerRequest } from "./worker-messages.ts";

export interface ActionExecutorOptions extends ActionContext {
  runner: RunnerOptions;
  limits: RunnerLimits;
}

type Pools = Record<"isolate" | "node", ActionWorkers>;

const maximumBody = 20 << 20;

export class ActionExecutor {
  readonly #options: ActionExecutorOptions;
  readonly #pools = new Map<DeployedApp, Pools>();

  constructor(options: ActionExecutorOptions) {
    this.#options = options;
  }

  /** A new deployment: threads of earlier ones end with their calls. */
  deployed(current: DeployedApp): void {
    for (const [deployment, pools] of this.#pools) {
      if (deployment === current) continue;
      pools.isolate.retire();
      pools.node.retire();
      this.#pools.delete(deployment);
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.flatMap((pool) => [pool.isolate.close(), pool.node.close()]));
  }

  #poolsOf(deployment: DeployedApp): Pools {
    let pools = this.#pools.get(deployment);
    if (pools === undefined) {
      const { actionWorkers } = this.#options.limits;
      const definitions = [...deployment.analysis.compiled].map(
        ([definitionPath, modules]): [string, CompiledModule[]] => [
          definitionPath,
          [...modules.values()],
        ],
      );
      const setUp = {
        definitions,
        nodeModulesRoot: deployment.nodeModulesRoot,
        environment: deployment.environment(""),
      };
      pools = {
        isolate: new ActionWorkers({ runtime: "isolate", ...setUp }, actionWorkers),
        node: new ActionWorkers({ runtime: "node", ...setUp }, actionWorkers),
      };
      this.#pools.set(deployment, pools);
    }
    return pools;
  }

  async runAction(request: FunctionRequest): Promise<ActionOutcome> {
    const startedAt = this.#options.now();
    const logLines = new LogLines();
    const outcome = await this.#runAction(request, logLines);
    this.#report(outcome, request.path, request.requestId);
    this.#observe(
      {
        path: request.path,
        component: request.component ?? "",
        kind: "action",
        requestId: request.requestId,
        caller: request.caller,
      },
      startedAt,
      outcome,
    );
    return outcome;
  }

  async #runAction(request: FunctionRequest, logLines: LogLines): Promise<ActionOutcome> {
    const deployment = this.#options.deployment();
    const component = request.component ?? "";
    let fn: DeployedFunction;
    let argsText: string;
    try {
      fn = findFunction(deployment, component, request.path, "action", request.caller === "public");
      argsText = this.#reading((tx) =>
        checkArguments(fn, request.args, tableContext(tx, component)),
      ).text;
    } catch (error) {
      return failureOf([], error);
    }
    const { identity, identityError, path: _path, args: _args, ...rest } = request;
    const call: ActionCall = {
      request: { ...rest, identity },
      fn,
      component,
      identity,
      identityError: identityError ?? null,
      logLines,
    };
    const { limits } = this.#options;
    const ended = await this.#poolsOf(deployment)[fn.environment].run({
      message: (id) => ({
        type: "call",
        id,
        component,
        definitionPath: deployment.instance(component)?.definitionPath ?? "",
        module: fn.path.module,
        exportName: fn.path.name,
        requestId: request.requestId,
        argsText,
        environment: deployment.environment(component),
      }),
      host: actionHost(call, this.#options),
      timeoutMs: fn.environment === "node" ? limits.nodeActionTimeMs : limits.actionTimeMs,
    });
    if (ended.kind !== "value") {
      return this.#failure(ended, deployment, logLines, fn.environment);
    }
    try {
      this.#reading((tx) => checkResult(fn, ended.value, tableContext(tx, component)));
    } catch (error) {
      return failureOf(logLines.list(), error);
    }
    return { ok: true, value: ended.value, logLines: logLines.list() };
  }

  #reading<T>(work: (tx: Transaction) => T): T {
    const { database } = this.#options;
    const tx = database.begin({ kind: "query" });
    try {
      return work(tx);
    } finally {
      database.abort(tx);
    }
  }

  #failure(
    ended: Exclude<ActionEnd, { kind: "value" }>,
    deployment: DeployedApp,
    logLines: LogLines,
    environment: "isolate" | "node",
  ): Failure {
    if (ended.kind === "failed") {
      const { failure } = ended;
      return {
        ok: false,
        errorMessage: describeUncaught(failure, deployment.mapper),
        ...(failure.data === null ? {} : { errorData: parseJson(failure.data) }),
        logLines: logLines.list(),
        kind: "user",
      };
    }
    if (ended.kind === "lost" && ended.why !== "thread") {
      const { limits } = this.#options;
      const limit = environment === "node" ? limits.nodeActionTimeMs : limits.actionTimeMs;
      return {
        ok: false,
        errorMessage:
          ended.why === "time"
            ? `Function execution timed out (maximum duration: ${limit / 1_000}s)`
            : `JavaScript execution ran out of memory (maximum memory usage: ${heapMegabytes} MB)`,
        logLines: logLines.list(),
        kind: "user",
      };
    }
    return {
      ...internalFailure(logLines.list(), new Error("the action's thread ended")),
      errorMessage: "Transient error while executing action",
    };
  }

  async runHttpAction(request: Request, options: HttpActionOptions): Promise<Response> {
    const deployment = this.#options.deployment();
    const startedAt = this.#options.now();
    const requestId = options.requestId ?? randomBytes(8).toString("hex");
    const url = new URL(request.url);
    const route = findRoute(deployment.analysis, url.pathname, request.method);
    if (route === null) return this.#noRoute(deployment);
    const logLines = new LogLines();
    let respond: (head: ResponseHead) => void = () => undefined;
    const responded = new Promise<ResponseHead>((resolve) => (respond = resolve));
    // An action may go on after its response began: it is told of when it ends, with all that it logged.
    const ended = this.#runHttp(
      deployment,
      route,
      request,
      requestId,
      options,
      logLines,
      respond,
    ).then((outcome) => {
      const path = `${request.method} ${route.path}`;
      this.#report(outcome, path, requestId);
      this.#observe(
        { path, component: route.component, kind: "httpAction", requestId, caller: "public" },
        startedAt,
        outcome,
      );
      return outcome;
    });
    const first = await Promise.race([responded, ended]);
    if ("status" in first) return toResponse(first);
    return first.ok ? toResponse(await responded) : this.#errorResponse(first, requestId);
  }

  async #runHttp(
    deployment: DeployedApp,
    { component, path }: { component: ComponentPath; path: string },
    request: Request,
    requestId: string,
    options: HttpActionOptions,
    logLines: LogLines,
    onResponse: (head: ResponseHead) => void,
  ): Promise<ActionOutcome> {
    let workerRequest: WorkerRequest;
    try {
      workerRequest = await toWorkerRequest(request, path);
    } catch (error) {
      return failureOf(logLines.list(), error);
    }
    const isApp = component === "";
    const call: ActionCall = {
      request: {
        requestId,
        identity: isApp ? options.identity : null,
        caller: "public",
        ip: options.ip ?? null,
        userAgent: options.userAgent ?? null,
        authToken: options.authToken ?? null,
      },
      fn: { name: "http" },
      component,
      identity: isApp ? options.identity : null,
      identityError: isApp ? (options.identityError ?? null) : null,
      logLines,
    };
    const ended = await this.#poolsOf(deployment).isolate.run({
      message: (id) => ({
        type: "http",
        id,
        component,
        definitionPath: deployment.instance(component)?.definitionPath ?? "",
        environment: deployment.environment(component),
        request: workerRequest,
      }),
      host: actionHost(call, this.#options),
      timeoutMs: this.#options.limits.actionTimeMs,
      onResponse,
    });
    return ended.kind === "value"
      ? { ok: true, value: "null", logLines: logLines.list() }
      : this.#failure(ended, deployment, logLines, "isolate");
  }

  #noRoute(deployment: DeployedApp): Response {
    const text = hasHttpActions(deployment.analysis)
      ? "No matching routes found"
      : "This Convex deployment does not have HTTP actions enabled.";
    return new Response(text, { status: 404 });
  }

  #errorResponse(failure: Failure, requestId: string): Response {
    const title = `[Request ID: ${requestId}] Server Error`;
    const data = failure.errorData === undefined ? {} : { data: failure.errorData };
    const [message = "", ...frames] = failure.errorMessage.trimEnd().split("\n    at ");
    const body =
      this.#options.runner.redactErrors === true
        ? { code: title, ...data }
        : {
            code: `${title}: ${message}`,
            trace: [message, ...frames.map((frame) => `    at ${frame}`)].join("\n"),
            ...data,
          };
    return Response.json(body, { status: 500 });
  }

  #report(outcome: ActionOutcome, path: string, requestId: string): void {
    if (outcome.ok || outcome.kind !== "internal") return;
    this.#options.runner.log?.error(
      { function: path, requestId, err: outcome.cause },
      "action failed through a fault of the server",
    );
  }

  #observe(
    about: Pick<Execution, "path" | "component" | "kind" | "requestId" | "caller">,
    startedAt: number,
    outcome: ActionOutcome,
  ): void {
    this.#options.runner.onExecution?.({
      ...about,
      startedAt,
      durationMs: this.#options.now() - startedAt,
      ok: outcome.ok,
      ...(outcome.ok ? {} : { errorMessage: outcome.errorMessage }),
      logLines: outcome.logLines,
      documentsRead: 0,
      bytesRead: 0,
      documentsWritten: 0,
      bytesWritten: 0,
      reads: [],
    });
  }
}

async function toWorkerRequest(request: Request, routedPath: string): Promise<WorkerRequest> {
  const hasBody = request.body !== null && request.method !== "GET" && request.method !== "HEAD";
  const body = hasBody ? new Uint8Array(await request.arrayBuffer()) : null;
  if (body !== null && body.length > maximumBody) {
    throw new Error(`The request's body is larger than ${maximumBody} bytes`);
  }
  return {
    url: request.url,
    routedPath,
    method: request.method,
    headers: [...request.headers],
    body,
  };
}

function toResponse(head: ResponseHead): Response {
  const noBody = head.status === 204 || head.status === 205 || head.status === 304;
  return new Response(noBody ? null : head.body, { status: head.status, headers: head.headers });
}
