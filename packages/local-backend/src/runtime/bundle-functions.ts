// From a functions folder to an AppBundle, with the esbuild settings of the official command line.
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { build, formatMessages, type BuildOptions, type Message, type OutputFile } from "esbuild";
import {
  CompileError,
  type AppBundle,
  type ComponentBundle,
  type ModuleSource,
} from "./app-bundle.ts";
import { bundleDefinition, definitionPathOf } from "./bundle-definitions.ts";
import {
  asyncHooksPlugin,
  externalPackagesPlugin,
  serverOnlyPlugin,
  wasmPlugin,
} from "./bundle-plugins.ts";
import { findDefinitionFile, findEntryPoints, findSpecialFile } from "./entry-points.ts";
import { addedModulesPlugin, type Additions } from "./added-modules.ts";
import { generatedFilesPlugin } from "./generated-files.ts";

interface Project {
  /** Folder that holds convex.json or package.json; paths in messages and source maps are relative to it. */
  root: string;
  externalPackages: string[];
  includeSourcesContent: boolean;
  additions: Additions;
}

/**
 * Bundles a `convex/` folder and every component that its `convex.config` reaches.
 *
 * @param folder - the functions folder, of any name
 * @param additions - what is bundled besides what lies in it
 * @throws CompileError when a file does not compile (`file:line:column: cause`) or the folder breaks a rule
 */
export async function bundleFunctions(
  folder: string,
  additions: Additions = {},
): Promise<AppBundle> {
  const appFolder = path.resolve(folder);
  if (!existsSync(appFolder) || !statSync(appFolder).isDirectory()) {
    throw new CompileError(
      `No functions folder at ${appFolder}. Give the folder that holds your Convex functions, usually "convex".`,
    );
  }
  const project = { ...readProject(appFolder), additions };
  const authConfig = findSpecialFile(appFolder, "auth.config");
  const definitionFile = findDefinitionFile(appFolder);
  const app: AppBundle["app"] = {
    definition: null,
    schema: await bundleSchema(project, appFolder),
    modules: await bundleModules(project, appFolder, { nodeAllowed: true }),
    authConfig: authConfig === null ? null : await bundleSingle(project, appFolder, authConfig),
    nodeModulesRoot: project.root,
  };

  const components = new Map<string, ComponentBundle>();
  if (definitionFile !== null) {
    const own = await reporting(() => bundleDefinition(project.root, appFolder, definitionFile));
    app.definition = own.source;
    const queue = [...own.children];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const definitionPath = definitionPathOf(appFolder, file);
      if (components.has(definitionPath)) continue;
      const definitionSource = file;
      const child = await reporting(() =>
        bundleDefinition(project.root, appFolder, definitionSource),
      );
      const componentFolder = path.dirname(file);
      components.set(definitionPath, {
        definitionPath,
        definition: child.source,
        schema: await bundleSchema(project, componentFolder),
        modules: await bundleModules(project, componentFolder, { nodeAllowed: false }),
      });
      queue.push(...child.children);
    }
  }
  return { app, components: [...components.values()] };
}

async function bundleSchema(project: Project, folder: string): Promise<string | null> {
  const file = findSpecialFile(folder, "schema");
  return file === null ? null : bundleSingle(project, folder, file);
}

async function bundleSingle(project: Project, folder: string, file: string): Promise<string> {
  const outputs = await run(project, folder, [file], "browser", { splitting: false });
  const module = outputs.find((output) => output.path.endsWith(".js"));
  if (module === undefined) throw new CompileError(`${file} compiled to nothing.`);
  return module.text;
}

async function bundleModules(
  project: Project,
  folder: string,
  o: { nodeAllowed: boolean },
): Promise<ModuleSource[]> {
  const entryPoints = findEntryPoints(folder);
  if (!o.nodeAllowed && entryPoints.node[0] !== undefined) {
    throw new CompileError(
      `"use node" directive is not allowed in components: ${path.relative(project.root, entryPoints.node[0])}.`,
    );
  }
  const modules: ModuleSource[] = [];
  for (const environment of ["isolate", "node"] as const) {
    const files = entryPoints[environment];
    // Only the app has them, and only it may run Node's modules.
    if (environment === "isolate" && o.nodeAllowed)
      files.push(
        ...Object.keys(project.additions.modules ?? {}).map((name) => path.join(folder, name)),
      );
    if (files.length === 0) continue;
    const outputs = await run(project, folder, files, environment === "node" ? "node" : "browser", {
      chunkNames: environment === "node" ? "_deps/node/[hash]" : "_deps/[hash]",
    });
    modules.push(...toModules(project, outputs, environment));
  }
  return modules;
}

function toModules(
  project: Project,
  outputs: OutputFile[],
  environment: ModuleSource["environment"],
): ModuleSource[] {
  const outputFolder = path.join(project.root, "out");
  const relative = (file: string): string =>
    path.relative(outputFolder, file).split(path.sep).join("/");
  const maps = new Map<string, string>();
  for (const output of outputs) {
    if (output.path.endsWith(".map")) maps.set(relative(output.path), output.text);
  }
  const modules: ModuleSource[] = [];
  for (const output of outputs) {
    if (output.path.endsWith(".map")) continue;
    const modulePath = relative(output.path);
    const sourceMap = maps.get(`${modulePath}.map`);
    modules.push({
      path: modulePath,
      source: output.text,
      ...(sourceMap === undefined ? {} : { sourceMap }),
      environment,
    });
  }
  return modules;
}

async function run(
  project: Project,
  folder: string,
  entryPoints: string[],
  platform: "browser" | "node",
  options: BuildOptions,
): Promise<OutputFile[]> {
  const external =
    platform === "node" ? [externalPackagesPlugin(project.root, project.externalPackages)] : [];
  const result = await reporting(() =>
    build({
      absWorkingDir: project.root,
      entryPoints,
      bundle: true,
      platform,
      format: "esm",
      target: "esnext",
      jsx: "automatic",
      nodePaths: [...(project.additions.packageFolders ?? [])],
      outdir: "out",
      outbase: folder,
      conditions: ["convex", "module"],
      plugins: [
        ...(platform === "browser" ? [asyncHooksPlugin] : []),
        addedModulesPlugin(folder, project.additions.modules ?? {}),
        generatedFilesPlugin(folder),
        serverOnlyPlugin,
        ...external,
        wasmPlugin,
      ],
      write: false,
      sourcemap: true,
      sourcesContent: project.includeSourcesContent,
      splitting: true,
      treeShaking: true,
      minifySyntax: true,
      minifyIdentifiers: true,
      keepNames: true,
      define: { "process.env.NODE_ENV": '"production"' },
      logLevel: "silent",
      ...options,
    }),
  );
  return result.outputFiles ?? [];
}

/** Turns esbuild's failures into one message that names file, line and column. */
async function reporting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const [first] = error.errors;
    const place = first?.location
      ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: `
      : "";
    const details = await formatMessages(error.errors, { kind: "error", color: false });
    const wantsNode = error.errors.some((message) =>
      message.notes.some((note) => note.text.includes("bundle for node")),
    );
    const hint = wantsNode
      ? `\nNode.js modules can be used only in files that begin with "use node"; and hold nothing but actions. Move the action there.`
      : "";
    throw new CompileError(
      `${place}${first?.text ?? "the functions do not compile"}${hint}\n\n${details.join("\n").trim()}`,
      { cause: error },
    );
  }
}

function isBuildFailure(error: unknown): error is Error & { errors: Message[] } {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function readProject(appFolder: string): Omit<Project, "additions"> {
  const root = findProjectRoot(appFolder);
  const project: Omit<Project, "additions"> = {
    root,
    externalPackages: [],
    includeSourcesContent: false,
  };
  const file = path.join(root, "convex.json");
  if (!existsSync(file)) return project;
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CompileError(`${file} is not valid JSON: ${String(error)}`, { cause: error });
  }
  const node = property(settings, "node");
  const packages = property(node, "externalPackages");
  if (Array.isArray(packages)) project.externalPackages = packages.map(String);
  project.includeSourcesContent =
    property(property(settings, "bundler"), "includeSourcesContent") === true;
  return project;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function findProjectRoot(appFolder: string): string {
  for (let folder = path.dirname(appFolder); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "convex.json"))) return folder;
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) return path.dirname(appFolder);
  }
}
