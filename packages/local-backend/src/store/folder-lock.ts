// Keeps two servers off one data folder, with a lock of the operating system that ends with its process.
//
// The lock is an open write transaction on a small SQLite file: it needs no clean-up after a crash, and others can still
// read from the file who holds it. Do not open the file by other means in the same process: that would drop the lock.

import { openConnection, sqliteBusy, sqliteCode, type Connection } from "./sqlite.ts";
import { StoreError } from "./store.ts";

export interface FolderLock {
  release(): void;
}

/**
 * Takes the lock file of a data folder.
 *
 * @throws StoreError `locked`, naming the process that holds it
 */
export function lockFolder(lockFile: string, what: string): FolderLock {
  const connection = openConnection(lockFile, 0);
  try {
    connection.exec(
      "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder(id INTEGER PRIMARY KEY, pid INTEGER NOT NULL)",
    );
    connection.prepare("INSERT OR REPLACE INTO holder VALUES(1, ?)").run(process.pid);
    connection.exec("COMMIT; BEGIN IMMEDIATE");
  } catch (error) {
    const pid = sqliteCode(error) === sqliteBusy ? holder(connection) : null;
    connection.close();
    if (sqliteCode(error) !== sqliteBusy) throw error;
    throw new StoreError(
      "locked",
      `${what} is in use by another process${pid === null ? "" : ` (pid ${pid})`}. ` +
        "Stop it, or choose another data folder.",
      { cause: error },
    );
  }
  return {
    release: () => {
      connection.exec("ROLLBACK");
      connection.close();
    },
  };
}

function holder(connection: Connection): number | null {
  try {
    return (
      connection.prepare<{ pid: number }>("SELECT pid FROM holder WHERE id = 1").get()?.pid ?? null
    );
  } catch {
    return null;
  }
}
