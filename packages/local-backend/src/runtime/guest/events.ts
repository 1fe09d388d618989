// DOMException, Event, EventTarget, AbortController: enough for libraries that are loaded in queries and mutations.
import { define } from "./clock-and-chance.ts";

const exceptionCodes: Record<string, number> = {
  IndexSizeError: 1,
  NotFoundError: 8,
  NotSupportedError: 9,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidCharacterError: 5,
  DataError: 0,
  AbortError: 20,
  QuotaExceededError: 22,
  TimeoutError: 23,
  DataCloneError: 25,
};

export class DOMException extends Error {
  override readonly name: string;
  readonly code: number;
  constructor(message = "", name = "Error") {
    super(message);
    this.name = name;
    this.code = exceptionCodes[name] ?? 0;
  }
}

class Event {
  readonly type: string;
  readonly cancelable: boolean;
  readonly bubbles: boolean;
  readonly timeStamp = 0;
  target: EventTarget | null = null;
  currentTarget: EventTarget | null = null;
  #isPrevented = false;
  #isStopped = false;
  constructor(type: string, o: { cancelable?: boolean; bubbles?: boolean } = {}) {
    this.type = type;
    this.cancelable = o.cancelable === true;
    this.bubbles = o.bubbles === true;
  }
  get defaultPrevented(): boolean {
    return this.#isPrevented;
  }
  get isStopped(): boolean {
    return this.#isStopped;
  }
  preventDefault(): void {
    if (this.cancelable) this.#isPrevented = true;
  }
  stopPropagation(): void {
    return;
  }
  stopImmediatePropagation(): void {
    this.#isStopped = true;
  }
}

class CustomEvent extends Event {
  readonly detail: unknown;
  constructor(type: string, o: { detail?: unknown } = {}) {
    super(type);
    this.detail = o.detail ?? null;
  }
}

type Listener = ((event: Event) => void) | { handleEvent(event: Event): void };

class EventTarget {
  #listeners = new Map<string, { listener: Listener; once: boolean }[]>();
  addEventListener(
    type: string,
    listener: Listener | null,
    o?: { once?: boolean } | boolean,
  ): void {
    if (listener === null) return;
    const list = this.#listeners.get(type) ?? [];
    if (list.some((entry) => entry.listener === listener)) return;
    list.push({ listener, once: typeof o === "object" && o.once === true });
    this.#listeners.set(type, list);
  }
  removeEventListener(type: string, listener: Listener | null): void {
    const list = this.#listeners.get(type) ?? [];
    this.#listeners.set(
      type,
      list.filter((entry) => entry.listener !== listener),
    );
  }
  dispatchEvent(event: Event): boolean {
    event.target = this;
    event.currentTarget = this;
    const handler = Reflect.get(this, `on${event.type}`) as unknown;
    if (typeof handler === "function") Reflect.apply(handler, this, [event]);
    for (const { listener, once } of [...(this.#listeners.get(event.type) ?? [])]) {
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
      if (event.isStopped) break;
    }
    return !event.defaultPrevented;
  }
}

let abortSignal: (signal: AbortSignal, reason: unknown) => void;

class AbortSignal extends EventTarget {
  #reason: unknown = undefined;
  #isAborted = false;
  onabort: ((event: Event) => void) | null = null;
  get aborted(): boolean {
    return this.#isAborted;
  }
  get reason(): unknown {
    return this.#reason;
  }
  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }
  static abort(reason?: unknown): AbortSignal {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const controller = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    }
    return controller.signal;
  }
  /** Time does not pass in queries and mutations, so it never fires. */
  static timeout(): AbortSignal {
    return new AbortController().signal;
  }
  static {
    abortSignal = (signal, reason) => {
      if (signal.#isAborted) return;
      signal.#isAborted = true;
      signal.#reason =
        reason === undefined
          ? new DOMException("This operation was aborted", "AbortError")
          : reason;
      signal.dispatchEvent(new Event("abort"));
    };
  }
}

class AbortController {
  readonly signal = new AbortSignal();
  abort(reason?: unknown): void {
    abortSignal(this.signal, reason);
  }
}

export function installEvents(): void {
  const classes = { DOMException, Event, CustomEvent, EventTarget, AbortSignal, AbortController };
  for (const [name, value] of Object.entries(classes)) {
    Object.defineProperty(value, "name", { value: name });
    define(name, value);
  }
}
