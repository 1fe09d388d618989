// Learns schema and functions the way a push does: bundle the folder, import the modules in a worker, ask the exports.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { build, type BuildFailure, type Loader, type Metafile } from "esbuild";
import type { ConvexFolder } from "../project/discover.ts";
import { parseSchema, type SchemaDefinition } from "../schema/schema.ts";
import { isRecord, parseValidator, type Validator } from "../schema/validator.ts";
import type { FunctionKind } from "../model/model.ts";
import { runModules } from "./run-modules.ts";
import { assetLoaders, stubPlugin, type StubRecord } from "./stubs.ts";

export interface IntrospectedFunction {
  /** Absolute path of the module. */
  file: string;
  exportName: string;
  kind: FunctionKind;
  visibility: "public" | "internal" | "http";
  /** null: none declared; any: declared as any, or none (the two look the same for args). */
  args: Validator | null;
  returns: Validator | null;
  validatorsKnown: boolean;
}

export interface Introspection {
  schema: SchemaDefinition | null;
  functions: IntrospectedFunction[];
  /** Modules that could not be run, with the reason. */
  failures: { file: string; reason: string }[];
  /** Packages that stood in as stubs: what they add to the schema is not seen. */
  stubbedPackages: string[];
  /** True when the schema's own imports were stubbed, so that tables may be missing from it. */
  schemaIsPartial: boolean;
  /** Absolute paths of the files that were bundled. */
  inputs: string[];
}

const byExport = new WeakMap<Introspection, Map<string, IntrospectedFunction>>();

/** What running the module said of an export; null when it said nothing. */
export function introspectedFunction(
  introspection: Introspection,
  { file, exportName }: { file: string; exportName: string | null },
): IntrospectedFunction | null {
  if (exportName === null) return null;
  let functions = byExport.get(introspection);
  if (functions === undefined) {
    functions = new Map(
      introspection.functions.map((item) => [`${item.file}\n${item.exportName}`, item]),
    );
    byExport.set(introspection, functions);
  }
  return functions.get(`${file}\n${exportName}`) ?? null;
}

const maxBundleAttempts = 12;

/**
 * Runs the project's module code (imports only, no handlers) in a worker with no environment and a time limit.
 * A module that does not parse or throws is a failure of its own; the others are still read.
 */
export async function introspect(folder: ConvexFolder): Promise<Introspection> {
  let scratch: string | null = null;
  try {
    scratch = mkdtempSync(join(tmpdir(), "convex-data-engineer-"));
    return await run(folder, scratch);
  } catch (error) {
    // No temporary folder, or no bundler for this machine: the source still says much.
    return {
      schema: null,
      functions: [],
      failures: [{ file: folder.path, reason: firstLine(error) }],
      stubbedPackages: [],
      schemaIsPartial: false,
      inputs: [],
    };
  } finally {
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}

async function run(folder: ConvexFolder, scratch: string): Promise<Introspection> {
  const failures: { file: string; reason: string }[] = [];
  const files = [...(folder.schemaFile === null ? [] : [folder.schemaFile]), ...folder.entryFiles];
  const entries = new Map(files.map((file, index) => [`m${index}`, file]));
  const record: StubRecord = { stubbed: new Map() };
  const broken = new Set<string>();
  const missing = new Set<string>();
  const missingExports = new Map<string, Set<string>>();
  const loaders: Record<string, Loader> = { ...assetLoaders };
  let ignoreTsconfig = false;
  let metafile: Metafile | null = null;
  for (let attempt = 0; attempt < maxBundleAttempts && metafile === null; attempt++) {
    for (const [id, file] of entries) if (broken.has(file)) entries.delete(id);
    record.stubbed.clear();
    try {
      const result = await build({
        absWorkingDir: folder.path,
        entryPoints: [...entries].map(([id, file]) => ({ in: file, out: id })),
        outdir: scratch,
        outExtension: { ".js": ".mjs" },
        bundle: true,
        splitting: true,
        format: "esm",
        platform: "browser",
        target: "esnext",
        jsx: "automatic",
        conditions: ["convex", "module"],
        define: { "process.env.NODE_ENV": '"production"' },
        loader: loaders,
        logLevel: "silent",
        logLimit: 0,
        metafile: true,
        ...(ignoreTsconfig ? { tsconfigRaw: "{}" } : {}),
        plugins: [stubPlugin(folder.path, { broken, missing, missingExports }, record)],
      });
      metafile = result.metafile;
    } catch (error) {
      if (addMissing(error, missing, missingExports, loaders)) continue;
      const bad = filesOfErrors(error, folder.path).filter(({ file }) => !broken.has(file));
      if (bad.length === 0) {
        failures.push({ file: folder.path, reason: firstLine(error) });
        break;
      }
      for (const { file, reason } of bad) {
        if (/\.json$/.test(file) && /config/.test(basename(file))) ignoreTsconfig = true;
        broken.add(file);
        failures.push({ file, reason });
      }
    }
  }
  const stubbedPackages = [...record.stubbed.keys()]
    .filter((name) => !/^[./]/.test(name) && !name.startsWith("node:"))
    .sort();
  if (metafile === null)
    return {
      schema: null,
      functions: [],
      failures,
      stubbedPackages,
      schemaIsPartial: false,
      inputs: [...broken],
    };
  const reports = await runModules(entries, folder, scratch, failures);
  const functions: IntrospectedFunction[] = [];
  let schema: SchemaDefinition | null = null;
  for (const report of reports) {
    const file = entries.get(report.id);
    if (file === undefined) continue;
    if (report.error !== null) failures.push({ file, reason: report.error });
    if (report.schema !== null) schema = parseSchema(report.schema);
    for (const item of report.functions) {
      const found = parseFunction(file, item);
      if (found !== null) functions.push(found);
    }
  }
  return {
    schema,
    functions,
    failures,
    stubbedPackages,
    schemaIsPartial: folder.schemaFile !== null && importsStub(metafile, folder, folder.schemaFile),
    inputs: [...broken, ...bundledFiles(metafile, folder)],
  };
}

function parseFunction(file: string, item: unknown): IntrospectedFunction | null {
  if (!isRecord(item)) return null;
  const kind = item["kind"];
  if (kind !== "query" && kind !== "mutation" && kind !== "action" && kind !== "httpAction")
    return null;
  return {
    file,
    exportName: String(item["name"]),
    kind,
    visibility:
      kind === "httpAction" ? "http" : item["isInternal"] === true ? "internal" : "public",
    args: isRecord(item["args"]) ? parseValidator(item["args"]) : null,
    returns: isRecord(item["returns"]) ? parseValidator(item["returns"]) : null,
    validatorsKnown: item["known"] === true,
  };
}

/** Takes note of what esbuild could not resolve or load; false when the error says nothing new of the kind. */
function addMissing(
  error: unknown,
  missing: Set<string>,
  missingExports: Map<string, Set<string>>,
  loaders: Record<string, Loader>,
): boolean {
  if (!isBuildFailure(error)) return false;
  let isNew = false;
  for (const { text } of error.errors) {
    const specifier = /^Could not resolve "(\.[^"]*)"/.exec(text)?.[1];
    if (specifier !== undefined && !missing.has(specifier)) {
      missing.add(specifier);
      isNew = true;
    }
    const [, module, name] =
      /^No matching export in "(?:stub|known):([^"]*)" for import "([\w$]+)"/.exec(text) ?? [];
    if (module !== undefined && name !== undefined) {
      const names = missingExports.get(module) ?? new Set();
      if (!names.has(name)) isNew = true;
      missingExports.set(module, names.add(name));
    }
    const extension = /^No loader is configured for "(\.[^"]+)" files/.exec(text)?.[1];
    if (extension !== undefined && loaders[extension] === undefined) {
      loaders[extension] = "empty";
      isNew = true;
    }
  }
  return isNew;
}

function filesOfErrors(error: unknown, folder: string): { file: string; reason: string }[] {
  if (!isBuildFailure(error)) return [];
  const found = new Map<string, string>();
  for (const item of error.errors) {
    if (item.location === null) continue;
    found.set(
      join(folder, item.location.file),
      `line ${item.location.line}: ${item.text.split("\n")[0] ?? ""}`,
    );
  }
  return [...found].map(([file, reason]) => ({ file, reason }));
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function firstLine(error: unknown): string {
  if (isBuildFailure(error) && error.errors[0] !== undefined) return error.errors[0].text;
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

function bundledFiles(metafile: Metafile, folder: ConvexFolder): string[] {
  return Object.keys(metafile.inputs)
    .filter((path) => !/^[a-z]+:/.test(path))
    .map((path) => join(folder.path, path));
}

/** Whether the schema reaches a stubbed package through its imports. */
function importsStub(metafile: Metafile, folder: ConvexFolder, schemaFile: string): boolean {
  const seen = new Set<string>();
  const queue = [relative(folder.path, schemaFile).split(sep).join("/")];
  const inputs = metafile.inputs;
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const input = inputs[path] ?? inputs[basename(path)];
    for (const { path: imported } of input?.imports ?? []) {
      if (imported.startsWith("stub:")) return true;
      if (!imported.includes("node_modules")) queue.push(imported);
    }
  }
  return false;
}
