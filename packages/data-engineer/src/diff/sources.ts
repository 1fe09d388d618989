// Where a schema comes from: a git ref, a schema file, an exported snapshot, or a project folder.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
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
    return fromSchemaFile(path, text, options);
  }
  return fromGit(directory, text, options);
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

/** Unpacks the tree of a ref beside nothing of the working tree, and reads the schema there. */
async function fromGit(
  directory: string,
  ref: string,
  options: ReportOptions,
): Promise<SchemaSource> {
  const root = resolve(directory);
  let top: string;
  try {
    top = git(root, ["rev-parse", "--show-toplevel"]).trim();
    git(root, ["rev-parse", "--verify", "--quiet", `${ref}^{tree}`]);
  } catch (cause) {
    throw new ToolFailure(
      "not-found",
      `"${ref}" is neither a file nor a git ref of "${directory}". Pass a ref, a schema file or the JSON of an exported schema.`,
      { cause },
    );
  }
  const scratch = mkdtempSync(join(tmpdir(), "convex-data-engineer-ref-"));
  try {
    const archive = spawnSync("git", ["archive", "--format=tar", ref], {
      cwd: top,
      maxBuffer: 1024 * 1024 * 1024,
    });
    const unpacked = spawnSync("tar", ["-x", "-C", scratch], { input: archive.stdout });
    if (archive.status !== 0 || unpacked.status !== 0)
      throw new ToolFailure("git", `The tree of "${ref}" could not be unpacked.`);
    const modules = join(top, "node_modules");
    if (existsSync(modules) && !existsSync(join(scratch, "node_modules")))
      symlinkSync(modules, join(scratch, "node_modules"));
    const place = join(scratch, relative(top, root));
    const [wanted] = discoverFolders(root);
    const folders = discoverFolders(place);
    const at = wanted === undefined ? "" : relative(root, wanted.path);
    const same = folders.find((folder) => relative(place, folder.path) === at) ?? folders[0];
    if (same?.schemaFile === null || same === undefined)
      throw new ToolFailure("no-schema", `The project had no schema at "${ref}".`);
    return await fromSchemaFile(same.schemaFile, ref, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
