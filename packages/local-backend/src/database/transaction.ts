// What a running function can do with the database: the interface of a transaction. Types only.

import type { Json, JsonObject, JsonText } from "../values/json.ts";
import type { ReadSet } from "./read-set.ts";

/** `""` is the app; a component's instance is its names joined by `/`. Each is a table namespace of its own. */
export type ComponentPath = string;

/** A point to which a transaction's writes can be rolled back. */
export interface Savepoint {
  readonly position: number;
}

/** How an operation was called, for Convex's error texts and for the check of `db.get("table", id)`. */
export interface DocumentOptions {
  /** Name of the API in error texts; defaults to the operation's own, such as `db.patch`. */
  api?: string;
  /** The table named by the caller, if it named one. */
  table?: string;
  /** Called through `db.system`: only then may system tables be read. */
  isSystem?: boolean;
}

/** Arguments of `1.0/queryPage`. */
export interface QueryPageRequest {
  query: Json;
  cursor: string | null;
  endCursor?: string | null;
  pageSize: number;
  maximumRowsRead?: number | null;
  maximumBytesRead?: number | null;
}

/** Result of `1.0/queryPage`; documents as text, so that they need no parsing on the way. */
export interface QueryPage {
  page: JsonText[];
  isDone: boolean;
  continueCursor: string;
  splitCursor: string | null;
  pageStatus: "SplitRecommended" | "SplitRequired" | null;
}

/** Names of what a transaction may use up, as `1.0/getTransactionMetrics` reports them. */
export type UsageName =
  | "bytesRead"
  | "bytesWritten"
  | "databaseQueries"
  | "documentsRead"
  | "documentsWritten"
  | "functionsScheduled"
  | "scheduledFunctionArgsBytes"
  | "filesWritten"
  | "fileWriteBytes"
  | "filesRead"
  | "fileReadBytes";

/** One read operation of a transaction, for observers. */
export interface ReadRecord {
  component: ComponentPath;
  table: string;
  /** `by_id` for `db.get`. */
  index: string;
  kind: "get" | "range" | "page" | "search" | "vector";
  /** The query's range or filters as it was asked for; null for a get or a full scan. */
  range: Json;
  order: "asc" | "desc";
  /** Documents read, those a filter dropped included, and their size in bytes. */
  documents: number;
  bytes: number;
  /** Documents handed to the function. */
  returned: number;
  /** The value of {@link Transaction.callSite} when the read began. */
  callSite: string | null;
}

/** Order and bounds of a read of a system table through {@link SystemAccess}. */
export interface SystemQueryOptions {
  /** On the index field after the `eq` ones. */
  range?: { gt?: Json; gte?: Json; lt?: Json; lte?: Json };
  order?: "asc" | "desc";
  limit?: number;
}

/**
 * Privileged access to system tables (their list and indexes: `system-tables.ts`). Not counted against limits and not
 * validated; part of the transaction like everything else. Documents carry `_id` and `_creationTime`.
 */
export interface SystemAccess {
  get(component: ComponentPath, table: string, id: string): JsonObject | null;
  /** With `_id` and `_creationTime` in `value` these are kept, as an import needs; also for user tables. */
  insert(component: ComponentPath, table: string, value: JsonObject): string;
  /** Shallow merge; `{"$undefined": null}` as a value removes the field. @throws if there is no such document */
  patch(component: ComponentPath, table: string, id: string, value: JsonObject): void;
  replace(component: ComponentPath, table: string, id: string, value: JsonObject): void;
  /** @throws if there is no such document */
  remove(component: ComponentPath, table: string, id: string): void;
  /** Documents whose first index fields equal `equal`, in index order; all of them unless `limit` says else. */
  query(
    component: ComponentPath,
    table: string,
    index: string,
    equal: Json[],
    options?: SystemQueryOptions,
  ): JsonObject[];
}

/**
 * One transaction: reads at one state, buffered writes, and what was read. All operations are synchronous. Errors a
 * function may see are `UserError`s with Convex's texts; anything else is internal.
 *
 * A mutation reads the newest committed state (also what is not durable yet) under its own writes; a query reads the
 * durable snapshot and should end in the macrotask that began it.
 */
export interface Transaction {
  readonly kind: "query" | "mutation";
  /** Nanoseconds; the commit that the reads see. */
  readonly snapshotTimestamp: bigint;
  /** Set by the caller around an operation so that observers can tell reads apart. */
  callSite: string | null;

  get(component: ComponentPath, id: string, options?: DocumentOptions): JsonText | null;
  /** @returns the new document's id */
  insert(component: ComponentPath, table: string, value: Json): string;
  /** Shallow merge; `{"$undefined": null}` removes a field. @returns the resulting document */
  patch(component: ComponentPath, id: string, value: Json, options?: DocumentOptions): JsonText;
  replace(component: ComponentPath, id: string, value: Json, options?: DocumentOptions): JsonText;
  /** @returns the removed document */
  remove(component: ComponentPath, id: string, options?: DocumentOptions): JsonText;

  /** `query` is `{source, operators}` as the client package sends it. Index errors are thrown here. */
  openQuery(component: ComponentPath, query: Json): number;
  /** The next document, or null at the end. */
  nextRow(queryId: number): JsonText | null;
  /** @returns whether the query was open */
  closeQuery(queryId: number): boolean;
  queryPage(component: ComponentPath, request: QueryPageRequest): QueryPage;
  /** `query` is the `query` argument of `1.0/actions/vectorSearch`; best first. Not part of the read set. */
  vectorSearch(component: ComponentPath, query: Json): { _id: string; _score: number }[];
  count(component: ComponentPath, table: string): number;
  normalizeId(component: ComponentPath, table: string, id: string): string | null;
  /** For validators: the name of the table that a number in an id stands for. */
  tableName(component: ComponentPath, tableNumber: number): string | null;

  savepoint(): Savepoint;
  /** Undoes the writes made since; what was read stays read. */
  rollbackTo(savepoint: Savepoint): void;
  /** Runs something that sees the state at the start, without own writes, and adds nothing to the read set. */
  readonlySnapshot<T>(run: () => T): T;
  /** Runs a nested function call, which has its own allowance of one paginated query. */
  nested<T>(run: () => T): T;
  /**
   * Runs a nested call under a budget: each named amount may be used on top of what is used now, never past the
   * transaction's own limits.
   */
  withLimits<T>(limits: Partial<Record<UsageName, number>>, run: () => T): T;

  readonly readSet: ReadSet;
  /** Pins the end of the page that was read; null if nothing was paginated. Hand it to `begin` of the next run. */
  readonly nextJournal: string | null;
  readonly hasWrites: boolean;
  /** Counts use that the transaction cannot see itself. @throws UserError at the limit */
  countUsage(name: UsageName, amount: number): void;
  usage(): Record<UsageName, { used: number; remaining: number }>;
  reads(): readonly ReadRecord[];
  /** Texts, without `[WARN]`, for every limit that is more than 75 % used. */
  warnings(): string[];
  readonly system: SystemAccess;
}
