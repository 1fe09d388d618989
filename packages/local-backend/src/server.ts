// Puts the rooms together: one process that serves a Convex project from a folder.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { adminRoutes } from "./admin/admin-routes.ts";
import { EnvironmentVariables, type EnvironmentChange } from "./admin/environment.ts";
import { checkFiles, type FilesCheck } from "./admin/check-files.ts";
import { FunctionLog } from "./admin/function-log.ts";
import { addGauges } from "./admin/gauges.ts";
import { Metrics } from "./admin/metrics.ts";
import { ensureSigningKeys } from "./admin/signing-variables.ts";
import { outerSourceFolders } from "./source-folders.ts";
import { withSystemFunctions } from "./admin/system-runner.ts";
import { announceServer, retractServer } from "./admin/running-server.ts";
import { checkAdminKey, completeIdentity, createAdminKey, loadAdminKey } from "./auth/admin-key.ts";
import { documentFetcher } from "./auth/fetch-document.ts";
import type { Identity } from "./auth/identity.ts";
import { loadDeploymentKey } from "./auth/signing-keys.ts";
import { createTokenVerifier } from "./auth/verify-token.ts";
import { newRequestId } from "./client-errors.ts";
import type { Database } from "./database/database.ts";
import { checkDatabase, type DatabaseCheck } from "./database/check-database.ts";
import { openDatabase } from "./database/open-database.ts";
import { Deployment } from "./deployment.ts";
import { httpApp, siteApp, type HttpAppOptions } from "./http/app.ts";
import { folderContents, memoryContents } from "./http/file-contents.ts";
import { ServerFileStorage } from "./http/file-storage.ts";
import { localOrigins } from "./http/local-addresses.ts";
import { StaticSite } from "./http/static-site.ts";
import { openListener, type Listener } from "./listener.ts";
import { analyze } from "./runtime/analyze.ts";
import type { Additions } from "./runtime/added-modules.ts";
import { bundleFunctions } from "./runtime/bundle-functions.ts";
import type { Execution, FunctionRequest, QueryOutcome } from "./runtime/function-runner.ts";
import { createRunner } from "./runtime/create-runner.ts";
import { createJwtSigner } from "./runtime/sign-jwt.ts";
import { CronJobs } from "./scheduler/cron-jobs.ts";
import { systemClock, type SchedulerClock } from "./scheduler/due-timer.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { startHousekeeping } from "./housekeeping.ts";
import type { ServerLog } from "./server-log.ts";
import { LiveQueries } from "./subscriptions/live-queries.ts";
import { MutationLedger } from "./sync/mutation-ledger.ts";
import { ResultTexts } from "./sync/result-texts.ts";
import { createSyncServer } from "./sync/socket-server.ts";
import { parseJson, type Json, type JsonObject } from "./values/json.ts";
import { watchFolders } from "./watch-folder.ts";

export interface BackendOptions {
  /** The project's functions folder, usually `convex`. */
  readonly functions: string;
  /** Folder of the data; made if it is missing. Not needed with `inMemory`. */
  readonly data?: string | undefined;
  /** Nothing is kept after `close()`. */
  readonly inMemory?: true;
  /** Default 3210; 0 picks a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Serves http actions on a port of their own, besides `/http/` on the main one; 0 picks a free one. */
  readonly sitePort?: number;
  /** The address under which clients reach the server, when it is not the one it listens on (a proxy, a host name). */
  readonly origin?: string;
  /** Folder of a built web app to serve. */
  readonly web?: string;
  /** Modules and packages bundled with the functions folder without lying in it, for tools that run a project. */
  readonly additions?: Additions;
  /** Environment variables for the functions; they win over stored ones. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: SchedulerClock;
  /** Default: warnings and errors as JSON lines on standard error. */
  readonly log?: ServerLog;
  /** Told of every call of a function when it is done. */
  readonly onExecution?: (execution: Execution) => void;
  /** Deploys again when the functions, or sources of the project that they import, change; a list names further folders. */
  readonly watch?: boolean | readonly string[];
  /** Clients learn nothing of errors but their request id, as in production. */
  readonly redactErrors?: boolean;
}

export interface Backend {
  /** Where clients connect. */
  readonly url: string;
  /** Where http actions are. */
  readonly siteUrl: string;
  readonly adminKey: string;
  /**
   * Runs any function, internal ones too, with an admin's rights.
   *
   * @returns the result, Convex-encoded JSON
   * @throws (rejects) Error with the function's error text
   */
  runFunction(path: string, args?: JsonObject, options?: RunOptions): Promise<Json>;
  /** Brings the functions folder's present state into force. @throws (rejects) when it cannot; the old code goes on */
  deploy(): Promise<void>;
  /** @throws (rejects) EnvironmentError */
  changeEnvironment(changes: readonly EnvironmentChange[]): Promise<void>;
  /** Writes a consistent copy of the data file. */
  backup(file: string): Promise<void>;
  /** Stops in good order; calls under way get a moment to end. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** Component path; default the app. */
  readonly component?: string;
  /** Who it runs as: any claims; default nobody. */
  readonly identity?: JsonObject;
}

export const version = "0.1.0";
const dataFile = "data.sqlite";
const closeGraceMs = 2_000;

/**
 * Starts a backend; resolves when it serves.
 *
 * @throws (rejects) ListenError, StoreError, CompileError, SchemaError; nothing is left open then
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    return await start(options, closers, close);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function start(
  options: BackendOptions,
  closers: (() => Promise<void> | void)[],
  close: () => Promise<void>,
): Promise<Backend> {
  const log = options.log ?? pino({ level: "warn" }, pino.destination(2));
  const clock = options.clock ?? systemClock;
  const host = options.host ?? "127.0.0.1";
  const redactErrors = options.redactErrors ?? false;
  const data = dataFolder(options);

  // 1. The ports, so that the addresses are known.
  const listen = async (port: number): Promise<Listener> => {
    const listener = await openListener(host, port);
    closers.push(() => listener.close(0));
    return listener;
  };
  const main = await listen(options.port ?? 3210);
  const site = options.sitePort === undefined ? null : await listen(options.sitePort);
  const url = (options.origin ?? originOf(host, main.port)).replace(/\/+$/, "");
  const siteUrl = site === null ? `${url}/http` : originOf(host, site.port);

  // 2. The data. Opening it takes the folder's lock, so everything else in the folder comes after.
  if (data !== null) await mkdir(data, { recursive: true, mode: 0o700 });
  const database = await openDatabase({
    ...(data === null ? { inMemory: true as const } : { file: join(data, dataFile) }),
    clock,
  });
  closers.push(() => database.close());
  const adminKey = data === null ? createAdminKey() : await loadAdminKey(data);
  const environment = new EnvironmentVariables(database, options.environment);
  await ensureSigningKeys(environment);
  const signer = createJwtSigner({
    privateKey: await loadDeploymentKey(data),
    issuer: url,
    now: clock.now,
  });
  const files = new ServerFileStorage({
    database,
    contents: data === null ? memoryContents(clock.now) : await folderContents(join(data, "files")),
    cloudUrl: () => url,
    secret: adminKey,
    now: clock.now,
  });

  // 3. What runs functions.
  const metrics = new Metrics();
  const functionLog = new FunctionLog(clock.now);
  const bareRunner = createRunner({
    database,
    environment: () => environment.all(),
    urls: { cloudUrl: url, siteUrl },
    storage: files,
    signJwt: (claims, expiresInSeconds) => signer.sign(claims, expiresInSeconds),
    redactErrors,
    clock,
    log,
    // Finding them costs a stack at every read, so only for who asked to see.
    callSites: options.onExecution !== undefined,
    onExecution: (execution) => {
      const isFunction = bareRunner.find(execution.path, execution.component) !== null;
      metrics.observe(execution, isFunction || execution.kind === "httpAction");
      functionLog.add(execution);
      const { path, requestId, logLines } = execution;
      if (logLines.length > 0)
        log.info({ path, requestId, logLines }, "a function wrote to its console");
      options.onExecution?.(execution);
    },
  });
  const urls = () => ({ cloudUrl: url, siteUrl });
  const runner = withSystemFunctions(bareRunner, {
    database,
    analysis: () => bareRunner.analysis,
    environment: () => environment.all(),
    urls,
    log,
  });
  closers.push(() => runner.close());
  const crons = new CronJobs({ database, runner, clock, log });
  const scheduler = new Scheduler({ database, runner, clock, log });
  const liveQueries = new LiveQueries<FunctionRequest, QueryOutcome>({
    database,
    run: (requests) => runner.runQueries(requests),
  });
  closers.push(() => liveQueries.close());

  // 4. Who calls: sockets and HTTP.
  const fetchDocument = documentFetcher(siteUrl, (request) =>
    runner.runHttpAction(request, { identity: null }),
  );
  const verifier = createTokenVerifier({
    providers: () => deployment.authProviders(),
    fetchDocument,
    now: clock.now,
  });
  const mutations = new MutationLedger(database, runner);
  const sync = createSyncServer({
    runner,
    liveQueries,
    mutations,
    texts: new ResultTexts({ redactErrors }),
    verifyToken: (token) => verifier.verify(token),
    checkAdmin: (key, actingAs) =>
      checkAdminKey(key, adminKey) ?? (actingAs === null ? null : completeIdentity(actingAs)),
    latestTimestamp: () => database.latestTimestamp(),
    now: clock.now,
    wait: clock.wait,
    redactErrors,
    log,
  });
  const refresh = () => {
    verifier.forgetKeys();
    liveQueries.invalidateAll();
    sync.refreshAll();
  };
  const allVariables = () => ({
    ...environment.all(),
    CONVEX_CLOUD_URL: url,
    CONVEX_SITE_URL: siteUrl,
  });
  let outerFolders: readonly string[] = [];
  const deployment = new Deployment({
    database,
    runner,
    crons,
    bundle: () => bundleFunctions(options.functions, options.additions),
    analyze,
    environment: allVariables,
    onDeployed: (bundle) => {
      if (options.watch !== undefined && options.watch !== false) {
        outerFolders = outerSourceFolders(options.functions, bundle);
      }
      refresh();
    },
  });
  const changeEnvironment = async (changes: readonly EnvironmentChange[]) => {
    await environment.change(changes);
    // `auth.config.ts` reads variables, so it is looked at again; code that does not load then leaves the old in force.
    await deployment.deploy().catch((error: unknown) => {
      log.error(
        { err: error },
        "the functions were not deployed again after a change of variables",
      );
      refresh();
    });
  };

  // 5. The code, then the doors.
  await deployment.deploy();
  addGauges(metrics, { sync, liveQueries, scheduler, database });
  const appOptions: HttpAppOptions = {
    runner,
    database,
    verifier,
    adminKey,
    redactErrors,
    files,
    site: options.web === undefined ? null : new StaticSite(options.web),
    adminRoutes: adminRoutes({
      adminKey,
      urls,
      environment: () => environment.all(),
      changeEnvironment,
      analyze: (bundle) => analyze(bundle, allVariables()),
      functionLog,
      backup: (file) => database.backup(file),
    }),
    localOrigins: () => localOrigins(host, main.port),
    metrics: () => metrics.text(),
    keySet: signer.jwks,
    version,
    log,
  };
  main.serve(httpApp(appOptions), (...upgrade) => sync.handleUpgrade(...upgrade));
  site?.serve(siteApp(appOptions), null);
  closers.push(async () => {
    functionLog.close();
    await Promise.all([sync.close(), main.close(closeGraceMs), site?.close(closeGraceMs)]);
  });
  closers.push(
    () => scheduler.close(),
    () => crons.close(),
  );
  await scheduler.start();
  if (options.web !== undefined && !existsSync(join(options.web, "index.html"))) {
    log.warn(
      { web: options.web },
      "the web app has no index.html: build it, and it is served at once",
    );
  }
  if (options.watch !== undefined && options.watch !== false) {
    const further = options.watch === true ? [] : options.watch;
    const watching = watchFolders([options.functions, ...further, ...outerFolders], () => {
      deployment.deploy().then(
        () => {
          watching.add(outerFolders);
          log.info({}, "deployed the changed functions");
        },
        (error: unknown) =>
          log.error({ err: error }, "the changed functions were not deployed; the old ones go on"),
      );
    });
    closers.push(() => watching.close());
  }
  closers.push(startHousekeeping({ mutations, files, clock, log }));
  if (data !== null) {
    await announceServer(data, url);
    closers.push(() => retractServer(data));
  }
  log.info({ url, siteUrl, data }, "serving");

  return {
    url,
    siteUrl,
    adminKey,
    async runFunction(path, args = {}, run = {}) {
      const identity: Identity | null =
        run.identity === undefined ? null : completeIdentity(run.identity);
      const outcome = await runner.runAny({
        path,
        args,
        identity,
        caller: "admin",
        requestId: newRequestId(),
        ...(run.component === undefined ? {} : { component: run.component }),
      });
      if (outcome.ok) return parseJson(outcome.value);
      throw new Error(`\`${path}\` failed: ${outcome.errorMessage}`);
    },
    deploy: () => deployment.deploy(),
    changeEnvironment,
    backup: (file) => database.backup(file),
    close,
  };
}

/** The variables stored in a data folder that no server has open. @throws (rejects) StoreError `locked` */
export function listStoredEnvironment(data: string): Promise<Record<string, string>> {
  return withStoredEnvironment(data, (environment) => Promise.resolve({ ...environment.all() }));
}

/** Changes them. @throws (rejects) StoreError `locked`, EnvironmentError */
export function changeStoredEnvironment(
  data: string,
  changes: readonly EnvironmentChange[],
): Promise<void> {
  return withStoredEnvironment(data, (environment) => environment.change(changes));
}

/**
 * Checks a data folder that no server has open: indexes against documents, stored files against their records.
 *
 * @throws (rejects) StoreError `locked`
 */
export async function checkStoredData(data: string): Promise<DatabaseCheck & FilesCheck> {
  const documents = await checkDatabase(join(data, dataFile));
  // Damage can be such that the database no longer opens; then what is known of it must still be told.
  const files = await withDatabase(data, async (database) =>
    checkFiles(database, await folderContents(join(data, "files"))),
  ).catch((error: unknown) => ({ files: 0, problems: [`Stored files: ${String(error)}`] }));
  return { ...documents, ...files, problems: [...documents.problems, ...files.problems] };
}

function withStoredEnvironment<T>(
  data: string,
  use: (environment: EnvironmentVariables) => Promise<T>,
): Promise<T> {
  return withDatabase(data, (database) => use(new EnvironmentVariables(database)));
}

async function withDatabase<T>(data: string, use: (database: Database) => Promise<T>): Promise<T> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const database = await openDatabase({ file: join(data, dataFile) });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

function dataFolder(options: BackendOptions): string | null {
  if (options.inMemory === true) return null;
  if (options.data !== undefined) return options.data;
  throw new TypeError("`startBackend` needs `data`, a folder, or `inMemory: true`");
}

function originOf(host: string, port: number): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
