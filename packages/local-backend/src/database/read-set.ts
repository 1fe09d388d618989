// What a transaction read, as exact key intervals: the input of subscriptions and of conflict checks. Types only.

import type { Key } from "../values/index-key.ts";

/** Keys `k` with `start <= k < end`. Every index has its own prefix, so intervals of all indexes share one key space. */
export interface KeyInterval {
  readonly start: Key;
  readonly end: Key;
}

/** A text search that was run: a later document matters if it has one of the tokens and fits the filters. */
export interface SearchRead {
  /** Number of the search index. */
  readonly index: number;
  /** Lower-cased tokens; `prefix` for the last one. */
  readonly tokens: readonly { readonly text: string; readonly prefix: boolean }[];
  /** Per filter: position in the index's filter fields, and encoded value. */
  readonly filters: readonly { readonly field: number; readonly value: Key }[];
}

/** Opaque to everyone but `database/` and `subscriptions/`: pass it on whole. */
export interface ReadSet {
  /** Sorted, merged. */
  readonly intervals: readonly KeyInterval[];
  /** Single keys (`db.get`), also those that held nothing. */
  readonly points: readonly Key[];
  readonly searches: readonly SearchRead[];
}

/** The read set of something that read nothing. */
export const emptyReadSet: ReadSet = { intervals: [], points: [], searches: [] };

/** One document changed by a commit. */
export interface DocumentChange {
  /** Path of the component that owns the table, `""` for the app. */
  readonly component: string;
  readonly table: string;
  readonly id: string;
  /** Encoded document before and after; null when it did not or does not exist. */
  readonly before: string | null;
  readonly after: string | null;
  /** Search indexes of the table with the document's tokens and filter values, worked out when asked for. */
  readonly searchEntries: () => readonly SearchChange[];
}

/** What a changed document means to one search index, before and after the change. */
export interface SearchChange {
  readonly index: number;
  readonly tokens: ReadonlySet<string>;
  /** Encoded values of the filter fields, in the index's order. */
  readonly filters: readonly Key[];
}

/** A durable commit, as listeners see it. */
export interface Commit {
  /** Nanoseconds since 1970; strictly increasing. */
  readonly timestamp: bigint;
  /** Every index key that a changed document had or has, each index's prefix included. */
  readonly keys: readonly Key[];
  readonly changes: readonly DocumentChange[];
}
