// The tables inside the data file, and the format number that refuses files of newer servers.

import { openConnection, sqliteCode, sqliteNotADatabase, type Connection } from "./sqlite.ts";
import { StoreError } from "./store.ts";

/** Raise with every change that an older server would misread; add the step from the one before to `migrations`. */
export const formatVersion = 1;

// "TKlb": tells our files from other SQLite files.
const applicationId = 0x544b6c62;

const migrations: readonly string[] = [
  `CREATE TABLE state(id INTEGER PRIMARY KEY CHECK(id = 1), sequence INTEGER NOT NULL, timestamp TEXT NOT NULL);
   INSERT INTO state VALUES(1, 0, '0');
   CREATE TABLE meta(name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE docs(r INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, s INTEGER NOT NULL, v TEXT NOT NULL);
   CREATE TABLE idx(k BLOB PRIMARY KEY, r INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE garbage(prefix BLOB PRIMARY KEY) WITHOUT ROWID;`,
];

/**
 * Opens a data file for writing, made anew or brought to the current format.
 *
 * @throws StoreError `format` if it is not ours or is newer than this server
 */
export function openDataFile(file: string): Connection {
  const connection = openConnection(file);
  try {
    // The answer of the first statement that reads tells whether it is a database at all.
    const version = pragma(connection, "user_version");
    const owner = pragma(connection, "application_id");
    if (owner !== applicationId && (owner !== 0 || version !== 0 || hasTables(connection))) {
      throw new StoreError(
        "format",
        `${file} is not a data file of this server. Choose another data folder.`,
      );
    }
    if (version > formatVersion) {
      throw new StoreError(
        "format",
        `${file} was written by a newer version (data format ${version}; this one knows up to ${formatVersion}). ` +
          "Update, or choose another data folder.",
      );
    }
    if (file !== ":memory:") connection.exec("PRAGMA journal_mode = WAL");
    connection.exec(
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;" +
        "PRAGMA temp_store = MEMORY",
    );
    if (process.platform === "darwin") connection.exec("PRAGMA fullfsync = ON");
    if (version < formatVersion) {
      connection.exec("BEGIN IMMEDIATE");
      for (const step of migrations.slice(version)) connection.exec(step);
      connection.exec(
        `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}; COMMIT`,
      );
    }
    return connection;
  } catch (error) {
    connection.close();
    if (sqliteCode(error) === sqliteNotADatabase) {
      throw new StoreError(
        "format",
        `${file} is not a SQLite database. Choose another data folder.`,
        { cause: error },
      );
    }
    throw error;
  }
}

function pragma(connection: Connection, name: string): number {
  const row = connection.prepare<Record<string, number>>(`PRAGMA ${name}`).get();
  return row?.[name] ?? 0;
}

function hasTables(connection: Connection): boolean {
  return connection.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}
