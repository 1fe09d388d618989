// What a loaded module offers: functions, routes, crons, a schema, a definition. Runs in every realm that loads modules.
// `as` here: exports are user code's, whose shapes are only checked at run time.

export interface ExportedFunction {
  name: string;
  kind: "query" | "mutation" | "action";
  visibility: "public" | "internal";
  /** Validator JSON text. */
  args: string;
  returns: string;
}

export interface DescribedExports {
  functions: ExportedFunction[];
  httpRoutes: { path: string; method: string }[] | null;
  crons: string | null;
}

type Method = (...args: unknown[]) => unknown;

function call(target: object, name: string): unknown {
  const method = Reflect.get(target, name) as unknown;
  if (typeof method !== "function") return undefined;
  return Reflect.apply(method as Method, target, []);
}

/** @throws Error with the push's text when an export is malformed */
export function describeExports(
  path: string,
  exports: Record<string, unknown> | null,
): DescribedExports {
  if (exports === null) throw new Error(`Could not find module "${path}"`);
  const described: DescribedExports = { functions: [], httpRoutes: null, crons: null };
  for (const name of Object.keys(exports).sort()) {
    const value = exports[name];
    if ((typeof value !== "function" && typeof value !== "object") || value === null) continue;
    const found = describeFunction(path, name, value);
    if (found !== null) described.functions.push(found);
  }
  const main = exports["default"];
  if (path === "http.js") described.httpRoutes = describeRoutes(main);
  if (path === "crons.js") described.crons = describeCrons(main);
  return described;
}

/**
 * The text that a special module's default export stands for: a definition's or schema's `export()`, the JSON of a sign-in
 * configuration.
 *
 * @throws Error with the push's text when it is something else
 */
export function describeSpecial(
  kind: "definition" | "schema" | "authConfig",
  exports: Record<string, unknown> | null,
): string {
  const value = exports?.["default"];
  if (typeof value !== "object" || value === null) {
    const file = { definition: "convex.config", schema: "schema", authConfig: "auth.config" }[kind];
    throw new Error(`${file} has no default export, or it is no object.`);
  }
  if (kind === "authConfig") return JSON.stringify(value);
  const exported = call(value, "export");
  if (kind === "schema") {
    if (typeof exported === "string") return exported;
    throw new Error(
      "The default export of schema is not a schema: export default defineSchema(…).",
    );
  }
  if (typeof exported === "object" && exported !== null) return JSON.stringify(exported);
  throw new Error(
    "The default export of convex.config is neither an app nor a component: export default defineApp() or defineComponent(…).",
  );
}

function describeFunction(path: string, name: string, value: object): ExportedFunction | null {
  const kinds = (["query", "mutation", "action"] as const).filter(
    (kind) => `is${kind.charAt(0).toUpperCase()}${kind.slice(1)}` in value,
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) return null;
  const isPublic = "isPublic" in value;
  const isInternal = "isInternal" in value;
  if (isPublic && isInternal) return null;
  if (!isPublic && !isInternal) return null;
  const args = call(value, "exportArgs");
  const returns = call(value, "exportReturns");
  if (!/^[A-Za-z0-9_]+$/.test(name)) {
    throw new Error(`Invalid export name ${name} in ${path}: use letters, digits and _`);
  }
  return {
    name,
    kind,
    visibility: isPublic ? "public" : "internal",
    args: typeof args === "string" ? args : '{"type":"any"}',
    returns: typeof returns === "string" ? returns : "null",
  };
}

function describeRoutes(router: unknown): { path: string; method: string }[] {
  if (typeof router !== "object" || router === null || Reflect.get(router, "isRouter") !== true) {
    throw new Error(
      "The default export of http.ts is not a Router: export default the result of httpRouter().",
    );
  }
  const routes = call(router, "getRoutes") as [string, string, unknown][];
  return routes.map(([path, method]) => ({ path, method }));
}

function describeCrons(crons: unknown): string {
  if (typeof crons !== "object" || crons === null || Reflect.get(crons, "isCrons") !== true) {
    throw new Error(
      "The default export of crons.ts is not a Crons object: export default the result of cronJobs().",
    );
  }
  return call(crons, "export") as string;
}
