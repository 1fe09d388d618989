// Sources that functions import from elsewhere in the project are part of what is watched.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bundleFunctions } from "./runtime/bundle-functions.ts";
import { outerSourceFolders } from "./source-folders.ts";
import { watchFolders } from "./watch-folder.ts";

async function project(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "sources-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const folder of ["convex/lib", "rules/dice", "node_modules/pkg"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, "rules/index.ts"), 'export { roll } from "./dice/roll.ts";\n');
  await writeFile(join(root, "rules/dice/roll.ts"), "export const roll = () => Math.random();\n");
  await writeFile(join(root, "node_modules/pkg/index.js"), "export const x = 1;\n");
  await writeFile(join(root, "convex/lib/inner.ts"), "export const y = 2;\n");
  await writeFile(
    join(root, "convex/rolls.ts"),
    'import { roll } from "../rules/index.ts";\nimport { x } from "pkg";\nimport { y } from "./lib/inner.ts";\nexport const all = [roll, x, y];\n',
  );
  return root;
}

test("folders beside the functions folder are found by what was imported from them, packages left out", async () => {
  const root = await project();
  const bundle = await bundleFunctions(join(root, "convex"));
  expect(outerSourceFolders(join(root, "convex"), bundle)).toEqual([
    expect.stringMatching(/rules(\/dice)?$/),
  ]);
});

test("a burst of changes is told once, generated and hidden files not at all", async () => {
  const root = await project();
  let calls = 0;
  const watching = watchFolders([join(root, "convex")], () => calls++);
  onTestFinished(() => watching.close());
  await mkdir(join(root, "convex", "_generated"));
  await writeFile(join(root, "convex", "_generated", "api.ts"), "");
  await writeFile(join(root, "convex", ".swap"), "");
  for (let i = 0; i < 5; i++) await writeFile(join(root, "convex", "rolls.ts"), `// ${i}\n`);
  await expect.poll(() => calls).toBe(1);
  await writeFile(join(root, "convex", "lib", "inner.ts"), "export const y = 3;\n");
  await expect.poll(() => calls).toBe(2);
});
