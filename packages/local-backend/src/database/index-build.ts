// Fills new indexes from documents that were there before them, piece by piece while everything else goes on.

import type { SearchWrite, Store, StoredEntry, VectorWrite } from "../store/store.ts";
import { keyAfter, keySuccessor, type Key } from "../values/index-key.ts";
import type { JsonObject } from "../values/json.ts";
import type { Index, Table } from "./catalog.ts";
import { emptyBatch, searchWrite, vectorWrite } from "./commit.ts";
import { entryKey, internalIdLength } from "./index-entries.ts";
import { parseDocument } from "./write-buffer.ts";

const pieceSize = 256;

// Taken now, so that a test's fake timers cannot hold it up.
const nextTurn = setImmediate;

/** A document of a table as a scan meets it. */
export interface ScannedDocument {
  readonly key: Key;
  readonly row: number;
  readonly document: JsonObject;
}

/**
 * Shows every document of a table, newest state, in pieces; others may run between two pieces, and what they insert
 * meanwhile may or may not be shown.
 */
export async function scanTable(
  store: Store,
  table: Table,
  show: (piece: readonly ScannedDocument[]) => void | Promise<void>,
): Promise<void> {
  let start = table.identity.prefix;
  const end = keySuccessor(start);
  for (;;) {
    const piece = store.newest.scan({ identity: true, start, end, order: "asc", limit: pieceSize });
    const last: StoredEntry | undefined = piece.at(-1);
    if (last === undefined) return;
    await show(
      piece.map(({ key, document }) => ({
        key,
        row: document.row,
        document: parseDocument(document),
      })),
    );
    if (piece.length < pieceSize) return;
    start = keyAfter(last.key);
    await new Promise((resolve) => nextTurn(resolve));
  }
}

/**
 * Adds all documents of a table to indexes that written documents are already added to. Durable when it resolves.
 *
 * @param nextTimestamp - gives each piece's timestamp
 */
export async function fillIndexes(
  store: Store,
  table: Table,
  indexes: readonly Index[],
  nextTimestamp: () => bigint,
): Promise<void> {
  if (indexes.length === 0) return;
  let written: Promise<void> = Promise.resolve();
  await scanTable(store, table, async (piece) => {
    const puts: { key: Key; row: number }[] = [];
    const search: SearchWrite[] = [];
    const vectors: VectorWrite[] = [];
    for (const { key, row, document } of piece) {
      for (const index of indexes) {
        if (index.content.kind === "search") search.push(searchWrite(index, row, document));
        else if (index.content.kind === "vector") vectors.push(vectorWrite(index, row, document));
        else puts.push({ key: entryKey(index, document, key.slice(-internalIdLength)), row });
      }
    }
    // Written in the same turn as read, so that no mutation comes between; at most two pieces on their way.
    const before = written;
    written = store.write({ ...emptyBatch(nextTimestamp()), puts, search, vectors });
    // Its failure is met when it is awaited, one piece later or at the end.
    written.catch(() => undefined);
    await before;
  });
  await written;
}
