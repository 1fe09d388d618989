// Which files of a functions folder are modules, and in which runtime each runs: the official command line's rules.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { CompileError } from "./app-bundle.ts";

const moduleExtensions = new Set([".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx"]);
const isolateOnly = new Set(["http", "crons", "schema", "auth.config"]);
const definitionNames = ["convex.config.ts", "convex.config.js"];

export interface EntryPoints {
  /** Absolute paths, sorted. */
  isolate: string[];
  node: string[];
}

/**
 * Finds the modules of `folder` (absolute). `_generated`, dotfiles, names with two dots, names with blanks, `schema.*`, nested
 * components and TypeScript files without import or export are no modules.
 *
 * @throws CompileError for the reserved `_deps` folder and for "use node" where it may not stand
 */
export function findEntryPoints(folder: string): EntryPoints {
  const found: EntryPoints = { isolate: [], node: [] };
  for (const file of walk(folder)) {
    const relative = path.relative(folder, file).split(path.sep).join("/");
    if (relative.startsWith("_deps/")) {
      throw new CompileError(
        `"${file}" lies in a folder named "_deps", which is reserved for shared code of the bundle. Move it to another folder.`,
      );
    }
    if (!isModule(relative)) continue;
    const text = readFileSync(file, "utf8");
    if (/\.tsx?$/.test(file) && !/^\s{0,100}(import|export)/m.test(text)) continue;
    if (!hasUseNodeDirective(text)) {
      if (relative.startsWith("actions/")) {
        throw new CompileError(
          `${relative} is in the "actions" folder but does not begin with "use node". Add the directive or move the file: that folder is for Node.js actions.`,
        );
      }
      found.isolate.push(file);
    } else if (isolateOnly.has(relative.replace(/\.[^/.]+$/, ""))) {
      throw new CompileError(`"use node" directive is not allowed for ${relative}.`);
    } else {
      found.node.push(file);
    }
  }
  return found;
}

/** The `convex.config` file of a folder, if it has one. */
export function findDefinitionFile(folder: string): string | null {
  for (const name of definitionNames) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
  }
  return null;
}

/**
 * `schema` or `auth.config` of a folder.
 *
 * @throws CompileError when both a `.ts` and a `.js` file exist
 */
export function findSpecialFile(folder: string, name: "schema" | "auth.config"): string | null {
  const candidates = [path.join(folder, `${name}.ts`), path.join(folder, `${name}.js`)];
  const existing = candidates.filter((file) => existsSync(file));
  if (existing.length > 1) {
    throw new CompileError(`Found both ${existing.join(" and ")}. Keep one of them.`);
  }
  return existing[0] ?? null;
}

function isModule(relative: string): boolean {
  const base = path.posix.basename(relative);
  if (!moduleExtensions.has(path.posix.extname(base))) return false;
  if (relative.startsWith("_generated/") || relative.includes(" ")) return false;
  if (base.startsWith(".") || base.startsWith("#")) return false;
  if (base === "schema.ts" || base === "schema.js") return false;
  return base.split(".").length === 2;
}

function* walk(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isFile()) yield full;
    else if (entry.isDirectory() && entry.name !== "node_modules") {
      if (existsSync(path.join(full, "convex.config.ts"))) continue;
      yield* walk(full);
    }
  }
}

/** Whether the directives at the top of a module name "use node"; comments may stand before and between them. */
export function hasUseNodeDirective(text: string): boolean {
  if (!text.includes("use node")) return false;
  const blank = /(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|^#![^\n]*\n)*/y;
  const directive = /(["'])((?:(?!\1)[^\\\n]|\\.)*)\1[ \t]*(?:;|(?=\r?\n)|(?=$)|(?=\/[/*]))/y;
  let position = 0;
  for (;;) {
    blank.lastIndex = position;
    position += blank.exec(text)?.[0].length ?? 0;
    directive.lastIndex = position;
    const match = directive.exec(text);
    if (match === null) return false;
    if (match[2] === "use node") return true;
    position += match[0].length;
  }
}
