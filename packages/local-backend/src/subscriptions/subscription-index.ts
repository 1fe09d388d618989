// From a commit to whoever read something that it changed.

import { matchesSearch } from "../database/read-set-matching.ts";
import type { Commit, ReadSet, SearchChange, SearchRead } from "../database/read-set.ts";
import type { Key } from "../values/index-key.ts";
import { IntervalTree } from "./interval-tree.ts";

interface SearchSubscription<T> {
  readonly token: T;
  readonly search: SearchRead;
}

/** The searches of one search index, by the words that make a document matter to them. */
interface SearchWords<T> {
  readonly exact: Map<string, Set<SearchSubscription<T>>>;
  readonly prefix: Map<string, Set<SearchSubscription<T>>>;
}

/** Read sets under tokens of the caller's choice. Cost of a commit: its keys times the logarithm of the intervals, and what it touches. */
export class SubscriptionIndex<T extends object = object> {
  readonly #intervals = new IntervalTree<T>();
  readonly #points = new Map<Key, Set<T>>();
  readonly #searches = new Map<number, SearchWords<T>>();
  readonly #readSets = new Map<T, { readSet: ReadSet; searches: SearchSubscription<T>[] }>();

  /** How many tokens there are. */
  get size(): number {
    return this.#readSets.size;
  }

  /** Adds a token, or replaces its read set. */
  add(token: T, readSet: ReadSet): void {
    this.remove(token);
    for (const { start, end } of readSet.intervals) this.#intervals.add(start, end, token);
    for (const point of readSet.points) addTo(this.#points, point, token);
    const searches = readSet.searches.map((search) => ({ token, search }));
    for (const subscription of searches) {
      for (const { text, prefix } of subscription.search.tokens) {
        const words = this.#wordsOf(subscription.search.index);
        addTo(prefix ? words.prefix : words.exact, text, subscription);
      }
    }
    this.#readSets.set(token, { readSet, searches });
  }

  remove(token: T): void {
    const known = this.#readSets.get(token);
    if (known === undefined) return;
    this.#readSets.delete(token);
    for (const { start, end } of known.readSet.intervals) {
      this.#intervals.remove(start, end, token);
    }
    for (const point of known.readSet.points) removeFrom(this.#points, point, token);
    for (const subscription of known.searches) {
      const { index, tokens } = subscription.search;
      const words = this.#wordsOf(index);
      for (const { text, prefix } of tokens) {
        removeFrom(prefix ? words.prefix : words.exact, text, subscription);
      }
      if (words.exact.size === 0 && words.prefix.size === 0) this.#searches.delete(index);
    }
  }

  /** Tokens whose reads the commit may have changed. */
  touchedBy(commit: Commit): Set<T> {
    const touched = new Set<T>();
    const addAll = (owners: ReadonlySet<T>) => {
      for (const owner of owners) touched.add(owner);
    };
    for (const key of commit.keys) {
      const owners = this.#points.get(key);
      if (owners !== undefined) addAll(owners);
      this.#intervals.visitContaining(key, addAll);
    }
    if (this.#searches.size > 0) {
      for (const change of commit.changes) {
        for (const entry of change.searchEntries()) this.#addSearches(entry, touched);
      }
    }
    return touched;
  }

  #addSearches(entry: SearchChange, touched: Set<T>): void {
    const words = this.#searches.get(entry.index);
    if (words === undefined) return;
    const consider = (candidates: ReadonlySet<SearchSubscription<T>> | undefined) => {
      for (const { token, search } of candidates ?? []) {
        if (!touched.has(token) && matchesSearch(search, entry)) touched.add(token);
      }
    };
    for (const word of entry.tokens) {
      consider(words.exact.get(word));
      if (words.prefix.size === 0) continue;
      for (let length = 1; length <= word.length; length++) {
        consider(words.prefix.get(word.slice(0, length)));
      }
    }
  }

  #wordsOf(index: number): SearchWords<T> {
    let words = this.#searches.get(index);
    if (words === undefined) {
      words = { exact: new Map(), prefix: new Map() };
      this.#searches.set(index, words);
    }
    return words;
  }
}

function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

function removeFrom<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) return;
  values.delete(value);
  if (values.size === 0) map.delete(key);
}
