// The TypeScript program of one Convex folder, for questions only: it shares the parsed files with the evaluator, makes up
// `_generated`, and takes `convex` from the project or, when that has none, from this tool's own copy.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript6";
import type { ConvexFolder } from "../project/discover.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import type { Program } from "../syntax/program.ts";
import { apiText, dataModelText, serverText, type ApiModule } from "./generated-types.ts";

export interface CheckerProgram {
  checker: ts.TypeChecker;
  /** The made-up `_generated/dataModel.d.ts`. */
  dataModel: ts.SourceFile;
  /** Files on disk whose text the types depend on, installed packages by their manifest; also those looked for in vain. */
  files: string[];
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: [
    "lib.es2023.d.ts",
    "lib.es2024.object.d.ts",
    "lib.es2024.promise.d.ts",
    "lib.es2025.iterator.d.ts",
  ],
  types: [],
  strict: true,
  allowJs: true,
  maxNodeModuleJsDepth: 0,
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.Preserve,
  skipLibCheck: true,
  skipDefaultLibCheck: true,
  noEmit: true,
};

/** Parsed declarations that do not change while the tool runs: the language's own, and this tool's copy of `convex`. */
const fixedFiles = new Map<string, ts.SourceFile>();

export function createCheckerProgram(
  program: Program,
  folder: ConvexFolder,
  schema: SchemaDefinition | null,
): CheckerProgram {
  const host = new CheckerHost(program, folder, schema);
  const checked = ts.createProgram({
    rootNames: [...folder.sourceFiles, host.dataModelFile],
    options,
    host: host.compilerHost,
  });
  const dataModel = checked.getSourceFile(host.dataModelFile);
  if (dataModel === undefined) throw new Error("the data model's types were not read");
  return { checker: checked.getTypeChecker(), dataModel, files: host.files() };
}

class CheckerHost {
  readonly dataModelFile: string;
  readonly compilerHost: ts.CompilerHost;
  readonly #program: Program;
  readonly #generatedFolder: string;
  readonly #virtual = new Map<string, string>();
  readonly #sources = new Map<string, ts.SourceFile>();
  readonly #files = new Set<string>();
  readonly #libraryFolder = dirname(ts.getDefaultLibFilePath(options));
  readonly #resolutions: ts.ModuleResolutionCache;
  readonly #ownFolder = ownFolder();

  constructor(program: Program, folder: ConvexFolder, schema: SchemaDefinition | null) {
    this.#program = program;
    this.#generatedFolder = join(folder.path, "_generated");
    this.dataModelFile = join(this.#generatedFolder, "dataModel.d.ts");
    this.#virtual.set(this.dataModelFile, dataModelText(schema));
    this.#virtual.set(join(this.#generatedFolder, "server.d.ts"), serverText);
    this.#virtual.set(join(this.#generatedFolder, "api.d.ts"), apiText(modulesOf(folder)));
    if (this.#ownFolder !== null) this.#files.add(join(this.#ownFolder, "convex", "package.json"));
    const caseSensitive = ts.sys.useCaseSensitiveFileNames;
    const canonical = (name: string) => (caseSensitive ? name : name.toLowerCase());
    this.#resolutions = ts.createModuleResolutionCache(folder.path, canonical, options);
    this.compilerHost = {
      fileExists: (file) => this.#virtual.has(file) || ts.sys.fileExists(file),
      readFile: (file) => this.#virtual.get(file) ?? ts.sys.readFile(file),
      directoryExists: (path) => ts.sys.directoryExists(path),
      realpath: (path) => ts.sys.realpath?.(path) ?? path,
      getDirectories: (path) => ts.sys.getDirectories(path),
      getSourceFile: (file) => this.#source(file),
      getDefaultLibFileName: (of) => join(this.#libraryFolder, ts.getDefaultLibFileName(of)),
      getDefaultLibLocation: () => this.#libraryFolder,
      getCurrentDirectory: () => folder.path,
      getCanonicalFileName: canonical,
      useCaseSensitiveFileNames: () => caseSensitive,
      getNewLine: () => "\n",
      writeFile: () => undefined,
      resolveModuleNameLiterals: (literals, from) =>
        literals.map((literal) => ({ resolvedModule: this.#resolve(literal.text, from) })),
    };
  }

  files(): string[] {
    return [...this.#files];
  }

  #source(file: string): ts.SourceFile | undefined {
    const known = this.#sources.get(file) ?? fixedFiles.get(file);
    if (known !== undefined) return known;
    const text = this.#virtual.get(file);
    if (text !== undefined) return this.#parse(file, text);
    if (file.startsWith(this.#libraryFolder + sep) || this.#isOwn(file)) {
      const fixed = ts.sys.readFile(file);
      if (fixed === undefined) return undefined;
      const source = parseDeclarations(file, fixed);
      fixedFiles.set(file, source);
      return source;
    }
    const manifest = this.#manifestOf(file);
    this.#files.add(manifest ?? file);
    if (manifest === null) return this.#program.module(file)?.source;
    const installed = ts.sys.readFile(file);
    return installed === undefined ? undefined : this.#parse(file, installed);
  }

  #parse(file: string, text: string): ts.SourceFile {
    const source = parseDeclarations(file, text);
    this.#sources.set(file, source);
    return source;
  }

  #isOwn(file: string): boolean {
    return this.#ownFolder !== null && file.startsWith(join(this.#ownFolder, "convex") + sep);
  }

  #resolve(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
    if (this.#manifestOf(from) !== null || this.#isOwn(from))
      return this.#resolveInstalled(specifier, from);
    if (dirname(from) === this.#generatedFolder && this.#virtual.has(from)) {
      const sibling = `${resolve(dirname(from), specifier).replace(/\.js$/, "")}.d.ts`;
      if (this.#virtual.has(sibling)) return moduleAt(sibling);
    }
    const resolution = this.#program.resolve(specifier, from);
    switch (resolution.kind) {
      case "file":
        return moduleAt(resolution.path);
      case "generated":
        return this.#resolveGenerated(specifier, from, resolution.file);
      case "external":
        return this.#resolveInstalled(specifier, from);
    }
  }

  /** `_generated` of this folder is made up; another folder's (a component's, seen from its client) is read if it is there. */
  #resolveGenerated(
    specifier: string,
    from: string,
    file: string,
  ): ts.ResolvedModuleFull | undefined {
    const isRelative = specifier.startsWith(".");
    const wanted = isRelative
      ? resolve(dirname(from), specifier).replace(/\.[jt]s$/, "")
      : join(this.#generatedFolder, file);
    const madeUp = `${wanted}.d.ts`;
    if (this.#virtual.has(madeUp)) return moduleAt(madeUp);
    for (const extension of [".d.ts", ".ts"])
      if (existsSync(wanted + extension)) return moduleAt(wanted + extension);
    return undefined;
  }

  #resolveInstalled(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
    const found = this.#resolveFrom(specifier, from);
    if (found !== undefined) return found;
    if (/^[^./]/.test(specifier)) this.#noteMissing(specifier, from);
    return /^convex(\/|$)/.test(specifier) && this.#ownFolder !== null
      ? this.#resolveFrom(specifier, join(this.#ownFolder, "resolve-from-here.ts"))
      : undefined;
  }

  #resolveFrom(specifier: string, from: string): ts.ResolvedModuleFull | undefined {
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      from,
      options,
      this.compilerHost,
      this.#resolutions,
      undefined,
      ts.ModuleKind.ESNext,
    );
    // JavaScript without declarations says nothing that is worth its parsing.
    return resolvedModule === undefined || /^\.[cm]?jsx?$|^\.json$/.test(resolvedModule.extension)
      ? undefined
      : resolvedModule;
  }

  /** The manifest of the installed package a file belongs to; null for a file of the project, wherever that lies. */
  #manifestOf(file: string): string | null {
    const { root } = this.#program;
    const start = file.startsWith(root + sep) ? root.length : 0;
    const match = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(
      file.slice(start),
    );
    return match === null ? null : join(file.slice(0, start), match[0], "package.json");
  }

  /** Installing the package later changes the answers. */
  #noteMissing(specifier: string, from: string): void {
    const parts = specifier.split("/");
    const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    for (let folder = dirname(from); ; folder = dirname(folder)) {
      this.#files.add(join(folder, "node_modules", name, "package.json"));
      if (folder === this.#program.root || folder === dirname(folder)) return;
    }
  }
}

/** Their comments are half of the text and say nothing to the checker. */
function parseDeclarations(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, {
    languageVersion: ts.ScriptTarget.ESNext,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
}

function moduleAt(path: string): ts.ResolvedModuleFull {
  const extension =
    /\.d\.[cm]?ts$/.exec(path)?.[0] ?? /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? ts.Extension.Ts;
  return { resolvedFileName: path, extension, isExternalLibraryImport: false };
}

/** The `node_modules` that holds this tool's own copy of `convex`. */
function ownFolder(): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve("convex/package.json")));
  } catch {
    return null;
  }
}

function modulesOf(folder: ConvexFolder): ApiModule[] {
  return folder.entryFiles
    .filter((file) => !/^convex\.config\./.test(basename(file)))
    .map((file) => {
      const path = relative(folder.path, file).split(sep).join("/");
      return { address: path.replace(/\.[cm]?[jt]sx?$/, ""), specifier: `../${path}` };
    });
}
