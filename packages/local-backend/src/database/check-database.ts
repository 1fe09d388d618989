// Checks a whole data file that no server has open: its structure, and every index against the documents.

import { checkStore } from "../store/check-store.ts";
import { openStore } from "../store/open-store.ts";
import type { Store, StoredEntry } from "../store/store.ts";
import { decodeDocumentId } from "../values/document-id.ts";
import { keyAfter, keySuccessor, type Key } from "../values/index-key.ts";
import { textField } from "../values/json.ts";
import { Catalog, type Index, type Table } from "./catalog.ts";
import { entryKey, internalIdLength } from "./index-entries.ts";
import { parseDocument } from "./write-buffer.ts";

const pieceSize = 500;
const maximumProblems = 100;

/** Table numbers below belong to the server; its tables are checked too, but not counted. */
const firstUserTable = 10_001;

/** How much user data a check looked at, and what it found. */
export interface DatabaseCheck {
  tables: number;
  documents: number;
  indexEntries: number;
  /** One sentence each, at most about a hundred; empty if the data is sound. */
  problems: string[];
}

/**
 * Reads everything once.
 *
 * @throws (rejects) StoreError if the folder is in use or the file is not ours
 */
export async function checkDatabase(file: string): Promise<DatabaseCheck> {
  const store = openStore({ file });
  const report: DatabaseCheck = { tables: 0, documents: 0, indexEntries: 0, problems: [] };
  try {
    const catalog = new Catalog();
    catalog.load(store.meta());
    for (const component of catalog.components()) {
      for (const table of catalog.tables(component)) {
        if (table.number >= firstUserTable) report.tables++;
        if (report.problems.length < maximumProblems) checkTable(store, table, report);
      }
    }
  } finally {
    await store.close();
  }
  report.problems.unshift(...checkStore(file));
  return report;
}

function checkTable(store: Store, table: Table, report: DatabaseCheck): void {
  const name = table.component === "" ? table.name : `${table.component}/${table.name}`;
  const indexes = [...table.indexes.values()].filter(
    ({ content, ready }) => content.kind === "database" && ready,
  );
  const { problems } = report;
  let documents = 0;
  for (const { key, document: stored } of entriesOf(store, table.identity)) {
    documents++;
    const internalId = key.slice(-internalIdLength);
    const document = parseDocument(stored);
    const id = textField(document, "_id");
    const parsed = decodeDocumentId(id);
    if (
      parsed === null ||
      parsed.tableNumber !== table.number ||
      Buffer.from(parsed.internalId).toString("latin1") !== internalId
    ) {
      problems.push(`Document ${id} of ${name} is stored under another id than its own`);
      continue;
    }
    for (const index of indexes) {
      const entry = entryAt(store, entryKey(index, document, internalId));
      if (entry?.document.row !== stored.row) {
        problems.push(`Index ${name}.${index.name} lacks document ${id}`);
      }
    }
    if (problems.length >= maximumProblems) return;
  }
  const isCounted = table.number >= firstUserTable;
  if (isCounted) report.documents += documents;
  for (const index of indexes) {
    let entries = 0;
    for (const _entry of entriesOf(store, index)) entries++;
    if (isCounted) report.indexEntries += entries;
    if (entries !== documents) {
      problems.push(
        `Index ${name}.${index.name} has ${entries} entries, but the table has ${documents} documents`,
      );
    }
  }
}

function* entriesOf(store: Store, index: Index): Generator<StoredEntry> {
  let start = index.prefix;
  const end = keySuccessor(start);
  const identity = index.content.kind === "identity";
  for (;;) {
    const piece = store.durable.scan({ identity, start, end, order: "asc", limit: pieceSize });
    yield* piece;
    const last = piece.at(-1);
    if (last === undefined || piece.length < pieceSize) return;
    start = keyAfter(last.key);
  }
}

function entryAt(store: Store, key: Key): StoredEntry | undefined {
  return store.durable.scan({
    identity: false,
    start: key,
    end: keyAfter(key),
    order: "asc",
    limit: 1,
  })[0];
}
