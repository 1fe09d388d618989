// Checks a data file that no server has open: SQLite's own structure, and entries against documents.

import { openConnection, type Connection } from "./sqlite.ts";

/** Problems found, as sentences; none if the file is sound. What indexes should hold is the database's to check. */
export function checkStore(file: string): string[] {
  const connection = openConnection(file);
  try {
    return [...structureProblems(connection), ...danglingEntries(connection)];
  } finally {
    connection.close();
  }
}

function structureProblems(connection: Connection): string[] {
  return connection
    .prepare<{ integrity_check: string }>("PRAGMA integrity_check")
    .all()
    .map((row) => row.integrity_check)
    .filter((text) => text !== "ok");
}

function danglingEntries(connection: Connection): string[] {
  const count = (what: string, sql: string): string[] => {
    const rows = connection.prepare<{ n: number }>(sql).get()?.n ?? 0;
    return rows === 0 ? [] : [`${rows} ${what} point to documents that are not there`];
  };
  const tables = connection
    .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
  const problems = count(
    "index entries",
    `SELECT count(*) AS n FROM idx WHERE r NOT IN (SELECT r FROM docs)
       AND substr(k, 1, 4) NOT IN (SELECT prefix FROM garbage)`,
  );
  for (const table of tables) {
    if (/^vector_\d+$/.test(table)) {
      problems.push(
        ...count(
          `vectors of ${table}`,
          `SELECT count(*) AS n FROM ${table} WHERE r NOT IN (SELECT r FROM docs)`,
        ),
      );
    }
    if (/^search_\d+_docsize$/.test(table)) {
      problems.push(
        ...count(
          `texts of ${table}`,
          `SELECT count(*) AS n FROM ${table} WHERE id NOT IN (SELECT r FROM docs)`,
        ),
      );
    }
  }
  return problems;
}
