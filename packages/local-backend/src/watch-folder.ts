// Tells when sources change: folders are watched recursively, bursts of events become one call.
import { watch, type FSWatcher } from "node:fs";
import { basename, sep } from "node:path";

const settleMs = 120;

export interface FolderWatch {
  /** Watches these folders too; those watched already are left alone. */
  add(folders: readonly string[]): void;
  close(): void;
}

/**
 * Calls `onChange` after something below one of `folders` changed and nothing more did for a moment. Generated files,
 * installed packages and hidden files do not count.
 */
export function watchFolders(folders: readonly string[], onChange: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | null = null;
  const notice = (_event: string, name: string | null) => {
    if (name !== null && isIgnored(name)) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      onChange();
    }, settleMs);
  };
  const add = (more: readonly string[]) => {
    for (const folder of more) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, { recursive: true }, notice);
      // A folder that is removed while it is watched is a change like others.
      watcher.on("error", () => watcher.close());
      watchers.set(folder, watcher);
    }
  };
  add(folders);
  return {
    add,
    close() {
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
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
