// Checks that the lockfile installs everywhere: no addresses of one registry, no optional platform package left out.
// `npm install` drops an optional package that its registry lacks without a word; `npm ci` then fails elsewhere.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";

const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const packages = Object.entries(lock.packages);
const problems = [];

for (const [path, entry] of packages) {
  if (typeof entry.resolved === "string" && /^https?:/.test(entry.resolved))
    problems.push(
      `${path} names a download address; delete package-lock.json and run npm install --package-lock-only`,
    );
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name))
      problems.push(`${path || "the root"} wants ${name}, which is not locked`);
  }
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`lockfile: ${packages.length} packages, all platforms, no addresses`);

/** Node's own look-up: a folder's node_modules, then its parents'. */
function isLocked(from, name) {
  let folder = from;
  for (;;) {
    if (lock.packages[`${folder ? `${folder}/` : ""}node_modules/${name}`]) return true;
    if (folder === "") return false;
    const parent = folder.lastIndexOf("/node_modules/");
    folder = parent < 0 ? "" : folder.slice(0, parent);
  }
}
