// The global `Convex` in a test's realm: many calls share it, AsyncLocalStorage tells whose system call it is.
import { AsyncLocalStorage } from "node:async_hooks";
import { forbidden } from "../runtime/guest/forbidden.ts";

/** Answers the system calls of one running function. */
export interface TestCallHost {
  kind: "query" | "mutation" | "action";
  syscall(operation: string, argsText: string): string;
  asyncSyscall(operation: string, argsText: string): Promise<string>;
  jsSyscall(operation: string, args: Record<string, unknown>): Promise<unknown>;
}

const running = new AsyncLocalStorage<TestCallHost>();

/** Runs `work` so that its system calls, and those of what it waits for, go to `host`. */
export function runAs<T>(host: TestCallHost, work: () => Promise<T>): Promise<T> {
  install();
  return running.run(host, work);
}

export function currentHost(): TestCallHost | undefined {
  return running.getStore();
}

function hostNow(): TestCallHost {
  const host = running.getStore();
  if (host === undefined) {
    throw new Error(
      "Convex functions can be used only inside of functions: there is no call under way",
    );
  }
  return host;
}

const dispatcher = {
  syscall: (operation: string, args: string) =>
    convertErrors(() => hostNow().syscall(operation, args)),
  asyncSyscall: async (operation: string, args: string) => {
    try {
      return await hostNow().asyncSyscall(operation, args);
    } catch (error) {
      throw converted(error);
    }
  },
  jsSyscall: async (operation: string, args: Record<string, unknown>) => {
    try {
      return await hostNow().jsSyscall(operation, args);
    } catch (error) {
      throw converted(error);
    }
  },
};

let ownFetch: typeof fetch | null = null;

function install(): void {
  // What would be refused on Convex is refused here too; a test that puts its own `fetch` there gets it.
  if (ownFetch === null) {
    const original = globalThis.fetch;
    ownFetch = async (...args) => {
      const host = running.getStore();
      if (host !== undefined && host.kind !== "action") throw forbidden("fetch()");
      return await original(...args);
    };
    globalThis.fetch = ownFetch;
  }
  Object.defineProperty(globalThis, "Convex", {
    value: dispatcher,
    writable: true,
    configurable: true,
  });
}

function convertErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw converted(error);
  }
}

/** The library reads `message`, and `data` only if it is there. */
function converted(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const data = "data" in error ? error.data : undefined;
  const plain = new Error(error.message, { cause: error });
  if (data !== undefined) Object.defineProperty(plain, "data", { value: data });
  return plain;
}
