// Entry of the script that turns an empty context into a realm for queries and mutations. Bundled into one script; its value is
// `setUp`. `as` here: functions are taken out of user modules, whose shapes are only checked at run time.
/* eslint-disable @typescript-eslint/require-await -- failures are rejections, as npm expects of a system call */
import { installBodies } from "./bodies.ts";
import { define, installClockAndChance } from "./clock-and-chance.ts";
import { installConsole } from "./console.ts";
import { installEvents } from "./events.ts";
import { describeFailure } from "./failure.ts";
import { forbidden, installForbidden } from "./forbidden.ts";
import { describeExports, describeSpecial } from "./module-exports.ts";
import { createLoader } from "./modules.ts";
import type { RealmHost } from "./realm-host.ts";
import { installStructuredClone } from "./structured-clone.ts";
import { installTextEncoding } from "./text-encoding.ts";
import { installUrl } from "./url.ts";
import { installWebCrypto } from "./web-crypto.ts";

/** The names under which the host starts work; symbols, so that code that lists globals does not meet them. */
const runKey = Symbol.for("convex.realm.run");
const analyzeKey = Symbol.for("convex.realm.analyze");

const stackTraceLimit = 100;

export function setUp(host: RealmHost): void {
  // The host's own frames stand between those of user code and what it goes back to.
  Error.stackTraceLimit = stackTraceLimit;
  const chance = installClockAndChance(host);
  installEvents();
  installTextEncoding(host);
  installUrl(host);
  installBodies(host);
  installStructuredClone();
  installForbidden(host);
  installWebCrypto(host);
  installConsole(
    (level, text) => host.log(level, text),
    () => host.performanceNow(),
  );
  installProcess(host);
  installConvex(host);
  installAsyncContext(host);
  define("self", globalThis);

  const load = createLoader(host);

  async function runOne(): Promise<void> {
    chance.restart();
    const id = host.callField("id");
    let value: string;
    try {
      value = await invoke();
    } catch (error) {
      host.fail(id, JSON.stringify(describeFailure(error)));
      return;
    }
    host.finish(id, value);
  }

  function invoke(): Promise<string> {
    const path = host.callField("module");
    const name = host.callField("export");
    const exports = load(path);
    const target = exports?.[name];
    if (typeof target !== "function") {
      throw new Error(`Couldn't find "${name}" in module "${path}".`);
    }
    const kind = host.callField("kind");
    const method = Reflect.get(
      target,
      kind === "query" ? "invokeQuery" : "invokeMutation",
    ) as unknown;
    if (typeof method !== "function") {
      throw new Error(
        `Function ${path}:${name} is neither a query or mutation. Did you forget to wrap it with \`query\` or \`mutation\`?`,
      );
    }
    return Reflect.apply(method, target, [host.callField("args")]) as Promise<string>;
  }

  Object.defineProperty(globalThis, runKey, {
    value: () => {
      void (async () => {
        while (host.nextCall()) await runOne();
      })();
    },
  });

  Object.defineProperty(globalThis, analyzeKey, {
    value: () => {
      const path = host.analyzedModule();
      const kind = host.analyzedKind();
      try {
        const loaded = load(path);
        const exports =
          kind === "functions" ? describeExports(path, loaded) : describeSpecial(kind, loaded);
        return JSON.stringify({ exports });
      } catch (error) {
        return JSON.stringify({ failure: describeFailure(error) });
      }
    },
  });
}

function installProcess(host: RealmHost): void {
  const variables = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) =>
        typeof name === "string" ? (host.environment(name) ?? undefined) : undefined,
      has: (_, name) => typeof name === "string" && host.environment(name) !== null,
      ownKeys: () => JSON.parse(host.environmentNames()) as string[],
      getOwnPropertyDescriptor: (_, name) => {
        const value = typeof name === "string" ? host.environment(name) : null;
        if (value === null) return undefined;
        return { value, writable: true, enumerable: true, configurable: true };
      },
      set: () => false,
      defineProperty: () => false,
      deleteProperty: () => false,
    },
  );
  define("process", { env: variables });
}

function installConvex(host: RealmHost): void {
  const raise = (): never => {
    const error = new Error(host.errorMessage());
    const data = host.errorData();
    if (data !== null) Object.defineProperty(error, "data", { value: JSON.parse(data) });
    throw error;
  };
  const locate = (): void => {
    host.callSite(new Error().stack ?? "");
  };
  define(
    "Convex",
    Object.freeze({
      syscall: (operation: string, args: string) => {
        if (host.wantsCallSites()) locate();
        return host.syscall(operation, args) ?? raise();
      },
      asyncSyscall: async (operation: string, args: string) => {
        if (host.wantsCallSites()) locate();
        return host.asyncSyscall(operation, args) ?? raise();
      },
      jsSyscall: async (operation: string) => {
        if (operation === "storage/storeBlob") throw forbidden("storage.store()");
        throw new Error(`Unknown operation ${operation}`);
      },
    }),
  );
}

function installAsyncContext(host: RealmHost): void {
  class AsyncLocalStorage {
    readonly #storage = host.createStorage();
    run(store: unknown, callback: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
      return this.#storage.run(store, () => callback(...args));
    }
    exit(callback: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
      return this.#storage.run(undefined, () => callback(...args));
    }
    getStore(): unknown {
      return this.#storage.getStore();
    }
    enterWith(store: unknown): void {
      this.#storage.enterWith(store);
    }
    disable(): void {
      this.#storage.enterWith(undefined);
    }
  }
  class AsyncResource {
    runInAsyncScope(
      callback: (...args: unknown[]) => unknown,
      thisArg?: unknown,
      ...args: unknown[]
    ): unknown {
      return callback.apply(thisArg, args);
    }
  }
  Object.defineProperty(AsyncLocalStorage, "name", { value: "AsyncLocalStorage" });
  define("AsyncLocalStorage", AsyncLocalStorage);
  define("AsyncResource", AsyncResource);
}
