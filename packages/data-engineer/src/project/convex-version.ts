// Which version of the `convex` package a project uses.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The installed version, else the lowest one the manifest allows; null when neither says. */
export function convexVersion(folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    const installed = versionIn(join(current, "node_modules", "convex", "package.json"));
    if (installed !== null) return installed;
    const wanted = rangeIn(join(current, "package.json"));
    if (wanted !== null) return wanted;
    if (current === dirname(current)) return null;
  }
}

function versionIn(file: string): string | null {
  const json = read(file);
  return json !== null && typeof json["version"] === "string" ? json["version"] : null;
}

function rangeIn(file: string): string | null {
  const json = read(file);
  for (const key of ["dependencies", "devDependencies", "peerDependencies"]) {
    const group = json?.[key];
    if (typeof group !== "object" || group === null || !("convex" in group)) continue;
    const match = /\d+\.\d+(?:\.\d+)?/.exec(String(group.convex));
    if (match !== null) return match[0];
  }
  return null;
}

function read(file: string): Record<string, unknown> | null {
  if (!existsSync(file)) return null;
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof json === "object" && json !== null ? { ...json } : null;
  } catch {
    return null;
  }
}
