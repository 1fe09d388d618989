// The built-in queries of the official command line, `_system/cli/…`: tables, documents, functions, variables, addresses.
// They read through a transaction like any query, so they can be live.
import type { Database } from "../database/database.ts";
import { UserError } from "../database/errors.ts";
import type { ComponentPath, Transaction } from "../database/transaction.ts";
import type { Analysis, AnalyzedModule } from "../runtime/analysis.ts";
import type { FunctionRequest, QueryOutcome } from "../runtime/function-runner.ts";
import { isJsonObject, type Json, type JsonObject, type JsonText } from "../values/json.ts";

export interface SystemQueriesOptions {
  readonly database: Database;
  readonly analysis: () => Analysis | null;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly urls: () => { cloudUrl: string; siteUrl: string };
}

type SystemQuery = (
  tx: Transaction,
  component: ComponentPath,
  args: JsonObject,
  options: SystemQueriesOptions,
) => JsonText;

const queries: ReadonlyMap<string, SystemQuery> = new Map<string, SystemQuery>([
  ["_system/cli/tables", listTables],
  ["_system/cli/tableData", listDocuments],
  ["_system/cli/tableSize", countDocuments],
  [
    "_system/cli/modules:apiSpec",
    (_tx, component, _args, { analysis }) => JSON.stringify(apiSpec(analysis(), component)),
  ],
  [
    "_system/cli/queryEnvironmentVariables",
    (tx, _component, _args, options) => JSON.stringify(variables(tx, options)),
  ],
  [
    "_system/cli/queryEnvironmentVariables:get",
    (tx, _component, args, options) =>
      JSON.stringify(variables(tx, options).find(({ name }) => name === args["name"]) ?? null),
  ],
  [
    "_system/cli/convexUrl:cloudUrl",
    (_tx, _component, _args, { urls }) => JSON.stringify(urls().cloudUrl),
  ],
  [
    "_system/cli/convexUrl:siteUrl",
    (_tx, _component, _args, { urls }) => JSON.stringify(urls().siteUrl),
  ],
]);

/** Whether a path names one of the server's own functions, known or not. */
export function isSystemPath(path: string): boolean {
  return path.startsWith("_system/");
}

/** Runs a system query for an admin. Never throws for what the caller asked. */
export function runSystemQuery(
  request: FunctionRequest,
  options: SystemQueriesOptions,
): QueryOutcome {
  const run = queries.get(request.path.replace(/:default$/, ""));
  if (run === undefined) {
    return {
      ok: false,
      kind: "user",
      errorMessage: `Could not find function for '${request.path}': this server does not have it.`,
      logLines: [],
    };
  }
  const tx = options.database.begin({ kind: "query", unlimited: true });
  try {
    const args = Array.isArray(request.args) ? request.args[0] : request.args;
    const value = run(tx, request.component ?? "", isJsonObject(args) ? args : {}, options);
    const { readSet, snapshotTimestamp: timestamp } = tx;
    return {
      ok: true,
      value,
      logLines: [],
      journal: null,
      readSet,
      usedIdentity: false,
      timestamp,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message: errorMessage, data } = error;
    const errorData = data === undefined ? {} : { errorData: data };
    return {
      ok: false,
      kind: "user",
      errorMessage,
      ...errorData,
      logLines: [],
      readSet: tx.readSet,
    };
  } finally {
    options.database.abort(tx);
  }
}

function listTables(
  _tx: Transaction,
  component: ComponentPath,
  _args: JsonObject,
  { database }: SystemQueriesOptions,
): JsonText {
  const page = database
    .tables(component)
    .filter(({ name }) => !name.startsWith("_"))
    .map(({ name }) => ({ name }));
  return JSON.stringify({ page, isDone: true, continueCursor: "end" });
}

function listDocuments(tx: Transaction, component: ComponentPath, args: JsonObject): JsonText {
  const options = isJsonObject(args["paginationOpts"]) ? args["paginationOpts"] : {};
  const { numItems, cursor } = options;
  const { page, isDone, continueCursor } = tx.queryPage(component, {
    query: {
      source: {
        type: "FullTableScan",
        tableName: tableNameOf(args["table"]),
        order: args["order"] === "asc" ? "asc" : "desc",
      },
      operators: [],
    },
    cursor: typeof cursor === "string" ? cursor : null,
    pageSize: typeof numItems === "number" ? numItems : 100,
  });
  return `{"page":[${page.join(",")}],"isDone":${isDone},"continueCursor":${JSON.stringify(continueCursor)}}`;
}

function countDocuments(tx: Transaction, component: ComponentPath, args: JsonObject): JsonText {
  return JSON.stringify(tx.count(component, tableNameOf(args["tableName"])));
}

function tableNameOf(json: Json | undefined): string {
  if (typeof json === "string" && !json.startsWith("_")) return json;
  throw new UserError(`${JSON.stringify(json) ?? "Nothing"} is no table of the project`);
}

function variables(
  tx: Transaction,
  { environment }: SystemQueriesOptions,
): { name: string; value: string }[] {
  // The read makes a live list follow changes; given variables, which are not stored, come from the list in force.
  tx.system.query("", "_environment_variables", "by_name", []);
  return Object.entries(environment()).map(([name, value]) => ({ name, value }));
}

function apiSpec(analysis: Analysis | null, component: ComponentPath): Json[] {
  const instance = analysis?.components.get(component);
  const definition = analysis?.definitions.get(instance?.definitionPath ?? "");
  return [...(definition?.modules.values() ?? [])].flatMap(describeModule);
}

const kindNames = { query: "Query", mutation: "Mutation", action: "Action" } as const;

function describeModule(module: AnalyzedModule): Json[] {
  const functions = module.functions.map((found): Json => ({
    identifier: `${module.path}:${found.name}`,
    functionType: kindNames[found.kind],
    visibility: { kind: found.visibility },
    args: found.args,
    returns: found.returns ?? { type: "any" },
  }));
  const routes = (module.httpRoutes ?? []).map(({ method, path }): Json => ({
    functionType: "HttpAction",
    method,
    path,
  }));
  return [...functions, ...routes];
}
