// Small ways to use a database in tests.

import { isJsonObject, parseJson, textField, type Json, type JsonObject } from "../values/json.ts";
import type { BeginOptions, Database } from "./database.ts";
import { openDatabase } from "./open-database.ts";
import type { Transaction } from "./transaction.ts";

/** Runs with a database in memory, closed at the end. */
export async function withDatabase(run: (database: Database) => Promise<void>): Promise<void> {
  const database = await openDatabase({ inMemory: true });
  try {
    await run(database);
  } finally {
    await database.close();
  }
}

/** Runs in a mutation, which commits unless `run` throws. Resolves when it is durable. */
export async function mutate<T>(database: Database, run: (tx: Transaction) => T): Promise<T> {
  const tx = database.begin({ kind: "mutation" });
  let result: T;
  try {
    result = run(tx);
  } catch (error) {
    database.abort(tx);
    throw error;
  }
  await database.commit(tx);
  return result;
}

/** Runs in a query. */
export function query<T>(
  database: Database,
  run: (tx: Transaction) => T,
  options: Omit<BeginOptions, "kind"> = {},
): T {
  const tx = database.begin({ kind: "query", ...options });
  try {
    return run(tx);
  } finally {
    database.abort(tx);
  }
}

/** Every document of a query. */
export function collect(tx: Transaction, source: JsonObject, operators: Json[] = []): JsonObject[] {
  const id = tx.openQuery("", { source, operators });
  const rows: JsonObject[] = [];
  for (let row = tx.nextRow(id); row !== null; row = tx.nextRow(id)) rows.push(document(row));
  tx.closeQuery(id);
  return rows;
}

/** A document from its text. */
export function document(text: string): JsonObject {
  const json = parseJson(text);
  if (!isJsonObject(json)) throw new TypeError(`${text} is no document`);
  return json;
}

export function idOf(row: JsonObject | undefined): string {
  return textField(row ?? {}, "_id");
}

/** A source that reads a whole table. */
export function scan(tableName: string, order: "asc" | "desc" = "asc"): JsonObject {
  return { type: "FullTableScan", tableName, order };
}

/** A source that reads a range: `["Eq", "field", value]` and the like. */
export function range(
  indexName: string,
  expressions: [string, string, Json][],
  order: "asc" | "desc" = "asc",
): JsonObject {
  return {
    type: "IndexRange",
    indexName,
    range: expressions.map(([type, fieldPath, value]) => ({ type, fieldPath, value })),
    order,
  };
}

/** A schema of one table that takes any document. */
export function looseSchema(
  tableName: string,
  indexes: Record<string, string[]>,
  more: JsonObject = {},
): JsonObject {
  return {
    schemaValidation: true,
    tables: [
      {
        tableName,
        indexes: Object.entries(indexes).map(([indexDescriptor, fields]) => ({
          indexDescriptor,
          fields,
        })),
        documentType: { type: "any" },
        ...more,
      },
    ],
  };
}
