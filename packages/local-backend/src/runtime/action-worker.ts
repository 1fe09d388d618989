// Runs actions and http actions in a thread of its own. Calls share the thread's globals and are told apart by AsyncLocalStorage.
// In the default runtime Node is taken out of sight before any user module loads; "use node" modules see all of it.
// `as` here: what user modules export and what system calls give has no type until it is used.
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import path from "node:path";
import { performance } from "node:perf_hooks";
import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import type { CompiledModule } from "./analysis.ts";
import { frameFile } from "./frame-file.ts";
import { createConsole } from "./guest/console.ts";
import { describeFailure } from "./guest/failure.ts";
import { describeExports, type DescribedExports } from "./guest/module-exports.ts";
import { resolveModule } from "./guest/resolve-module.ts";
import type {
  AnalyzedInWorker,
  FromWorker,
  SyscallAnswer,
  ToWorker,
  WorkerSetUp,
} from "./worker-messages.ts";

type Exports = Record<string, unknown>;

/** One call under way. */
interface RunningCall {
  id: number;
  component: string;
  environment: Readonly<Record<string, string>>;
  nextSequence: number;
  waiting: Map<number, (answer: SyscallAnswer) => void>;
  isDone: boolean;
}

const port = parentPort;
const setUp = workerData as WorkerSetUp;
const currentCall = new AsyncLocalStorage<RunningCall>();
const runningCalls = new Map<number, RunningCall>();
/** Kept from the globals that user code may lose. */
const hostProcess = process;
const { queueMicrotask: soon } = globalThis;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

// --- what user code sees -------------------------------------------------------------------------------------------

const environment = new Proxy<Record<string, string>>(
  {},
  {
    get: (_, name) => (typeof name === "string" ? variables()[name] : undefined),
    has: (_, name) => typeof name === "string" && Object.hasOwn(variables(), name),
    ownKeys: () => Object.keys(variables()),
    getOwnPropertyDescriptor: (_, name) => {
      if (typeof name !== "string" || !Object.hasOwn(variables(), name)) return undefined;
      return { value: variables()[name], writable: true, enumerable: true, configurable: true };
    },
    set: () => true,
    deleteProperty: () => true,
  },
);

function variables(): Readonly<Record<string, string>> {
  return currentCall.getStore()?.environment ?? setUp.environment;
}

function installGlobals(): void {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
  define(
    "console",
    createConsole(
      (level, text) => {
        const call = currentCall.getStore();
        if (call !== undefined && !call.isDone) send({ type: "log", id: call.id, level, text });
      },
      () => performance.now(),
    ),
  );
  define(
    "Convex",
    Object.freeze({
      syscall: (operation: string) => {
        throw new Error(`Unknown operation ${operation}`);
      },
      asyncSyscall,
      jsSyscall,
    }),
  );
  if (setUp.runtime === "node") {
    Object.defineProperty(hostProcess, "env", { value: environment, configurable: true });
    return;
  }
  define("process", { env: environment });
  define("AsyncLocalStorage", AsyncLocalStorage);
  define("AsyncResource", AsyncResource);
  define("self", globalThis);
}

function callNow(): RunningCall {
  const call = currentCall.getStore();
  if (call === undefined) throw new Error("Convex functions can't be used at import time");
  return call;
}

/** Sends a system call; settles with its answer. */
function ask(
  call: RunningCall,
  message: (sequence: number) => FromWorker,
  transfer: ArrayBuffer[] = [],
): Promise<SyscallAnswer & { ok: true }> {
  const sequence = call.nextSequence++;
  const { promise, resolve, reject } = deferred<SyscallAnswer & { ok: true }>();
  call.waiting.set(sequence, (answer) => {
    if (answer.ok) {
      resolve(answer);
      return;
    }
    const error = new Error(answer.message);
    if (answer.data !== null) {
      Object.defineProperty(error, "data", { value: JSON.parse(answer.data) as unknown });
    }
    reject(error);
  });
  send(message(sequence), transfer);
  return promise;
}

function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

async function asyncSyscall(operation: string, argsText: string): Promise<string> {
  const call = callNow();
  const answer = await ask(call, (sequence) => ({
    type: "syscall",
    id: call.id,
    sequence,
    operation,
    argsText,
  }));
  return "value" in answer ? answer.value : "null";
}

async function jsSyscall(operation: string, args: Record<string, unknown>): Promise<unknown> {
  const call = callNow();
  if (operation === "storage/storeBlob") {
    const blob = args["blob"];
    if (!(blob instanceof Blob)) throw new Error("store() expects a Blob.");
    const options = args["options"] as { sha256?: string } | undefined;
    const content = new Uint8Array(await blob.arrayBuffer());
    const answer = await ask(
      call,
      (sequence) => ({
        type: "storeBlob",
        id: call.id,
        sequence,
        content,
        contentType: blob.type === "" ? null : blob.type,
        sha256: options?.sha256 ?? null,
      }),
      [content.buffer],
    );
    return "value" in answer ? (JSON.parse(answer.value) as unknown) : null;
  }
  if (operation === "storage/getBlob") {
    const storageId = String(args["storageId"]);
    const answer = await ask(call, (sequence) => ({
      type: "getBlob",
      id: call.id,
      sequence,
      storageId,
    }));
    if (!("bytes" in answer) || answer.bytes === null) return null;
    const { bytes, contentType } = answer;
    return new Blob([new Uint8Array(bytes)], { type: contentType ?? "" });
  }
  throw new Error(`Unknown operation ${operation}`);
}

// --- modules -------------------------------------------------------------------------------------------------------

/** Names that modules of the default runtime must not find; Node's own code needs them as globals, so they are only covered. */
const covered = ["Buffer", "global", "setImmediate", "clearImmediate"];
const moduleParameters = [
  "exports",
  "require",
  "module",
  ...(setUp.runtime === "isolate" ? covered : []),
];

const modulesByDefinition = new Map(
  setUp.definitions.map(([definitionPath, modules]) => [
    definitionPath,
    new Map(modules.map((module) => [module.path, module])),
  ]),
);
const loaders = new Map<string, (path: string) => Exports | null>();

/** Loader of one component instance: instances of a definition do not share module state. */
function loaderOf(component: string, definitionPath: string): (path: string) => Exports | null {
  let loader = loaders.get(component);
  if (loader === undefined) {
    loader = createLoader(definitionPath);
    loaders.set(component, loader);
  }
  return loader;
}

function createLoader(definitionPath: string): (path: string) => Exports | null {
  const modules = modulesByDefinition.get(definitionPath) ?? new Map<string, CompiledModule>();
  const loaded = new Map<string, { exports: Exports; failure?: { error: unknown } }>();
  const nodeRequire =
    setUp.runtime === "node"
      ? createRequire(path.join(setUp.nodeModulesRoot ?? hostProcess.cwd(), "package.json"))
      : null;

  const load = (modulePath: string): Exports | null => {
    const known = loaded.get(modulePath);
    if (known?.failure !== undefined) throw known.failure.error;
    if (known !== undefined) return known.exports;
    const compiled = modules.get(modulePath);
    if (compiled === undefined) return null;
    const module: { exports: Exports; failure?: { error: unknown } } = { exports: {} };
    loaded.set(modulePath, module);
    const factory = vm.compileFunction(compiled.code, moduleParameters, {
      filename: frameFile(definitionPath, modulePath),
    }) as (exports: Exports, require: unknown, module: object) => void;
    try {
      factory(module.exports, requireFrom(modulePath), module);
    } catch (error) {
      module.failure = { error };
      throw error;
    }
    return module.exports;
  };
  const requireFrom = (from: string): ((specifier: string) => unknown) => {
    const resolve = (specifier: string): unknown => {
      if (specifier.startsWith(".") || specifier.startsWith("/")) {
        const found = load(resolveModule(from, specifier));
        if (found !== null) return found;
      }
      if (nodeRequire !== null) return nodeRequire(specifier) as unknown;
      throw new Error(`Could not find module "${specifier}" imported by "${from}"`);
    };
    return nodeRequire === null
      ? resolve
      : Object.assign(resolve, { resolve: nodeRequire.resolve });
  };
  return load;
}

// --- calls ---------------------------------------------------------------------------------------------------------

async function runAction(message: ToWorker & { type: "call" }): Promise<void> {
  await track(message, async (call) => {
    const exports = loaderOf(message.component, message.definitionPath)(message.module);
    const target = exports?.[message.exportName];
    if (typeof target !== "function") {
      throw new Error(`Couldn't find "${message.exportName}" in module "${message.module}".`);
    }
    const invoke = Reflect.get(target, "invokeAction") as unknown;
    if (typeof invoke !== "function") {
      throw new Error(
        `Function ${message.module}:${message.exportName} is not an action. Did you forget to wrap it with \`action\`?`,
      );
    }
    const value = await (Reflect.apply(invoke, target, [
      message.requestId,
      message.argsText,
    ]) as Promise<string>);
    warnOfUnawaited(call);
    send({ type: "done", id: message.id, value });
  });
}

function warnOfUnawaited(call: RunningCall): void {
  if (call.waiting.size === 0) return;
  const text = `${call.waiting.size} unawaited operation${call.waiting.size === 1 ? "" : "s"}: the action ended before they did. They may not run. See https://docs.convex.dev/functions/actions#dangling-promises for more information.`;
  send({ type: "log", id: call.id, level: "WARN", text });
}

async function runHttp(message: ToWorker & { type: "http" }): Promise<void> {
  await track(message, async (call) => {
    const exports = loaderOf(message.component, message.definitionPath)("http.js");
    const router = exports?.["default"] as
      | {
          lookup(
            path: string,
            method: string,
          ): [{ invokeHttpAction(r: Request): Promise<Response> }] | null;
        }
      | undefined;
    const { request } = message;
    const found = router?.lookup(request.routedPath, request.method) ?? null;
    if (found === null) {
      send({ type: "noRoute", id: message.id });
      return;
    }
    const response = await found[0].invokeHttpAction(
      new Request(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body === null ? {} : { body: new Uint8Array(request.body) }),
      }),
    );
    await sendResponse(message.id, response, request.method === "HEAD");
    warnOfUnawaited(call);
  });
}

const maximumResponseBytes = 20 << 20;

async function sendResponse(id: number, response: Response, isHead: boolean): Promise<void> {
  if (!(response instanceof Response)) {
    throw new TypeError("An http action must return a Response");
  }
  const { body } = response;
  const hasBody = body !== null && !isHead;
  send({ type: "response", id, status: response.status, headers: [...response.headers], hasBody });
  if (!hasBody) return;
  const reader = body.getReader();
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array | string };
    if (done) break;
    if (value === undefined) continue;
    const content = typeof value === "string" ? Buffer.from(value) : new Uint8Array(value);
    sizeBytes += content.length;
    if (sizeBytes > maximumResponseBytes) {
      throw new Error("HTTP actions support responses up to 20 MiB");
    }
    send({ type: "chunk", id, content });
  }
  send({ type: "end", id });
}

/** Runs a call in its own context; what it throws is its failure. */
async function track(
  message: ToWorker & {
    id: number;
    component: string;
    environment: Readonly<Record<string, string>>;
  },
  run: (call: RunningCall) => Promise<void>,
): Promise<void> {
  const call: RunningCall = {
    id: message.id,
    component: message.component,
    environment: message.environment,
    nextSequence: 0,
    waiting: new Map(),
    isDone: false,
  };
  runningCalls.set(call.id, call);
  try {
    await currentCall.run(call, () => run(call));
  } catch (error) {
    send({ type: "failed", id: call.id, failure: describeFailure(error) });
  } finally {
    call.isDone = true;
    // Answers that come later find nobody.
    soon(() => runningCalls.delete(call.id));
  }
}

function analyzeAll(paths: readonly string[]): AnalyzedInWorker[] {
  const load = createLoader("");
  return paths.map((modulePath): AnalyzedInWorker => {
    try {
      const exports: DescribedExports = describeExports(modulePath, load(modulePath));
      return { ok: true, path: modulePath, exports };
    } catch (error) {
      return { ok: false, path: modulePath, failure: describeFailure(error) };
    }
  });
}

// What nobody handles fails its call, never the worker.
const failCurrent = (reason: unknown): void => {
  const call = currentCall.getStore();
  if (call !== undefined && !call.isDone) {
    send({ type: "failed", id: call.id, failure: describeFailure(reason) });
  }
};
hostProcess.on("unhandledRejection", failCurrent);
hostProcess.on("uncaughtException", failCurrent);

port?.on("message", (message: ToWorker) => {
  switch (message.type) {
    case "call":
      void runAction(message);
      return;
    case "http":
      void runHttp(message);
      return;
    case "answer": {
      const call = runningCalls.get(message.id);
      const settle = call?.waiting.get(message.sequence);
      call?.waiting.delete(message.sequence);
      settle?.(message.answer);
      return;
    }
    case "ping":
      send({ type: "pong" });
      return;
    default:
      return message satisfies never;
  }
});

Error.stackTraceLimit = 50;
installGlobals();
if (setUp.analyze === undefined) send({ type: "ready" });
else port?.postMessage(analyzeAll(setUp.analyze));
