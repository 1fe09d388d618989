// What `convex codegen`, `dev` and `deploy` ask for. A push is analysed and checked, which is all that code generation needs;
// it is not taken over, because the folder that the server was started with is what runs.
import { Hono, type Context } from "hono";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type {
  Analysis,
  AnalyzedDefinition,
  AnalyzedModule,
  ComponentInstance,
  ComponentPath,
} from "../runtime/analysis.ts";
import { CompileError, type AppBundle, type ModuleSource } from "../runtime/app-bundle.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";

export interface PushRoutesOptions {
  /** Wraps a route so that only an admin gets in. */
  readonly admin: (
    handle: (context: Context) => Promise<Response> | Response,
  ) => (context: Context) => Promise<Response>;
  readonly analyze: (bundle: AppBundle) => Promise<Analysis>;
  readonly environment: () => Readonly<Record<string, string>>;
}

const MiB = 1024 * 1024;
const maxPushBytes = 200 * MiB;
const notSupportedText =
  "This server runs the functions folder that it was started with, and takes no pushes. " +
  "Start it with `--watch`, and changes are served when you save them.";

export function pushRoutes({ admin, analyze, environment }: PushRoutesOptions): Hono {
  const app = new Hono();
  app.post(
    "/get_config_hashes",
    // No hashes: the command line then sends every module.
    admin((context) =>
      context.json({
        config: { functions: "convex/" },
        moduleHashes: [],
        udfServerVersion: null,
        nodeVersion: null,
      }),
    ),
  );
  app.post(
    "/deploy2/start_push",
    admin(async (context) => {
      const bundle = parsePush(await readPush(context.req.raw));
      if (bundle === null)
        return refuse(context, 400, "BadPush", "The body is not a push of the command line");
      try {
        return context.json(describePush(await analyze(bundle), environment()));
      } catch (error) {
        if (error instanceof CompileError)
          return refuse(context, 400, "InvalidModules", error.message);
        throw error;
      }
    }),
  );
  app.post(
    "/deploy2/wait_for_schema",
    admin((context) => context.json({ type: "complete" })),
  );
  app.post(
    "/deploy2/report_push_completed",
    admin((context) => context.json(null)),
  );
  for (const path of ["/deploy2/finish_push", "/deploy2/evaluate_push"]) {
    app.post(
      path,
      admin((context) => refuse(context, 400, "PushNotSupported", notSupportedText)),
    );
  }
  // Only asked for on the side; a 404 makes the command line go on without.
  app.post(
    "/deploy2/evaluate_schema",
    admin((context) => refuse(context, 404, "NotFound", "Not supported")),
  );
  return app;
}

/** The body as JSON, `null` if it is none. */
async function readPush(request: Request): Promise<Json> {
  const raw = Buffer.from(await request.arrayBuffer());
  const isCompressed = request.headers.get("content-encoding") === "br";
  try {
    const text = isCompressed
      ? await promisify(brotliDecompress)(raw, { maxOutputLength: maxPushBytes })
      : raw;
    return parseJson(text.toString("utf8"));
  } catch {
    return null;
  }
}

function parsePush(body: Json): AppBundle | null {
  const app = isJsonObject(body) ? body["appDefinition"] : null;
  const components = isJsonObject(body) ? body["componentDefinitions"] : null;
  if (!isJsonObject(app ?? null) || !isJsonObject(app) || !Array.isArray(components)) return null;
  const modules = parseModules(app["changedModules"]);
  const isAuthConfig = (module: ModuleSource) => module.path === "auth.config.js";
  return {
    app: {
      definition: sourceOf(app["definition"]),
      schema: sourceOf(app["schema"]),
      modules: modules.filter((module) => !isAuthConfig(module)),
      authConfig: modules.find(isAuthConfig)?.source ?? null,
    },
    components: components.filter(isJsonObject).map((component) => ({
      definitionPath:
        typeof component["definitionPath"] === "string" ? component["definitionPath"] : "",
      definition: sourceOf(component["definition"]) ?? "",
      schema: sourceOf(component["schema"]),
      modules: parseModules(component["functions"]),
    })),
  };
}

function parseModules(json: Json | undefined): ModuleSource[] {
  return (Array.isArray(json) ? json : []).flatMap((module): ModuleSource[] => {
    if (!isJsonObject(module)) return [];
    const { path, source, sourceMap, environment } = module;
    if (typeof path !== "string" || typeof source !== "string") return [];
    return [
      {
        path,
        source,
        environment: environment === "node" ? "node" : "isolate",
        ...(typeof sourceMap === "string" ? { sourceMap } : {}),
      },
    ];
  });
}

function sourceOf(json: Json | undefined): string | null {
  return isJsonObject(json) && typeof json["source"] === "string" ? json["source"] : null;
}

/** The answer that the command line generates code from. */
function describePush(
  analysis: Analysis,
  environmentVariables: Readonly<Record<string, string>>,
): JsonObject {
  const definitions = [...analysis.definitions].map(([path, definition]): [string, Json] => [
    path,
    describeDefinition(definition),
  ]);
  return {
    environmentVariables: { ...environmentVariables },
    externalDepsId: null,
    componentDefinitionPackages: {},
    appAuth: analysis.authProviders.map((provider) => ({ ...provider })),
    analysis: Object.fromEntries(definitions),
    app: describeInstance(analysis, ""),
    schemaChange: { allocatedComponentIds: {}, schemaIds: {}, indexDiffs: {} },
  };
}

function describeDefinition({ definition, schema, modules }: AnalyzedDefinition): Json {
  return {
    definition: {
      definitionType: { type: "app" },
      childComponents: [],
      httpMounts: {},
      exports: { type: "branch", branch: [] },
      ...definition,
    },
    schema,
    functions: Object.fromEntries(
      [...modules].map(([path, module]) => [path, describeModule(module)]),
    ),
    udfConfig: {
      serverVersion: "1.48.0",
      importPhaseRngSeed: { $bytes: "" },
      importPhaseUnixTimestamp: { $integer: "AAAAAAAAAAA=" },
    },
  };
}

const kindNames = { query: "Query", mutation: "Mutation", action: "Action" } as const;

function describeModule(module: AnalyzedModule): Json {
  return {
    functions: module.functions.map((found) => ({
      name: found.name,
      pos: null,
      udfType: kindNames[found.kind],
      visibility: { kind: found.visibility },
      args: JSON.stringify(found.args),
      returns: JSON.stringify(found.returns),
    })),
    httpRoutes:
      module.httpRoutes?.map(({ method, path }) => ({ route: { method, path }, pos: null })) ??
      null,
    cronSpecs: null,
    sourceMapped: null,
  };
}

function describeInstance(analysis: Analysis, path: ComponentPath): JsonObject {
  const instance: ComponentInstance | undefined = analysis.components.get(path);
  const children = [...(instance?.children ?? [])].map(([name, child]): [string, Json] => [
    name,
    describeInstance(analysis, child),
  ]);
  const http = analysis.definitions.get(instance?.definitionPath ?? "")?.modules.get("http.js");
  return {
    definitionPath: instance?.definitionPath ?? "",
    componentPath: path,
    args: {},
    childComponents: Object.fromEntries(children),
    httpRoutes: {
      httpModuleRoutes:
        http?.httpRoutes?.map(({ method, path: route }) => ({ method, path: route })) ?? null,
      mounts: [],
    },
    exports: {},
  };
}

function refuse(context: Context, status: 400 | 404, code: string, message: string): Response {
  return context.json({ code, message }, status);
}
