// Checks a data folder that no server uses: every index against the documents, every stored file against its record.
// Reads everything once. Search indexes are asked nothing: they cannot be listed.
import { createHash } from "node:crypto";
import type { Database } from "../database/database.ts";
import type { Transaction } from "../database/transaction.ts";
import { fieldAt, parseFieldPath } from "../values/field-path.ts";
import { encodeJsonKey, type Key } from "../values/index-key.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";

/** Where the bytes of stored files lie, by name; see `FileContents` of the server. */
export interface StoredContents {
  stream(name: string, start: number, end: number): Promise<ReadableStream<Uint8Array> | null>;
}

export interface CheckReport {
  readonly tables: number;
  readonly documents: number;
  readonly indexEntries: number;
  readonly files: number;
  /** What is wrong, one sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

/** After so many, more would not help anybody. */
const maxProblems = 100;
const identityIndexes = ["by_id", "by_creation_time"];

export async function checkData(
  database: Database,
  contents: StoredContents,
): Promise<CheckReport> {
  const problems: string[] = [];
  const counts = { tables: 0, documents: 0, indexEntries: 0, files: 0 };
  const report = (problem: string) => {
    if (problems.length < maxProblems) problems.push(problem);
  };
  const tx = database.begin({ kind: "query", unlimited: true });
  try {
    for (const component of new Set(["", ...database.components()])) {
      const indexes = declaredIndexes(database.schema(component));
      for (const { name, number } of database.tables(component)) {
        if (number < 10_000) continue; // the server's own tables have no declared indexes
        counts.tables++;
        const where =
          component === "" ? `table "${name}"` : `table "${name}" of component "${component}"`;
        const ids = new Set<string>();
        for (const row of scan(tx, component, name, "by_creation_time")) {
          if (typeof row["_id"] === "string") ids.add(row["_id"]);
          else report(`${where}: a document has no id`);
        }
        counts.documents += ids.size;
        for (const [index, fields] of [...identityFields(), ...(indexes.get(name) ?? [])]) {
          counts.indexEntries += checkIndex(
            scan(tx, component, name, index),
            fields,
            ids,
            (problem) => report(`${where}, index "${index}": ${problem}`),
          );
        }
      }
      for (const row of tx.system.query(component, "_storage", "by_creation_time", [])) {
        counts.files++;
        const problem = await fileProblem(row, contents);
        if (problem !== null) report(`stored file ${JSON.stringify(row["_id"])}: ${problem}`);
      }
    }
  } finally {
    database.abort(tx);
  }
  return { ...counts, problems };
}

/** The entries of one index must be the table's documents, each once, in the order of the index. @returns how many */
function checkIndex(
  rows: Iterable<JsonObject>,
  fields: readonly string[] | null,
  ids: ReadonlySet<string>,
  report: (problem: string) => void,
): number {
  const seen = new Set<string>();
  const paths = fields?.map(parseFieldPath) ?? null;
  let previous: Key = "";
  let count = 0;
  for (const row of rows) {
    count++;
    const id = row["_id"];
    if (typeof id !== "string" || !ids.has(id)) {
      report(`an entry leads to ${JSON.stringify(id)}, which is no document of the table`);
      continue;
    }
    if (seen.has(id)) report(`document ${id} has two entries`);
    seen.add(id);
    if (paths === null) continue;
    const key = paths.map((path) => encodeJsonKey(fieldAt(row, path))).join("");
    if (key < previous) report(`document ${id} is out of order`);
    previous = key;
  }
  if (seen.size < ids.size) {
    const missing = [...ids].find((id) => !seen.has(id)) ?? "";
    report(`${ids.size - seen.size} documents have no entry, such as ${missing}`);
  }
  return count;
}

function* scan(
  tx: Transaction,
  component: string,
  table: string,
  index: string,
): Generator<JsonObject> {
  const source = { type: "IndexRange", indexName: `${table}.${index}`, range: [], order: "asc" };
  const query = tx.openQuery(component, { source, operators: [] });
  try {
    for (let text = tx.nextRow(query); text !== null; text = tx.nextRow(query)) {
      const row = parseJson(text);
      if (isJsonObject(row)) yield row;
    }
  } finally {
    tx.closeQuery(query);
  }
}

/** Every table has these; ids are ordered by their bytes, which `_id` as text does not show. */
function identityFields(): [string, string[] | null][] {
  return identityIndexes.map((name) => [name, name === "by_id" ? null : ["_creationTime"]]);
}

/** Table to its declared indexes, index to its fields with the implicit last one. */
function declaredIndexes(schema: JsonObject | null): Map<string, [string, string[]][]> {
  const byTable = new Map<string, [string, string[]][]>();
  const tables = schema?.["tables"];
  for (const table of Array.isArray(tables) ? tables : []) {
    if (!isJsonObject(table) || typeof table["tableName"] !== "string") continue;
    const indexes = Array.isArray(table["indexes"]) ? table["indexes"] : [];
    byTable.set(
      table["tableName"],
      indexes.flatMap((index): [string, string[]][] => {
        if (!isJsonObject(index) || typeof index["indexDescriptor"] !== "string") return [];
        return [[index["indexDescriptor"], [...texts(index["fields"]), "_creationTime"]]];
      }),
    );
  }
  return byTable;
}

async function fileProblem(row: JsonObject, contents: StoredContents): Promise<string | null> {
  const { storageId, size, sha256 } = row;
  if (typeof storageId !== "string" || typeof size !== "number" || typeof sha256 !== "string") {
    return "its record is damaged";
  }
  const stream = await contents.stream(storageId, 0, size);
  if (stream === null) return `its content, files/${storageId}, is missing`;
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    hash.update(next.value);
    sizeBytes += next.value.byteLength;
  }
  if (sizeBytes !== size)
    return `its content, files/${storageId}, has not the ${size} bytes it had`;
  return hash.digest("base64") === sha256 ? null : `its content, files/${storageId}, was changed`;
}

function texts(json: Json | undefined): string[] {
  return Array.isArray(json) ? json.filter((entry) => typeof entry === "string") : [];
}
