// Builds the command: one ES module for Node, dependencies left to be resolved at run time.
import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Writes `dist/cli.js` beside this file. */
export async function build() {
  await bundle({
    absWorkingDir: here,
    entryPoints: ["src/cli.ts"],
    outdir: "dist",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    plugins: [loadByRequire("typescript6")],
    logLevel: "warning",
    legalComments: "none",
  });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
