// The first lines of a migration file, by which the tool knows its own migrations again.
import { readFileSync } from "node:fs";
import { isRecord } from "../schema/validator.ts";

export interface MigrationHeader {
  kind: string;
  /** `table` or `table.field`. */
  path: string;
  /** Where a value goes to, as a full path; null when it stays. */
  to: string | null;
  shape: "plain" | "component";
  /** What was asked for, without what only says where to write. */
  request: Record<string, unknown>;
}

const pattern = /^\/\/ Migration: (\S+) of `([^`]+)`(?: to `([^`]+)`)? \((plain|component)\)/;
const requestPattern = /^\/\/ Request: (\{.*\})$/m;

export function headerLines(header: MigrationHeader): string {
  const to = header.to === null ? "" : ` to \`${header.to}\``;
  return `// Migration: ${header.kind} of \`${header.path}\`${to} (${header.shape}). Written by convex-data-engineer; yours to change.
// Request: ${JSON.stringify(header.request)}`;
}

/** null when the file is no migration. */
export function readMigrationHeader(file: string): MigrationHeader | null {
  if (!/\.[jt]s$/.test(file) || /\.test\.[jt]s$/.test(file)) return null;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const match = pattern.exec(text);
  if (match === null) return null;
  return {
    kind: match[1] ?? "",
    path: match[2] ?? "",
    to: match[3] ?? null,
    shape: match[4] === "component" ? "component" : "plain",
    request: requestOf(text),
  };
}

function requestOf(text: string): Record<string, unknown> {
  const match = requestPattern.exec(text);
  try {
    const json: unknown = JSON.parse(match?.[1] ?? "{}");
    return isRecord(json) ? json : {};
  } catch {
    return {};
  }
}
