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
