// What the rooms above see of the database. Types only; `open-database.ts` makes one.

import type { StoreStatistics } from "../store/store.ts";
import type { JsonObject } from "../values/json.ts";
import type { Commit } from "./read-set.ts";
import type { ComponentPath, Transaction } from "./transaction.ts";

export interface BeginOptions {
  kind: "query" | "mutation";
  /** The journal of an earlier run of the same query, so that its page keeps its end. */
  journal?: string | null;
  /** Without limits, and with pages as many as wanted, in components too: for the server's own work, not for functions. */
  unlimited?: boolean;
  /**
   * For a query that goes on over many turns of the event loop, such as an export: it keeps the state of its beginning.
   * Searches see the present all the same. It costs a connection, and disk space for as long as it is open.
   */
  pinned?: boolean;
}

/** What a schema push did. Index names are `table.index`. */
export interface SchemaChange {
  createdTables: string[];
  addedIndexes: string[];
  removedIndexes: string[];
  /** Staged indexes still being filled when the push returned. */
  backfilling: string[];
}

export interface TableEntry {
  name: string;
  number: number;
}

/**
 * Tables, documents and indexes on one store. Mutations are meant to run one after another; overlapping ones are
 * checked at commit and refused with `ConflictError`.
 */
export interface Database {
  /** Timestamp of the last durable commit, ns. Never goes back, also over restarts. */
  latestTimestamp(): bigint;
  begin(options: BeginOptions): Transaction;
  /**
   * Commits. Its writes are visible to later mutations before this returns; the promise resolves when they are durable,
   * queries see them and commit listeners have run. A transaction without writes resolves with its snapshot timestamp.
   *
   * @throws (rejects) ConflictError, StoreError
   */
  commit(transaction: Transaction): Promise<{ timestamp: bigint }>;
  /** Like {@link commit}, and tells the timestamp at once, for what has to hold it before it is durable. */
  commitNow(transaction: Transaction): { timestamp: bigint; durable: Promise<void> };
  /** Ends a transaction without effect. Every transaction ends in `commit` or `abort`. */
  abort(transaction: Transaction): void;
  /** Called for each durable commit, in order; when it is called, queries already see the commit. */
  onCommit(listener: (commit: Commit) => void): () => void;
  /**
   * Replaces a component's schema. Checks the schema and the stored documents, builds and drops indexes; staged ones are
   * filled in the background. `null` means no schema file. Until it resolves the old schema is in force, and if it
   * rejects it stays.
   *
   * @throws (rejects) SchemaError with Convex's texts
   */
  applySchema(component: ComponentPath, schema: JsonObject | null): Promise<SchemaChange>;
  /** Tables that user code can name, system tables that it can read included. */
  tables(component: ComponentPath): TableEntry[];
  /** The schema in force, as {@link applySchema} got it. */
  schema(component: ComponentPath): JsonObject | null;
  /** Components that have tables. */
  components(): ComponentPath[];
  /** Resolves when background index builds are done. */
  indexesReady(): Promise<void>;
  /** Writes a consistent copy of the data file while serving. @throws (rejects) StoreError */
  backup(file: string): Promise<void>;
  /** Figures about writing, for metrics. */
  storeStatistics(): StoreStatistics;
  close(): Promise<void>;
}
