// Finds out what a bundle contains by loading its modules in a realm: components leaves first, then functions, routes, crons,
// schemas and sign-in providers.
import type { Json, JsonObject } from "../values/json.ts";
import { isJsonObject, parseJson } from "../values/json.ts";
import type {
  Analysis,
  AnalyzedCron,
  AnalyzedDefinition,
  AnalyzedFunction,
  AnalyzedModule,
  CompiledModule,
} from "./analysis.ts";
import { CompileError, type AppBundle, type ModuleSource } from "./app-bundle.ts";
import { parseAuthConfig } from "./auth-config.ts";
import { importedDefinitionPath } from "./bundle-definitions.ts";
import { compileModule, compileModules } from "./compile-modules.ts";
import { buildComponentTree } from "./component-tree.ts";
import { describeUncaught, SourceMapper } from "./error-text.ts";
import type { GuestFailure } from "./guest/realm-host.ts";
import type { DescribedExports } from "./guest/module-exports.ts";
import { analyzeNodeModules } from "./node-analysis.ts";
import { QueryRealm } from "./query-realm.ts";

/** Where definitions, schemas and sign-in configurations stand among the compiled modules; no push can use these names. */
const special = {
  definition: "convex.config.js",
  schema: "schema.js",
  authConfig: "auth.config.js",
} as const;

type SpecialKind = keyof typeof special;

/**
 * Loads every module of a bundle and reports what is in it.
 *
 * @param options.importTimeoutMs - how long one module may take to load; default 10 s
 * @param environment - the deployment's variables, addresses included: modules read them while they load
 * @throws CompileError when a module does not load, a definition or route is malformed, or a variable is missing
 */
export async function analyze(
  bundle: AppBundle,
  environment: Readonly<Record<string, string>>,
  options: { importTimeoutMs?: number } = {},
): Promise<Analysis> {
  const compiled = new Map<string, Map<string, CompiledModule>>();
  compiled.set("", await compileDefinition(bundle.app.modules, bundle.app));
  for (const component of bundle.components) {
    compiled.set(
      component.definitionPath,
      await compileDefinition(component.modules, { ...component, authConfig: null }),
    );
  }
  const loader = new Loader(compiled, environment, options);

  const definitions = new Map<string, AnalyzedDefinition>();
  const paths = ["", ...bundle.components.map((component) => component.definitionPath)];
  const exported = evaluateDefinitions(paths, loader);
  for (const definitionPath of paths) {
    const modules = loader.modules(definitionPath);
    if (definitionPath === "") await addNodeModules(bundle, compiled, environment, modules);
    const schemaText = loader.special(definitionPath, "schema");
    definitions.set(definitionPath, {
      definitionPath,
      definition: { path: definitionPath, ...exported.get(definitionPath) },
      schema: schemaText === null ? null : parseJson(schemaText),
      modules,
    });
  }
  checkCrons(definitions);

  const authText = loader.special("", "authConfig");
  return {
    definitions,
    components: buildComponentTree(definitions, environment),
    authProviders: authText === null ? [] : parseAuthConfig(parseJson(authText)),
    compiled,
  };
}

async function compileDefinition(
  modules: readonly ModuleSource[],
  specials: { definition: string | null; schema: string | null; authConfig?: string | null },
): Promise<Map<string, CompiledModule>> {
  const compiled = await compileModules(modules);
  for (const kind of ["definition", "schema", "authConfig"] as const) {
    const source = specials[kind];
    if (source === null || source === undefined) continue;
    compiled.set(
      special[kind],
      await compileModule({ path: special[kind], source, environment: "isolate" }),
    );
  }
  return compiled;
}

/** What `export()` of each definition says. Children before parents, because a parent needs their default names. */
function evaluateDefinitions(paths: string[], loader: Loader): Map<string, JsonObject> {
  const exported = new Map<string, JsonObject>();
  const underWay = new Set<string>();
  const evaluate = (definitionPath: string): void => {
    if (exported.has(definitionPath)) return;
    if (underWay.has(definitionPath)) {
      throw new CompileError(`Components use each other in a circle at "${definitionPath}".`);
    }
    underWay.add(definitionPath);
    for (const child of loader.childDefinitions(definitionPath)) {
      if (!paths.includes(child)) {
        throw new CompileError(
          `"${definitionPath}" uses the component "${child}", which is not in the bundle.`,
        );
      }
      evaluate(child);
      loader.addDefinitionStub(definitionPath, child, exported.get(child));
    }
    const text = loader.special(definitionPath, "definition");
    const parsed = text === null ? emptyApp() : parseJson(text);
    if (!isJsonObject(parsed))
      throw new CompileError(`The definition "${definitionPath}" is no object.`);
    exported.set(definitionPath, parsed);
    underWay.delete(definitionPath);
  };
  for (const path of paths) evaluate(path);
  return exported;
}

function emptyApp(): JsonObject {
  return {
    definitionType: { type: "app" },
    childComponents: [],
    httpMounts: {},
    exports: { type: "branch", branch: [] },
  };
}

/** Loads modules of each definition in a realm of its own and turns failures into messages. */
class Loader {
  readonly #compiled: Map<string, Map<string, CompiledModule>>;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #options: { importTimeoutMs?: number };
  readonly #realms = new Map<string, QueryRealm>();
  readonly #mapper: SourceMapper;

  constructor(
    compiled: Map<string, Map<string, CompiledModule>>,
    environment: Readonly<Record<string, string>>,
    options: { importTimeoutMs?: number },
  ) {
    this.#options = options;
    this.#compiled = compiled;
    this.#environment = environment;
    this.#mapper = new SourceMapper((definitionPath, path) => this.#of(definitionPath).get(path));
  }

  #of(definitionPath: string): Map<string, CompiledModule> {
    return this.#compiled.get(definitionPath) ?? new Map<string, CompiledModule>();
  }

  #realm(definitionPath: string): QueryRealm {
    let realm = this.#realms.get(definitionPath);
    if (realm === undefined) {
      realm = new QueryRealm({
        definitionPath,
        modules: this.#of(definitionPath),
        // A component's own variables are not there while it is analysed.
        environment: () => (definitionPath === "" ? this.#environment : {}),
        ...this.#options,
        importTime: Date.now(),
        importKey: new Uint8Array(32),
      });
      this.#realms.set(definitionPath, realm);
    }
    return realm;
  }

  #unpack(definitionPath: string, path: string, text: string): unknown {
    const answer = JSON.parse(text) as { exports?: unknown; failure?: GuestFailure };
    if (answer.failure === undefined) return answer.exports;
    const missing = /^Environment variable (\S+)/.exec(answer.failure.message);
    if (missing !== null) throw new CompileError(answer.failure.message);
    const where = definitionPath === "" ? path : `${path} of component "${definitionPath}"`;
    throw new CompileError(
      `Failed to analyze ${where}: ${describeUncaught(answer.failure, this.#mapper)}`.trimEnd(),
    );
  }

  special(definitionPath: string, kind: SpecialKind): string | null {
    const path = special[kind];
    if (!this.#of(definitionPath).has(path)) return null;
    const realm = this.#realm(definitionPath);
    return String(this.#unpack(definitionPath, path, realm.analyze(path, kind)));
  }

  modules(definitionPath: string): Map<string, AnalyzedModule> {
    const found = new Map<string, AnalyzedModule>();
    for (const module of this.#of(definitionPath).values()) {
      if (module.environment !== "isolate" || module.path.startsWith("_deps/")) continue;
      if (isSpecial(module.path) || module.path.startsWith("_componentDeps/")) continue;
      const text = this.#realm(definitionPath).analyze(module.path, "functions");
      const exports = this.#unpack(definitionPath, module.path, text) as DescribedExports;
      found.set(module.path, toAnalyzedModule(module, exports));
    }
    return found;
  }

  /** Definition paths that a definition's module imports. */
  childDefinitions(definitionPath: string): string[] {
    const module = this.#of(definitionPath).get(special.definition);
    const children = new Set<string>();
    for (const [, specifier = ""] of module?.code.matchAll(
      /require\("(\.\/_componentDeps\/[^"]*)"\)/g,
    ) ?? []) {
      const child = importedDefinitionPath(specifier);
      if (child !== null) children.add(child);
    }
    return [...children];
  }

  /** Makes the import of a child definition give what the `use` of definitions expects. */
  addDefinitionStub(parent: string, child: string, exported: JsonObject | undefined): void {
    const type = exported?.["definitionType"];
    const name = isJsonObject(type) ? type["name"] : undefined;
    const stub = { componentDefinitionPath: child, defaultName: name };
    const path = `_componentDeps/${Buffer.from(child).toString("base64url")}`;
    this.#of(parent).set(path, {
      path,
      environment: "isolate",
      code: `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = ${JSON.stringify(stub)};`,
      codeMap: '{"version":3,"sources":[],"names":[],"mappings":""}',
      sourceMap: null,
    });
  }
}

function isSpecial(path: string): boolean {
  return path === special.definition || path === special.schema || path === special.authConfig;
}

async function addNodeModules(
  bundle: AppBundle,
  compiled: ReadonlyMap<string, ReadonlyMap<string, CompiledModule>>,
  environment: Readonly<Record<string, string>>,
  modules: Map<string, AnalyzedModule>,
): Promise<void> {
  const own = compiled.get("") ?? new Map<string, CompiledModule>();
  const nodeModules = [...own.values()].filter(
    (module) => module.environment === "node" && !module.path.startsWith("_deps/"),
  );
  if (nodeModules.length === 0) return;
  const described = await analyzeNodeModules(
    own,
    nodeModules,
    environment,
    bundle.app.nodeModulesRoot,
  );
  for (const module of nodeModules) {
    const exports = described.get(module.path);
    if (exports === undefined) continue;
    const analyzed = toAnalyzedModule(module, exports);
    const wrong = analyzed.functions.find((fn) => fn.kind !== "action");
    if (wrong !== undefined) {
      throw new CompileError(
        `\`${wrong.name}\` defined in \`${module.path}\` is a ${wrong.kind === "query" ? "Query" : "Mutation"} function. Only actions can be defined in Node.js. See https://docs.convex.dev/functions/actions for more details.`,
      );
    }
    modules.set(module.path, analyzed);
  }
}

function toAnalyzedModule(module: CompiledModule, exports: DescribedExports): AnalyzedModule {
  return {
    path: module.path,
    environment: module.environment,
    functions: exports.functions.map((fn): AnalyzedFunction => ({
      name: fn.name,
      kind: fn.kind,
      visibility: fn.visibility,
      args: parseJson(fn.args),
      returns: parseJson(fn.returns),
    })),
    httpRoutes: exports.httpRoutes,
    crons: exports.crons === null ? null : toCrons(parseJson(exports.crons)),
  };
}

function toCrons(json: Json): AnalyzedCron[] {
  if (!isJsonObject(json)) return [];
  return Object.entries(json).flatMap(([identifier, job]) => {
    if (!isJsonObject(job)) return [];
    const { name, args, schedule } = job;
    if (typeof name !== "string" || !Array.isArray(args) || !isJsonObject(schedule)) return [];
    const type = typeof schedule["type"] === "string" ? schedule["type"] : "";
    return [{ identifier, name, args, schedule: { ...schedule, type } }];
  });
}

/** A cron job must name a function of its component that is a mutation or an action. */
function checkCrons(definitions: ReadonlyMap<string, AnalyzedDefinition>): void {
  for (const definition of definitions.values()) {
    for (const job of definition.modules.get("crons.js")?.crons ?? []) {
      if (job.name.startsWith("function://") || job.name.startsWith("_reference/")) continue;
      const [file = "", name = "default"] = job.name.split(":");
      const module = definition.modules.get(file.endsWith(".js") ? file : `${file}.js`);
      const found = module?.functions.find((fn) => fn.name === name);
      if (found === undefined || found.kind === "query") {
        throw new CompileError(
          found === undefined
            ? `The cron job "${job.identifier}" names the function "${job.name}", which does not exist.`
            : `The cron job "${job.identifier}" schedules "${job.name}", which is a query: only mutations and actions can be scheduled.`,
        );
      }
    }
  }
}
