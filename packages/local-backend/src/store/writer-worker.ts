// The writer thread: gathers waiting batches into one transaction, reports them durable, and keeps the WAL short.
// Cast: `workerData` and messages are what `writer-port.ts` sends.

import { statSync } from "node:fs";
import {
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from "node:worker_threads";
import { BatchWriter, type NumberedBatch } from "./batch-writer.ts";
import { openDataFile } from "./data-file.ts";
import { busyMs, openConnection, type Connection } from "./sqlite.ts";
import { failure, type WriterReport, type WriterRequest, type WriterTask } from "./writer-port.ts";

const maximumGroup = 256;
// A checkpoint waits for a pause: a short one when there is much to copy, a long one when there is little.
const pauseMs = 5;
const idleMs = 500;
const maximumWalBytes = 16 << 20;
// Someone who reads an old state for long, such as an export, must not hold up writing.
const checkpointBusyMs = 10;
// In entries and documents written, each about a page of the WAL.
const muchWritten = 250;
const littleWritten = 25;

class WriterThread {
  readonly #port: MessagePort;
  readonly #file: string;
  readonly #connection: Connection;
  readonly #writer: BatchWriter;
  readonly #waiting: { epoch: number; batch: NumberedBatch }[] = [];
  #failedEpoch = -1;
  /** While the WAL is being emptied, nothing is written. */
  #paused = false;
  #closing = false;
  #idle: NodeJS.Timeout | null = null;
  /** Since the last checkpoint. */
  #written = 0;
  /** Length at which to empty the WAL; more after a try that failed. */
  #emptyAtBytes = maximumWalBytes;

  constructor(port: MessagePort, file: string, maximumBytes: number | null) {
    this.#port = port;
    this.#file = file;
    this.#connection = openDataFile(file);
    if (maximumBytes !== null) limitSize(this.#connection, maximumBytes);
    this.#writer = new BatchWriter(this.#connection);
    port.on("message", (request: WriterRequest) => {
      this.#accept(request);
      for (;;) {
        const next = receiveMessageOnPort(port);
        if (next === undefined) break;
        this.#accept(next.message as WriterRequest);
      }
      this.#work();
    });
    this.#startIdleTimer();
  }

  #accept(request: WriterRequest): void {
    switch (request.kind) {
      case "batch":
        this.#waiting.push(request);
        return;
      case "released":
        this.#emptyWal();
        return;
      case "renewed":
        this.#paused = false;
        return;
      case "close":
        this.#closing = true;
        return;
      default:
        throw new Error(`Unknown request: ${JSON.stringify(request satisfies never)}`);
    }
  }

  #work(): void {
    while (!this.#paused && this.#waiting.length > 0) {
      this.#writeGroup();
      if (this.#waiting.length === 0 && !this.#closing && this.#walBytes() > this.#emptyAtBytes) {
        this.#paused = true;
        this.#report({ kind: "release" });
      }
    }
    if (this.#closing && !this.#paused) {
      this.#close();
    } else {
      this.#startIdleTimer();
    }
  }

  #writeGroup(): void {
    const group = this.#waiting.splice(0, maximumGroup);
    const epoch = group.at(-1)?.epoch ?? 0;
    const batches = group
      .filter((item) => item.epoch > this.#failedEpoch)
      .map((item) => item.batch);
    if (batches.length === 0) return;
    const started = performance.now();
    try {
      this.#writer.write(batches);
    } catch (error) {
      this.#failedEpoch = epoch;
      this.#report(failure(epoch, error));
      return;
    }
    for (const batch of batches) {
      this.#written += 2 + batch.documents.length + batch.puts.length + batch.deletes.length;
    }
    const sequence = batches.at(-1)?.sequence ?? 0;
    this.#report({ kind: "durable", sequence, writeMs: performance.now() - started });
  }

  #startIdleTimer(hasMore = this.#written >= muchWritten): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const delayMs = hasMore ? pauseMs : idleMs;
    this.#idle = setTimeout(() => {
      this.#idle = null;
      this.#workWhileIdle();
    }, delayMs);
    this.#idle.unref();
  }

  #workWhileIdle(): void {
    if (this.#paused || this.#closing) return;
    try {
      if (this.#writer.collectGarbage()) {
        this.#startIdleTimer(true);
        return;
      }
      if (this.#written < littleWritten) return;
      this.#written = 0;
      this.#connection.exec("PRAGMA wal_checkpoint(PASSIVE)");
      // Once nobody reads from the WAL any more, the next batch begins it anew.
      this.#report({ kind: "renew" });
    } catch {
      // A full disk shows itself to the next batch, which can be answered with an error; idle work just waits.
    }
  }

  #emptyWal(): void {
    this.#connection.exec(`PRAGMA busy_timeout = ${checkpointBusyMs}`);
    try {
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // Not emptied, which the length shows below.
    }
    this.#connection.exec(`PRAGMA busy_timeout = ${busyMs}`);
    this.#written = 0;
    const bytes = this.#walBytes();
    this.#emptyAtBytes = (bytes > maximumWalBytes ? bytes : 0) + maximumWalBytes;
    this.#report({ kind: "checkpointed" });
  }

  #walBytes(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }

  #close(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    // Closing alone would leave it to the collection of prepared statements.
    try {
      this.#connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // The WAL keeps what it has, and the next start reads it.
    }
    this.#connection.close();
    this.#report({ kind: "closed" });
    this.#port.close();
  }

  #report(report: WriterReport): void {
    this.#port.postMessage(report);
  }
}

function limitSize(connection: Connection, maximumBytes: number): void {
  const pageSize =
    connection.prepare<{ page_size: number }>("PRAGMA page_size").get()?.page_size ?? 4096;
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maximumBytes / pageSize))}`);
}

const task = workerData as WriterTask;
if (parentPort === null) throw new Error("This file is a worker thread's; it is not run by itself");
if (task.task === "write") {
  new WriterThread(parentPort, task.file, task.maximumBytes);
} else {
  const connection = openConnection(task.file);
  try {
    connection.prepare("VACUUM INTO ?").run(task.target);
  } finally {
    connection.close();
  }
}
