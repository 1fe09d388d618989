// What a tool call may name: folders, files and git refs of the folder that the server was started for, and no more.
import { existsSync, realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { loadConfig } from "../project/config.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";

/** Absolute path of a folder or file below `root`. @throws ToolFailure when it lies elsewhere, by way of links too */
export function insideFolder(root: string, path: string | undefined): string {
  const wanted = resolve(root, path ?? ".");
  if (!isBelow(resolve(root), wanted) || !isBelow(real(root), real(wanted)))
    throw new ToolFailure(
      "bad-argument",
      `"${path ?? ""}" is outside the folder this server was started for.`,
    );
  return wanted;
}

/** A git ref, which is no option of git's. @throws ToolFailure */
export function plainRef(ref: string): string {
  if (ref.startsWith("-"))
    throw new ToolFailure("bad-argument", `"${ref}" is no git ref. Pass a branch, tag or commit.`);
  return ref;
}

/** One side of a schema diff: a file or folder below `root`, or a git ref. @throws ToolFailure */
export function schemaSource(root: string, directory: string, text: string): string {
  for (const path of [resolve(directory, text), resolve(text)])
    if (existsSync(path)) return insideFolder(root, path);
  return plainRef(text);
}

/** Where migrations are written must lie below `root`, whatever the configuration says. @throws ToolFailure */
export function checkMigrationFolder(root: string, directory: string): void {
  const { migrations } = loadConfig(directory);
  for (const { path } of discoverFolders(directory))
    insideFolder(root, resolve(path, ...migrations.split(/[\\/]/)));
}

/** The path without links, of what there is of it. */
function real(path: string): string {
  for (let at = resolve(path); ; at = resolve(at, "..")) {
    if (existsSync(at)) return resolve(realpathSync(at), relative(at, resolve(path)));
    if (at === resolve(at, "..")) return resolve(path);
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way.split(sep)[0] !== ".." && resolve(root, way) === path);
}
