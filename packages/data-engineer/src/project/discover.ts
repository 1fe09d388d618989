// Finds the Convex folders of a directory and the files in them, by the rules of the official bundler.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { ToolFailure } from "./failure.ts";

export interface ConvexFolder {
  /** Absolute path of the folder that holds schema and functions. */
  path: string;
  /** True for a component: it has its own schema and its own `convex.config`. */
  isComponent: boolean;
  /** Absolute path of schema.*, null when the project has none. */
  schemaFile: string | null;
  /** Absolute paths of the modules the bundler makes, sorted. */
  entryFiles: string[];
  /** All source files below, also those that are no module (schema, configs, two-dot names), without tests. */
  sourceFiles: string[];
}

const skippedFolders = new Set([
  "node_modules",
  "dist",
  "build",
  "coverage",
  ".git",
  ".next",
  ".turbo",
  ".convex",
  "_generated",
]);
const sourceFile = /\.(ts|tsx|js|jsx|mts|mjs|cts|cjs)$/;
const maxSearchDepth = 5;

/**
 * Every Convex folder in `directory`, nearest first: the one `convex.json` names, `convex/`, the directory itself
 * when it is one, otherwise those found below (workspaces). Components inside a folder come after it.
 *
 * @throws ToolFailure `no-project` when there is none
 */
export function discoverFolders(directory: string): ConvexFolder[] {
  const root = resolve(directory);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new ToolFailure(
      "no-project",
      `"${directory}" is not a folder. Pass the project's folder.`,
    );
  }
  const found = new Set<string>();
  const direct = folderOf(root);
  if (direct !== null) found.add(direct);
  else if (looksLikeConvexFolder(root)) found.add(root);
  if (found.size === 0) search(root, 0, found);
  const folders: ConvexFolder[] = [];
  for (const path of [...found].sort()) {
    folders.push(describeFolder(path));
    for (const component of componentsBelow(path)) folders.push(describeFolder(component));
  }
  const withCode = folders.filter((f) => f.schemaFile !== null || f.entryFiles.length > 0);
  const unique = [...new Map(withCode.map((folder) => [folder.path, folder])).values()];
  if (unique.length === 0) {
    throw new ToolFailure(
      "no-project",
      `Found no Convex folder in "${directory}": expected \`convex/\` with a schema or functions, or a convex.json whose \`functions\` names it. Pass the folder that holds schema.ts.`,
    );
  }
  return unique;
}

function folderOf(root: string): string | null {
  const configured = configuredFolder(root);
  if (configured !== null) return configured;
  const plain = join(root, "convex");
  return existsSync(plain) && looksLikeConvexFolder(plain) ? plain : null;
}

function configuredFolder(root: string): string | null {
  const file = join(root, "convex.json");
  if (!existsSync(file)) return null;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ToolFailure("bad-config", `convex.json in "${root}" is not JSON. Mend it first.`, {
      cause,
    });
  }
  if (typeof json !== "object" || json === null || !("functions" in json)) return null;
  const functions = json.functions;
  if (typeof functions !== "string") return null;
  const path = resolve(root, functions);
  return existsSync(path) ? path : null;
}

function looksLikeConvexFolder(path: string): boolean {
  const names = readdirSync(path);
  if (names.some((name) => /^(schema|convex\.config)\.(ts|js|mts|mjs|tsx)$/.test(name)))
    return true;
  if (names.includes("_generated")) return true;
  if (basename(path) !== "convex") return false;
  return listSources(path).some((file) =>
    /_generated\/server|convex\/server/.test(readFileSync(file, "utf8")),
  );
}

function search(folder: string, depth: number, found: Set<string>): void {
  if (depth > maxSearchDepth) return;
  for (const name of readdirSync(folder).sort()) {
    if (skippedFolders.has(name) || name.startsWith(".")) continue;
    const path = join(folder, name);
    if (!isFolder(path)) continue;
    const direct = folderOf(path);
    if (direct !== null) found.add(direct);
    else if (hasOwnSchema(path)) found.add(path);
    else search(path, depth + 1, found);
  }
}

/** A schema or component definition of Convex, not any file called schema.ts. */
function hasOwnSchema(path: string): boolean {
  for (const name of readdirSync(path)) {
    if (/^convex\.config\.(ts|js|mts|mjs)$/.test(name)) return true;
    if (/^schema\.(ts|js|mts|mjs)$/.test(name)) {
      if (/["']convex\/server["']/.test(readFileSync(join(path, name), "utf8"))) return true;
    }
  }
  return false;
}

function componentsBelow(path: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      const inner = join(folder, name);
      if (skippedFolders.has(name) || name.startsWith(".") || !isFolder(inner)) continue;
      if (hasComponentConfig(inner)) found.push(inner);
      walk(inner);
    }
  };
  walk(path);
  return found;
}

function hasComponentConfig(path: string): boolean {
  return readdirSync(path).some((file) => /^convex\.config\.(ts|js|mts|mjs)$/.test(file));
}

/** The app's own convex.config says `defineApp`; a component's says `defineComponent`. */
function definesComponent(path: string): boolean {
  return readdirSync(path).some(
    (file) =>
      /^convex\.config\.(ts|js|mts|mjs)$/.test(file) &&
      readFileSync(join(path, file), "utf8").includes("defineComponent"),
  );
}

function describeFolder(path: string): ConvexFolder {
  const sources = listSources(path);
  const schemaFile =
    ["ts", "js", "mts", "mjs", "tsx"]
      .map((extension) => join(path, `schema.${extension}`))
      .find((file) => existsSync(file)) ?? null;
  return {
    path,
    isComponent: definesComponent(path),
    schemaFile,
    entryFiles: sources.filter((file) => isEntryFile(path, file)),
    sourceFiles: sources,
  };
}

function listSources(root: string): string[] {
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      if (skippedFolders.has(name) || name.startsWith(".")) continue;
      const path = join(folder, name);
      if (isFolder(path)) {
        if (!hasComponentConfig(path) && name !== "__tests__") walk(path);
      } else if (sourceFile.test(name) && !/\.(test|spec|d)\.[cm]?[jt]sx?$/.test(name)) {
        files.push(path);
      }
    }
  };
  walk(root);
  return files;
}

function isEntryFile(root: string, file: string): boolean {
  const name = basename(file);
  if (/^schema\.[cm]?[jt]sx?$/.test(name)) return false;
  if (name.startsWith("#") || name.split(".").length > 2) return false;
  if (relative(root, file).split(sep).join("/").includes(" ")) return false;
  if (/\.[cm]?tsx?$/.test(name)) return /^\s*(import|export)\b/m.test(readFileSync(file, "utf8"));
  return true;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
