// `diff`: what a schema change does to a deployment that has documents.
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { diffSchemas } from "../diff/changes.ts";
import { shellWords } from "../diff/commands.ts";
import { isCovered } from "../diff/coverage.ts";
import { planChanges, type PlannedChange } from "../diff/plan.ts";
import { loadSchema } from "../diff/sources.ts";
import { readMigrationHeader, type MigrationHeader } from "../migrate/header.ts";
import { loadConfig } from "../project/config.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import { exportSchema } from "../schema/schema.ts";
import { jsonVersion } from "../version.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export async function diff(
  before: string,
  after: string | undefined,
  flags: CommonFlags & { format: string; dir: string; check: boolean },
  output: Output,
): Promise<number> {
  if (flags.format !== "json" && flags.format !== "text")
    throw new ToolFailure("bad-argument", `--format is "${flags.format}"; expected text or json.`);
  const options = reportOptions(flags);
  const old = await loadSchema(flags.dir, before, options);
  const fresh = await loadSchema(flags.dir, after ?? null, options);
  const changes = diffSchemas(old.schema, fresh.schema);
  const planned = planChanges(changes, {
    before: old.schema,
    after: fresh.schema,
    model: fresh.model,
    beforeLabel: before,
    directory: flags.dir === "." ? null : flags.dir,
  });
  if (flags.format === "json") {
    const json = planned.map(({ change, path, class: cls, steps, readers, writers }) => ({
      change,
      path,
      class: cls,
      steps,
      readers,
      writers,
    }));
    output.write(`${JSON.stringify({ version: jsonVersion, changes: json }, null, 2)}\n`);
  } else output.write(`${diffText(planned)}\n`);
  if (!flags.check) return 0;
  const migrations = migrationHeaders(flags.dir);
  let open = 0;
  changes.forEach((item, index) => {
    if (item.class !== "breaking" || isCovered(item, migrations)) return;
    open++;
    const migration = planned[index]?.migration ?? null;
    output.error(
      `no migration for ${item.path} (${item.change})${migration === null ? "" : `: convex-data-engineer migrate new ${shellWords(migration)}`}\n`,
    );
  });
  return open > 0 ? 1 : 0;
}

/** The migrations in the project's folder of migrations. */
function migrationHeaders(directory: string): MigrationHeader[] {
  const root = resolve(directory);
  const config = loadConfig(root);
  const headers: MigrationHeader[] = [];
  for (const folder of discoverFolders(root)) {
    const place = join(folder.path, config.migrations);
    if (!existsSync(place)) continue;
    for (const name of readdirSync(place)) {
      const header = readMigrationHeader(join(place, name));
      if (header !== null) headers.push(header);
    }
  }
  return headers;
}

function diffText(changes: readonly PlannedChange[]): string {
  if (changes.length === 0) return "The schemas are the same.";
  const lines: string[] = [];
  const width = Math.max(...changes.map((item) => item.class.length));
  for (const item of changes) {
    lines.push(`${item.class.padEnd(width)}  ${item.change}  ${item.path}`, `    ${item.message}`);
    item.steps.forEach((step, index) => lines.push(`    ${index + 1}. ${step}`));
    if (item.readers.length > 0) lines.push(`    readers: ${item.readers.join(", ")}`);
    if (item.writers.length > 0) lines.push(`    writers: ${item.writers.join(", ")}`);
    lines.push("");
  }
  const count = (cls: string) => changes.filter((item) => item.class === cls).length;
  const classes = [...new Set(changes.map((item) => item.class))];
  lines.push(
    `${changes.length} ${changes.length === 1 ? "change" : "changes"}: ${classes.map((cls) => `${count(cls)} ${cls}`).join(", ")}.`,
  );
  return lines.join("\n");
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
