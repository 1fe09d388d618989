// From the modules of a test's `import.meta.glob` to an analysis, as a push would make one.
// `as` here: what a module exports has no type until it is looked at.
import type {
  Analysis,
  AnalyzedDefinition,
  AnalyzedFunction,
  AnalyzedModule,
  ComponentInstance,
} from "../runtime/analysis.ts";
import { describeExports } from "../runtime/guest/module-exports.ts";
import { isJsonObject, parseJson, type Json } from "../values/json.ts";
import type { ModuleGlob } from "./test-convex.ts";

/** One registered component, `""` for the app. */
export interface TestComponent {
  path: string;
  /** What `schema.export()` gives, parsed; `null` without a schema. */
  schema: Json;
  modules: ModuleGlob;
}

type Exports = Record<string, unknown>;

export class TestProject {
  readonly analysis: Analysis;
  /** Component, then module path `dir/file.js`. */
  readonly #exports = new Map<string, Map<string, Exports>>();
  readonly #failures = new Map<string, unknown>();

  private constructor(analysis: Analysis) {
    this.analysis = analysis;
  }

  /** Imports every module that a deployment would have. One that fails is reported when it is called. */
  static async load(components: readonly TestComponent[]): Promise<TestProject> {
    const definitions = new Map<string, AnalyzedDefinition>();
    const instances = new Map<string, ComponentInstance>();
    const project = new TestProject({
      definitions,
      components: instances,
      authProviders: [],
      compiled: new Map(),
    });
    // Parents before children, as in a real tree.
    const sorted = [...components].sort((a, b) => depth(a.path) - depth(b.path));
    for (const component of sorted) {
      definitions.set(component.path, {
        definitionPath: component.path,
        definition: { path: component.path },
        schema: component.schema,
        modules: await project.#importAll(component),
      });
      const children = new Map<string, string>();
      for (const other of components) {
        if (other.path !== "" && parentOf(other.path) === component.path && other !== component) {
          children.set(other.path.slice(other.path.lastIndexOf("/") + 1), other.path);
        }
      }
      instances.set(component.path, {
        path: component.path,
        name: component.path.slice(component.path.lastIndexOf("/") + 1),
        definitionPath: component.path,
        children,
        environment: component.path === "" ? null : new Map(),
        httpPrefix: component.path === "" ? "/" : null,
      });
    }
    return project;
  }

  async #importAll(component: TestComponent): Promise<Map<string, AnalyzedModule>> {
    const analyzed = new Map<string, AnalyzedModule>();
    const loaded = new Map<string, Exports>();
    this.#exports.set(component.path, loaded);
    for (const [path, load] of deployedModules(component.modules)) {
      try {
        const exports = (await load()) as Exports;
        loaded.set(path, exports);
        const described = describeExports(path, exports);
        analyzed.set(path, {
          path,
          environment: "isolate",
          functions: described.functions.map((fn): AnalyzedFunction => ({
            ...fn,
            args: parseJson(fn.args),
            returns: parseJson(fn.returns),
          })),
          httpRoutes: described.httpRoutes,
          crons: null,
        });
      } catch (error) {
        this.#failures.set(`${component.path}|${path}`, error);
      }
    }
    return analyzed;
  }

  /** An export of a module. @throws what the module threw when it was imported */
  find(component: string, path: string, name: string): unknown {
    const failure = this.#failures.get(`${component}|${path}`);
    if (failure instanceof Error) throw failure;
    return this.#exports.get(component)?.get(path)?.[name];
  }

  /** Why a module could not be imported, if it could not. */
  failure(component: string, path: string): unknown {
    return this.#failures.get(`${component}|${path}`);
  }
}

/** Module paths, `dir/file.js`, with their loaders: only what a push would deploy. */
export function deployedModules(modules: ModuleGlob): [string, () => Promise<unknown>][] {
  const keys = Object.keys(modules);
  const generated = keys.find((key) => key.includes("/_generated/"));
  const root =
    generated === undefined
      ? commonFolder(keys)
      : generated.slice(0, generated.indexOf("_generated/"));
  return Object.entries(modules).flatMap(([key, load]): [string, () => Promise<unknown>][] => {
    if (!key.startsWith(root)) return [];
    const path = key.slice(root.length);
    const base = path.slice(path.lastIndexOf("/") + 1);
    const isDeployed =
      /^[^.#][^.]*\.[cm]?[jt]sx?$/.test(base) &&
      !path.startsWith("_generated/") &&
      !/^schema\.[jt]s$/.test(base);
    return isDeployed ? [[path.replace(/\.[^.]+$/, ".js"), load]] : [];
  });
}

function commonFolder(keys: readonly string[]): string {
  const [first = ""] = keys;
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (folder !== "" && !keys.every((key) => key.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  }
  return folder;
}

function depth(path: string): number {
  return path === "" ? 0 : path.split("/").length;
}

function parentOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}

/** What a schema object exports, parsed; `null` for none. */
export function exportSchema(schema: unknown): Json {
  if (typeof schema !== "object" || schema === null) return null;
  const method = Reflect.get(schema, "export") as unknown;
  const text = typeof method === "function" ? (Reflect.apply(method, schema, []) as unknown) : null;
  const json = typeof text === "string" ? parseJson(text) : null;
  return isJsonObject(json) ? json : null;
}
