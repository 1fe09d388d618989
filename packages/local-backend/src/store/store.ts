// What the database sees of storage: durable and newest state, atomic batches, search and vectors. Types, and the error of this room.
//
// All indexes share one key space of bytes; the first four bytes of a key are the index's number. A document lives under
// its key in its table's identity index (number and 16-byte internal id); every other index maps keys that end in
// those 16 bytes to documents.

/** Bytes as a latin1 string. */
export type StoreKey = string;

/** A stored document: its text, its size by Convex's formula, and its row number, which never changes. */
export interface StoredDocument {
  readonly row: number;
  readonly size: number;
  readonly text: string;
}

export interface StoredEntry {
  readonly key: StoreKey;
  readonly document: StoredDocument;
}

/** Entries with `start <= key < end` of one index. */
export interface ScanRequest {
  /** True when the index is a table's identity index. */
  readonly identity: boolean;
  readonly start: StoreKey;
  readonly end: StoreKey;
  readonly order: "asc" | "desc";
  readonly limit: number;
}

/** A text search in one search index: rows that have the filters and any, or all, of the tokens. */
export interface SearchRequest {
  readonly index: number;
  readonly tokens: readonly { readonly text: string; readonly prefix: boolean }[];
  readonly match: "any" | "all";
  /** Filter tokens as in {@link SearchWrite}. */
  readonly filters: readonly string[];
  readonly limit: number;
}

export interface VectorRow {
  readonly key: StoreKey;
  readonly filters: string;
  /** Little-endian 32-bit floats, of length 1 as a vector. */
  readonly vector: Float32Array;
}

/** The durable state of one moment, however long it is read. It keeps the WAL from shrinking: close it. */
export interface Snapshot {
  readonly reader: Reader;
  readonly timestamp: bigint;
  close(): void;
}

/** One view of the data. */
export interface Reader {
  get(key: StoreKey): StoredDocument | null;
  scan(request: ScanRequest): StoredEntry[];
  /** Documents with `start <= identity key < end`. */
  count(start: StoreKey, end: StoreKey): number;
}

export interface DocumentWrite {
  readonly key: StoreKey;
  readonly row: number;
  /** Null deletes. */
  readonly document: { readonly text: string; readonly size: number } | null;
}

export interface SearchWrite {
  readonly index: number;
  readonly row: number;
  /** Lower-cased words separated by spaces, and filter tokens (ASCII letters and digits); null removes the row. */
  readonly content: { readonly words: string; readonly filters: string } | null;
}

export interface VectorWrite {
  readonly index: number;
  readonly row: number;
  readonly content: { readonly vector: Float32Array; readonly filters: string } | null;
}

/** What is to change in the structure, before the rest of the batch. */
export type StructureWrite =
  | { readonly kind: "createSearch"; readonly index: number }
  | { readonly kind: "createVector"; readonly index: number }
  | { readonly kind: "dropEntries"; readonly index: number }
  | { readonly kind: "dropSearch"; readonly index: number }
  | { readonly kind: "dropVector"; readonly index: number };

/** Written whole or not at all. */
export interface Batch {
  /** Nanoseconds; greater than every earlier batch's. */
  readonly timestamp: bigint;
  readonly documents: readonly DocumentWrite[];
  /** Index entries to add and to remove; identity keys are not among them. */
  readonly puts: readonly { readonly key: StoreKey; readonly row: number }[];
  readonly deletes: readonly StoreKey[];
  readonly search: readonly SearchWrite[];
  readonly vectors: readonly VectorWrite[];
  readonly structure: readonly StructureWrite[];
  /** Small named texts, null removes. */
  readonly meta: readonly { readonly name: string; readonly text: string | null }[];
  /**
   * For reads of what is not durable yet: every key under which a changed document was or is, identity keys included,
   * with the document, or null where it is no longer.
   */
  readonly overlay: readonly { readonly key: StoreKey; readonly document: StoredDocument | null }[];
}

/** Figures about the store, for metrics. */
export interface StoreStatistics {
  readonly batches: number;
  readonly groups: number;
  readonly pendingBatches: number;
  /** Time the writer spent in transactions, last flush included, in ms. */
  readonly writeMs: number;
  readonly checkpoints: number;
}

export interface Store {
  /** The last durable batch and nothing of later ones. Moves on between macrotasks only. */
  readonly durable: Reader;
  /** Every written batch, durable or not. */
  readonly newest: Reader;
  /** Timestamp of the durable state; 0 when nothing was ever written. */
  readonly durableTimestamp: bigint;
  readonly newestTimestamp: bigint;
  /** A row number that was never given out. */
  nextRow(): number;
  /** Texts by name, as of the newest state. */
  meta(): ReadonlyMap<string, string>;
  /**
   * Writes a batch. {@link newest} has it when this returns; the promise resolves when it is durable and
   * {@link durable} has it. If the disk refuses it, it and every later pending batch is dropped and rejected.
   *
   * @throws (rejects) StoreError
   */
  write(batch: Batch): Promise<void>;
  /** Documents with identity keys in the range that were written but are not durable; null for deleted ones. */
  pending(
    start: StoreKey,
    end: StoreKey,
  ): Iterable<readonly [StoreKey, { readonly document: StoredDocument | null }]>;
  /** Called with an error after batches were dropped, before their promises reject. */
  onDropped(listener: (error: Error) => void): void;
  /** Rows that match, greatest first, which is newest first; durable state, not ranked. */
  search(request: SearchRequest): number[];
  /** A document by its row, durable state. */
  documentAt(row: number): StoredEntry | null;
  /** Every row of a vector index, durable state. */
  vectors(index: number): Iterable<VectorRow>;
  /** Holds on to the durable state. In memory there is only one connection, and it goes on with the rest. */
  openSnapshot(): Snapshot;
  /** Writes a consistent copy. @throws (rejects) StoreError */
  backup(file: string): Promise<void>;
  statistics(): StoreStatistics;
  /** Waits for pending batches, then closes. */
  close(): Promise<void>;
}

/** Why the store refused; programs test `kind`. */
export type StoreErrorKind = "locked" | "format" | "full" | "failed" | "closed";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
