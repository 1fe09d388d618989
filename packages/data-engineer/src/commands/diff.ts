// `diff`: what a schema change does to a deployment that has documents.
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { diffSchemas } from "../diff/changes.ts";
import { planChange, type PlannedChange } from "../diff/plan.ts";
import { loadSchema } from "../diff/sources.ts";
import { loadConfig } from "../project/config.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import { exportSchema } from "../schema/schema.ts";
import { readMigrationHeader } from "../migrate/header.ts";
import { jsonVersion } from "../version.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export async function diff(
  before: string,
  after: string | undefined,
  flags: CommonFlags & { format: string; dir: string; check: boolean },
  output: Output,
): Promise<number> {
  const options = reportOptions(flags);
  const old = await loadSchema(flags.dir, before, options);
  const fresh = await loadSchema(flags.dir, after ?? null, options);
  const changes = diffSchemas(old.schema, fresh.schema).map((item) =>
    planChange(item, fresh.model),
  );
  if (flags.format === "json")
    output.write(
      `${JSON.stringify({ version: jsonVersion, before: old.label, after: fresh.label, changes }, null, 2)}\n`,
    );
  else if (flags.format === "text") output.write(`${diffText(changes)}\n`);
  else
    throw new ToolFailure("bad-argument", `--format is "${flags.format}"; expected text or json.`);
  if (!flags.check) return 0;
  const covered = migrationPaths(flags.dir);
  const open = changes.filter((item) => item.class === "breaking" && !covered.has(item.path));
  for (const item of open)
    output.error(
      `no migration for ${item.path} (${item.change})${item.migration === undefined ? "" : `: convex-data-engineer migrate new ${item.migration}`}\n`,
    );
  return open.length > 0 ? 1 : 0;
}

/** Paths of tables and fields that the project's migrations say they carry over. */
export function migrationPaths(directory: string): Set<string> {
  const root = resolve(directory);
  const config = loadConfig(root);
  const paths = new Set<string>();
  for (const folder of discoverFolders(root)) {
    const place = join(folder.path, config.migrations);
    if (!existsSync(place)) continue;
    for (const name of readdirSync(place)) {
      const header = readMigrationHeader(join(place, name));
      if (header !== null) paths.add(header.path);
    }
  }
  return paths;
}

function diffText(changes: readonly PlannedChange[]): string {
  if (changes.length === 0) return "The schemas are the same.";
  const lines: string[] = [];
  for (const item of changes) {
    lines.push(`${item.class}  ${item.change}  ${item.path}`, `    ${item.message}`);
    item.steps.forEach((step, index) => lines.push(`    ${index + 1}. ${step}`));
    if (item.readers.length > 0) lines.push(`    readers: ${item.readers.join(", ")}`);
    if (item.writers.length > 0) lines.push(`    writers: ${item.writers.join(", ")}`);
    if (item.migration !== undefined)
      lines.push(`    write the migration: convex-data-engineer migrate new ${item.migration}`);
    lines.push("");
  }
  return lines.join("\n").trimEnd();
}

/** `snapshot`: the schema as the JSON that `diff` reads. */
export async function snapshot(
  directory: string,
  flags: CommonFlags,
  output: Output,
): Promise<number> {
  const { schema } = await loadSchema(directory, null, reportOptions(flags));
  output.write(`${JSON.stringify(exportSchema(schema), null, 2)}\n`);
  return 0;
}
