// What queries and mutations may not use, with Convex's text, thrown when it is used.
/* eslint-disable @typescript-eslint/require-await -- the refusal is a rejection, as that of a real fetch */
import { define } from "./clock-and-chance.ts";
import type { RealmHost } from "./realm-host.ts";

export function forbidden(what: string): Error {
  return new Error(
    `Can't use ${what} in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.`,
  );
}

export function installForbidden(host: RealmHost): void {
  define("fetch", async function fetch() {
    throw forbidden("fetch()");
  });
  for (const name of ["setTimeout", "setInterval"]) {
    define(name, () => {
      throw forbidden(name);
    });
  }
  for (const name of ["clearTimeout", "clearInterval"]) define(name, () => undefined);
  define("queueMicrotask", (callback: () => void) => {
    void Promise.resolve().then(() => callback());
  });
  // Streams need the host's event loop; the classes are there so that modules that extend them load.
  for (const name of [
    "ReadableStream",
    "WritableStream",
    "TransformStream",
    "TextEncoderStream",
    "TextDecoderStream",
    "CompressionStream",
    "DecompressionStream",
  ]) {
    define(name, host.hostClass(name));
  }

  class InertWeakRef {
    readonly #target: object;
    constructor(target: object) {
      this.#target = target;
    }
    deref(): object {
      return this.#target;
    }
  }
  class InertRegistry {
    register(): void {
      return;
    }
    unregister(): boolean {
      return false;
    }
  }
  Object.defineProperty(InertWeakRef, "name", { value: "WeakRef" });
  Object.defineProperty(InertRegistry, "name", { value: "FinalizationRegistry" });
  define("WeakRef", InertWeakRef);
  define("FinalizationRegistry", InertRegistry);
  Reflect.deleteProperty(globalThis, "SharedArrayBuffer");
  Reflect.deleteProperty(globalThis, "Atomics");
}
