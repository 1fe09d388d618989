// Builds the command: one ES module for Node, dependencies left to be resolved at run time.
import { chmod, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Writes `dist/cli.js` beside this file. */
export async function build() {
  const { metafile } = await bundle({
    absWorkingDir: here,
    entryPoints: ["src/cli.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    metafile: true,
    plugins: [loadByRequire("typescript6"), localBackend()],
    logLevel: "warning",
    legalComments: "none",
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  const dist = fileURLToPath(new URL("dist/", import.meta.url));
  for (const name of await readdir(dist)) if (!written.has(name)) await rm(join(dist, name));
  await chmod(new URL("dist/cli.js", import.meta.url), 0o755);
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
        contents: `export async function startBackend(options) {
  const url = new URL("../../local-backend/dist/index.js", import.meta.url);
  const { startBackend } = await import(url.href);
  return startBackend(options);
}`,
        loader: "js",
      }));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
