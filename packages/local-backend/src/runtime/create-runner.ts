// Puts the parts of the runtime together: what is deployed, queries and mutations in realms, actions in workers.
import { ActionExecutor } from "./execute-actions.ts";
import { FunctionExecutor, internalFailure } from "./execute-functions.ts";
import type { Analysis } from "./analysis.ts";
import type { AppBundle } from "./app-bundle.ts";
import { findFunction } from "./check-call.ts";
import { DeployedApp } from "./deployed-app.ts";
import { failureOf } from "./execute-functions.ts";
import type {
  ActionOutcome,
  FoundFunction,
  FunctionRequest,
  FunctionRunner,
  HttpActionOptions,
  MutationOutcome,
  MutationRequest,
  QueryOutcome,
} from "./function-runner.ts";
import { reportGuestRejections } from "./guest-rejections.ts";
import { defaultLimits, type RunnerOptions } from "./runner-options.ts";

/** A runner with nothing deployed: calls before the first `deploy` fail. Sets the process's time zone to UTC, as functions see it. */
export function createRunner(options: RunnerOptions): FunctionRunner {
  process.env["TZ"] = "UTC";
  return new Runner(options);
}

class Runner implements FunctionRunner {
  readonly #options: RunnerOptions;
  readonly #functions: FunctionExecutor;
  readonly #actions: ActionExecutor;
  #deployment: DeployedApp | null = null;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const shared = {
      runner: options,
      limits: { ...defaultLimits(), ...options.limits },
      deploymentName: options.deploymentName ?? "local",
      deployment: () => this.#current(),
    };
    this.#functions = new FunctionExecutor(shared);
    this.#actions = new ActionExecutor({
      ...shared,
      database: options.database,
      storage: options.storage,
      now: () => this.#now(),
      runQuery: (request) => this.runQuery(request),
      runMutation: (request) => this.runMutation(request),
      runAction: (request) => this.runAction(request),
      onInternalError: (error) =>
        options.log?.error(
          { err: error },
          "a system call of an action failed through a fault of the server",
        ),
    });
    reportGuestRejections((reason) => {
      options.log?.warn(
        { reason: describe(reason) },
        "a query or mutation left a rejected promise unhandled",
      );
    });
  }

  #now(): number {
    return this.#options.clock?.now() ?? Date.now();
  }

  #current(): DeployedApp {
    if (this.#deployment === null) throw new Error("No functions are deployed yet");
    return this.#deployment;
  }

  get analysis(): Analysis | null {
    return this.#deployment?.analysis ?? null;
  }

  deploy(bundle: AppBundle, analysis: Analysis): void {
    this.#deployment = new DeployedApp(bundle, analysis, {
      environment: this.#options.environment,
      urls: this.#options.urls,
      now: () => this.#now(),
    });
    this.#actions.deployed(this.#deployment);
  }

  find(path: string, component = ""): FoundFunction | null {
    const found = this.#deployment?.find(component, path) ?? null;
    if (found === null) return null;
    return {
      path: found.name,
      component: found.component,
      kind: found.kind,
      visibility: found.visibility,
    };
  }

  runQuery(request: FunctionRequest): QueryOutcome {
    const [outcome] = this.runQueries([request]);
    return outcome ?? internalFailure([], new Error("the query was not run"));
  }

  runQueries(requests: FunctionRequest[]): QueryOutcome[] {
    try {
      return this.#functions.runQueries(requests);
    } catch (error) {
      return requests.map(() => internalFailure([], error));
    }
  }

  runMutation(request: MutationRequest): Promise<MutationOutcome> {
    try {
      return this.#functions.runMutation(request);
    } catch (error) {
      return Promise.resolve(internalFailure([], error));
    }
  }

  async runAction(request: FunctionRequest): Promise<ActionOutcome> {
    try {
      return await this.#actions.runAction(request);
    } catch (error) {
      return internalFailure([], error);
    }
  }

  async runAny(request: FunctionRequest): Promise<QueryOutcome | MutationOutcome | ActionOutcome> {
    try {
      const { component = "", path, caller } = request;
      const { kind } = findFunction(this.#current(), component, path, null, caller === "public");
      if (kind === "query") return this.runQuery(request);
      return await (kind === "mutation" ? this.runMutation(request) : this.runAction(request));
    } catch (error) {
      return failureOf([], error);
    }
  }

  async runHttpAction(request: Request, options: HttpActionOptions): Promise<Response> {
    try {
      return await this.#actions.runHttpAction(request, options);
    } catch (error) {
      this.#options.log?.error(
        { err: error },
        "an http action failed through a fault of the server",
      );
      return new Response("Your request couldn't be completed. Try again later.", { status: 500 });
    }
  }

  async close(): Promise<void> {
    await this.#actions.close();
  }
}

function describe(reason: unknown): string {
  if (typeof reason !== "object" || reason === null) return String(reason);
  const stack: unknown = Reflect.get(reason, "stack");
  return typeof stack === "string" ? stack : Object.prototype.toString.call(reason);
}
