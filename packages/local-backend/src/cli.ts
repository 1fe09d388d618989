#!/usr/bin/env node
// The command line: start a server, and work with one that runs or with its data folder.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import { connectAsAdmin, findServer, type AdminConnection } from "./admin/running-server.ts";
import { readAdminKey } from "./auth/admin-key.ts";
import {
  changeStoredEnvironment,
  checkStoredData,
  listStoredEnvironment,
  startBackend,
} from "./server.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "./values/json.ts";

const defaultData = ".local-backend";

const program = new Command("local-backend")
  .description(
    "Runs a Convex project on this machine: one process, one folder of data, no account.",
  )
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(text) });

const dataOption = () =>
  new Option("--data <dir>", "folder of the data")
    .default(defaultData)
    .argParser((dir) => resolve(dir));

program
  .command("start")
  .description("serve a project's functions folder")
  .option("--functions <dir>", "the project's functions folder", "convex")
  .addOption(dataOption())
  .option("--port <n>", "port; 0 picks a free one", parsePort, 3210)
  .option("--host <address>", "address to listen on; 0.0.0.0 for the whole network", "127.0.0.1")
  .option("--site-port <n>", "serve http actions on a port of their own, too", parsePort)
  .option(
    "--origin <url>",
    "address under which clients reach the server, if not the one it listens on",
  )
  .option("--web <dir>", "serve a built web app")
  .option("--watch", "deploy again whenever the functions change")
  .option("--env-file <file>", "environment variables for the functions, NAME=value by line")
  .option(
    "--redact-errors",
    "tell clients nothing of errors but their request id, as in production",
  )
  .addOption(
    new Option("--log-level <level>", "what to log")
      .choices(["silent", "error", "warn", "info"])
      .default("warn"),
  )
  .action(async (options: StartOptions) => {
    const log = pino({ level: options.logLevel }, pino.destination(2));
    process.on("unhandledRejection", (reason) =>
      log.error({ err: reason }, "a promise was rejected and nobody cared"),
    );
    const backend = await startBackend({
      functions: resolve(options.functions),
      data: resolve(options.data),
      port: options.port,
      host: options.host,
      ...(options.sitePort === undefined ? {} : { sitePort: options.sitePort }),
      ...(options.origin === undefined ? {} : { origin: options.origin }),
      ...(options.web === undefined ? {} : { web: resolve(options.web) }),
      ...(options.envFile === undefined ? {} : { environment: await readEnvFile(options.envFile) }),
      watch: options.watch === true,
      redactErrors: options.redactErrors === true,
      log,
    });
    let isStopping = false;
    const stop = () => {
      if (isStopping) return;
      isStopping = true;
      backend.close().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    print(`ready on ${backend.url}`);
  });

const env = program.command("env").description("environment variables of the functions");
env
  .command("list")
  .description("names and values")
  .addOption(dataOption())
  .action(async ({ data }: DataOptions) => {
    for (const [name, value] of Object.entries(await listEnvironment(data)))
      print(`${name}=${value}`);
  });
env
  .command("get <name>")
  .description("one value")
  .addOption(dataOption())
  .action(async (name: string, { data }: DataOptions) => {
    const value = (await listEnvironment(data))[name];
    if (value === undefined)
      throw new Error(`Environment variable "${name}" is not set in ${data}.`);
    print(value);
  });
env
  .command("set <name> <value>")
  .description("set one; a running server uses it at once")
  .addOption(dataOption())
  .action((name: string, value: string, { data }: DataOptions) =>
    changeEnvironment(data, name, value),
  );
env
  .command("remove <name>")
  .description("remove one")
  .addOption(dataOption())
  .action((name: string, { data }: DataOptions) => changeEnvironment(data, name, null));

program
  .command("run <function> [args]")
  .description('run a function of a running server, such as: run messages:send \'{"body": "Hi"}\'')
  .addOption(dataOption())
  .option("--url <url>", "address of the server, instead of the one that serves the data folder")
  .action(
    async (path: string, argsText: string | undefined, options: DataOptions & { url?: string }) => {
      const server = await connect(options);
      const args = argsText === undefined ? {} : parseArgs(argsText);
      const answer = await server.post("/api/function", { path, args, format: "json" });
      if (!isJsonObject(answer)) throw new Error(`${server.url} gave no result`);
      for (const line of Array.isArray(answer["logLines"]) ? answer["logLines"] : []) {
        if (typeof line === "string") process.stderr.write(`${line}\n`);
      }
      if (answer["status"] !== "success") throw new Error(textOf(answer["errorMessage"]));
      print(JSON.stringify(answer["value"], null, 2));
    },
  );

program
  .command("backup <file>")
  .description("write a consistent copy of the data file, while the server serves")
  .addOption(dataOption())
  .action(async (file: string, options: DataOptions) => {
    const server = await connect(options);
    await server.post("/api/local/backup", { file: resolve(file) });
    print(`The data is copied to ${resolve(file)}.`);
  });

program
  .command("check")
  .description(
    "check a data folder that no server uses: indexes against documents, files against records",
  )
  .addOption(dataOption())
  .action(async ({ data }: DataOptions) => {
    if ((await readAdminKey(data)) === null)
      throw new Error(`${data} is no data folder: no server has used it.`);
    const report = await checkStoredData(data);
    const { tables, documents, indexEntries, files, problems } = report;
    print(
      `${documents} documents in ${tables} tables, ${indexEntries} index entries, ${files} stored files`,
    );
    if (problems.length === 0) print("No problems found.");
    else throw new Error(problems.join("\n"));
  });

program
  .command("admin-key")
  .description("print the key that the official command line needs as CONVEX_SELF_HOSTED_ADMIN_KEY")
  .addOption(dataOption())
  .action(async ({ data }: DataOptions) => {
    const key = await readAdminKey(data);
    if (key === null) throw new Error(`${data} has no admin key yet: start a server on it first.`);
    print(key);
  });

program.parseAsync().catch((error: unknown) => fail(error));

interface DataOptions {
  data: string;
}

interface StartOptions extends DataOptions {
  functions: string;
  port: number;
  host: string;
  sitePort?: number;
  origin?: string;
  web?: string;
  watch?: boolean;
  envFile?: string;
  redactErrors?: boolean;
  logLevel: string;
}

async function connect(options: DataOptions & { url?: string }): Promise<AdminConnection> {
  const found = await findServer(options.data);
  if (options.url === undefined) {
    if (found !== null) return found;
    throw new Error(
      `No server serves ${options.data} now. Start one with \`local-backend start\`, or give --url.`,
    );
  }
  const key = await readAdminKey(options.data);
  if (key === null)
    throw new Error(
      `${options.data} holds no admin key: give the server's data folder with --data.`,
    );
  return connectAsAdmin(options.url, key);
}

async function listEnvironment(data: string): Promise<Record<string, string>> {
  const server = await findServer(data);
  if (server === null) return listStoredEnvironment(data);
  const answer = await server.get("/api/v1/list_environment_variables");
  const variables = isJsonObject(answer) ? answer["environmentVariables"] : null;
  if (!isJsonObject(variables ?? null))
    throw new Error(`${server.url} gave no environment variables`);
  return Object.fromEntries(
    Object.entries(variables ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
}

async function changeEnvironment(data: string, name: string, value: string | null): Promise<void> {
  const server = await findServer(data);
  if (server === null) await changeStoredEnvironment(data, [{ name, value }]);
  else await server.post("/api/update_environment_variables", { changes: [{ name, value }] });
}

async function readEnvFile(file: string): Promise<Record<string, string>> {
  const parsed = parseEnv(await readFile(file, "utf8"));
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function parseArgs(text: string): JsonObject {
  let args: Json;
  try {
    args = parseJson(text);
  } catch (error) {
    throw new Error(
      `The arguments are not JSON: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
  if (isJsonObject(args)) return args;
  throw new Error(`The arguments must be a JSON object such as '{"name": "Ada"}'; got ${text}`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("Expected a number from 0 to 65535.");
}

function textOf(message: Json | undefined): string {
  return typeof message === "string" ? message : "The function failed.";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
