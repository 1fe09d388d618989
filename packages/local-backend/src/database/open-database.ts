// Opens the database on a store: begins and commits transactions, tells listeners, keeps catalog and schemas in step.

import { randomBytes } from "node:crypto";
import type { JsonObject } from "../values/json.ts";
import { openStore, type StoreOptions } from "../store/open-store.ts";
import type { Store, StoreStatistics } from "../store/store.ts";
import { Catalog, tableExistenceKey, type Table } from "./catalog.ts";
import { buildCommit, emptyBatch } from "./commit.ts";
import type { BeginOptions, Database, SchemaChange, TableEntry } from "./database.ts";
import { DatabaseTransaction } from "./database-transaction.ts";
import { ConflictError } from "./errors.ts";
import { fillIndexes } from "./index-build.ts";
import type { Commit } from "./read-set.ts";
import { isTouched } from "./read-set-matching.ts";
import { changeSchema, dropUnfinished, fillStaged } from "./schema-change.ts";
import { SchemaEnforcer } from "./schema-enforcer.ts";
import { systemTables } from "./system-tables.ts";
import { TransactionState, type Environment } from "./transaction-state.ts";
import type { ComponentPath, Transaction } from "./transaction.ts";
import { parseJson, isJsonObject } from "../values/json.ts";

export type DatabaseOptions = StoreOptions & {
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly clock?: { now(): number };
  /** Source of ids; the system's unless given. */
  readonly randomBytes?: (count: number) => Uint8Array;
};

/**
 * Opens or makes the data, in a file (its folder is locked) or in memory.
 *
 * @throws (rejects) StoreError `locked` or `format`
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const store = openStore(options);
  const database = new StoreDatabase(store, {
    now: () => (options.clock ?? Date).now(),
    randomBytes: options.randomBytes ?? pooledRandomBytes(),
    creationTimes: { last: 0 },
  });
  try {
    await database.bringUpToDate();
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** A listener that fails must not make a durable commit look like a failed one; its error ends up with the process. */
function tell(listener: (commit: Commit) => void, commit: Commit): void {
  try {
    listener(commit);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The system's random bytes, fetched many at a time. */
function pooledRandomBytes(): (count: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  return (count) => {
    if (pool.length < count) pool = randomBytes(Math.max(4_096, count));
    const bytes = pool.subarray(0, count);
    pool = pool.subarray(count);
    return bytes;
  };
}

class StoreDatabase implements Database {
  readonly #store: Store;
  readonly #environment: Environment;
  readonly #catalog = new Catalog();
  readonly #enforcer = new SchemaEnforcer();
  readonly #states = new WeakMap<Transaction, TransactionState>();
  /** Open mutations, each with the commits that were made since it began. */
  readonly #openMutations = new Map<TransactionState, Commit[]>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  /** Written but not yet told to listeners, in order. */
  #undelivered: Commit[] = [];
  #lastWrite: Promise<void> = Promise.resolve();
  #schemaChanges: Promise<unknown> = Promise.resolve();
  #backgroundWork: Promise<void> = Promise.resolve();
  #isClosing = false;

  constructor(store: Store, environment: Environment) {
    this.#store = store;
    this.#environment = environment;
    this.#loadCatalog();
    store.onDropped(() => {
      this.#deliver();
      this.#undelivered = [];
      this.#loadCatalog();
    });
  }

  /** Makes indexes of system tables that this version adds, and tidies up after an interrupted schema change. */
  async bringUpToDate(): Promise<void> {
    for (const component of this.#catalog.components()) {
      for (const table of this.#catalog.tables(component)) await this.#addSystemIndexes(table);
      await dropUnfinished(this.#schemaContext(), component);
      this.#fillInBackground(component);
    }
    await this.#advanceToNow();
  }

  latestTimestamp(): bigint {
    return this.#store.durableTimestamp;
  }

  begin(options: BeginOptions): Transaction {
    const state = new TransactionState({
      options,
      catalog: this.#catalog,
      store: this.#store,
      environment: this.#environment,
      enforcer: this.#enforcer,
    });
    if (state.kind === "mutation") this.#openMutations.set(state, []);
    const transaction = new DatabaseTransaction(state);
    this.#states.set(transaction, state);
    return transaction;
  }

  async commit(transaction: Transaction): Promise<{ timestamp: bigint }> {
    const { timestamp, durable } = this.commitNow(transaction);
    await durable;
    return { timestamp };
  }

  commitNow(transaction: Transaction): { timestamp: bigint; durable: Promise<void> } {
    const state = this.#stateOf(transaction);
    state.assertOpen();
    const missed = this.#end(state);
    if (state.buffer.isEmpty) return this.#finishReading(state);
    this.#checkConflicts(state, missed);
    const timestamp = this.#nextTimestamp();
    const built = buildCommit(state.buffer, this.#catalog, timestamp);
    if (built === null) return this.#finishReading(state);
    for (const table of state.buffer.newTables.values()) this.#catalog.put(table);
    if (this.#enforcer.hasTrials) this.#showToTrials(state);
    const durable = this.#announce(built.commit, this.#store.write(built.batch));
    return { timestamp, durable };
  }

  abort(transaction: Transaction): void {
    this.#end(this.#stateOf(transaction));
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  applySchema(component: ComponentPath, schema: JsonObject | null): Promise<SchemaChange> {
    const change = this.#schemaChanges.then(() =>
      changeSchema(this.#schemaContext(), component, schema),
    );
    this.#schemaChanges = change.then(
      () => {
        this.#fillInBackground(component);
      },
      () => undefined,
    );
    return change;
  }

  tables(component: ComponentPath): TableEntry[] {
    const visible = systemTables.filter(({ visibleFields }) => visibleFields !== null);
    const user = this.#catalog.tables(component).filter(({ system }) => system === null);
    return [...visible, ...user].map(({ name, number }) => ({ name, number }));
  }

  schema(component: ComponentPath): JsonObject | null {
    return this.#catalog.schema(component);
  }

  components(): ComponentPath[] {
    return this.#catalog.components();
  }

  async indexesReady(): Promise<void> {
    await this.#schemaChanges;
    await this.#backgroundWork;
  }

  backup(file: string): Promise<void> {
    return this.#store.backup(file);
  }

  storeStatistics(): StoreStatistics {
    return this.#store.statistics();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#schemaChanges;
    await this.#backgroundWork;
    await this.#store.close();
    this.#listeners.clear();
  }

  #stateOf(transaction: Transaction): TransactionState {
    const state = this.#states.get(transaction);
    if (state === undefined) throw new Error("This transaction is another database's");
    return state;
  }

  /** @returns the commits made since it began */
  #end(state: TransactionState): readonly Commit[] {
    state.end();
    const missed = this.#openMutations.get(state) ?? [];
    this.#openMutations.delete(state);
    return missed;
  }

  /** What was read is only certain once it is durable. */
  #finishReading(state: TransactionState): { timestamp: bigint; durable: Promise<void> } {
    const timestamp = state.snapshotTimestamp;
    const isDurable = this.#store.durableTimestamp >= timestamp;
    return { timestamp, durable: isDurable ? Promise.resolve() : this.#lastWrite };
  }

  #checkConflicts(state: TransactionState, missed: readonly Commit[]): void {
    if (missed.length === 0) return;
    const readSet = state.recorder.readSet();
    for (const commit of missed) {
      if (isTouched(readSet, commit)) {
        throw new ConflictError(commit.changes[0]?.table ?? "unknown");
      }
    }
    // Numbers of new tables must not be given out twice.
    for (const table of state.buffer.newTables.values()) {
      if (this.#catalog.tableByNumber(table.component, table.number) !== undefined) {
        throw new ConflictError(table.name);
      }
    }
  }

  #showToTrials(state: TransactionState): void {
    for (const { table, after } of state.buffer.documents()) {
      if (after === null) continue;
      const document = parseJson(after.text);
      if (!isJsonObject(document)) continue;
      this.#enforcer.tryOut(table.component, table.name, document, (number) =>
        this.#catalog.tableName(table.component, number),
      );
    }
  }

  /** Lets open mutations know at once, and listeners when the commit is durable. */
  #announce(commit: Commit, written: Promise<void>): Promise<void> {
    for (const missed of this.#openMutations.values()) missed.push(commit);
    this.#undelivered.push(commit);
    const durable = written.then(() => {
      this.#deliver();
    });
    this.#lastWrite = durable;
    // Whoever committed hears of a failure; here it only must not count as unhandled.
    durable.catch(() => undefined);
    return durable;
  }

  /**
   * Tells listeners of all that became durable together in one go, in order, so that none of them sees queries read a
   * commit that it was not told of.
   */
  #deliver(): void {
    for (;;) {
      const commit = this.#undelivered[0];
      if (commit === undefined || commit.timestamp > this.#store.durableTimestamp) return;
      this.#undelivered.shift();
      for (const listener of this.#listeners) tell(listener, commit);
    }
  }

  #nextTimestamp(): bigint {
    const clock = BigInt(Math.floor(this.#environment.now() * 1_000)) * 1_000n;
    const next = this.#store.newestTimestamp + 1n;
    return clock > next ? clock : next;
  }

  /** Clients may have seen timestamps that a restored backup does not hold; they would be sent away until the next write. */
  async #advanceToNow(): Promise<void> {
    const timestamp = this.#nextTimestamp();
    const written = this.#store.write(emptyBatch(timestamp));
    // A full disk can still be read from; the first real write reports it.
    await this.#announce({ timestamp, keys: [], changes: [] }, written).catch(() => undefined);
  }

  #loadCatalog(): void {
    this.#catalog.load(this.#store.meta());
    const schemas: [ComponentPath, JsonObject][] = [];
    for (const component of this.#catalog.schemaComponents()) {
      const schema = this.#catalog.schema(component);
      if (schema !== null) schemas.push([component, schema]);
    }
    this.#enforcer.load(schemas);
  }

  #schemaContext() {
    return {
      store: this.#store,
      catalog: this.#catalog,
      enforcer: this.#enforcer,
      nextTimestamp: () => this.#nextTimestamp(),
      announce: (commit: Commit, durable: Promise<void>) => this.#announce(commit, durable),
    };
  }

  #fillInBackground(component: ComponentPath): void {
    this.#backgroundWork = this.#backgroundWork
      .then(() => (this.#isClosing ? undefined : fillStaged(this.#schemaContext(), component)))
      // The indexes stay unready, and the next start or push tries again.
      .catch(() => undefined);
  }

  async #addSystemIndexes(table: Table): Promise<void> {
    const declared = Object.entries(table.system?.indexes ?? {});
    const missing = declared.filter(([name]) => !table.indexes.has(name));
    if (missing.length === 0) return;
    const made = missing.map(([name, fields]) =>
      this.#catalog.makeIndex(name, { kind: "database", fields }, false, true),
    );
    const indexes = new Map(table.indexes);
    for (const index of made) indexes.set(index.name, index);
    const full: Table = { ...table, indexes };
    this.#catalog.put(full);
    await fillIndexes(this.#store, full, made, () => this.#nextTimestamp());
    const timestamp = this.#nextTimestamp();
    await this.#announce(
      { timestamp, keys: [tableExistenceKey(table.component, table.name)], changes: [] },
      this.#store.write({ ...emptyBatch(timestamp), meta: this.#catalog.tableMeta(full) }),
    );
  }
}
