// Puts batches into SQLite, several in one transaction. Runs in the writer thread, or inline for a store in memory.

import type { Connection, Statement } from "./sqlite.ts";
import { keyBytes } from "./sqlite-reader.ts";
import type { Batch, StructureWrite } from "./store.ts";

/** A batch on its way to the writer: without what only readers need, with its place in the order. */
export interface NumberedBatch extends Omit<Batch, "overlay" | "timestamp"> {
  readonly sequence: number;
  readonly timestamp: string;
}

const garbageSlice = 2_000;

export class BatchWriter {
  readonly #connection: Connection;
  readonly #statements: Record<
    | "putDocument"
    | "deleteDocument"
    | "putEntry"
    | "deleteEntry"
    | "setState"
    | "setMeta"
    | "deleteMeta"
    | "addGarbage",
    Statement<unknown>
  >;
  readonly #perIndex = new Map<string, Statement<unknown>>();
  #hasGarbage = true;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#statements = {
      putDocument: connection.prepare(
        "INSERT INTO docs(r, id, s, v) VALUES(?, ?, ?, ?) ON CONFLICT(r) DO UPDATE SET s = excluded.s, v = excluded.v",
      ),
      deleteDocument: connection.prepare("DELETE FROM docs WHERE r = ?"),
      putEntry: connection.prepare("INSERT OR REPLACE INTO idx(k, r) VALUES(?, ?)"),
      deleteEntry: connection.prepare("DELETE FROM idx WHERE k = ?"),
      setState: connection.prepare("UPDATE state SET sequence = ?, timestamp = ? WHERE id = 1"),
      setMeta: connection.prepare("INSERT OR REPLACE INTO meta(name, text) VALUES(?, ?)"),
      deleteMeta: connection.prepare("DELETE FROM meta WHERE name = ?"),
      addGarbage: connection.prepare("INSERT OR IGNORE INTO garbage(prefix) VALUES(?)"),
    };
  }

  /** Writes all of them in one transaction, or none. Durable when it returns. */
  write(batches: readonly NumberedBatch[]): void {
    const last = batches.at(-1);
    if (last === undefined) return;
    this.#connection.exec("BEGIN IMMEDIATE");
    try {
      for (const batch of batches) this.#apply(batch);
      this.#statements.setState.run(last.sequence, last.timestamp);
      this.#connection.exec("COMMIT");
    } catch (error) {
      this.#perIndex.clear();
      // After some failures SQLite has rolled back by itself, and says so by refusing.
      try {
        this.#connection.exec("ROLLBACK");
      } catch {
        // Nothing was left to undo.
      }
      throw error;
    }
  }

  /** Removes a slice of dropped indexes' entries. @returns whether there is more to do */
  collectGarbage(): boolean {
    if (!this.#hasGarbage) return false;
    const row = this.#connection
      .prepare<{ prefix: Uint8Array }>("SELECT prefix FROM garbage LIMIT 1")
      .get();
    if (row === undefined) {
      this.#hasGarbage = false;
      return false;
    }
    const end = Buffer.from(row.prefix);
    end.writeUInt32BE(end.readUInt32BE(0) + 1, 0);
    this.#connection.exec("BEGIN IMMEDIATE");
    try {
      this.#connection
        .prepare(
          `DELETE FROM idx WHERE k IN (SELECT k FROM idx WHERE k >= ? AND k < ? LIMIT ${garbageSlice})`,
        )
        .run(row.prefix, end);
      const left = this.#connection
        .prepare("SELECT 1 FROM idx WHERE k >= ? AND k < ? LIMIT 1")
        .get(row.prefix, end);
      if (left === undefined) {
        this.#connection.prepare("DELETE FROM garbage WHERE prefix = ?").run(row.prefix);
      }
      this.#connection.exec("COMMIT");
    } catch (error) {
      this.#connection.exec("ROLLBACK");
      throw error;
    }
    return true;
  }

  #apply(batch: NumberedBatch): void {
    const statements = this.#statements;
    for (const change of batch.structure) this.#applyStructure(change);
    for (const { key, row, document } of batch.documents) {
      if (document === null) statements.deleteDocument.run(row);
      else statements.putDocument.run(row, keyBytes(key), document.size, document.text);
    }
    for (const key of batch.deletes) statements.deleteEntry.run(keyBytes(key));
    for (const { key, row } of batch.puts) statements.putEntry.run(keyBytes(key), row);
    for (const { index, row, content } of batch.search) {
      this.#indexStatement(`DELETE FROM search_${index} WHERE rowid = ?`).run(row);
      if (content !== null) {
        this.#indexStatement(`INSERT INTO search_${index}(rowid, body, filt) VALUES(?, ?, ?)`).run(
          row,
          content.words,
          content.filters,
        );
      }
    }
    for (const { index, row, content } of batch.vectors) {
      if (content === null) {
        this.#indexStatement(`DELETE FROM vector_${index} WHERE r = ?`).run(row);
      } else {
        const { vector } = content;
        this.#indexStatement(`INSERT OR REPLACE INTO vector_${index}(r, f, v) VALUES(?, ?, ?)`).run(
          row,
          content.filters,
          new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
        );
      }
    }
    for (const { name, text } of batch.meta) {
      if (text === null) statements.deleteMeta.run(name);
      else statements.setMeta.run(name, text);
    }
  }

  #applyStructure(change: StructureWrite): void {
    const { index } = change;
    switch (change.kind) {
      case "createSearch":
        // The tokenizer leaves the words as they come, which are lower-cased letters and digits of any script.
        this.#connection.exec(
          `CREATE VIRTUAL TABLE IF NOT EXISTS search_${index} USING fts5(body, filt, tokenize = "ascii", ` +
            "prefix = '1 2 3 4', content = '', contentless_delete = 1)",
        );
        return;
      case "createVector":
        this.#connection.exec(
          `CREATE TABLE IF NOT EXISTS vector_${index}(r INTEGER PRIMARY KEY, f TEXT NOT NULL, v BLOB NOT NULL)`,
        );
        return;
      case "dropSearch":
        this.#perIndex.clear();
        this.#connection.exec(`DROP TABLE IF EXISTS search_${index}`);
        return;
      case "dropVector":
        this.#perIndex.clear();
        this.#connection.exec(`DROP TABLE IF EXISTS vector_${index}`);
        return;
      case "dropEntries": {
        const prefix = Buffer.alloc(4);
        prefix.writeUInt32BE(index);
        this.#statements.addGarbage.run(prefix);
        this.#hasGarbage = true;
        return;
      }
      default:
        throw new Error(`Unknown change of structure: ${JSON.stringify(change satisfies never)}`);
    }
  }

  #indexStatement(sql: string): Statement<unknown> {
    let statement = this.#perIndex.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#perIndex.set(sql, statement);
    }
    return statement;
  }
}
