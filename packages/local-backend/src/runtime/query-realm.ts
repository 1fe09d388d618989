// One realm in which queries and mutations run: a context of its own, with its own microtask queue, so that a call runs to its end
// before the host goes on. Knows nothing of transactions: what a call asks for, its `CallHost` answers.
// `as` here: what comes out of a context has no type until it is checked.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import vm from "node:vm";
import { AsyncLocalStorage } from "node:async_hooks";
import type { CompiledModule } from "./analysis.ts";
import { frameFile } from "./frame-file.ts";
import { trackGuestPromises } from "./guest-rejections.ts";
import { guestScript } from "./guest-script.ts";
import type { AnalyzeKind, GuestFailure, RealmHost } from "./guest/realm-host.ts";
import { hostCrypto } from "./host-crypto.ts";
import { hostText } from "./host-text.ts";

/** Answers what one call asks for. Methods throw; an error with `data` becomes an error with that data in the function. */
export interface CallHost {
  syscall(operation: string, argsText: string): string;
  asyncSyscall(operation: string, argsText: string): string;
  now(): number;
  performanceNow(): number;
  /** What this call's randomness follows from; `null` for unpredictable. */
  randomKey(): Uint8Array | null;
  /** Whether `callSite` is to be told, before each system call, where in the code it is made: a stack, unmapped. */
  readonly wantsCallSites: boolean;
  callSite(stack: string): void;
  log(level: string, text: string): void;
  /** A fault of the server met while answering; the function sees a general text only. */
  internalError(error: unknown): void;
}

export interface RealmCall {
  kind: "query" | "mutation";
  /** `dir/file.js`. */
  module: string;
  exportName: string;
  /** JSON array of the arguments. */
  argsText: string;
  host: CallHost;
  /** Called when it begins. */
  onStart?: () => void;
}

export type RealmResult =
  | { kind: "value"; value: string }
  | { kind: "failed"; failure: GuestFailure }
  /** The promise had not settled when nothing was left to do. */
  | { kind: "unresolved" }
  /** The watchdog ended it; the realm may not be used again. */
  | { kind: "timedOut" }
  /** An earlier call of the same batch was ended; run it elsewhere. */
  | { kind: "notRun" };

export interface RealmOptions {
  definitionPath: string;
  modules: ReadonlyMap<string, CompiledModule>;
  environment: () => Readonly<Record<string, string>>;
  /** What `Date.now()` is while modules are evaluated. */
  importTime: number;
  /** Wall time after which loading one module is given up while it is analysed. */
  importTimeoutMs?: number;
  /** 32 bytes: what modules' randomness comes from while they are evaluated. */
  importKey: Uint8Array;
}

const analyzeScript = new vm.Script('globalThis[Symbol.for("convex.realm.analyze")]()', {
  filename: "convex-realm:analyze",
});
const runScript = new vm.Script('globalThis[Symbol.for("convex.realm.run")]()', {
  filename: "convex-realm:run",
});
let setUpScript: vm.Script | null = null;
const cachedCode = new WeakMap<CompiledModule, Buffer>();
const defaultImportTimeoutMs = 10_000;
const silentHost = "unsupported at import time";

export class QueryRealm {
  isBusy = false;
  isDead = false;
  readonly #options: RealmOptions;
  readonly #context: vm.Context;
  #calls: RealmCall[] = [];
  #results: (RealmResult | undefined)[] = [];
  #next = 0;
  #current: CallHost | null = null;
  #isImporting = false;
  #analyzed: { path: string; kind: AnalyzeKind } = { path: "", kind: "functions" };
  #errorMessage = "";
  #errorData: string | null = null;
  #random: Keystream | null = null;
  #importRandom: Keystream;

  constructor(options: RealmOptions) {
    this.#options = options;
    this.#importRandom = new Keystream(options.importKey);
    setUpScript ??= new vm.Script(guestScript(), { filename: "convex-realm:set-up" });
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
      microtaskMode: "afterEvaluate",
      codeGeneration: { strings: false, wasm: true },
    });
    trackGuestPromises(vm.runInContext("Promise.prototype", this.#context) as object);
    const setUp = setUpScript.runInContext(this.#context) as (host: RealmHost) => void;
    setUp(this.#host());
  }

  /**
   * Loads a module and tells, as JSON, what it exports: its functions, or what the default export of a definition, a schema or
   * a sign-in configuration stands for. What it throws comes as `{"failure": …}`.
   */
  analyze(path: string, kind: AnalyzeKind): string {
    this.#analyzed = { path, kind };
    const timeout = this.#options.importTimeoutMs ?? defaultImportTimeoutMs;
    try {
      return analyzeScript.runInContext(this.#context, { timeout }) as string;
    } catch (error) {
      this.isDead = true;
      const failure = isTimeout(error)
        ? {
            ...hostFailure(error),
            message: `loading takes longer than ${timeout / 1_000}s`,
          }
        : hostFailure(error);
      return JSON.stringify({ failure });
    }
  }

  /** Runs calls one after another, each to its end. The results stand in the same order. */
  run(calls: RealmCall[], timeoutMs: number): RealmResult[] {
    this.isBusy = true;
    this.#calls = calls;
    this.#results = new Array<RealmResult | undefined>(calls.length).fill(undefined);
    this.#next = 0;
    try {
      while (this.#next < calls.length && !this.isDead) this.#evaluate(timeoutMs);
      return this.#results.map((result) => result ?? { kind: "notRun" });
    } finally {
      this.isBusy = false;
      this.#calls = [];
      this.#current = null;
    }
  }

  #evaluate(timeoutMs: number): void {
    try {
      runScript.runInContext(this.#context, timeoutMs > 0 ? { timeout: timeoutMs } : {});
    } catch (error) {
      this.isDead = true;
      this.#results[Math.max(0, this.#next - 1)] = isTimeout(error)
        ? { kind: "timedOut" }
        : { kind: "failed", failure: hostFailure(error) };
      return;
    }
    const last = this.#next - 1;
    this.#results[last] ??= { kind: "unresolved" };
  }

  #guard<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.#errorMessage = error instanceof Error ? error.message : String(error);
      this.#errorData = null;
      return null;
    }
  }

  #answer(work: (host: CallHost) => string, operation: string): string | null {
    this.#errorData = null;
    const host = this.#current;
    if (host === null || this.#isImporting) {
      this.#errorMessage = `${operation.replace(/^1\.0\//, "")} ${silentHost}`;
      return null;
    }
    try {
      return work(host);
    } catch (error) {
      if (isCallerError(error)) {
        this.#errorMessage = error.message;
        this.#errorData = error.data === undefined ? null : JSON.stringify(error.data);
      } else {
        host.internalError(error);
        this.#errorMessage = "Your request couldn't be completed. Try again later.";
      }
      return null;
    }
  }

  #keystream(): Keystream {
    if (this.#isImporting || this.#current === null) return this.#importRandom;
    this.#random ??= new Keystream(this.#current.randomKey() ?? randomBytes(32));
    return this.#random;
  }

  #environment(): Readonly<Record<string, string>> {
    return this.#options.environment();
  }

  #host(): RealmHost {
    const guard = <T>(work: () => T): T | null => this.#guard(work);
    const isLive = (): boolean => !this.#isImporting && this.#current !== null;
    return {
      ...hostText(guard),
      ...hostCrypto(guard),
      syscall: (operation, args) =>
        this.#answer((host) => host.syscall(operation, args), operation),
      asyncSyscall: (operation, args) =>
        this.#answer((host) => host.asyncSyscall(operation, args), operation),
      errorMessage: () => this.#errorMessage,
      errorData: () => this.#errorData,
      compile: (path) => this.#compile(path),
      importing: (isImporting) => {
        this.#isImporting = isImporting;
      },
      isImporting: () => this.#isImporting,
      now: () => (isLive() && this.#current ? this.#current.now() : this.#options.importTime),
      performanceNow: () => (isLive() && this.#current ? this.#current.performanceNow() : 0),
      fillRandom: (target) => this.#keystream().fill(target),
      log: (level, text) => this.#current?.log(level, text),
      environment: (name) => {
        const variables = this.#environment();
        return Object.hasOwn(variables, name) ? (variables[name] ?? null) : null;
      },
      environmentNames: () => JSON.stringify(Object.keys(this.#environment())),
      hostClass: (name) => Reflect.get(globalThis, name) as unknown,
      createStorage: () => {
        const storage = new AsyncLocalStorage<unknown>();
        return {
          run: (store, callback) => storage.run(store, callback),
          getStore: () => storage.getStore(),
          enterWith: (store) => storage.enterWith(store),
        };
      },
      wantsCallSites: () => this.#current?.wantsCallSites === true,
      callSite: (stack) => this.#current?.callSite(stack),
      analyzedModule: () => this.#analyzed.path,
      analyzedKind: () => this.#analyzed.kind,
      nextCall: () => this.#nextCall(),
      callField: (field) => this.#callField(field),
      finish: (id, value) => {
        this.#results[Number(id)] ??= { kind: "value", value };
      },
      fail: (id, failure) => {
        this.#results[Number(id)] ??= {
          kind: "failed",
          failure: JSON.parse(failure) as GuestFailure,
        };
      },
    };
  }

  #nextCall(): boolean {
    const call = this.#calls[this.#next];
    if (call === undefined) return false;
    this.#next++;
    this.#current = call.host;
    this.#random = null;
    call.onStart?.();
    return true;
  }

  #callField(field: "kind" | "module" | "export" | "args" | "id"): string {
    const index = this.#next - 1;
    const call = this.#calls[index];
    if (call === undefined) return "";
    if (field === "id") return String(index);
    if (field === "kind") return call.kind;
    if (field === "module") return call.module;
    return field === "export" ? call.exportName : call.argsText;
  }

  #compile(path: string): ReturnType<RealmHost["compile"]> {
    const module = this.#options.modules.get(path);
    if (module === undefined || module.environment === "node") return null;
    const cached = cachedCode.get(module);
    const factory = vm.compileFunction(module.code, ["exports", "require", "module"], {
      filename: frameFile(this.#options.definitionPath, path),
      parsingContext: this.#context,
      ...(cached === undefined ? { produceCachedData: true } : { cachedData: cached }),
    });
    if (factory.cachedData !== undefined) cachedCode.set(module, factory.cachedData);
    return factory as unknown as ReturnType<RealmHost["compile"]>;
  }
}

/** Bytes that follow from a key alone, and that nobody can guess without it. */
class Keystream {
  readonly #cipher;
  constructor(key: Uint8Array) {
    const seed = createHash("sha256").update(key).digest();
    this.#cipher = createCipheriv("chacha20", seed, Buffer.alloc(16));
  }
  fill(target: Uint8Array): void {
    target.set(this.#cipher.update(Buffer.alloc(target.byteLength)));
  }
}

/** The error is made in the realm that was ended, so it is no `Error` of this one. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}

/** Errors meant for the function, by name, so that this file needs no database. */
function isCallerError(error: unknown): error is Error & { data?: unknown } {
  return error instanceof Error && error.name === "UserError";
}

function hostFailure(error: unknown): GuestFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { name: "Error", message, stack: "", data: null, isError: true };
}
