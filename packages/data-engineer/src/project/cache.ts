// Keeps the last report of a project, valid while the content of every file that went into it is the same.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
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
  files: [string, string][];
  report: ProjectReport;
}

/** The cached report, or null. A cache that cannot be read counts as none. */
export function readCache(root: string, key: CacheKey): ProjectReport | null {
  const file = cacheFile(root);
  if (!existsSync(file)) return null;
  try {
    const entry: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isEntry(entry) || entry.key !== keyText(root, key)) return null;
    for (const [path, hash] of entry.files) if (hashOf(path) !== hash) return null;
    return entry.report;
  } catch {
    return null;
  }
}

export function writeCache(
  root: string,
  key: CacheKey,
  files: readonly string[],
  report: ProjectReport,
): void {
  const entry: Entry = {
    key: keyText(root, key),
    files: files.map((path) => [path, hashOf(path)]),
    report,
  };
  try {
    const file = cacheFile(root);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, JSON.stringify(entry));
  } catch {
    // A read-only place only costs the next run its speed.
  }
}

/** Written by {@link writeCache} of the same tool version, which is part of the key: its shape is known. */
function isEntry(value: unknown): value is Entry {
  return (
    isRecord(value) &&
    typeof value["key"] === "string" &&
    Array.isArray(value["files"]) &&
    isRecord(value["report"])
  );
}

function cacheFile(root: string): string {
  const name = `${createHash("sha256").update(root).digest("hex").slice(0, 16)}.json`;
  const modules = join(root, "node_modules");
  return existsSync(modules)
    ? join(modules, ".cache", "convex-data-engineer", name)
    : join(tmpdir(), `convex-data-engineer-${userInfo().uid}`, name);
}

function keyText(root: string, key: CacheKey): string {
  return createHash("sha256")
    .update(
      JSON.stringify([
        toolVersion,
        stamp(fileURLToPath(import.meta.url)),
        root,
        key,
        stamp(join(root, "node_modules", ".package-lock.json")),
        stamp(join(root, "package.json")),
        stamp(join(root, "tsconfig.json")),
      ]),
    )
    .digest("hex");
}

function stamp(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return "";
  }
}

function hashOf(path: string): string {
  try {
    return createHash("sha1").update(readFileSync(path)).digest("hex");
  } catch {
    return "";
  }
}
