// Reads of one connection: the state that its current SQLite transaction sees.

import type { Connection, Statement } from "./sqlite.ts";
import type {
  Reader,
  ScanRequest,
  SearchRequest,
  StoredDocument,
  StoredEntry,
  StoreKey,
  VectorRow,
} from "./store.ts";

interface DocumentRow {
  r: number;
  s: number;
  v: string;
}
interface EntryRow extends DocumentRow {
  k: Uint8Array;
}
export class SqliteReader implements Reader {
  readonly #connection: Connection;
  readonly #get: Statement<DocumentRow>;
  readonly #byRow: Statement<EntryRow>;
  readonly #count: Statement<{ n: number }>;
  readonly #scans: Record<
    "entriesAsc" | "entriesDesc" | "identityAsc" | "identityDesc",
    Statement<EntryRow>
  >;
  readonly #searches = new Map<number, Statement<{ r: number }>>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#get = connection.prepare("SELECT r, s, v FROM docs WHERE id = ?");
    this.#byRow = connection.prepare("SELECT id AS k, r, s, v FROM docs WHERE r = ?");
    this.#count = connection.prepare("SELECT count(*) AS n FROM docs WHERE id >= ? AND id < ?");
    const entries = (order: string) =>
      connection.prepare<EntryRow>(
        "SELECT i.k AS k, d.r AS r, d.s AS s, d.v AS v FROM idx i CROSS JOIN docs d ON d.r = i.r " +
          `WHERE i.k >= ? AND i.k < ? ORDER BY i.k ${order} LIMIT ?`,
      );
    const identity = (order: string) =>
      connection.prepare<EntryRow>(
        `SELECT id AS k, r, s, v FROM docs WHERE id >= ? AND id < ? ORDER BY id ${order} LIMIT ?`,
      );
    this.#scans = {
      entriesAsc: entries("ASC"),
      entriesDesc: entries("DESC"),
      identityAsc: identity("ASC"),
      identityDesc: identity("DESC"),
    };
  }

  get(key: StoreKey): StoredDocument | null {
    const row = this.#get.get(keyBytes(key));
    return row === undefined ? null : { row: row.r, size: row.s, text: row.v };
  }

  scan(request: ScanRequest): StoredEntry[] {
    const { identity, order } = request;
    const statement = identity
      ? this.#scans[order === "asc" ? "identityAsc" : "identityDesc"]
      : this.#scans[order === "asc" ? "entriesAsc" : "entriesDesc"];
    const rows = statement.all(keyBytes(request.start), keyBytes(request.end), request.limit);
    return rows.map((row) => ({
      key: keyText(row.k),
      document: { row: row.r, size: row.s, text: row.v },
    }));
  }

  count(start: StoreKey, end: StoreKey): number {
    return this.#count.get(keyBytes(start), keyBytes(end))?.n ?? 0;
  }

  search(request: SearchRequest): number[] {
    if (request.tokens.length === 0) return [];
    let statement = this.#searches.get(request.index);
    if (statement === undefined) {
      const table = `search_${request.index}`;
      // Ranking is left to the caller: SQLite's would look at every match in the table first.
      statement = this.#connection.prepare(
        `SELECT rowid AS r FROM ${table} WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?`,
      );
      this.#searches.set(request.index, statement);
    }
    return statement.all(matchExpression(request), request.limit).map(({ r }) => r);
  }

  documentAt(row: number): StoredEntry | null {
    const found = this.#byRow.get(row);
    if (found === undefined) return null;
    return { key: keyText(found.k), document: { row: found.r, size: found.s, text: found.v } };
  }

  *vectors(index: number): Generator<VectorRow> {
    const statement = this.#connection.prepare<{ k: Uint8Array; f: string; v: Uint8Array }>(
      `SELECT d.id AS k, e.f AS f, e.v AS v FROM vector_${index} e JOIN docs d ON d.r = e.r`,
    );
    for (const row of statement.iterate()) {
      // Copied, because floats must start at a multiple of four bytes.
      const bytes = row.v.slice();
      yield {
        key: keyText(row.k),
        filters: row.f,
        vector: new Float32Array(bytes.buffer, 0, bytes.byteLength >> 2),
      };
    }
  }

  /** Forgets prepared statements on search tables, which have come or gone. */
  forgetSearches(): void {
    this.#searches.clear();
  }
}

/** A key as bytes to bind. */
export function keyBytes(key: StoreKey): Uint8Array {
  return Buffer.from(key, "latin1");
}

function keyText(bytes: Uint8Array): StoreKey {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Words are letters and digits only, so quoting them is enough. */
function matchExpression({ tokens, filters, match }: SearchRequest): string {
  const words = tokens.map(({ text, prefix }) => `"${text}"${prefix ? "*" : ""}`);
  const body = `body : (${words.join(match === "any" ? " OR " : " AND ")})`;
  if (filters.length === 0) return body;
  return `filt : (${filters.map((filter) => `"${filter}"`).join(" AND ")}) AND ${body}`;
}
