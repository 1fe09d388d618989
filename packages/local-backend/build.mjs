// Bundles the local backend into dist/: the command line, the package entry, and the worker threads' files beside them.
import { build as esbuild } from "esbuild";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const packageFolder = dirname(fileURLToPath(import.meta.url));
const sources = join(packageFolder, "src");

/**
 * Writes the output folder anew. Rejects with esbuild's report if something does not compile.
 *
 * @param {{ outdir?: string }} [options] - default: the package's `dist`
 */
export async function build({ outdir = join(packageFolder, "dist") } = {}) {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const entries = { cli: join(sources, "cli.ts"), index: join(sources, "index.ts") };
  for (const file of await listFiles(sources)) {
    // A worker's file lies beside the bundle that starts it, under its own base name.
    const match = /([^/\\]+-worker)\.ts$/.exec(file);
    if (match !== null) entries[match[1]] = file;
  }
  await esbuild({
    entryPoints: entries,
    outdir,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    splitting: true,
    // Beside the entries: worker files are found relative to the file that starts them.
    chunkNames: "[name]-[hash]",
    logLevel: "silent",
  });
  await esbuild({
    ...(await guestOptions()),
    entryPoints: { "guest-realm": join(sources, "runtime", "guest", "realm.ts") },
    outdir,
    logLevel: "silent",
  });
  await chmod(join(outdir, "cli.js"), 0o755);
}

/** How the script of the functions' realm is bundled: said in the sources, because they bundle it too when run from there. */
async function guestOptions() {
  const { outputFiles } = await esbuild({
    entryPoints: [join(sources, "runtime", "guest-script.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`;
  return (await import(url)).guestBuildOptions;
}

async function listFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await build();
}
