// The SQLite driver behind one small interface: Node's own where its SQLite is recent enough, else the pinned package.
// Casts: both drivers are loaded by name, and rows have the columns that the statement names.

import { createRequire } from "node:module";

/** What may be bound. Never user text: only JSON, keys as bytes, and search words. */
export type Cell = string | number | Uint8Array | null;

export interface Statement<Row> {
  run(...cells: Cell[]): void;
  get(...cells: Cell[]): Row | undefined;
  all(...cells: Cell[]): Row[];
  iterate(...cells: Cell[]): IterableIterator<Row>;
}

export interface Connection {
  exec(sql: string): void;
  prepare<Row>(sql: string): Statement<Row>;
  close(): void;
}

interface Driver {
  DatabaseSync: new (file: string, options?: object) => Connection;
}

// 3.51.3 mends a corruption that two connections on one WAL could cause.
const oldestBuiltIn = [3, 51, 3];

let driver: Driver | undefined;

/** How long a connection waits for locks of others, ms. */
export const busyMs = 5_000;

/** Opens a database file, or `":memory:"`. Waits up to `waitMs` for locks of others. */
export function openConnection(file: string, waitMs = busyMs): Connection {
  driver ??= builtInDriver() ?? packagedDriver();
  const connection = new driver.DatabaseSync(file);
  connection.exec(`PRAGMA busy_timeout = ${waitMs}`);
  return connection;
}

/** SQLite's primary result code of a failure, such as 13 for a full disk; null if it is not SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  const { errcode, sqliteCode: code } = error as { errcode?: unknown; sqliteCode?: unknown };
  const extended = typeof errcode === "number" ? errcode : typeof code === "number" ? code : null;
  return extended === null ? null : extended & 0xff;
}

/** Result codes that are told apart. */
export const sqliteBusy = 5;
export const sqliteFull = 13;
export const sqliteNotADatabase = 26;

function builtInDriver(): Driver | null {
  const load: unknown = Reflect.get(process, "getBuiltinModule");
  if (typeof load !== "function") return null;
  const version = process.versions["sqlite"];
  if (version === undefined || !isAtLeast(version, oldestBuiltIn)) return null;
  return (load.call(process, "node:sqlite") as Driver | undefined) ?? null;
}

function packagedDriver(): Driver {
  return createRequire(import.meta.url)("@photostructure/sqlite") as Driver;
}

function isAtLeast(version: string, minimum: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, least] of minimum.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
