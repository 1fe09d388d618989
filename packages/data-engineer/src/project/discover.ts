// Finds the Convex folders of a directory and the files in them, by the rules of the official bundler.
import { existsSync, readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ToolFailure } from "./failure.ts";
import { parseJson } from "./json.ts";

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
  /** Folders below that may not be read. */
  unreadable: string[];
}

/** Not looked into when searching a repository for Convex folders. */
const skippedFolders = new Set([
  "node_modules",
  "dist",
  "build",
  "coverage",
  "_generated",
  "_deps",
]);
const sourceFile = /\.(ts|tsx|js|jsx|mts|mjs|cts|cjs)$/;
const maxSearchDepth = 5;

/**
 * Every Convex folder in `directory`, nearest first: the one `convex.json` names, `convex/`, the directory itself
 * when it is one, otherwise those found below (workspaces). Components inside a folder come after it.
 *
 * @throws ToolFailure `no-project` when there is none, `bad-config` when convex.json is wrong
 */
export function discoverFolders(directory: string): ConvexFolder[] {
  const root = resolve(directory);
  if (!existsSync(root))
    throw new ToolFailure(
      "no-project",
      `"${directory}" does not exist, so it is not a folder. Pass the project's folder.`,
    );
  if (!isFolder(root))
    throw new ToolFailure(
      "no-project",
      `"${directory}" is not a folder. Pass the project's folder.`,
    );
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
    const above = projectAbove(root);
    throw new ToolFailure(
      "no-project",
      `Found no Convex folder in "${directory}": expected \`convex/\` with a schema or functions, or a convex.json whose \`functions\` names it. ${
        above === null
          ? "Pass the folder that holds schema.ts."
          : `There is one further up: pass "${relative(process.cwd(), above) || "."}".`
      }`,
    );
  }
  return unique;
}

/** The nearest folder above that is a project. */
function projectAbove(root: string): string | null {
  for (let current = dirname(root), below = root; current !== below; current = dirname(current)) {
    try {
      if (folderOf(current) !== null) return current;
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error;
    }
    below = current;
  }
  return null;
}

function folderOf(root: string): string | null {
  const configured = configuredFolder(root);
  if (configured !== null) return configured;
  const plain = join(root, "convex");
  return isFolder(plain) && looksLikeConvexFolder(plain) ? plain : null;
}

/** @throws ToolFailure `bad-config`: a push would not go on either */
function configuredFolder(root: string): string | null {
  const file = join(root, "convex.json");
  if (!isFile(file)) return null;
  const wrong = (what: string) =>
    new ToolFailure(
      "bad-config",
      `${relative(process.cwd(), file) || file} ${what} Mend it first.`,
    );
  const json = parseJson(read(file));
  if (json === undefined) throw wrong("is not JSON.");
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw wrong("is not a JSON object.");
  if (!("functions" in json) || json.functions === undefined) return null;
  const functions = json.functions;
  if (typeof functions !== "string")
    throw wrong(
      `has ${JSON.stringify(functions)} as \`functions\`; expected the path of a folder.`,
    );
  const path = resolve(root, functions.replaceAll("\\", "/"));
  if (!existsSync(path)) {
    // A fresh project names the folder before it is there.
    if (functions.replace(/\/+$/, "") === "convex") return null;
    throw wrong(`names "${functions}" as the folder of functions, which does not exist.`);
  }
  if (!isFolder(path))
    throw wrong(`names "${functions}" as the folder of functions, which is a file.`);
  return path;
}

function looksLikeConvexFolder(path: string): boolean {
  const entries = list(path);
  if (
    entries.some(
      (entry) =>
        entry.isFile() && /^(schema|convex\.config)\.(ts|js|mts|mjs|tsx)$/.test(entry.name),
    )
  )
    return true;
  if (entries.some((entry) => entry.name === "_generated")) return true;
  // Named as such, but not the package of that name.
  if (basename(path) !== "convex" || isFile(join(path, "package.json"))) return false;
  return listSources(path).some((file) => /_generated\/server|convex\/server/.test(read(file)));
}

function search(folder: string, depth: number, found: Set<string>): void {
  if (depth > maxSearchDepth) return;
  for (const { name } of foldersIn(folder)) {
    if (skippedFolders.has(name)) continue;
    const path = join(folder, name);
    const direct = folderOf(path);
    if (direct !== null) found.add(direct);
    else if (hasOwnSchema(path)) found.add(path);
    else search(path, depth + 1, found);
  }
}

/** A schema or component definition of Convex, not any file called schema.ts. */
function hasOwnSchema(path: string): boolean {
  return list(path).some(
    (entry) =>
      entry.isFile() &&
      (/^convex\.config\.(ts|js|mts|mjs)$/.test(entry.name) ||
        (/^schema\.(ts|js|mts|mjs)$/.test(entry.name) &&
          /["']convex\/server["']/.test(read(join(path, entry.name))))),
  );
}

function componentsBelow(path: string): string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const { name } of foldersIn(folder)) {
      if (isOutside(name)) continue;
      const inner = join(folder, name);
      if (hasComponentConfig(inner)) found.push(inner);
      walk(inner);
    }
  };
  walk(path);
  return found;
}

const componentConfig = /^convex\.config\.(ts|js|mts|mjs)$/;

function hasComponentConfig(path: string): boolean {
  return list(path).some((entry) => entry.isFile() && componentConfig.test(entry.name));
}

/** The app's own convex.config says `defineApp`; a component's says `defineComponent`. */
function definesComponent(path: string): boolean {
  return list(path).some(
    ({ name }) => componentConfig.test(name) && read(join(path, name)).includes("defineComponent"),
  );
}

function describeFolder(path: string): ConvexFolder {
  const unreadable: string[] = [];
  const sources = listSources(path, unreadable);
  const schemaFile =
    ["ts", "js", "mts", "mjs", "tsx"]
      .map((extension) => join(path, `schema.${extension}`))
      .find((file) => isFile(file)) ?? null;
  return {
    path,
    isComponent: definesComponent(path),
    schemaFile,
    entryFiles: sources.filter((file) => isEntryFile(path, file)),
    sourceFiles: sources,
    unreadable,
  };
}

function listSources(root: string, unreadable: string[] = []): string[] {
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const entry of list(folder, unreadable)) {
      const { name } = entry;
      const path = join(folder, name);
      if (entry.isDirectory()) {
        if (!isOutside(name) && name !== "__tests__" && !hasComponentConfig(path)) walk(path);
      } else if (
        entry.isFile() &&
        !name.startsWith(".") &&
        sourceFile.test(name) &&
        !/\.(test|spec|d)\.[cm]?[jt]sx?$/.test(name)
      ) {
        files.push(path);
      }
    }
  };
  walk(root);
  return files;
}

/** Folders inside a Convex folder that hold no modules of the project; any other name may be one of theirs. */
function isOutside(name: string): boolean {
  return (
    name === "node_modules" || name === "_generated" || name === "_deps" || name.startsWith(".")
  );
}

function isEntryFile(root: string, file: string): boolean {
  const name = basename(file);
  if (/^schema\.[cm]?[jt]sx?$/.test(name)) return false;
  if (name.startsWith("#") || name.split(".").length > 2) return false;
  if (relative(root, file).split(sep).join("/").includes(" ")) return false;
  if (/\.tsx?$/.test(name)) return /^\s*(import|export)/m.test(read(file));
  return true;
}

/** What a folder holds, sorted; nothing when it may not be read. Links count as neither file nor folder, as in a push. */
function list(folder: string, unreadable: string[] = []): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    unreadable.push(folder);
    return [];
  }
}

function foldersIn(folder: string): Dirent[] {
  return list(folder).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
}

/** A file's text; empty when it may not be read, which the analysis tells. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
