// The threads that run actions of one deployment and runtime: started when needed, kept for later, shared when all are busy.
//
//   starting ─▶ idle ⇄ busy (1 call; more when every worker is busy) ─▶ retired (no new calls) ─▶ gone
//
// A busy thread is given another call only after it answered a ping: behind a loop the call would wait as long as the loop.
import { Worker } from "node:worker_threads";
import { workerFile } from "../store/worker-file.ts";
import type { GuestFailure } from "./guest/realm-host.ts";
import type { FromWorker, SyscallAnswer, ToWorker, WorkerSetUp } from "./worker-messages.ts";

/** What a running action asks for and tells. */
export interface ActionHost {
  syscall(operation: string, argsText: string): Promise<string>;
  storeBlob(
    content: Uint8Array,
    contentType: string | null,
    sha256: string | null,
  ): Promise<string>;
  getBlob(storageId: string): Promise<{ content: Uint8Array; contentType: string | null } | null>;
  log(level: string, text: string): void;
}

export type ActionEnd =
  | { kind: "value"; value: string }
  | { kind: "failed"; failure: GuestFailure }
  | { kind: "noRoute" }
  /** The thread ended or was ended: for the time the call took, for the memory its calls took, or for another reason. */
  | { kind: "lost"; why: "time" | "memory" | "thread" };

type Loss = Extract<ActionEnd, { kind: "lost" }>["why"];

export interface ResponseHead {
  status: number;
  headers: [string, string][];
  body: ReadableStream<Uint8Array> | null;
}

export interface ActionStart {
  message: (id: number) => Extract<ToWorker, { type: "call" | "http" }>;
  host: ActionHost;
  timeoutMs: number;
  /** Http actions: the response's head, before the call ends. */
  onResponse?: (head: ResponseHead) => void;
}

interface RunningCall {
  start: ActionStart;
  end: (end: ActionEnd) => void;
  stream: ReadableStreamDefaultController<Uint8Array> | null;
  timer: NodeJS.Timeout;
}

interface ActionWorker {
  worker: Worker;
  calls: Map<number, RunningCall>;
  /** When a ping was sent that has no answer yet. */
  pingedAt: number | null;
  /** It answered a ping after it was given its last call. */
  hasAnswered: boolean;
}

const unresponsiveMs = 3_000;
/** What the calls of one thread may hold together. */
export const heapMegabytes = 512;

export class ActionWorkers {
  readonly #setUp: WorkerSetUp;
  readonly #size: number;
  readonly #workers = new Set<ActionWorker>();
  /** Calls that no thread has taken yet, first come first served. */
  readonly #waiting: (() => void)[] = [];
  #nextId = 1;
  #isRetired = false;
  #isClosed = false;

  /** @param size - threads kept; stuck ones are not counted */
  constructor(setUp: WorkerSetUp, size: number) {
    this.#setUp = setUp;
    this.#size = size;
  }

  /** Runs a call; fulfils however it ends. */
  async run(start: ActionStart): Promise<ActionEnd> {
    let slot = this.#choose();
    while (slot === null) {
      await this.#oneAnswers();
      if (this.#isClosed) return { kind: "lost", why: "thread" };
      slot = this.#choose();
    }
    const ended = this.#runOn(slot, start);
    this.#waiting.shift()?.();
    return ended;
  }

  #runOn(slot: ActionWorker, start: ActionStart): Promise<ActionEnd> {
    const id = this.#nextId++;
    slot.hasAnswered = false;
    return new Promise((resolve) => {
      const end = (ended: ActionEnd): void => {
        const call = slot.calls.get(id);
        if (call === undefined) return;
        slot.calls.delete(id);
        clearTimeout(call.timer);
        endStream(call.stream, ended);
        resolve(ended);
        if (this.#isRetired && slot.calls.size === 0) void slot.worker.terminate();
        this.#updateRef(slot);
        if (slot.calls.size === 0) this.#waiting.shift()?.();
      };
      const timer = setTimeout(() => this.#giveUp(slot, id), start.timeoutMs);
      slot.calls.set(id, { start, end, stream: null, timer });
      slot.worker.ref();
      slot.worker.postMessage(start.message(id));
    });
  }

  /** Takes no more calls; threads end when their calls do. */
  retire(): void {
    this.#isRetired = true;
    for (const slot of this.#workers) if (slot.calls.size === 0) void slot.worker.terminate();
  }

  /** Ends the threads; calls under way are lost. */
  async close(): Promise<void> {
    this.#isRetired = true;
    this.#isClosed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#workers].map((slot) => slot.worker.terminate()));
  }

  /** A thread that will hear of a call at once, or null when all that may be kept are busy and none has answered yet. */
  #choose(): ActionWorker | null {
    const now = Date.now();
    const responsive = [...this.#workers].filter(
      (slot) => slot.pingedAt === null || now - slot.pingedAt < unresponsiveMs,
    );
    const idle = responsive.find((slot) => slot.calls.size === 0);
    if (idle !== undefined) return idle;
    if (responsive.length < this.#size) return this.#spawn();
    const answered = responsive.filter((slot) => slot.hasAnswered);
    if (answered[0] !== undefined) {
      return answered.reduce((best, slot) => (slot.calls.size < best.calls.size ? slot : best));
    }
    for (const slot of responsive) this.#ping(slot, now);
    return null;
  }

  /** Resolves when a thread has answered or become idle, and at the latest when those that were asked count as stuck. */
  #oneAnswers(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        const place = this.#waiting.indexOf(wake);
        if (place !== -1) this.#waiting.splice(place, 1);
        resolve();
      };
      const timer = setTimeout(wake, unresponsiveMs);
      this.#waiting.push(wake);
    });
  }

  #ping(slot: ActionWorker, now: number): void {
    if (slot.pingedAt !== null) return;
    slot.pingedAt = now;
    slot.worker.postMessage({ type: "ping" } satisfies ToWorker);
  }

  #spawn(): ActionWorker {
    const worker = new Worker(workerFile(import.meta.url, "./action-worker.ts"), {
      workerData: this.#setUp,
      env: { TZ: "UTC" },
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    const slot: ActionWorker = { worker, calls: new Map(), pingedAt: null, hasAnswered: false };
    this.#workers.add(slot);
    worker.on("message", (message: FromWorker) => this.#receive(slot, message));
    worker.on("error", (error) => this.#lose(slot, isOutOfMemory(error) ? "memory" : "thread"));
    worker.on("exit", () => this.#lose(slot, "thread"));
    return slot;
  }

  /** An idle thread must not keep the process alive. */
  #updateRef(slot: ActionWorker): void {
    if (slot.calls.size === 0) slot.worker.unref();
  }

  #lose(slot: ActionWorker, why: Loss): void {
    this.#workers.delete(slot);
    for (const call of [...slot.calls.values()]) call.end({ kind: "lost", why });
    this.#waiting.shift()?.();
  }

  /** Its time is up: the call fails. A thread that does not answer is ended, with all its calls. */
  #giveUp(slot: ActionWorker, id: number): void {
    const call = slot.calls.get(id);
    if (call === undefined) return;
    call.end({ kind: "lost", why: "time" });
    if (slot.calls.size === 0) {
      this.#workers.delete(slot);
      void slot.worker.terminate();
      return;
    }
    slot.pingedAt = null;
    this.#ping(slot, Date.now());
    setTimeout(() => {
      if (slot.pingedAt === null || !this.#workers.has(slot)) return;
      this.#lose(slot, "thread");
      void slot.worker.terminate();
    }, unresponsiveMs).unref();
  }

  #receive(slot: ActionWorker, message: FromWorker): void {
    if (message.type === "ready") return;
    if (message.type === "pong") {
      slot.pingedAt = null;
      slot.hasAnswered = true;
      this.#waiting.shift()?.();
      return;
    }
    const call = slot.calls.get(message.id);
    if (call === undefined) return;
    const { host } = call.start;
    switch (message.type) {
      case "syscall":
        answer(slot, message, async () => {
          const value = await host.syscall(message.operation, message.argsText);
          return { ok: true, value };
        });
        return;
      case "storeBlob":
        answer(slot, message, async () => {
          const id = await host.storeBlob(message.content, message.contentType, message.sha256);
          return { ok: true, value: JSON.stringify(id) };
        });
        return;
      case "getBlob":
        answer(slot, message, async () => {
          const file = await host.getBlob(message.storageId);
          return { ok: true, bytes: file?.content ?? null, contentType: file?.contentType ?? null };
        });
        return;
      case "log":
        host.log(message.level, message.text);
        return;
      case "done":
        call.end({ kind: "value", value: message.value });
        return;
      case "failed":
        call.end({ kind: "failed", failure: message.failure });
        return;
      case "noRoute":
        call.end({ kind: "noRoute" });
        return;
      case "response":
        respond(call, message);
        return;
      case "chunk":
        call.stream?.enqueue(message.content);
        return;
      case "end":
        call.end({ kind: "value", value: "null" });
        return;
      default:
        return message satisfies never;
    }
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function respond(call: RunningCall, message: Extract<FromWorker, { type: "response" }>): void {
  const { status, headers, hasBody } = message;
  let body: ReadableStream<Uint8Array> | null = null;
  if (hasBody) {
    body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        call.stream = controller;
      },
      cancel: () => {
        call.stream = null;
      },
    });
  }
  call.start.onResponse?.({ status, headers, body });
  if (!hasBody) call.end({ kind: "value", value: "null" });
}

function endStream(
  stream: ReadableStreamDefaultController<Uint8Array> | null,
  ended: ActionEnd,
): void {
  if (stream === null) return;
  if (ended.kind === "value") {
    stream.close();
    return;
  }
  const error = new Error("An http action failed while its response was under way");
  // The HTTP server prints it; where it was made here helps nobody, and the action's own error is in the logs.
  error.stack = `${error.name}: ${error.message}`;
  stream.error(error);
}

/** Answers a system call; whatever goes wrong becomes an error in the action. */
function answer(
  slot: ActionWorker,
  request: { id: number; sequence: number },
  work: () => Promise<SyscallAnswer>,
): void {
  const send = (result: SyscallAnswer): void => {
    slot.worker.postMessage({
      type: "answer",
      id: request.id,
      sequence: request.sequence,
      answer: result,
    } satisfies ToWorker);
  };
  work().then(send, (error: unknown) => {
    const data = error instanceof Error && "data" in error ? error.data : undefined;
    send({
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      data: data === undefined ? null : JSON.stringify(data),
    });
  });
}
