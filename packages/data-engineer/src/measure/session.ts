// A local backend with the project on it, for as long as it is measured: the clock stands still and nothing runs by itself.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Backend, Execution, ObservedRead } from "@torchkeeper/local-backend";
import type { FunctionKind } from "../model/model.ts";
import { ToolFailure } from "../project/failure.ts";
import { isRecord } from "../schema/validator.ts";
import type { JsonObject } from "./json.ts";
import { outcomeMark, seedModule, seedModuleSource } from "./seed-module.ts";

/** The time at which everything happens, so that the same project gives the same numbers on any day. */
export const measuredNow = Date.UTC(2026, 0, 15, 12);

export interface SessionSource {
  /** Absolute path of the functions folder. */
  folder: string;
  /** Modules with actions that can run without Node, as paths in the folder without extension. */
  actionModules: readonly string[];
  /** Variables of the deployment, besides those made up for sign-in. */
  environment: Readonly<Record<string, string>>;
}

/** One call, whether or not it succeeded. */
export interface CallResult {
  /** Why it failed, in the function's own words; null when it did not. */
  error: string | null;
  documents: number;
  bytes: number;
  written: number;
  reads: readonly ObservedRead[];
}

export class MeasuringSession {
  readonly #backend: Backend;
  readonly #executions: Execution[];

  private constructor(backend: Backend, executions: Execution[]) {
    this.#backend = backend;
    this.#executions = executions;
  }

  /** @throws ToolFailure when the backend is not built, or cannot run the project */
  static async start(source: SessionSource): Promise<MeasuringSession> {
    const { startBackend } = await import("@torchkeeper/local-backend");
    const executions: Execution[] = [];
    try {
      const backend = await startBackend({
        functions: source.folder,
        inMemory: true,
        port: 0,
        environment: {
          SITE_URL: "http://127.0.0.1",
          JWT_PRIVATE_KEY: "measure",
          JWKS: '{"keys":[]}',
          ...source.environment,
        },
        additions: {
          modules: { [`${seedModule}.js`]: seedModuleSource(source.actionModules) },
          packageFolders: ownPackages(),
        },
        clock: { now: () => measuredNow, wait: () => () => undefined },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        onExecution: (execution) => executions.push(execution),
      });
      return new MeasuringSession(backend, executions);
    } catch (cause) {
      throw new ToolFailure("no-project", startProblem(cause), { cause });
    }
  }

  get url(): string {
    return this.#backend.url;
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** @returns the new ids; throws (rejects) with the first misfit's message */
  async insert(table: string, documents: readonly JsonObject[]): Promise<string[]> {
    return texts(await this.#seed("insert", { table, documents: [...documents] }));
  }

  async patch(changes: readonly { id: string; fields: JsonObject }[]): Promise<void> {
    await this.#seed("patch", { changes: changes.map(({ id, fields }) => ({ id, fields })) });
  }

  /** Calls that are scheduled for later days, for fields that hold such ids. */
  async schedule(count: number): Promise<string[]> {
    return texts(await this.#seed("schedule", { count }));
  }

  /** Small stored files. */
  async store(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (const url of texts(await this.#seed("uploadUrls", { count }))) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: "made up for measuring",
      });
      const answer: unknown = await response.json();
      if (isRecord(answer) && typeof answer["storageId"] === "string")
        ids.push(answer["storageId"]);
    }
    return ids;
  }

  #seed(name: string, args: JsonObject): Promise<unknown> {
    return this.#backend.runFunction(`${seedModule}:${name}`, args);
  }

  /** Runs a function so that nothing it writes remains. */
  async call(
    kind: FunctionKind,
    name: string,
    args: JsonObject,
    identity: JsonObject | null,
  ): Promise<CallResult> {
    this.#executions.length = 0;
    const who = identity === null ? {} : { identity };
    if (kind === "query") {
      const error = await this.#failure(name, args, who);
      return this.#result(name, error);
    }
    const transact = `${seedModule}:transact`;
    const message = await this.#failure(transact, { kind, name, args }, who);
    return this.#result(transact, outcomeOf(message ?? ""));
  }

  /** Runs a function for good. @throws (rejects) Error with the function's text */
  run(name: string, args: JsonObject, identity: JsonObject | null): Promise<unknown> {
    return this.#backend.runFunction(name, args, identity === null ? {} : { identity });
  }

  /** Forgets what was observed; {@link observed} then tells what has run since. */
  observe(): void {
    this.#executions.length = 0;
  }

  /** Every call since {@link observe} of a function of the app, by name. */
  observed(): { name: string; ok: boolean; result: CallResult }[] {
    return this.#executions
      .filter((item) => item.component === "" && !nameOf(item).startsWith(`${seedModule}:`))
      .map((item) => ({
        name: nameOf(item),
        ok: item.ok,
        result: resultOf(item, item.ok ? null : firstLine(item.errorMessage ?? "it failed")),
      }));
  }

  async #failure(
    name: string,
    args: JsonObject,
    options: { identity?: JsonObject },
  ): Promise<string | null> {
    try {
      await this.#backend.runFunction(name, args, options);
      return null;
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause);
    }
  }

  #result(name: string, error: string | null): CallResult {
    const execution = this.#executions.find((item) => nameOf(item) === name);
    return execution === undefined
      ? { error: error ?? "it did not run", documents: 0, bytes: 0, written: 0, reads: [] }
      : resultOf(execution, error === null ? null : firstLine(error));
  }
}

function resultOf(execution: Execution, error: string | null): CallResult {
  return {
    error,
    documents: execution.documentsRead,
    bytes: execution.bytesRead,
    written: execution.documentsWritten,
    reads: execution.reads,
  };
}

function nameOf(execution: Execution): string {
  return execution.path.replace(/\.js:/, ":");
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What `transact` says of the call in the message it fails with. */
function outcomeOf(message: string): string | null {
  const start = message.indexOf(outcomeMark);
  if (start < 0) return message;
  const line = message.slice(start + outcomeMark.length).split("\n")[0] ?? "";
  const outcome: unknown = JSON.parse(line);
  if (!isRecord(outcome)) return message;
  return outcome["ok"] === true ? null : String(outcome["error"]);
}

/** The message without the frames, the addresses and the name that are known anyway. */
function firstLine(message: string): string {
  const line = message.split("\n")[0] ?? "";
  return line.replace(/^`[^`]*` failed: /, "").replace(/^Uncaught (Error: )?/, "");
}

/** Where the tool's own `convex` lies, for projects whose packages are not installed. */
function ownPackages(): string[] {
  try {
    return [dirname(dirname(createRequire(import.meta.url).resolve("convex/package.json")))];
  } catch {
    return [];
  }
}

function startProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/local-backend\/dist\/index\.js/.test(message))
    return "The local backend is not built. Build it first: `node packages/local-backend/build.mjs`.";
  const variable = /[Ee]nvironment variable [`'"]?([A-Z][A-Z0-9_]*)/.exec(message)?.[1];
  const hint =
    variable !== undefined
      ? `\nGive it with --env ${variable}=VALUE.`
      : /Could not resolve/.test(message)
        ? "\nInstall the project's packages before measuring."
        : /\benv\b|environment|undefined/i.test(message)
          ? "\nIf it needs environment variables, give them with --env NAME=VALUE or --env-file FILE."
          : "";
  return `The project does not run on the local backend: ${message.trimEnd()}${hint}`;
}
