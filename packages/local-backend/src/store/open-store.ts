// Opens the store: a reader that holds the last durable state, a writer behind a port, and what is on its way between them.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NumberedBatch } from "./batch-writer.ts";
import { openDataFile } from "./data-file.ts";
import { lockFolder, type FolderLock } from "./folder-lock.ts";
import { LayeredReader } from "./layered-reader.ts";
import { OrderedMap } from "./ordered-map.ts";
import { openConnection, sqliteFull, type Connection, type Statement } from "./sqlite.ts";
import { SqliteReader } from "./sqlite-reader.ts";
import {
  StoreError,
  type Batch,
  type Reader,
  type SearchRequest,
  type Snapshot,
  type Store,
  type StoredDocument,
  type StoredEntry,
  type StoreKey,
  type StoreStatistics,
  type VectorRow,
} from "./store.ts";
import {
  copyInThread,
  startInlineWriter,
  startWriterThread,
  type WriterPort,
  type WriterReport,
} from "./writer-port.ts";

/** Where the data is. A file's folder is made, and locked for this process. */
export type StoreOptions =
  /** `maximumBytes`: the file is not to grow beyond, as if the disk were full. */
  { readonly file: string; readonly maximumBytes?: number } | { readonly inMemory: true };

/**
 * Opens or makes a store. One process at a time may have a folder open.
 *
 * @throws StoreError `locked`, `format`, or `failed` if the folder cannot be used
 */
export function openStore(options: StoreOptions): Store {
  if ("inMemory" in options) {
    const connection = openDataFile(":memory:");
    return new DataStore(connection, null, null, null);
  }
  const folder = dirname(options.file);
  const lock = lockOrExplain(folder);
  try {
    // Makes the file or brings it up to date before anyone reads.
    openDataFile(options.file).close();
    const connection = openReadConnection(options.file);
    return new DataStore(connection, options.file, lock, options.maximumBytes ?? null);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOrExplain(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true });
    return lockFolder(join(folder, "lock"), folder);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      "failed",
      `The data folder ${folder} cannot be used: ${reason}. Choose another one, or change its permissions.`,
      { cause: error },
    );
  }
}

const stateQuery = "SELECT sequence, timestamp FROM state WHERE id = 1";

interface StateRow {
  readonly sequence: number;
  readonly timestamp: string;
}

function readState(statement: Statement<StateRow>): { sequence: number; timestamp: bigint } {
  const row = statement.get();
  if (row === undefined) throw new StoreError("format", "The data file has lost its state row.");
  return { sequence: row.sequence, timestamp: BigInt(row.timestamp) };
}

function openReadConnection(file: string): Connection {
  const connection = openConnection(file);
  connection.exec("PRAGMA query_only = ON; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
  return connection;
}

interface PendingBatch {
  readonly sequence: number;
  readonly batch: Batch;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface OverlayEntry {
  readonly document: StoredDocument | null;
  readonly sequence: number;
}

class DataStore implements Store {
  readonly #connection: Connection;
  readonly #file: string | null;
  readonly #lock: FolderLock | null;
  readonly #writer: WriterPort;
  readonly #reader: SqliteReader;
  readonly #readState: Statement<StateRow>;
  readonly #overlay = new OrderedMap<OverlayEntry>();
  readonly #dropListeners: ((error: Error) => void)[] = [];
  readonly #meta: Map<string, string>;
  #pending: PendingBatch[] = [];
  #epoch = 0;
  #sequence: number;
  #nextRow: number;
  #durableTimestamp: bigint;
  #newestTimestamp: bigint;
  #holdsSnapshot = false;
  #isReaderClosed = false;
  #lastWrite: Promise<void> = Promise.resolve();
  /** Set when nothing can be written any more. */
  #broken: StoreError | null = null;
  #closed: Promise<void> | null = null;
  #onClosed: () => void = () => undefined;
  readonly #figures = { batches: 0, groups: 0, writeMs: 0, checkpoints: 0 };

  readonly durable: Reader;
  readonly newest: Reader;

  constructor(
    connection: Connection,
    file: string | null,
    lock: FolderLock | null,
    maximumBytes: number | null,
  ) {
    this.#connection = connection;
    this.#file = file;
    this.#lock = lock;
    this.#reader = new SqliteReader(connection);
    this.#readState = connection.prepare(stateQuery);
    this.durable = this.#reader;
    this.newest = new LayeredReader(this.#reader, this.#overlay);
    const state = this.#takeSnapshot();
    this.#sequence = state.sequence;
    this.#durableTimestamp = this.#newestTimestamp = state.timestamp;
    this.#nextRow =
      (connection.prepare<{ r: number | null }>("SELECT max(r) AS r FROM docs").get()?.r ?? 0) + 1;
    this.#meta = this.#loadMeta();
    const onReport = (report: WriterReport) => {
      this.#accept(report);
    };
    this.#writer =
      file === null
        ? startInlineWriter(connection, onReport)
        : startWriterThread({ file, maximumBytes }, onReport, (error) => {
            this.#breakDown(
              new StoreError("failed", `The writer of ${file} stopped: ${error.message}`, {
                cause: error,
              }),
            );
          });
  }

  get durableTimestamp(): bigint {
    return this.#durableTimestamp;
  }

  get newestTimestamp(): bigint {
    return this.#newestTimestamp;
  }

  nextRow(): number {
    return this.#nextRow++;
  }

  meta(): ReadonlyMap<string, string> {
    return this.#meta;
  }

  write(batch: Batch): Promise<void> {
    if (this.#closed !== null) {
      return Promise.reject(new StoreError("closed", "The store is closed; nothing was written."));
    }
    if (this.#broken !== null) return Promise.reject(this.#broken);
    const sequence = ++this.#sequence;
    const durable = new Promise<void>((resolve, reject) => {
      this.#pending.push({ sequence, batch, resolve, reject });
    });
    this.#lastWrite = durable;
    for (const { key, document } of batch.overlay) this.#overlay.set(key, { document, sequence });
    for (const { name, text } of batch.meta) {
      if (text === null) this.#meta.delete(name);
      else this.#meta.set(name, text);
    }
    this.#newestTimestamp = batch.timestamp;
    this.#figures.batches++;
    const { overlay: _overlay, timestamp, ...rest } = batch;
    const numbered: NumberedBatch = { ...rest, sequence, timestamp: timestamp.toString() };
    this.#writer.send({ kind: "batch", epoch: this.#epoch, batch: numbered });
    return durable;
  }

  pending(
    start: StoreKey,
    end: StoreKey,
  ): Iterable<readonly [StoreKey, { readonly document: StoredDocument | null }]> {
    return this.#overlay.range(start, end);
  }

  onDropped(listener: (error: Error) => void): void {
    this.#dropListeners.push(listener);
  }

  search(request: SearchRequest): number[] {
    return this.#reader.search(request);
  }

  documentAt(row: number): StoredEntry | null {
    return this.#reader.documentAt(row);
  }

  vectors(index: number): Iterable<VectorRow> {
    return this.#reader.vectors(index);
  }

  openSnapshot(): Snapshot {
    const file = this.#file;
    if (file === null || this.#closed !== null) {
      return {
        reader: this.#reader,
        timestamp: this.#durableTimestamp,
        close: () => undefined,
      };
    }
    const connection = openReadConnection(file);
    const reader = new SqliteReader(connection);
    connection.exec("BEGIN");
    // The first read fixes the state; it may be a batch ahead of what this thread has heard of.
    const { timestamp } = readState(connection.prepare(stateQuery));
    let isOpen = true;
    return {
      reader,
      timestamp,
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        connection.exec("COMMIT");
        connection.close();
      },
    };
  }

  async backup(file: string): Promise<void> {
    try {
      if (this.#file === null) this.#connection.prepare("VACUUM INTO ?").run(file);
      else await copyInThread(this.#file, file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreError("failed", `The copy to ${file} could not be written: ${reason}`, {
        cause: error,
      });
    }
  }

  statistics(): StoreStatistics {
    return { ...this.#figures, pendingBatches: this.#pending.length };
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    // Whoever wrote hears of a failure.
    await this.#lastWrite.catch(() => undefined);
    // The writer's connection is to be the last: it then puts everything into the one file.
    if (this.#file !== null) this.#closeReader();
    if (this.#broken === null) {
      const closed = new Promise<void>((resolve) => {
        this.#onClosed = resolve;
      });
      this.#writer.send({ kind: "close" });
      await closed;
    }
    await this.#writer.stop();
    this.#rejectPending(new StoreError("closed", "The store was closed before this was written."));
    if (this.#file === null) this.#closeReader();
    this.#lock?.release();
  }

  #closeReader(): void {
    this.#releaseSnapshot();
    this.#isReaderClosed = true;
    this.#connection.close();
  }

  #accept(report: WriterReport): void {
    switch (report.kind) {
      case "durable":
        this.#figures.groups++;
        this.#figures.writeMs += report.writeMs;
        this.#advance();
        return;
      case "renew":
        this.#advance();
        return;
      case "failed":
        this.#advance();
        this.#drop(
          report.sqliteCode === sqliteFull
            ? new StoreError(
                "full",
                "The disk is full; the change was not saved. Free some space and try again.",
              )
            : new StoreError("failed", `The change could not be saved: ${report.message}`),
          report.sqliteCode !== sqliteFull,
        );
        return;
      case "release":
        this.#releaseSnapshot();
        this.#writer.send({ kind: "released" });
        return;
      case "checkpointed":
        this.#figures.checkpoints++;
        this.#advance();
        this.#writer.send({ kind: "renewed" });
        return;
      case "closed":
        this.#onClosed();
        return;
      default:
        throw new Error(`Unknown report: ${JSON.stringify(report satisfies never)}`);
    }
  }

  /** Moves the durable state on, and settles what it now contains. */
  #advance(): void {
    if (this.#isReaderClosed) return;
    this.#releaseSnapshot();
    const state = this.#takeSnapshot();
    this.#durableTimestamp = state.timestamp;
    let settled = 0;
    for (const { sequence, batch } of this.#pending) {
      if (sequence > state.sequence) break;
      settled++;
      for (const { key } of batch.overlay) {
        if (this.#overlay.get(key)?.sequence === sequence) this.#overlay.delete(key);
      }
      if (batch.structure.length > 0) this.#reader.forgetSearches();
    }
    if (settled === 0) return;
    const durable = this.#pending.slice(0, settled);
    this.#pending = this.#pending.slice(settled);
    for (const { resolve } of durable) resolve();
  }

  #drop(error: StoreError, forGood: boolean): void {
    this.#epoch++;
    this.#overlay.clear();
    if (forGood) this.#broken = error;
    if (!this.#isReaderClosed) {
      this.#meta.clear();
      for (const [name, text] of this.#loadMeta()) this.#meta.set(name, text);
    }
    const dropped = this.#pending;
    this.#pending = [];
    for (const listener of this.#dropListeners) listener(error);
    for (const { reject } of dropped) reject(error);
  }

  #breakDown(error: StoreError): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    this.#rejectPending(error);
    this.#onClosed();
  }

  #rejectPending(error: StoreError): void {
    if (this.#pending.length > 0) this.#drop(error, true);
  }

  #takeSnapshot(): { sequence: number; timestamp: bigint } {
    // In memory the writer uses this very connection, and an open transaction would be in its way.
    if (this.#file !== null) this.#connection.exec("BEGIN");
    this.#holdsSnapshot = this.#file !== null;
    const state = this.#readState.get();
    if (state === undefined)
      throw new StoreError("format", "The data file has lost its state row.");
    return { sequence: state.sequence, timestamp: BigInt(state.timestamp) };
  }

  #releaseSnapshot(): void {
    if (!this.#holdsSnapshot) return;
    this.#connection.exec("COMMIT");
    this.#holdsSnapshot = false;
  }

  #loadMeta(): Map<string, string> {
    const rows = this.#connection
      .prepare<{ name: string; text: string }>("SELECT name, text FROM meta")
      .all();
    return new Map(rows.map(({ name, text }) => [name, text]));
  }
}
