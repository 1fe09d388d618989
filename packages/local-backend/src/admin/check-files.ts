// Checks stored files against their records: present, of the size they had, unchanged. Reads every file once.
import { createHash } from "node:crypto";
import type { Database } from "../database/database.ts";
import type { JsonObject } from "../values/json.ts";

/** Where the bytes of stored files lie, by name; see `FileContents` of the server. */
export interface StoredContents {
  stream(name: string, start: number, end: number): Promise<ReadableStream<Uint8Array> | null>;
}

export interface FilesCheck {
  files: number;
  /** What is wrong, one sentence each; empty when all is well. */
  problems: string[];
}

/** After so many, more would not help anybody. */
const maxProblems = 100;

export async function checkFiles(
  database: Database,
  contents: StoredContents,
): Promise<FilesCheck> {
  const report: FilesCheck = { files: 0, problems: [] };
  const tx = database.begin({ kind: "query", unlimited: true, pinned: true });
  try {
    for (const component of new Set(["", ...database.components()])) {
      for (const row of tx.system.query(component, "_storage", "by_creation_time", [])) {
        report.files++;
        const problem = await fileProblem(row, contents);
        if (problem !== null && report.problems.length < maxProblems) {
          report.problems.push(`stored file ${JSON.stringify(row["_id"])}: ${problem}`);
        }
      }
    }
  } finally {
    database.abort(tx);
  }
  return report;
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
