// From a Convex folder to the model: introspection and evaluation put together, with what the rules need of both.
import { relative, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import ts from "typescript6";
import { Evaluator, type IntrospectedKind } from "../evaluate/evaluator.ts";
import type { Entry } from "../evaluate/values.ts";
import { introspect, introspectedFunction, type Introspection } from "../introspect/introspect.ts";
import type { ConvexFolder } from "../project/discover.ts";
import type { Config } from "../project/config.ts";
import { convexVersion } from "../project/convex-version.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import { Program } from "../syntax/program.ts";
import type { Engine } from "../types/engine.ts";
import { createOracle, type TypeOracle } from "../types/oracle.ts";
import { adoptIntrospected, adoptTyped } from "./adopt.ts";
import { buildModel } from "./build.ts";
import { FunctionRuns } from "./function-runs.ts";
import { runUnreached } from "./unreached.ts";
import type { Model } from "./model.ts";
import { readSchemaSyntax, type SchemaSyntax } from "./schema-nodes.ts";

export interface AnalysisOptions {
  config: Config;
  /** False: modules are not run; schema and validators come from the syntax alone. */
  execute: boolean;
  /** File contents that stand for those on disk, by absolute path. */
  overrides?: ReadonlyMap<string, string>;
  /** Which type checker is asked where the syntax does not tell. */
  engine?: Engine;
}

export interface Analysis {
  model: Model;
  config: Config;
  program: Program;
  evaluator: Evaluator;
  schemaSyntax: SchemaSyntax;
  folder: ConvexFolder;
  /** Entries by function name. */
  entries: Map<string, Entry>;
  introspection: Introspection | null;
  /** Version of the `convex` package the project uses, when it can be told. */
  convexVersion: string | null;
  oracle: TypeOracle | null;
}

/** Analyses one Convex folder of the project at `root`. Never throws for what the project's code looks like. */
export async function analyseFolder(
  root: string,
  folder: ConvexFolder,
  options: AnalysisOptions,
): Promise<Analysis> {
  const introspecting = options.execute ? introspect(folder) : null;
  // Its failure is met where it is awaited, which may be later than it happens.
  introspecting?.catch(() => undefined);
  const program = new Program(root, folder.path, options.overrides);
  // The bundler and the worker are busy elsewhere: meanwhile the files are parsed, with a turn for the bundler's questions.
  for (const file of folder.sourceFiles) {
    program.module(file);
    await nextTurn();
  }
  const introspection = await introspecting;
  const schemaSyntax = readSchemaSyntax(program, folder);
  const schema = introspection?.schema ?? schemaSyntax.schema;
  const oracle = createOracle(options.engine ?? "ts6", program, folder, schema);
  const introspectedKind: IntrospectedKind = (file, name) => {
    const found =
      introspection === null
        ? null
        : introspectedFunction(introspection, { file, exportName: name });
    return found === null ? null : { kind: found.kind, visibility: found.visibility };
  };
  const evaluator = new Evaluator(program, schema, introspectedKind, oracle);
  for (const file of folder.sourceFiles)
    if (file !== folder.schemaFile) guard(evaluator, () => evaluator.runModule(file));
  if (introspection !== null) adoptIntrospected(evaluator, introspection);
  guard(evaluator, () => {
    adoptTyped(evaluator, folder, introspection);
  });
  const runs = new FunctionRuns(evaluator, {
    addressOf: (entry) => functionName(folder.path, entry),
    prepare: (entry) => {
      const found = introspection === null ? null : introspectedFunction(introspection, entry);
      if (found !== null) {
        entry.kind = found.kind;
        entry.visibility = found.visibility;
      } else if (entry.isGuess === true) {
        Object.assign(entry, oracle?.builder(entry.call) ?? {});
      }
      return found?.args ?? entry.args;
    },
    guard: (run) => {
      guard(evaluator, run);
    },
  });
  const entries = new Map<string, Entry>();
  for (const entry of evaluator.facts.entries) {
    const name = functionName(folder.path, entry);
    if (!entries.has(name)) entries.set(name, entry);
    runs.run(entry);
  }
  runUnreached(evaluator, folder, (run) => {
    guard(evaluator, run);
  });
  const notes = notesOf(root, folder, introspection, evaluator, schemaSyntax.schema);
  const model = buildModel({
    root,
    folder,
    evaluator,
    introspection,
    entries,
    schema: schema ?? { tables: [], schemaValidation: true },
    schemaFrom:
      introspection?.schema !== null && introspection?.schema !== undefined
        ? "introspection"
        : schemaSyntax.schema === null
          ? "none"
          : "syntax",
    notes,
  });
  return {
    model,
    config: options.config,
    program,
    evaluator,
    schemaSyntax,
    folder,
    entries,
    introspection,
    convexVersion: convexVersion(folder.path),
    oracle,
  };
}

/** A flaw of ours in one function must not hide the others. */
function guard(e: Evaluator, run: () => void): void {
  try {
    run();
  } catch (error) {
    e.entry = null;
    e.facts.notes.add(
      `a part of the code could not be followed (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** `folder/file:export`, the address clients use. */
export function functionName(folder: string, entry: Entry): string {
  const path = relative(folder, entry.file)
    .split(sep)
    .join("/")
    .replace(/\.[cm]?[jt]sx?$/, "");
  if (entry.exportName !== null) return `${path}:${entry.exportName}`;
  const line = entry.call.getSourceFile().getLineAndCharacterOfPosition(entry.call.getStart()).line;
  return `${path}:(line ${line + 1})`;
}

function notesOf(
  root: string,
  folder: ConvexFolder,
  introspection: Introspection | null,
  e: Evaluator,
  syntax: SchemaDefinition | null,
): string[] {
  const notes = new Set<string>();
  const name = (file: string) => relative(root, file).split(sep).join("/") || ".";
  for (const { file, reason } of introspection?.failures ?? [])
    notes.add(`${name(file)} could not be ${file.endsWith(".json") ? "read" : "run"}: ${reason}`);
  if (folder.schemaFile === null) notes.add("the project has no schema");
  else if (introspection !== null && introspection.schema === null && syntax !== null)
    notes.add("the schema was read from its source, not by running it");
  if (introspection?.schemaIsPartial === true)
    notes.add("a package the schema imports is not installed: tables it adds are not seen");
  for (const path of folder.unreadable)
    notes.add(`${name(path)} was not analysed: the folder cannot be read`);
  for (const note of e.facts.notes) notes.add(note);
  for (const [file, reason] of e.program.unreadable)
    notes.add(`${name(file)} was not analysed: ${reason}`);
  for (const entry of e.facts.cut)
    notes.add(`${functionName(folder.path, entry)} is too large to be followed to the end`);
  for (const part of e.facts.cutParts) {
    const { file, line } = e.program.span(part);
    notes.add(
      ts.isSourceFile(part)
        ? `the top level of ${file} is too large to be followed to the end`
        : `the helper at ${file}:${line} is too large to be followed to the end`,
    );
  }
  return [...notes].sort();
}
