// `migrate new|list|status`: writes migration files, and says which there are and what is left to do.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { loadSchema } from "../diff/sources.ts";
import { componentMigration, plainMigration } from "../migrate/code.ts";
import { readMigrationHeader } from "../migrate/header.ts";
import {
  componentProgress,
  plainProgress,
  type Deployment,
  type Progress,
} from "../migrate/progress.ts";
import { judge, type Judgement } from "../migrate/state.ts";
import { checkRequest, type MigrationRequest } from "../migrate/spec.ts";
import { migrationTest } from "../migrate/test-code.ts";
import { loadConfig } from "../project/config.ts";
import { discoverFolders, type ConvexFolder } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import type { SchemaDefinition } from "../schema/schema.ts";
import { jsonVersion } from "../version.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export interface NewFlags extends CommonFlags, Omit<MigrationRequest, "kind"> {
  dir: string;
  /** The schema as it was: git ref, file or snapshot. */
  before?: string;
  shape?: string;
  force: boolean;
  print: boolean;
}

export async function migrateNew(kind: string, flags: NewFlags, output: Output): Promise<number> {
  const folder = appFolder(flags.dir);
  const config = loadConfig(resolve(flags.dir));
  const options = reportOptions(flags);
  const { schema } = await loadSchema(flags.dir, null, options);
  const shape = flags.shape ?? (usesComponent(folder) ? "component" : "plain");
  if (shape !== "plain" && shape !== "component")
    throw new ToolFailure("bad-argument", `--shape is "${shape}"; expected plain or component.`);
  const spec = checkRequest({ ...flags, kind }, schema, await schemaBefore(flags));
  const make = shape === "plain" ? plainMigration : componentMigration;
  const generated = make(spec, config.migrations);
  if (flags.print) {
    output.write(generated.code);
    return 0;
  }
  const place = join(folder.path, config.migrations);
  const files = [
    { file: join(place, generated.file), text: generated.code },
    {
      file: join(place, generated.testFile),
      text: migrationTest(spec, config.migrations, shape),
    },
  ];
  // Looked at before anything is written: half a migration helps nobody.
  const inTheWay = files.find(({ file }) => existsSync(file));
  if (inTheWay !== undefined && !flags.force)
    throw new ToolFailure(
      "write",
      `"${inTheWay.file}" is there already. Pass --name for another, or --force to replace it.`,
    );
  mkdirSync(place, { recursive: true });
  for (const { file, text } of files) {
    writeFileSync(file, text);
    output.write(`wrote ${relative(resolve(flags.dir), file).split(sep).join("/")}\n`);
  }
  const declared = new Set(schema.tables.map((table) => table.name));
  for (const need of generated.needs)
    if (!declared.has(need.split(":")[0] ?? "")) output.write(`add to the schema:\n  ${need}\n`);
  if (generated.code.includes("/** TODO:"))
    output.write(`write what its function marked TODO is to give, before it is run\n`);
  if (shape === "component" && !usesComponent(folder))
    output.write(
      "it needs @convex-dev/migrations: install it, and `app.use(migrations)` in convex.config.ts\n",
    );
  return 0;
}

/** The schema that `--before` names; without it the one committed last, where that can be read. */
async function schemaBefore(flags: NewFlags): Promise<SchemaDefinition | null> {
  const options = reportOptions(flags);
  if (flags.before !== undefined)
    return (await loadSchema(flags.dir, flags.before, options)).schema;
  try {
    return (await loadSchema(flags.dir, "HEAD", options)).schema;
  } catch {
    return null;
  }
}

function appFolder(directory: string): ConvexFolder {
  const folders = discoverFolders(directory);
  const folder = folders.find((item) => !item.isComponent) ?? folders[0];
  if (folder === undefined)
    throw new ToolFailure("no-project", `Found no Convex folder in "${directory}".`);
  return folder;
}

function usesComponent(folder: ConvexFolder): boolean {
  return ["convex.config.ts", "convex.config.js"].some((name) => {
    const file = join(folder.path, name);
    return existsSync(file) && readFileSync(file, "utf8").includes("@convex-dev/migrations");
  });
}

export interface MigrationState extends Judgement {
  name: string;
  kind: string;
  path: string;
  shape: string;
  file: string;
  hasTest: boolean;
  /** The command that asks a deployment. */
  ask: string;
  /** What the deployment says, when one was asked. */
  progress?: Progress;
}

export interface StatusFlags extends CommonFlags {
  format: string;
  url?: string;
  adminKey?: string;
}

/** The migrations of a project, in the order of their names. */
async function migrationStates(
  directory: string,
  flags: CommonFlags,
  deployment: Deployment | null,
): Promise<MigrationState[]> {
  const root = resolve(directory);
  const folder = appFolder(directory);
  const config = loadConfig(root);
  const place = join(folder.path, config.migrations);
  if (!existsSync(place)) return [];
  const { schema } = await loadSchema(directory, null, reportOptions(flags));
  const states: MigrationState[] = [];
  for (const file of readdirSync(place).sort()) {
    const header = readMigrationHeader(join(place, file));
    if (header === null) continue;
    const name = file.replace(/\.[jt]s$/, "");
    const path = `${config.migrations}/${name}`;
    const isPlain = header.shape === "plain";
    states.push({
      name,
      kind: header.kind,
      path: header.path,
      shape: header.shape,
      file: relative(root, join(place, file)).split(sep).join("/"),
      hasTest: existsSync(join(place, `${name}.test.ts`)),
      ...judge(header, schema),
      ask: isPlain
        ? `npx convex run ${path}:status`
        : `npx convex run --component migrations lib:getStatus '{"names":["${path}:${name}"]}'`,
      ...(deployment === null
        ? {}
        : {
            progress: isPlain
              ? await plainProgress(deployment, path)
              : await componentProgress(deployment, `${path}:${name}`),
          }),
    });
  }
  return states;
}

/** @throws ToolFailure when an address comes without a key, or is none */
function deploymentOf(flags: StatusFlags): Deployment | null {
  if (flags.url === undefined) return null;
  if (!URL.canParse(flags.url))
    throw new ToolFailure(
      "bad-argument",
      `--url is "${flags.url}"; expected http://127.0.0.1:3210 or its like.`,
    );
  const adminKey = flags.adminKey ?? process.env["CONVEX_SELF_HOSTED_ADMIN_KEY"];
  if (adminKey === undefined || adminKey === "")
    throw new ToolFailure(
      "bad-argument",
      "--url needs --admin-key, or the variable CONVEX_SELF_HOSTED_ADMIN_KEY.",
    );
  return { url: flags.url, adminKey };
}

export async function migrateList(
  directory: string,
  flags: StatusFlags,
  withStatus: boolean,
  output: Output,
): Promise<number> {
  if (flags.format !== "json" && flags.format !== "text")
    throw new ToolFailure("bad-argument", `--format is "${flags.format}"; expected text or json.`);
  const states = await migrationStates(directory, flags, withStatus ? deploymentOf(flags) : null);
  if (flags.format === "json") {
    output.write(`${JSON.stringify({ version: jsonVersion, migrations: states }, null, 2)}\n`);
    return 0;
  }
  if (states.length === 0) {
    output.write("There are no migrations. `migrate new` writes one.\n");
    return 0;
  }
  for (const item of states) {
    output.write(
      `${item.name}  ${item.kind} of ${item.path}  (${item.shape}${item.hasTest ? "" : ", no test"})\n`,
    );
    if (!withStatus) continue;
    output.write(`    ${item.schema}: ${item.reason}\n`);
    output.write(
      item.progress === undefined
        ? `    ask the deployment: ${item.ask}\n`
        : `    the deployment: ${progressText(item.progress)}\n`,
    );
  }
  return 0;
}

function progressText({ state, processed, changed, error }: Progress): string {
  const counts = [
    ...(processed === null ? [] : [`${processed} looked at`]),
    ...(changed === null ? [] : [`${changed} changed`]),
  ];
  const details = [...counts, ...(error === undefined ? [] : [error])];
  return details.length === 0 ? state : `${state}, ${details.join(", ")}`;
}
