// Tells when sources change: folders are watched recursively, bursts of events become one call.
import { watch, type FSWatcher } from "node:fs";
import { basename, sep } from "node:path";

const settleMs = 120;

/**
 * Calls `onChange` after something below one of `folders` changed and nothing more did for a moment. Generated files,
 * installed packages and hidden files do not count.
 *
 * @returns stops watching
 */
export function watchFolders(folders: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  const notice = (_event: string, name: string | null) => {
    if (name !== null && isIgnored(name)) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      onChange();
    }, settleMs);
  };
  const watchers: FSWatcher[] = folders.map((folder) => watch(folder, { recursive: true }, notice));
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function isIgnored(name: string): boolean {
  const parts = name.split(sep);
  return (
    parts.includes("_generated") ||
    parts.includes("node_modules") ||
    basename(name).startsWith(".") ||
    basename(name).endsWith("~")
  );
}
