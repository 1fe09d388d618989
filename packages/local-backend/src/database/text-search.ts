// Runs a text search under a transaction: matches in rank order, unwritten changes among them.

import { UserError } from "../values/errors.ts";
import { encodeIndexKey, type Key } from "../values/index-key.ts";
import type { SearchMatch, StoredDocument } from "../store/store.ts";
import type { Index, Table } from "./catalog.ts";
import { filterToken, internalIdLength, searchContent } from "./index-entries.ts";
import type { SearchRead } from "./read-set.ts";
import { matchesSearch } from "./read-set-matching.ts";
import type { TransactionState } from "./transaction-state.ts";
import { parseDocument } from "./write-buffer.ts";
import { keySuccessor } from "../values/index-key.ts";

/** A match with its place in the order of results. */
export interface RankedRow {
  /** Sorts by score descending, creation time descending, internal id. */
  readonly key: Key;
  readonly document: StoredDocument;
}

/** Pulling one more candidate than this is refused. */
export const maximumCandidates = 1024;

/** The first candidates in rank order. */
export function searchRows(
  state: TransactionState,
  table: Table,
  index: Index,
  search: SearchRead,
): RankedRow[] {
  if (search.tokens.length === 0) return [];
  const request = {
    index: index.number,
    tokens: search.tokens,
    filters: search.filters.map(({ field, value }) => filterToken(field, value)),
    limit: maximumCandidates,
  };
  let matches = state.store.search(request);
  if (state.kind === "mutation") {
    const changed = changedDocuments(state, table);
    if (changed.size > 0) {
      matches = matches.filter(({ key }) => !changed.has(key));
      matches.push(...rankChanged(state, index, search, changed, request));
    }
  }
  return rank(matches).slice(0, maximumCandidates);
}

/** @throws UserError always: more candidates were wanted than a search gives */
export function tooManyCandidates(): UserError {
  return new UserError(
    `Search query scanned too many documents (fetched ${maximumCandidates}). Consider using a smaller limit, paginating the query, or using a filter field to narrow the search.`,
    { code: "SearchQueryScannedTooManyDocumentsError" },
  );
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

function rankChanged(
  state: TransactionState,
  index: Index,
  search: SearchRead,
  changed: ReadonlyMap<Key, StoredDocument | null>,
  request: Parameters<typeof state.store.searchStatistics>[0],
): SearchMatch[] {
  const matches: SearchMatch[] = [];
  let weights: number[] | null = null;
  for (const [key, document] of changed) {
    const content = document === null ? null : searchContent(index, parseDocument(document));
    if (document === null || content === null) continue;
    const { words, filters } = content;
    if (!matchesSearch(search, { index: index.number, tokens: new Set(words), filters })) continue;
    weights ??= tokenWeights(state, request);
    matches.push({ key, document, score: score(search, words, weights) });
  }
  return matches;
}

/** How much each token says, as BM25 has it: rare ones more. */
function tokenWeights(
  state: TransactionState,
  request: Parameters<typeof state.store.searchStatistics>[0],
): number[] {
  const { documents, matches } = state.store.searchStatistics(request);
  return matches.map((count) =>
    Math.max(1e-6, Math.log((Math.max(documents, count) - count + 0.5) / (count + 0.5))),
  );
}

/** BM25 with its usual constants, the document's length taken as average. */
function score(search: SearchRead, words: readonly string[], weights: readonly number[]): number {
  let sum = 0;
  for (const [position, { text, prefix }] of search.tokens.entries()) {
    const weight = weights[position] ?? 0;
    const exact = words.filter((word) => word === text).length;
    sum += weight * saturate(exact);
    if (prefix) sum += weight * saturate(words.filter((word) => word.startsWith(text)).length);
  }
  return sum;
}

function saturate(frequency: number): number {
  return (frequency * 2.2) / (frequency + 1.2);
}

function rank(matches: readonly SearchMatch[]): RankedRow[] {
  return matches
    .map(({ key, document, score: points }) => {
      const time = parseDocument(document)["_creationTime"];
      const newestFirst = typeof time === "number" ? -time : 0;
      return {
        key: encodeIndexKey([-points, newestFirst]) + key.slice(-internalIdLength),
        document,
      };
    })
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}
