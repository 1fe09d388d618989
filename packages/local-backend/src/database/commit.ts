// From a transaction's writes to the batch that the store writes and the commit that listeners hear of.

import type {
  Batch,
  DocumentWrite,
  SearchWrite,
  StoredDocument,
  VectorWrite,
} from "../store/store.ts";
import { canonicaliseDocument } from "../values/canonical.ts";
import { resolveFields } from "../values/commit-timestamp.ts";
import type { Key } from "../values/index-key.ts";
import type { JsonObject } from "../values/json.ts";
import { tableExistenceKey, type Catalog, type Index, type Table } from "./catalog.ts";
import {
  entryKeys,
  filterTokens,
  searchContent,
  vectorContent,
  type SearchContent,
} from "./index-entries.ts";
import type { Commit, DocumentChange, SearchChange } from "./read-set.ts";
import type { WriteBuffer, WrittenDocument } from "./write-buffer.ts";

/** A batch without documents. */
export function emptyBatch(timestamp: bigint): Batch {
  return {
    timestamp,
    documents: [],
    puts: [],
    deletes: [],
    search: [],
    vectors: [],
    structure: [],
    meta: [],
    overlay: [],
  };
}

/** Puts together what commits at `timestamp`, or null if in the end nothing changed. */
export function buildCommit(
  buffer: WriteBuffer,
  catalog: Catalog,
  timestamp: bigint,
): { batch: Batch; commit: Commit } | null {
  const writes: DocumentWrite[] = [];
  const puts: { key: Key; row: number }[] = [];
  const deletes: Key[] = [];
  const search: SearchWrite[] = [];
  const vectors: VectorWrite[] = [];
  const overlay: { key: Key; document: StoredDocument | null }[] = [];
  const keys: Key[] = [];
  const changes: DocumentChange[] = [];

  for (const written of buffer.documents()) {
    const final = finalState(written, catalog, timestamp);
    if (final === null) continue;
    const { table, after, documentAfter, keysBefore, keysAfter } = final;
    const row = after?.row ?? written.before?.row;
    if (row === undefined) continue;
    writes.push({
      key: written.identityKey,
      row,
      document: after === null ? null : { text: after.text, size: after.size },
    });
    const had = new Set(keysBefore);
    const has = new Set(keysAfter);
    for (const key of keysBefore) {
      if (!has.has(key)) {
        deletes.push(key);
        overlay.push({ key, document: null });
      }
    }
    for (const key of keysAfter) {
      if (!had.has(key)) puts.push({ key, row });
      overlay.push({ key, document: after });
    }
    overlay.push({ key: written.identityKey, document: after });
    keys.push(written.identityKey, ...keysBefore, ...keysAfter.filter((key) => !had.has(key)));
    const documents = { before: written.documentBefore, after: documentAfter };
    writeSearch(table, documents, row, search, vectors);
    changes.push({
      component: table.component,
      table: table.name,
      id: written.id,
      before: written.before?.text ?? null,
      after: after?.text ?? null,
      searchEntries: once(() => searchEntries(table, documents)),
    });
  }

  const tables = [...buffer.newTables.values()];
  if (writes.length === 0 && tables.length === 0) return null;
  for (const table of tables) keys.push(tableExistenceKey(table.component, table.name));
  const batch: Batch = {
    ...emptyBatch(timestamp),
    documents: writes,
    puts,
    deletes,
    search,
    vectors,
    overlay,
    meta: tables.flatMap((table) => catalog.tableMeta(table)),
  };
  return { batch, commit: { timestamp, keys, changes } };
}

interface FinalState {
  table: Table;
  after: StoredDocument | null;
  documentAfter: JsonObject | null;
  keysBefore: readonly Key[];
  keysAfter: readonly Key[];
}

/** A document as it will be stored; null if it is as it was. */
function finalState(
  written: WrittenDocument,
  catalog: Catalog,
  timestamp: bigint,
): FinalState | null {
  let { table, after, documentAfter, keysBefore, keysAfter } = written;
  const { before, documentBefore, internalId } = written;
  if (after !== null && documentAfter !== null && written.hasCommitTimestamp) {
    documentAfter = resolveFields(documentAfter, timestamp);
    const { text, size } = canonicaliseDocument(documentAfter);
    after = { row: after.row, text, size };
    keysAfter = entryKeys(table, documentAfter, internalId);
  }
  if (before?.text === after?.text) return null;
  // Deleted and made again: it keeps its row.
  if (before !== null && after !== null && before.row !== after.row) {
    after = { ...after, row: before.row };
  }
  const current = catalog.tableByNumber(table.component, table.number);
  if (current !== undefined && current !== table) {
    // A schema push changed the table's indexes while the transaction was open.
    table = current;
    keysBefore = documentBefore === null ? [] : entryKeys(table, documentBefore, internalId);
    keysAfter = documentAfter === null ? [] : entryKeys(table, documentAfter, internalId);
  }
  return { table, after, documentAfter, keysBefore, keysAfter };
}

interface BeforeAndAfter {
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

function writeSearch(
  table: Table,
  documents: BeforeAndAfter,
  row: number,
  search: SearchWrite[],
  vectors: VectorWrite[],
): void {
  for (const index of table.indexes.values()) {
    if (index.content.kind !== "search" && index.content.kind !== "vector") continue;
    const old = documents.before === null ? null : searchText(index, documents.before);
    const now = documents.after === null ? null : searchText(index, documents.after);
    if (old === now) continue;
    if (index.content.kind === "search") {
      search.push(searchWrite(index, row, documents.after));
    } else {
      vectors.push(vectorWrite(index, row, documents.after));
    }
  }
}

/** Something that is equal exactly when the index holds the same for two documents. */
function searchText(index: Index, document: JsonObject): string | null {
  if (index.content.kind === "search") {
    const content = searchContent(index, document);
    return content === null ? null : JSON.stringify([content.words, content.filters]);
  }
  const content = vectorContent(index, document);
  return content === null ? null : JSON.stringify([[...content.vector], content.filters]);
}

/** What a search index has to hold of a document; null removes it. */
export function searchWrite(index: Index, row: number, document: JsonObject | null): SearchWrite {
  const content: SearchContent | null = document === null ? null : searchContent(index, document);
  return {
    index: index.number,
    row,
    content:
      content === null
        ? null
        : { words: content.words.join(" "), filters: filterTokens(content.filters) },
  };
}

/** What a vector index has to hold of a document; null removes it. */
export function vectorWrite(index: Index, row: number, document: JsonObject | null): VectorWrite {
  return {
    index: index.number,
    row,
    content: document === null ? null : vectorContent(index, document),
  };
}

function searchEntries(table: Table, { before, after }: BeforeAndAfter): SearchChange[] {
  const entries: SearchChange[] = [];
  for (const index of table.indexes.values()) {
    for (const document of [before, after]) {
      const content = document === null ? null : searchContent(index, document);
      if (content === null) continue;
      const { words, filters } = content;
      entries.push({ index: index.number, tokens: new Set(words), filters });
    }
  }
  return entries;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
