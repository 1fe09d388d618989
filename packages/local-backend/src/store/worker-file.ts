// Finds the file that a worker thread runs: beside the caller when built, bundled to a temporary file from sources.
// Cast: esbuild is loaded only when running from sources, through require, which has no types.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * The URL of a worker's JavaScript. In a build it is `<name>.js` beside the calling file; when running from TypeScript
 * the worker's source is bundled once per content and process run.
 *
 * @param from - `import.meta.url` of the caller
 * @param source - path of the worker's `.ts` file relative to the caller, such as `./writer-worker.ts`
 */
export function workerFile(from: string, source: string): URL {
  if (!from.endsWith(".ts")) {
    const name = source.slice(source.lastIndexOf("/") + 1).replace(/\.ts$/, ".js");
    return new URL(`./${name}`, from);
  }
  const entry = fileURLToPath(new URL(source, from));
  const known = bundled.get(entry);
  if (known !== undefined) return known;
  const url = bundleWorker(entry);
  bundled.set(entry, url);
  return url;
}

const bundled = new Map<string, URL>();

interface Esbuild {
  buildSync(options: object): { outputFiles: { text: string }[] };
}

function bundleWorker(entry: string): URL {
  const require = createRequire(import.meta.url);
  const esbuild = require("esbuild") as Esbuild;
  const output = esbuild.buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    // As if it ran where its source lies: for packages, and for workers of its own.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(entry).href) },
  }).outputFiles[0];
  if (output === undefined) throw new Error(`esbuild gave no output for ${entry}`);
  // Packages are resolved from where the file lies, so it has to lie under a folder whose node_modules has them.
  const folder = join(cacheFolder(dirname(entry)), "local-backend-workers");
  mkdirSync(folder, { recursive: true });
  const hash = createHash("sha256").update(output.text).digest("hex").slice(0, 16);
  const file = join(folder, `${hash}.mjs`);
  if (!existsSync(file)) {
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, output.text);
    renameSync(partial, file);
  }
  return pathToFileURL(file);
}

/** `node_modules/.cache` of the nearest folder upwards that has `node_modules`; else the system's temporary folder. */
function cacheFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) return join(modules, ".cache");
    if (dirname(folder) === folder) return tmpdir();
  }
}
