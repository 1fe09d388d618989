// Names of package.json: what `exports` and `imports` lead to. Sources are wanted, so conditions are tried in our order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "../project/json.ts";
import { isRecord } from "../schema/validator.ts";

const conditions = [
  "convex",
  "source",
  "development",
  "module",
  "import",
  "node",
  "default",
  "require",
  "types",
];

/** `@scope/name/rest` in its parts; `rest` is empty for the package itself. */
export function splitSpecifier(specifier: string): { name: string; rest: string } {
  const parts = specifier.split("/");
  const size = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, size).join("/"), rest: parts.slice(size).join("/") };
}

/** The package.json of a folder; null when there is none that can be read. */
export function readManifest(folder: string): Record<string, unknown> | null {
  try {
    const json = parseJson(readFileSync(join(folder, "package.json"), "utf8"));
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}

/** Paths, relative to the package, that `name/rest` may lead to, the likeliest first. */
export function exportTargets(manifest: Record<string, unknown>, rest: string): string[] {
  const { exports, main } = manifest;
  const wanted = rest === "" ? "." : `./${rest}`;
  const targets: string[] = [];
  if (isRecord(exports) && Object.keys(exports).some((key) => key.startsWith(".")))
    targets.push(...lookUp(exports, wanted));
  else if (exports !== undefined && rest === "") targets.push(...pathsOf(exports, ""));
  if (exports === undefined || targets.length === 0) {
    if (rest !== "") targets.push(rest, join("src", rest));
    else targets.push(...(typeof main === "string" ? [main] : []), "index", join("src", "index"));
  }
  return targets;
}

/** Paths, relative to the package, that `#name` may lead to. */
export function importTargets(manifest: Record<string, unknown>, specifier: string): string[] {
  const { imports } = manifest;
  return isRecord(imports) ? lookUp(imports, specifier) : [];
}

/** The entry for a key, or the pattern with the longest beginning that fits. */
function lookUp(entries: Record<string, unknown>, wanted: string): string[] {
  if (Object.hasOwn(entries, wanted)) return pathsOf(entries[wanted], "");
  const patterns = Object.keys(entries)
    .filter((key) => key.includes("*"))
    .sort((a, b) => b.indexOf("*") - a.indexOf("*"));
  for (const pattern of patterns) {
    const [prefix = "", suffix = ""] = pattern.split("*");
    const size = wanted.length - prefix.length - suffix.length;
    if (size < 1 || !wanted.startsWith(prefix) || !wanted.endsWith(suffix)) continue;
    return pathsOf(entries[pattern], wanted.slice(prefix.length, prefix.length + size));
  }
  return [];
}

function pathsOf(target: unknown, star: string): string[] {
  if (typeof target === "string") return [target.replaceAll("*", () => star)];
  if (Array.isArray(target)) return target.flatMap((item) => pathsOf(item, star));
  if (!isRecord(target)) return [];
  return conditions
    .filter((name) => Object.hasOwn(target, name))
    .flatMap((name) => pathsOf(target[name], star));
}
