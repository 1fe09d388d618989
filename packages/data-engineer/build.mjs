// Builds the command: one ES module for Node, dependencies left to be resolved at run time.
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/**
 * Writes `dist/cli.js` and `dist/index.js` beside this file. A file whose content is right already is left alone and the others are put in
 * place whole, so that a command running meanwhile never reads half a file.
 */
export async function build() {
  const { outputFiles } = await bundle({
    absWorkingDir: here,
    entryPoints: ["src/cli.ts", "src/index.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    write: false,
    plugins: [loadByRequire("typescript6"), localBackend()],
    logLevel: "warning",
    legalComments: "none",
  });
  const dist = join(here, "dist");
  await mkdir(dist, { recursive: true });
  for (const { path, text } of outputFiles) {
    const current = await readFile(path, "utf8").catch(() => null);
    if (current === text) continue;
    const scratch = `${path}.${process.pid}.part`;
    await writeFile(scratch, text);
    if (basename(path) === "cli.js") await chmod(scratch, 0o755);
    await rename(scratch, path);
  }
  const written = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const name of await readdir(dist))
    if (!written.has(name) && name !== backendFolder && !name.endsWith(".part"))
      await rm(join(dist, name), { force: true });
}

/** Where a published copy has the local backend, which in the repository lies in its own package. */
const backendFolder = "backend";

/** Adds what a copy of this package needs to `measure` on its own: the backend's build. */
async function addBackend() {
  const { build: buildBackend } = await import("../local-backend/build.mjs");
  await buildBackend({ outdir: join(here, "dist", backendFolder) });
}

/** A large CommonJS package is loaded by `require`: importing it makes Node scan all of it for export names first. */
function loadByRequire(name) {
  return {
    name: "load-by-require",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: "require" }));
      onLoad({ filter: /.*/, namespace: "require" }, () => ({
        contents: `import { createRequire } from "node:module";
export default createRequire(import.meta.url)(${JSON.stringify(name)});`,
        loader: "js",
      }));
    },
  };
}

/** The backend's sources are TypeScript: what is run is its own build beside ours, when it is needed. */
function localBackend() {
  return {
    name: "local-backend",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@torchkeeper\/local-backend$/ }, ({ path }) => ({
        path,
        namespace: "built",
      }));
      onLoad({ filter: /.*/, namespace: "built" }, () => ({
        contents: `import { existsSync } from "node:fs";
export async function startBackend(options) {
  const packed = new URL("./${backendFolder}/index.js", import.meta.url);
  const url = existsSync(packed) ? packed : new URL("../../local-backend/dist/index.js", import.meta.url);
  const { startBackend } = await import(url.href);
  return startBackend(options);
}`,
        loader: "js",
      }));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build();
  if (process.argv.includes("--with-backend")) await addBackend();
  if (process.argv.includes("--without-backend"))
    await rm(join(here, "dist", backendFolder), { recursive: true, force: true });
}
