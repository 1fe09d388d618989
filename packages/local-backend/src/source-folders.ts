// Which folders a bundle was made from, besides the functions folder: a change there is a change of the functions.
import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import type { AppBundle } from "./runtime/app-bundle.ts";
import { isJsonObject, parseJson, type Json } from "./values/json.ts";

/**
 * Folders outside the functions folder whose files went into the bundle, by its source maps; installed packages left out,
 * and folders below others of the list.
 */
export function outerSourceFolders(functionsFolder: string, bundle: AppBundle): string[] {
  const root = resolve(functionsFolder);
  // Source maps count from the place of the output, a folder beside the functions folder.
  const output = join(dirname(root), "output");
  const folders = new Set<string>();
  for (const { path, sourceMap } of bundle.app.modules) {
    if (sourceMap === undefined) continue;
    for (const source of sourcesOf(parseJson(sourceMap))) {
      const file = resolve(output, dirname(path), source);
      if (file.startsWith(root + sep) || file.includes(`${sep}node_modules${sep}`)) continue;
      if (existsSync(file)) folders.add(dirname(file));
    }
  }
  const all = [...folders].sort();
  return all.filter((folder) => !all.some((other) => folder.startsWith(other + sep)));
}

function sourcesOf(map: Json): string[] {
  const sources = isJsonObject(map) ? map["sources"] : null;
  return Array.isArray(sources) ? sources.filter((source) => typeof source === "string") : [];
}
