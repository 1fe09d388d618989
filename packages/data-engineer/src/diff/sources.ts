// Where a schema comes from: a git ref, a schema file, an exported snapshot, or a project folder.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type { Model } from "../model/model.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import { reportProject, type ReportOptions } from "../project/report.ts";
import { git } from "../report/since.ts";
import { parseSchema, SchemaFormatError, type SchemaDefinition } from "../schema/schema.ts";

export interface SchemaSource {
  schema: SchemaDefinition;
  model: Model | null;
  label: string;
}

/**
 * Loads one side of a diff.
 *
 * @param directory - the project, for git refs and as the default side
 * @param text - a path or a git ref; null for the project as it stands
 * @throws ToolFailure when it is none of these, or holds no schema
 */
export async function loadSchema(
  directory: string,
  text: string | null,
  options: ReportOptions,
): Promise<SchemaSource> {
  if (text === null) return fromProject(directory, directory, options);
  const path = existsSync(text) ? text : resolve(directory, text);
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) return fromProject(path, text, options);
    if (path.endsWith(".json")) return fromSnapshot(path, text);
    if (/\.(zip|jsonl)$/.test(path))
      throw new ToolFailure(
        "no-schema",
        `"${text}" is an export of data: it holds documents, not the schema. Pass a git ref, a schema file, or the JSON that \`snapshot\` writes.`,
      );
    if (isOwnSchema(directory, path)) return fromProject(directory, text, options);
    return fromSchemaFile(path, text, options);
  }
  return fromGit(directory, text, options);
}

/** The schema file of the project itself: then its functions are known too. */
function isOwnSchema(directory: string, path: string): boolean {
  try {
    const [folder] = discoverFolders(directory);
    return folder?.schemaFile !== undefined && folder.schemaFile === resolve(path);
  } catch {
    return false;
  }
}

async function fromProject(
  directory: string,
  label: string,
  options: ReportOptions,
): Promise<SchemaSource> {
  const { report } = await reportProject(directory, options);
  const withSchema =
    report.folders.find(
      (folder) => folder.model.schemaFile !== null && !folder.model.isComponent,
    ) ?? report.folders.find((folder) => folder.model.schemaFile !== null);
  if (withSchema === undefined || withSchema.model.schemaFrom === "none")
    throw new ToolFailure(
      "no-schema",
      `"${label}" has no schema that could be read${withSchema === undefined ? "" : `: ${withSchema.model.notes.join("; ")}`}.`,
    );
  return { schema: withSchema.model.schema, model: withSchema.model, label };
}

function fromSnapshot(path: string, label: string): SchemaSource {
  try {
    return { schema: parseSchema(JSON.parse(readFileSync(path, "utf8"))), model: null, label };
  } catch (error) {
    const why = error instanceof SchemaFormatError ? error.message : "it is not JSON";
    throw new ToolFailure("no-schema", `"${label}" holds no exported schema: ${why}`);
  }
}

/** A single schema file, whatever its name: run by itself, beside what it imports. */
async function fromSchemaFile(
  path: string,
  label: string,
  options: ReportOptions,
): Promise<SchemaSource> {
  const folder = dirname(resolve(path));
  const described = {
    path: folder,
    isComponent: false,
    schemaFile: resolve(path),
    entryFiles: [],
    unreadable: [],
    sourceFiles: [resolve(path)],
  };
  const { readSchemaSyntax } = await import("../model/schema-nodes.ts");
  const { Program } = await import("../syntax/program.ts");
  let schema: SchemaDefinition | null = null;
  if (options.execute) {
    const { introspect } = await import("../introspect/introspect.ts");
    schema = (await introspect(described)).schema;
  }
  schema ??= readSchemaSyntax(new Program(folder, folder), described).schema;
  if (schema === null)
    throw new ToolFailure(
      "no-schema",
      `"${label}" is no schema: expected \`export default defineSchema({…})\`.`,
    );
  return { schema, model: null, label };
}

/** `REF`, or `REF:path` of a schema file at that ref. */
async function fromGit(
  directory: string,
  text: string,
  options: ReportOptions,
): Promise<SchemaSource> {
  const root = realpathSync(resolve(directory));
  const { top, ref, path } = findRef(root, text);
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "convex-data-engineer-ref-")));
  try {
    unpack(top, ref, scratch);
    for (const place of new Set(["", relative(top, root)])) linkModules(top, scratch, place);
    if (path !== null) {
      const file = join(scratch, path);
      if (!existsSync(file))
        throw new ToolFailure("no-schema", `"${path}" was not there at "${ref}".`);
      return await fromSchemaFile(file, text, options);
    }
    return await fromTree(join(scratch, relative(top, root)), root, text, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws ToolFailure when git does not know it, or there is no repository */
function findRef(root: string, text: string): { top: string; ref: string; path: string | null } {
  const unknown = (why: string, cause: unknown) =>
    new ToolFailure(
      "not-found",
      `"${text}" is no file, and ${why}. Pass a git ref, a schema file, a folder, or the JSON of an exported schema.`,
      { cause },
    );
  let top: string;
  try {
    top = realpathSync(git(root, ["rev-parse", "--show-toplevel"]).trim());
  } catch (cause) {
    throw unknown(`"${root}" is in no git repository in which it could be a ref`, cause);
  }
  const resolves = (ref: string) => {
    try {
      git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{tree}`]);
      return true;
    } catch {
      return false;
    }
  };
  if (resolves(text) && !text.includes(":")) return { top, ref: text, path: null };
  const [ref = "", ...rest] = text.split(":");
  if (rest.length > 0 && resolves(ref)) return { top, ref, path: rest.join(":") };
  throw unknown(`no git ref of the repository of "${root}"`, null);
}

function unpack(top: string, ref: string, scratch: string): void {
  const size = 1024 * 1024 * 1024;
  const archive = spawnSync("git", ["archive", "--format=tar", ref], { cwd: top, maxBuffer: size });
  const unpacked = spawnSync("tar", ["-x", "-C", scratch], { input: archive.stdout });
  if (archive.status !== 0 || unpacked.status !== 0)
    throw new ToolFailure(
      "git",
      `The tree of "${ref}" could not be unpacked: ${[archive.stderr, unpacked.stderr].map(String).join(" ").trim()}`,
    );
}

/** Packages the schema imports are those installed now. */
function linkModules(top: string, scratch: string, place: string): void {
  const modules = join(top, place, "node_modules");
  const target = join(scratch, place, "node_modules");
  if (existsSync(modules) && !existsSync(target) && existsSync(join(scratch, place)))
    symlinkSync(modules, target);
}

/** The project as it was: the same folder, or the one it was in then. */
async function fromTree(
  place: string,
  root: string,
  label: string,
  options: ReportOptions,
): Promise<SchemaSource> {
  const missing = () =>
    new ToolFailure(
      "no-schema",
      `There was no schema of this project at "${label}". If it was elsewhere then, pass "${label}:path/to/schema.ts".`,
    );
  let folders;
  try {
    folders = discoverFolders(place);
  } catch (cause) {
    throw new ToolFailure("no-schema", missing().message, { cause });
  }
  const [wanted] = discoverFolders(root);
  const at = wanted === undefined ? "" : relative(root, wanted.path);
  const withSchema = folders.filter((folder) => folder.schemaFile !== null);
  const same =
    withSchema.find((folder) => relative(place, folder.path) === at) ??
    withSchema.find((folder) => !folder.isComponent) ??
    withSchema[0];
  if (same?.schemaFile === null || same === undefined) throw missing();
  return fromSchemaFile(same.schemaFile, label, options);
}
