// The first line of a migration file, by which the tool knows its own migrations again.
import { readFileSync } from "node:fs";

export interface MigrationHeader {
  kind: string;
  /** `table` or `table.field`. */
  path: string;
  shape: "plain" | "component";
}

const pattern = /^\/\/ Migration: (\S+) of `([^`]+)` \((plain|component)\)/;

export function headerLine(header: MigrationHeader): string {
  return `// Migration: ${header.kind} of \`${header.path}\` (${header.shape}). Written by convex-data-engineer; yours to change.`;
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
    shape: match[3] === "component" ? "component" : "plain",
  };
}
