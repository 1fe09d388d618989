// What the parts of one transaction share: the state it reads, its writes, and the record of both.

import type { Reader, Snapshot, Store } from "../store/store.ts";
import { LayeredReader } from "../store/layered-reader.ts";
import { UserError } from "../values/errors.ts";
import { decodeDocumentId } from "../values/document-id.ts";
import type { Key } from "../values/index-key.ts";
import { tableExistenceKey, type Catalog, type Table } from "./catalog.ts";
import { Usage } from "./limits.ts";
import { ReadRecorder } from "./read-recorder.ts";
import type { RowView } from "./row-source.ts";
import type { BeginOptions } from "./database.ts";
import type { SchemaEnforcer } from "./schema-enforcer.ts";
import type { ComponentPath, ReadRecord } from "./transaction.ts";
import { tableKey, WriteBuffer } from "./write-buffer.ts";

/** Where a transaction gets time and chance from. */
export interface Environment {
  /** Milliseconds since 1970. */
  now(): number;
  randomBytes(count: number): Uint8Array;
  /** The creation time given out last; a clock of milliseconds alone would leave the order of documents to chance. */
  readonly creationTimes: { last: number };
}

export class TransactionState {
  readonly kind: "query" | "mutation";
  readonly snapshotTimestamp: bigint;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly environment: Environment;
  readonly enforcer: SchemaEnforcer;
  readonly buffer = new WriteBuffer();
  readonly recorder = new ReadRecorder();
  readonly usage: Usage;
  /** The server's own: neither Convex's limits nor its rules for functions hold. */
  readonly isUnlimited: boolean;
  readonly journal: string | null;
  readonly reads: ReadRecord[] = [];
  /** The catalog as it was at the start, for a transaction that makes tables. */
  readonly catalogVersion: number;
  callSite: string | null = null;
  #isOpen = true;
  readonly #snapshot: Snapshot | null = null;
  readonly #base: Reader;
  readonly #own: Reader;
  #snapshotDepth = 0;

  constructor(parts: {
    options: BeginOptions;
    catalog: Catalog;
    store: Store;
    environment: Environment;
    enforcer: SchemaEnforcer;
  }) {
    const { options, store } = parts;
    this.kind = options.kind;
    this.catalog = parts.catalog;
    this.store = store;
    this.environment = parts.environment;
    this.enforcer = parts.enforcer;
    this.isUnlimited = options.unlimited === true;
    this.usage = new Usage(this.isUnlimited);
    this.journal = options.journal ?? null;
    this.catalogVersion = parts.catalog.version;
    const isQuery = options.kind === "query";
    if (isQuery && options.pinned === true) this.#snapshot = store.openSnapshot();
    this.snapshotTimestamp =
      this.#snapshot?.timestamp ?? (isQuery ? store.durableTimestamp : store.newestTimestamp);
    this.#base = this.#snapshot?.reader ?? (isQuery ? store.durable : store.newest);
    this.#own = isQuery ? this.#base : new LayeredReader(this.#base, this.buffer.layer);
  }

  /** What reads see now. */
  get reader(): Reader {
    return this.#snapshotDepth > 0 ? this.#base : this.#own;
  }

  /** Without the transaction's own writes. */
  get isSnapshot(): boolean {
    return this.#snapshotDepth > 0;
  }

  /** For rows that are fetched ahead. */
  rowView(): RowView {
    const reader = this.reader;
    return { reader, version: () => this.buffer.version };
  }

  withoutOwnWrites<T>(run: () => T): T {
    this.#snapshotDepth++;
    try {
      return this.recorder.muted(run);
    } finally {
      this.#snapshotDepth--;
    }
  }

  /** Ends it; nothing can be read or written any more. */
  end(): void {
    this.#isOpen = false;
    this.#snapshot?.close();
  }

  /** @throws Error (internal) if the transaction has ended */
  assertOpen(): void {
    if (!this.#isOpen) throw new Error("This transaction has ended; begin another one");
  }

  /** @throws UserError in a query */
  assertWritable(): void {
    this.assertOpen();
    if (this.kind !== "mutation" || this.isSnapshot) {
      throw new UserError("Writes are only possible in mutations.", { code: "ReadOnly" });
    }
  }

  findTable(component: ComponentPath, name: string): Table | undefined {
    return (
      this.buffer.newTables.get(tableKey(component, name)) ?? this.catalog.table(component, name)
    );
  }

  findTableByNumber(component: ComponentPath, number: number): Table | undefined {
    for (const table of this.buffer.newTables.values()) {
      if (table.component === component && table.number === number) return table;
    }
    return this.catalog.tableByNumber(component, number);
  }

  tableName(component: ComponentPath, number: number): string | null {
    return (
      this.findTableByNumber(component, number)?.name ?? this.catalog.tableName(component, number)
    );
  }

  /** Remembers that the answer depends on a table's not being there. */
  recordMissingTable(component: ComponentPath, name: string): void {
    this.recorder.addPoint(tableExistenceKey(component, name));
  }

  /** Counts a `db.get` or a query. @throws UserError at the limit */
  countRead(): void {
    this.usage.add("databaseQueries", 1);
  }

  /** Milliseconds for the next new document: later than any that was given out before, also by other transactions. */
  nextCreationTime(): number {
    const snapshotMs = Number(this.snapshotTimestamp / 1_000n) / 1_000;
    const earliest = Math.max(snapshotMs, this.environment.now());
    const { creationTimes } = this.environment;
    creationTimes.last = earliest > creationTimes.last ? earliest : nextUp(creationTimes.last);
    return creationTimes.last;
  }
}

/** The internal id inside an id's text as key bytes, with its table number; null if it is no id. */
export function parseId(id: string): { tableNumber: number; internalId: Key } | null {
  const decoded = decodeDocumentId(id);
  if (decoded === null) return null;
  return {
    tableNumber: decoded.tableNumber,
    internalId: Buffer.from(decoded.internalId).toString("latin1"),
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** The least double greater than a positive one. */
function nextUp(value: number): number {
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return bits.getFloat64(0);
}
