// Runs a text search under a transaction: matches in rank order, changes that are not in the index yet among them.
//
// The index gives matches newest first. Up to `maximumCandidates` of them are considered, and if there are more, those that
// have all words come first; the first `maximumRanked` of these are ranked by BM25, the others follow newest first. So
// the cost of a search does not grow with how common its words are.

import { UserError } from "../values/errors.ts";
import { encodeIndexKey, keySuccessor, type Key } from "../values/index-key.ts";
import type { StoredDocument, StoredEntry } from "../store/store.ts";
import type { Index, Table } from "./catalog.ts";
import { filterToken, internalIdLength, searchContent } from "./index-entries.ts";
import type { SearchRead } from "./read-set.ts";
import { matchesSearch } from "./read-set-matching.ts";
import type { TransactionState } from "./transaction-state.ts";
import { parseDocument } from "./write-buffer.ts";

/** A match with its place in the order of results. */
export interface RankedRow {
  /** Sorts by score descending, then newest first, then internal id. */
  readonly key: Key;
  readonly document: StoredDocument;
}

/** Pulling one more candidate than this is refused. */
const maximumCandidates = 1024;
const maximumRanked = 128;

// The usual constants of BM25, and what a word counts for that only begins with what was asked.
const saturation = 1.2;
const lengthWeight = 0.75;
const prefixWeight = 0.5;

interface Candidate extends StoredEntry {
  readonly words: readonly string[];
}

/** One search, read row by row. */
export class SearchRun {
  readonly #state: TransactionState;
  readonly #index: Index;
  readonly #search: SearchRead;
  readonly #changed: ReadonlyMap<Key, StoredDocument | null>;
  readonly #ranked: RankedRow[];
  /** Rows that are not ranked, newest first. */
  readonly #others: number[];
  #next = 0;
  #given = 0;

  constructor(state: TransactionState, table: Table, index: Index, search: SearchRead) {
    this.#state = state;
    this.#index = index;
    this.#search = search;
    this.#changed = state.kind === "mutation" ? changedDocuments(state, table) : new Map();
    const rows = search.tokens.length === 0 ? [] : this.#candidateRows();
    this.#others = rows.slice(maximumRanked).sort((left, right) => right - left);
    const indexed = rows
      .slice(0, maximumRanked)
      .map((row) => this.#candidate(this.#indexed(row)))
      .filter((candidate) => candidate !== null);
    this.#ranked = rank(search, [...indexed, ...this.#matchingChanges()]);
  }

  /** @throws UserError past the last candidate that a search gives */
  next(): RankedRow | null {
    const row = this.#ranked[this.#next];
    if (row !== undefined) {
      this.#next++;
      return this.#give(row);
    }
    for (;;) {
      const other = this.#others[this.#next - this.#ranked.length];
      if (other === undefined) {
        if (this.#given >= maximumCandidates) throw tooManyCandidates();
        return null;
      }
      this.#next++;
      const entry = this.#indexed(other);
      if (entry !== null) {
        return this.#give({ key: orderKey(0, entry), document: entry.document });
      }
    }
  }

  #give(row: RankedRow): RankedRow {
    if (this.#given >= maximumCandidates) throw tooManyCandidates();
    this.#given++;
    return row;
  }

  /** At most {@link maximumCandidates} rows, those worth ranking first. */
  #candidateRows(): number[] {
    const { tokens } = this.#search;
    const request = {
      index: this.#index.number,
      filters: this.#search.filters.map(({ field, value }) => filterToken(field, value)),
      limit: maximumCandidates,
    };
    const { store } = this.#state;
    const some = store.search({ ...request, tokens, match: "any" });
    if (some.length < maximumCandidates) return some;
    const whole = tokens.map(({ text }) => ({ text, prefix: false }));
    const having = (words: SearchRead["tokens"]) =>
      store.search({ ...request, tokens: words, match: "all", limit: maximumRanked });
    const exact = having(whole);
    // Of one word, `some` are those that have it.
    const all = tokens.length === 1 || exact.length >= maximumRanked ? [] : having(tokens);
    const best = new Set([...exact, ...all, ...some]);
    return [...best].slice(0, maximumCandidates);
  }

  /** What the index has in a row, unless it has changed since. */
  #indexed(row: number): StoredEntry | null {
    const entry = this.#state.store.documentAt(row);
    return entry === null || this.#changed.has(entry.key) ? null : entry;
  }

  #candidate(entry: StoredEntry | null): Candidate | null {
    if (entry === null) return null;
    const content = searchContent(this.#index, parseDocument(entry.document));
    return content === null ? null : { ...entry, words: content.words };
  }

  #matchingChanges(): Candidate[] {
    const matching: Candidate[] = [];
    for (const [key, document] of this.#changed) {
      const content =
        document === null ? null : searchContent(this.#index, parseDocument(document));
      if (document === null || content === null) continue;
      const { words, filters } = content;
      const entry = { index: this.#index.number, tokens: new Set(words), filters };
      if (matchesSearch(this.#search, entry)) matching.push({ key, document, words });
    }
    return matching;
  }
}

/** Documents of the table that are not in the index yet as they are now; null for deleted ones. */
function changedDocuments(state: TransactionState, table: Table): Map<Key, StoredDocument | null> {
  const { prefix } = table.identity;
  const end = keySuccessor(prefix);
  const changed = new Map<Key, StoredDocument | null>();
  for (const [key, { document }] of state.store.pending(prefix, end)) changed.set(key, document);
  if (!state.isSnapshot) {
    for (const [key, { document }] of state.buffer.layer.range(prefix, end)) {
      changed.set(key, document);
    }
  }
  return changed;
}

/** Orders by BM25, how rare a word is being judged among the candidates. */
function rank(search: SearchRead, candidates: readonly Candidate[]): RankedRow[] {
  let totalLength = 0;
  for (const { words } of candidates) totalLength += words.length;
  const averageLength = totalLength / Math.max(1, candidates.length);
  const frequencies = candidates.map(({ words }) =>
    search.tokens.map(({ text, prefix }) => frequency(words, text, prefix)),
  );
  const weights = search.tokens.map((_token, position) => {
    const having = frequencies.filter((counts) => (counts[position] ?? 0) > 0).length;
    return Math.log(1 + (candidates.length - having + 0.5) / (having + 0.5));
  });
  return candidates
    .map((candidate, at) => {
      const damping =
        saturation *
        (1 - lengthWeight + (lengthWeight * candidate.words.length) / (averageLength || 1));
      let score = 0;
      for (const [position, count] of (frequencies[at] ?? []).entries()) {
        score += ((weights[position] ?? 0) * count * (saturation + 1)) / (count + damping);
      }
      return { key: orderKey(score, candidate), document: candidate.document };
    })
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** How often a word occurs; a word that only begins with it counts for less. */
function frequency(words: readonly string[], text: string, prefix: boolean): number {
  let count = 0;
  for (const word of words) {
    if (word === text) count += 1;
    else if (prefix && word.startsWith(text)) count += prefixWeight;
  }
  return count;
}

/** Rows are numbered as documents are made, so a greater row is a newer document. */
function orderKey(score: number, { key, document }: StoredEntry): Key {
  return encodeIndexKey([-score, -document.row]) + key.slice(-internalIdLength);
}

function tooManyCandidates(): UserError {
  return new UserError(
    `Search query scanned too many documents (fetched ${maximumCandidates}). Consider using a smaller limit, paginating the query, or using a filter field to narrow the search.`,
    { code: "SearchQueryScannedTooManyDocumentsError" },
  );
}
