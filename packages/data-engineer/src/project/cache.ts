// Keeps the last report of a project, valid while everything that went into it is the same.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord } from "../schema/validator.ts";
import type { Engine } from "../types/engine.ts";
import { toolVersion } from "../version.ts";
import type { ConvexFolder } from "./discover.ts";
import type { Config } from "./config.ts";
import type { ProjectReport } from "./report.ts";

export interface CacheKey {
  config: Config;
  execute: boolean;
  engine: Engine;
  folders: ConvexFolder[];
}

interface Entry {
  key: string;
  /** Path and fingerprint of all that was read, and of what was looked for in vain. */
  inputs: [string, string][];
  report: ProjectReport;
}

/** The cached report, or null. A cache that cannot be read, is not ours, or is damaged counts as none. */
export function readCache(root: string, key: CacheKey): ProjectReport | null {
  try {
    const file = cacheFile(root);
    if (!isTrusted(file)) return null;
    const entry: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isEntry(entry) || entry.key !== keyText(root, key)) return null;
    for (const [path, fingerprint] of entry.inputs)
      if (fingerprintOf(path) !== fingerprint) return null;
    return entry.report;
  } catch {
    return null;
  }
}

/** @param inputs - absolute paths of the files read, and of those looked for in vain */
export function writeCache(
  root: string,
  key: CacheKey,
  inputs: Iterable<string>,
  report: ProjectReport,
): void {
  try {
    const file = cacheFile(root);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (!isTrusted(file)) return;
    const entry: Entry = {
      // Made after the folder: it may be new in `node_modules`, whose time is part of the key.
      key: keyText(root, key),
      inputs: [...new Set(inputs)].sort().map((path) => [path, fingerprintOf(path)]),
      report,
    };
    // Put in place whole: another run may read meanwhile.
    const scratch = `${file}.${process.pid}.part`;
    try {
      writeFileSync(scratch, JSON.stringify(entry), { mode: 0o600 });
      renameSync(scratch, file);
    } finally {
      rmSync(scratch, { force: true });
    }
  } catch {
    // A read-only place only costs the next run its speed.
  }
}

/** Written by {@link writeCache} of the same tool, which is part of the key: the shape of the report is known. */
function isEntry(value: unknown): value is Entry {
  return (
    isRecord(value) &&
    typeof value["key"] === "string" &&
    Array.isArray(value["inputs"]) &&
    isRecord(value["report"]) &&
    Array.isArray(value["report"]["folders"])
  );
}

function cacheFile(root: string): string {
  const name = `${createHash("sha256").update(root).digest("hex").slice(0, 16)}.json`;
  const modules = join(root, "node_modules");
  return isFolder(modules)
    ? join(modules, ".cache", "convex-data-engineer", name)
    : join(tmpdir(), `convex-data-engineer-${process.getuid?.() ?? "user"}`, name);
}

/** A folder in the shared temporary place may have been made by somebody else: theirs is not used. */
function isTrusted(file: string): boolean {
  const own = process.getuid?.();
  const folder = dirname(file);
  if (own === undefined || !folder.startsWith(tmpdir())) return true;
  const { uid, mode } = statSync(folder);
  return uid === own && (mode & 0o022) === 0;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** What lies around the project: manifests, compiler options and installed packages, of all folders above too. */
const surroundings = [
  "package.json",
  "tsconfig.json",
  "jsconfig.json",
  "pnpm-workspace.yaml",
  ".pnp.cjs",
  "node_modules",
  "node_modules/.package-lock.json",
  "node_modules/.modules.yaml",
  "node_modules/.yarn-state.yml",
  "node_modules/.yarn-integrity",
  "node_modules/convex/package.json",
];

function keyText(root: string, key: CacheKey): string {
  const stamps: string[] = [];
  const seen = new Set<string>();
  for (const start of [root, ...key.folders.map((folder) => folder.path)])
    for (let folder = start; !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder);
      stamps.push(...surroundings.map((name) => stamp(join(folder, name))));
    }
  return createHash("sha256")
    .update(
      JSON.stringify([
        toolVersion,
        process.version,
        stamp(fileURLToPath(import.meta.url)),
        stamp(fileURLToPath(new URL("cli.js", import.meta.url))),
        root,
        key,
        stamps,
      ]),
    )
    .digest("hex");
}

/** The content of the project's own files; for installed ones their time and size, which is quicker. */
function fingerprintOf(path: string): string {
  if (/[\\/]node_modules[\\/]/.test(path)) return stamp(path);
  try {
    return createHash("sha1").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}

function stamp(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return "";
  }
}
