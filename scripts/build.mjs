// Builds what runs: the local backend, the data engineer and the web app. With --if-stale only what changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ensureInstalled, root } from "./install.mjs";

/** What is built, from which sources, and the file that proves it was. */
const products = [
  {
    name: "local backend",
    sources: ["packages/local-backend/src", "packages/local-backend/build.mjs"],
    output: "packages/local-backend/dist/cli.js",
    build: () => importBuild("packages/local-backend/build.mjs"),
  },
  {
    name: "data engineer",
    sources: ["packages/data-engineer/src", "packages/data-engineer/build.mjs"],
    output: "packages/data-engineer/dist/cli.js",
    build: () => importBuild("packages/data-engineer/build.mjs"),
  },
  {
    name: "web app",
    sources: ["web", "packages/rules/src", "convex/_generated", "vite.config.ts"],
    output: "dist/web/index.html",
    build: async () => {
      const { build } = await import("vite");
      await build({
        root: join(root, "web"),
        configFile: join(root, "vite.config.ts"),
        logLevel: "warn",
      });
    },
  },
];

/**
 * Builds the named products, or all of them.
 *
 * @param {{ onlyStale: boolean, only?: string[] }} options
 */
export async function buildAll({ onlyStale, only }) {
  for (const product of products) {
    if (only && !only.includes(product.name)) continue;
    const stampFile = join(
      root,
      "node_modules",
      ".cache",
      "torchkeeper",
      `built-${product.name.replaceAll(" ", "-")}`,
    );
    const fingerprint = fingerprintOf(product.sources);
    const built =
      existsSync(join(root, product.output)) && existsSync(stampFile)
        ? readFileSync(stampFile, "utf8")
        : "";
    if (onlyStale && built === fingerprint) continue;
    console.log(`Building the ${product.name} …`);
    await product.build();
    mkdirSync(join(stampFile, ".."), { recursive: true });
    writeFileSync(stampFile, fingerprint);
  }
}

async function importBuild(file) {
  const module = await import(pathToFileURL(join(root, file)).href);
  await module.build();
}

/** Paths, sizes and times of all source files, and the lockfile: cheap, and changes whenever a build could differ. */
function fingerprintOf(sources) {
  const hash = createHash("sha256");
  const add = (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return;
    if (stats.isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
      return;
    }
    hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
  };
  for (const source of [...sources, "package-lock.json"]) add(join(root, source));
  return hash.digest("hex");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  await buildAll({ onlyStale: process.argv.includes("--if-stale") });
}
