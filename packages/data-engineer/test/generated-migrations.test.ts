// What `migrate new` writes is finished code: the test beside each migration passes as a user's vitest runs it, and the files
// type-check both before and after the schema is narrowed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { migrationProject, narrowedTables, requests, widenedTables } from "./migration-project.ts";
import { schemaFile, write } from "./project.ts";
import { errorsOf } from "./typed-project.ts";

const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

function runVitest(root: string): { code: number | null; text: string } {
  write(root, {
    "vitest.config.ts": `import { defineConfig } from "vitest/config";
export default defineConfig({
  cacheDir: "./.cache",
  test: {
    environment: "edge-runtime",
    isolate: false,
    fileParallelism: false,
    server: { deps: { inline: ["convex-test", "@convex-dev/migrations"] } },
  },
});
`,
  });
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(modules, "vitest/vitest.mjs"), "run", "--root", root, "--no-color"],
    { cwd: root, encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1" } },
  );
  return { code: status, text: `${stdout}\n${stderr}` };
}

test.each<[string, string, string | null]>([
  ["as long as the schema allows both forms", widenedTables, null],
  ["once the schema is narrowed", narrowedTables, widenedTables],
])(
  "the test beside every migration passes under vitest, in both shapes, %s",
  async (_when, tables, oldTables) => {
    const { root, specs } = await migrationProject(tables, requests, oldTables);
    expect(specs).toHaveLength(Object.keys(requests).length * 2);
    const { code, text } = runVitest(root);
    expect(text).toContain(`Test Files  ${specs.length} passed (${specs.length})`);
    expect(code).toBe(0);
  },
  180_000,
);

test("the files type-check against the widened and against the narrowed schema", async () => {
  const { root } = await migrationProject(widenedTables);
  expect(errorsOf(root)).toEqual([]);
  write(root, { "convex/schema.ts": schemaFile(narrowedTables) });
  expect(errorsOf(root)).toEqual([]);
}, 120_000);
