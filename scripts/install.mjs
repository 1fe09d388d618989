// Makes a fresh clone ready to run: checks Node, installs the locked dependencies when they are missing or stale.
// Uses nothing but Node, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const stampFile = join(root, "node_modules", ".cache", "torchkeeper", "lock-hash");

/** Exits with a clear message when this Node is older than the project supports. */
export function requireSupportedNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const supported =
    major >= 24 || (major === 22 && minor >= 13) || major === 23 || (major === 20 && minor >= 19);
  if (supported) return;
  console.error(
    `Torchkeeper needs Node 20.19 or newer (24 LTS is best); this is Node ${version}.\n` +
      "Install a newer Node from nodejs.org and run the command again.",
  );
  process.exit(1);
}

/** Runs `npm ci` when `node_modules` is missing or was installed from another lockfile. */
export function ensureInstalled() {
  requireSupportedNode();
  const lockHash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const installedHash = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
  if (installedHash === lockHash) return;
  console.log("Installing dependencies (once, about a minute) …");
  const environment = { ...process.env };
  // A production install would leave out the tools that build the web app.
  delete environment["NODE_ENV"];
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    env: environment,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      "Installing the dependencies failed. Check the network connection (only the npm registry is needed) and run the command again.",
    );
    process.exit(1);
  }
  mkdirSync(join(stampFile, ".."), { recursive: true });
  writeFileSync(stampFile, lockHash);
}
