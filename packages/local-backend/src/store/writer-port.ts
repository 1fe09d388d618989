// How the store talks to its writer: a thread for a file, the same code inline for a store in memory. Messages and both ports.

import { Worker } from "node:worker_threads";
import { BatchWriter, type NumberedBatch } from "./batch-writer.ts";
import { sqliteCode, type Connection } from "./sqlite.ts";
import { workerFile } from "./worker-file.ts";

// A group of batches on its way:
//
//   store --batch--> writer --durable--> store        the usual way
//   store --batch--> writer --failed---> store        the writer then drops batches of that epoch
//   writer --release--> store --released--> writer --checkpointed--> store --renewed--> writer
//                                                     the WAL is emptied while nobody reads an old state
//   store --close--> writer --closed--> store

/** To the writer. After a failure the store starts a new epoch; batches of older ones are dropped unread. */
export type WriterRequest =
  | { readonly kind: "batch"; readonly epoch: number; readonly batch: NumberedBatch }
  | { readonly kind: "released" }
  | { readonly kind: "renewed" }
  | { readonly kind: "close" };

/** From the writer. */
export type WriterReport =
  | { readonly kind: "durable"; readonly sequence: number; readonly writeMs: number }
  | {
      readonly kind: "failed";
      readonly epoch: number;
      readonly message: string;
      readonly sqliteCode: number | null;
    }
  /** Frames were copied into the file; whoever reads an old state should move on, so that the WAL starts over. */
  | { readonly kind: "renew" }
  | { readonly kind: "release" }
  | { readonly kind: "checkpointed" }
  | { readonly kind: "closed" };

/** What the writer thread is started with. */
export type WriterTask =
  | { readonly task: "write"; readonly file: string; readonly maximumBytes: number | null }
  | { readonly task: "backup"; readonly file: string; readonly target: string };

export interface WriterPort {
  send(request: WriterRequest): void;
  /** Ends whatever is behind the port, once it has said `closed`. */
  stop(): Promise<void>;
}

export type ReportListener = (report: WriterReport) => void;

/** A writer in a thread of its own. `onExit` is called if it ends by itself, which it never should. */
export function startWriterThread(
  target: { file: string; maximumBytes: number | null },
  onReport: ReportListener,
  onExit: (error: Error) => void,
): WriterPort {
  const worker = startThread({ task: "write", ...target });
  let stopped = false;
  worker.on("message", onReport);
  worker.on("error", (error) => {
    stopped = true;
    onExit(error instanceof Error ? error : new Error(String(error)));
  });
  worker.on("exit", (code) => {
    if (!stopped) onExit(new Error(`The writer thread ended with code ${code}`));
  });
  return {
    send: (request) => {
      worker.postMessage(request);
    },
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
}

/** Copies a data file in a thread of its own. @throws (rejects) with SQLite's message */
export async function copyInThread(file: string, target: string): Promise<void> {
  const worker = startThread({ task: "backup", file, target });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      resolve();
    });
  });
}

function startThread(task: WriterTask): Worker {
  return new Worker(workerFile(import.meta.url, "./writer-worker.ts"), { workerData: task });
}

/** The same writer on the reader's own connection. Groups what is written before the next microtask. */
export function startInlineWriter(connection: Connection, onReport: ReportListener): WriterPort {
  const writer = new BatchWriter(connection);
  let waiting: NumberedBatch[] = [];
  let waitingEpoch = 0;
  let failedEpoch = -1;
  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length === 0 || waitingEpoch <= failedEpoch) return;
    const started = performance.now();
    try {
      writer.write(group);
    } catch (error) {
      failedEpoch = waitingEpoch;
      onReport(failure(waitingEpoch, error));
      return;
    }
    const sequence = group.at(-1)?.sequence ?? 0;
    onReport({ kind: "durable", sequence, writeMs: performance.now() - started });
    while (writer.collectGarbage());
  };
  return {
    send: (request) => {
      if (request.kind === "batch") {
        waiting.push(request.batch);
        waitingEpoch = request.epoch;
        if (waiting.length === 1) void Promise.resolve().then(flush);
      } else if (request.kind === "close") {
        flush();
        onReport({ kind: "closed" });
      }
    },
    stop: () => Promise.resolve(),
  };
}

/** The report of a group that could not be written. */
export function failure(epoch: number, error: unknown): WriterReport {
  return {
    kind: "failed",
    epoch,
    message: error instanceof Error ? error.message : String(error),
    sqliteCode: sqliteCode(error),
  };
}
