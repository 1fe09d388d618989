// Parses source files on demand and resolves what they import, without type information and without node_modules.
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript6";
import type { Span } from "../model/model.ts";
import { readAliases, type Alias } from "./aliases.ts";
import { exportTargets, importTargets, readManifest, splitSpecifier } from "./package-names.ts";

export interface SourceModule {
  /** Absolute path. */
  path: string;
  /** Path relative to the project, with forward slashes. */
  name: string;
  text: string;
  source: ts.SourceFile;
}

export type Resolution =
  | { kind: "file"; path: string }
  | { kind: "generated"; file: string }
  | { kind: "external"; module: string };

const extensions = [".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs"];

/** The files of one project. Everything is cached; create a new one when files may have changed. */
export class Program {
  readonly root: string;
  /** Files that are there but could not be read, with the reason. */
  readonly unreadable = new Map<string, string>();
  /** Absolute paths of the files read, and of those looked for in vain: what the result depends on. */
  readonly inputs = new Set<string>();
  readonly #modules = new Map<string, SourceModule | null>();
  readonly #resolutions = new Map<string, Resolution>();
  readonly #overrides: ReadonlyMap<string, string>;
  readonly #manifests = new Map<string, Record<string, unknown> | null>();
  readonly #aliases: Alias[];

  /**
   * @param root - absolute path that names are relative to
   * @param folder - the Convex folder, whose tsconfig (or the root's) gives path aliases
   * @param overrides - file contents that stand for those on disk, by absolute path
   */
  constructor(root: string, folder: string, overrides: ReadonlyMap<string, string> = new Map()) {
    this.root = root;
    this.#overrides = overrides;
    this.#aliases = readAliases([folder, root], this.inputs);
  }

  /** The parsed file, or null when it does not exist. Syntax errors do not matter: the tree is what could be read. */
  module(path: string): SourceModule | null {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const text = this.#read(path);
    if (text === null) {
      this.#modules.set(path, null);
      return null;
    }
    const source = this.#parse(path, text);
    if (source === null) {
      this.#modules.set(path, null);
      return null;
    }
    const module = { path, name: relative(this.root, path).split(sep).join("/"), text, source };
    this.#modules.set(path, module);
    return module;
  }

  #parse(path: string, text: string): ts.SourceFile | null {
    try {
      const source = ts.createSourceFile(
        path,
        text,
        ts.ScriptTarget.ESNext,
        true,
        scriptKind(path),
      );
      probeDepth(source);
      return source;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.unreadable.set(path, "its code is nested too deep to be followed");
      return null;
    }
  }

  modules(): SourceModule[] {
    return [...this.#modules.values()].filter((module) => module !== null);
  }

  nameOf(node: ts.Node): string {
    const path = node.getSourceFile().fileName;
    return relative(this.root, path).split(sep).join("/");
  }

  span(node: ts.Node): Span {
    return this.spanBetween(node, node);
  }

  spanBetween(first: ts.Node, last: ts.Node): Span {
    const source = first.getSourceFile();
    const start = first.getStart(source);
    const end = last.getEnd();
    return {
      file: this.nameOf(first),
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      endLine: source.getLineAndCharacterOfPosition(end).line + 1,
      start,
      end,
    };
  }

  resolve(specifier: string, from: string): Resolution {
    const key = `${dirname(from)}\n${specifier}`;
    const known = this.#resolutions.get(key);
    if (known !== undefined) return known;
    const resolution = this.#resolve(specifier, from);
    this.#resolutions.set(key, resolution);
    return resolution;
  }

  #resolve(specifier: string, from: string): Resolution {
    const generated = /(?:^|\/)_generated\/(\w+)(?:\.[jt]s)?$/.exec(specifier);
    if (generated !== null) return { kind: "generated", file: generated[1] ?? "" };
    if (specifier.startsWith(".")) {
      const file = this.#file(resolve(dirname(from), specifier));
      return file === null ? { kind: "external", module: specifier } : { kind: "file", path: file };
    }
    for (const alias of this.#aliases) {
      const matches = alias.exact
        ? specifier === alias.prefix
        : specifier.startsWith(alias.prefix) && specifier.endsWith(alias.suffix);
      if (!matches) continue;
      const star = specifier.slice(alias.prefix.length, specifier.length - alias.suffix.length);
      for (const target of alias.targets) {
        const file = this.#file(target.replace("*", () => star));
        if (file !== null) return { kind: "file", path: file };
      }
    }
    const packaged = this.#packageFile(specifier, from);
    if (packaged !== null) return { kind: "file", path: packaged };
    return { kind: "external", module: specifier };
  }

  /** The source behind a name of package.json: `#imports`, the package itself, or a package of the same repository. */
  #packageFile(specifier: string, from: string): string | null {
    const { name, rest } = splitSpecifier(specifier);
    if (name === "convex" || name.startsWith("node:")) return null;
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      const own = this.#manifest(folder);
      if (own !== null && (specifier.startsWith("#") || own["name"] === name)) {
        const targets = specifier.startsWith("#")
          ? importTargets(own, specifier)
          : exportTargets(own, rest);
        const file = this.#firstFile(folder, targets);
        if (file !== null) return file;
      }
      const linked = join(folder, "node_modules", name);
      if (!specifier.startsWith("#") && existsSync(linked)) {
        const real = realpathSync(linked);
        // What is installed is not linked: it is no source of the project.
        if (real.split(sep).includes("node_modules")) return null;
        return this.#firstFile(real, exportTargets(this.#manifest(real) ?? {}, rest));
      }
      if (folder === dirname(folder)) return null;
    }
  }

  #manifest(folder: string): Record<string, unknown> | null {
    let manifest = this.#manifests.get(folder);
    if (manifest === undefined) {
      this.inputs.add(join(folder, "package.json"));
      manifest = readManifest(folder);
      this.#manifests.set(folder, manifest);
    }
    return manifest;
  }

  #firstFile(folder: string, targets: readonly string[]): string | null {
    for (const target of targets) {
      const file = this.#file(join(folder, target));
      if (file !== null) return file;
    }
    return null;
  }

  #file(path: string): string | null {
    const candidates = [path];
    const js = /\.([cm]?)jsx?$/.exec(path);
    if (js !== null) {
      const stem = path.slice(0, js.index);
      candidates.push(`${stem}.${js[1] ?? ""}ts`, `${stem}.tsx`);
    }
    candidates.push(...extensions.map((extension) => path + extension));
    candidates.push(...extensions.map((extension) => join(path, `index${extension}`)));
    for (const candidate of candidates) {
      if (!extensions.some((extension) => candidate.endsWith(extension))) continue;
      if (this.#overrides.has(candidate)) return candidate;
      this.inputs.add(candidate);
      if (isFile(candidate)) return candidate;
    }
    return null;
  }

  #read(path: string): string | null {
    const override = this.#overrides.get(path);
    if (override !== undefined) return override;
    this.inputs.add(path);
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (code !== "ENOENT") this.unreadable.set(path, `it cannot be read (${code})`);
      return null;
    }
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Walks the tree with more stack per level than any walk of ours takes.
 *
 * @throws RangeError when the tree is too deep for walks by recursion
 */
function probeDepth(node: ts.Node): void {
  const visit = (inner: ts.Node, ...padding: number[]): void => {
    ts.forEachChild(inner, (child) => {
      visit(child, ...padding);
    });
  };
  visit(node, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
}

function scriptKind(path: string): ts.ScriptKind {
  if (path.endsWith(".tsx")) return ts.ScriptKind.TSX;
  if (path.endsWith(".jsx")) return ts.ScriptKind.JSX;
  return /\.[cm]?js$/.test(path) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}
