// The test harness on the real engine: `convexTest` with the surface of `convex-test`.
// `as` here: the public types are generic over the schema, what runs behind them is not.
import {
  actionGeneric,
  getFunctionAddress,
  mutationGeneric,
  queryGeneric,
  type GenericDataModel,
  type GenericSchema,
  type SchemaDefinition,
  type UserIdentity,
} from "convex/server";
import { ConvexError, convexToJson, jsonToConvex, type Value } from "convex/values";
import type { Identity } from "./auth/identity.ts";
import type { Database } from "./database/database.ts";
import { openDatabase } from "./database/open-database.ts";
import { memoryContents } from "./http/file-contents.ts";
import { ServerFileStorage } from "./http/file-storage.ts";
import { DeployedApp } from "./runtime/deployed-app.ts";
import type { Failure, FunctionRequest } from "./runtime/function-runner.ts";
import type { ModuleGlob, TestBackend, TestCaller, TestConvex } from "./testing/test-convex.ts";
import { TestClock } from "./testing/test-clock.ts";
import { TestExecutor, type Registered } from "./testing/test-executor.ts";
import { exportSchema, TestProject, type TestComponent } from "./testing/test-modules.ts";
import { TestScheduler } from "./testing/test-scheduler.ts";
import { isJsonObject, parseJson, type Json } from "./values/json.ts";

export type { ModuleGlob, TestBackend, TestCaller, TestConvex } from "./testing/test-convex.ts";

type Schema = SchemaDefinition<GenericSchema, boolean>;

const urls = { cloudUrl: "http://127.0.0.1:3210", siteUrl: "http://127.0.0.1:3210/http" };

interface Options<Definition extends Schema> {
  schema?: Definition;
  modules?: ModuleGlob;
}

/**
 * Starts an empty backend in memory that runs a project's functions. Call it at the start of each test.
 *
 * Everything but the place where functions run is the real thing: transactions, indexes, search, validation, limits, pagination
 * with journals, scheduled functions, files. Functions run in the test's own realm, so that debuggers, spies and fake timers
 * work; what only a deployment's realm does (frozen clock, refused `fetch`) is not checked here.
 *
 * @param schema - default export of `schema.ts`
 * @param modules - `import.meta.glob("./**\/*.*s")` made in the functions folder
 */
export function convexTest<Definition extends Schema>(
  schema?: Definition,
  modules?: ModuleGlob,
): TestConvex<Definition>;
export function convexTest<Definition extends Schema>(
  options: Options<Definition>,
): TestConvex<Definition>;
export function convexTest(first?: unknown, modules?: ModuleGlob): unknown {
  const isOptions =
    typeof first === "object" && first !== null && !("export" in first) && !("tables" in first);
  const options = isOptions
    ? (first as Options<Schema>)
    : { schema: first as Schema | undefined, modules };
  if (options.modules === undefined) {
    throw new Error(
      'convexTest needs your functions: convexTest(schema, import.meta.glob("./**/*.*s")), called in the functions folder',
    );
  }
  const components: TestComponent[] = [
    { path: "", schema: exportSchema(options.schema), modules: options.modules },
  ];
  let engine: Promise<Engine> | null = null;
  const start = (): Promise<Engine> => (engine ??= startEngine(components));
  const backend: TestBackend<GenericDataModel> = {
    ...caller(start, { identity: null, ip: null, userAgent: null }),
    registerComponent(path, componentSchema, componentModules) {
      if (engine !== null) {
        throw new Error(`Register the component "${path}" before the first call of a function`);
      }
      components.push({
        path,
        schema: exportSchema(componentSchema),
        modules: componentModules,
      });
    },
  };
  return backend;
}

interface Engine {
  database: Database;
  project: TestProject;
  executor: TestExecutor;
  scheduler: TestScheduler;
}

async function startEngine(components: readonly TestComponent[]): Promise<Engine> {
  // Both are always defined where functions run.
  process.env["CONVEX_CLOUD_URL"] ??= urls.cloudUrl;
  process.env["CONVEX_SITE_URL"] ??= urls.siteUrl;
  const database = await openDatabase({ inMemory: true, clock: new TestClock() });
  const project = await TestProject.load(components);
  for (const component of components) {
    const schema = isJsonObject(component.schema) ? component.schema : null;
    await database.applySchema(component.path, schema);
  }
  const deployment = new DeployedApp({ app: emptyApp, components: [] }, project.analysis, {
    environment: () => ({}),
    urls,
    now: () => Date.now(),
  });
  const storage = new ServerFileStorage({
    database,
    contents: memoryContents(() => Date.now()),
    cloudUrl: () => urls.cloudUrl,
    secret: "test",
    now: () => Date.now(),
  });
  const executor = new TestExecutor({ database, deployment, project, storage });
  const scheduler = new TestScheduler(database, deployment, executor);
  return { database, project, executor, scheduler };
}

const emptyApp = { definition: null, schema: null, modules: [] };

interface CallerState {
  identity: Identity | null;
  ip: string | null;
  userAgent: string | null;
}

type Arguments = Record<string, unknown> | undefined;
type AnyFunction = (ctx: unknown) => Promise<unknown>;

function caller(start: () => Promise<Engine>, state: CallerState): TestCaller<GenericDataModel> {
  const request = (path: string, component: string, args: Json): FunctionRequest => ({
    path,
    component,
    args,
    identity: state.identity,
    caller: "internal",
    requestId: "0000000000000000",
    ip: state.ip,
    userAgent: state.userAgent,
    authToken: null,
  });

  async function run(
    kind: "query" | "mutation" | "action",
    target: unknown,
    args: Arguments = {},
  ): Promise<unknown> {
    const { executor } = await start();
    const methods = {
      query: (call: FunctionRequest, inline?: Registered) => executor.runQuery(call, inline),
      mutation: (call: FunctionRequest, inline?: Registered) => executor.runMutation(call, inline),
      action: (call: FunctionRequest, inline?: Registered) => executor.runAction(call, inline),
    };
    if (typeof target === "function") {
      let result: unknown;
      // The result stays as it is: an inline function may give its test anything.
      const handler = async (ctx: unknown): Promise<null> => {
        result = await (target as AnyFunction)(ctx);
        return null;
      };
      const register = {
        query: () => queryGeneric({ handler }),
        mutation: () => mutationGeneric({ handler }),
        action: () => actionGeneric({ handler }),
      };
      const outcome = await methods[kind](request("inline", "", {}), register[kind]());
      if (!outcome.ok) throw thrownBy(outcome);
      return result;
    }
    const { path, component } = addressOf(target);
    const encoded = convexToJson(args as Value);
    const outcome = await methods[kind](request(path, component, encoded));
    if (!outcome.ok) throw thrownBy(outcome);
    return jsonToConvex(parseJson(outcome.value));
  }

  return {
    query: (target: unknown, ...args: unknown[]) =>
      run("query", target, args[0] as Arguments) as never,
    mutation: (target: unknown, ...args: unknown[]) =>
      run("mutation", target, args[0] as Arguments) as never,
    action: (target: unknown, ...args: unknown[]) =>
      run("action", target, args[0] as Arguments) as never,
    run: (work) => run("mutation", work) as never,
    async fetch(path, init) {
      if (!path.startsWith("/")) throw new Error("The path given to `t.fetch` must begin with `/`");
      const { executor, project } = await start();
      const router = project.find("", "http.js", "default") as Router | undefined;
      const url = new URL(`${new URL(urls.siteUrl).origin}${path}`);
      const found = router?.lookup(url.pathname, init?.method ?? "GET") ?? null;
      if (found === null) {
        const text =
          router === undefined
            ? "This Convex deployment does not have HTTP actions enabled."
            : "No matching routes found";
        return new Response(text, { status: 404 });
      }
      return await executor.runHttp(found[0], new Request(url, init), request("http", "", {}));
    },
    async finishInProgressScheduledFunctions() {
      await (await start()).scheduler.finishInProgress();
    },
    async finishAllScheduledFunctions(advanceTimers, maxIterations = 100) {
      await (await start()).scheduler.finishAll(advanceTimers, maxIterations);
    },
    withIdentity: (identity) => caller(start, { ...state, identity: completeIdentity(identity) }),
    withRequestMetadata: ({ ip = null, userAgent = null }) =>
      caller(start, { ...state, ip, userAgent }),
  };
}

interface Router {
  lookup(
    path: string,
    method: string,
  ): [{ invokeHttpAction(request: Request): Promise<Response> }, ...unknown[]] | null;
}

function addressOf(target: unknown): { path: string; component: string } {
  const address = getFunctionAddress(target) as {
    name?: string;
    reference?: string;
  };
  if (address.name !== undefined) return { path: address.name, component: "" };
  const [, , child = "", ...rest] = (address.reference ?? "").split("/");
  const name = rest.pop() ?? "";
  return { path: `${rest.join("/")}:${name}`, component: child };
}

function completeIdentity(identity: Partial<UserIdentity>): Identity {
  const issuer = identity.issuer ?? "https://convex.test";
  const subject = identity.subject ?? numberOf(JSON.stringify(identity));
  const tokenIdentifier = identity.tokenIdentifier ?? `${issuer}|${subject}`;
  return JSON.parse(JSON.stringify({ ...identity, issuer, subject, tokenIdentifier })) as Identity;
}

/** The same text gives the same number: callers with equal claims are the same somebody. */
function numberOf(text: string): string {
  let hash = 7;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return String(hash >>> 0);
}

/** What the function threw, or an error with the engine's text. */
function thrownBy(failure: Failure): unknown {
  const { cause } = failure;
  if (cause instanceof ConvexError && typeof failure.errorData !== "undefined") {
    // The library has replaced the data by its text.
    Object.assign(cause, { data: jsonToConvex(failure.errorData) });
    return cause;
  }
  if (cause !== undefined) return cause;
  if (failure.errorData !== undefined) {
    return Object.assign(new ConvexError(jsonToConvex(failure.errorData)), {
      message: failure.errorMessage,
    });
  }
  return new Error(failure.errorMessage);
}
