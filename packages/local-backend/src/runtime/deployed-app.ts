// What is deployed now, made quick to look up: functions by path, references, handles, variables, realms.
import { createHash, randomBytes } from "node:crypto";
import { UserError } from "../database/errors.ts";
import { anyValidator, parseValidator, type Validator } from "../schema/validator.ts";
import { decodeDocumentId, encodeDocumentId } from "../values/document-id.ts";
import type { JsonObject } from "../values/json.ts";
import type {
  Analysis,
  AnalyzedFunction,
  CompiledModule,
  ComponentInstance,
  ComponentPath,
} from "./analysis.ts";
import type { AppBundle } from "./app-bundle.ts";
import { SourceMapper } from "./error-text.ts";
import { parseFunctionPath, printFunctionPath, type FunctionPath } from "./function-path.ts";
import { QueryRealm } from "./query-realm.ts";

/** A function ready to be called. */
export interface DeployedFunction {
  component: ComponentPath;
  path: FunctionPath;
  /** `dir/file:fn`. */
  name: string;
  kind: AnalyzedFunction["kind"];
  visibility: AnalyzedFunction["visibility"];
  environment: "isolate" | "node";
  args: Validator;
  /** `null` when results are not checked. */
  returns: Validator | null;
}

/** Where a call goes: found by {@link DeployedApp.resolve}. */
export interface CallTarget {
  component: ComponentPath;
  /** As it was written, `dir/file:fn`. */
  path: string;
  /** Only public functions may be reached this way. */
  publicOnly: boolean;
}

const handleTableNumber = 503;
const handlePrefix = "function://";

export interface DeployedAppContext {
  environment: () => Readonly<Record<string, string>>;
  urls: { cloudUrl: string; siteUrl: string };
  now: () => number;
}

export class DeployedApp {
  readonly analysis: Analysis;
  readonly nodeModulesRoot: string | null;
  readonly mapper: SourceMapper;
  readonly #context: DeployedAppContext;
  readonly #functions = new Map<ComponentPath, Map<string, DeployedFunction>>();
  readonly #handles = new Map<string, DeployedFunction>();
  readonly #realms = new Map<ComponentPath, QueryRealm[]>();
  readonly #importTime: number;
  readonly #importKey = randomBytes(32);

  constructor(bundle: AppBundle, analysis: Analysis, context: DeployedAppContext) {
    this.analysis = analysis;
    this.nodeModulesRoot = bundle.app.nodeModulesRoot ?? null;
    this.#context = context;
    this.#importTime = context.now();
    this.mapper = new SourceMapper((definitionPath, path) =>
      analysis.compiled.get(definitionPath)?.get(path),
    );
    for (const instance of analysis.components.values()) this.#addFunctions(instance);
  }

  #addFunctions(instance: ComponentInstance): void {
    const functions = new Map<string, DeployedFunction>();
    this.#functions.set(instance.path, functions);
    const definition = this.analysis.definitions.get(instance.definitionPath);
    for (const module of definition?.modules.values() ?? []) {
      for (const fn of module.functions) {
        const path = { module: module.path, name: fn.name };
        const deployed: DeployedFunction = {
          component: instance.path,
          path,
          name: printFunctionPath(path),
          kind: fn.kind,
          visibility: fn.visibility,
          environment: module.environment,
          args: isAny(fn.args) ? anyValidator : parseValidator(fn.args),
          returns: fn.returns === null ? null : parseValidator(fn.returns),
        };
        functions.set(deployed.name, deployed);
        this.#handles.set(handleId(deployed), deployed);
      }
    }
  }

  instance(component: ComponentPath): ComponentInstance | undefined {
    return this.analysis.components.get(component);
  }

  find(component: ComponentPath, path: string): DeployedFunction | null {
    // Nearly every path is written the canonical way.
    const canonical = this.#functions.get(component)?.get(path);
    if (canonical !== undefined) return canonical;
    const parsed = parseFunctionPath(path);
    if (parsed === null) return null;
    return this.#functions.get(component)?.get(printFunctionPath(parsed)) ?? null;
  }

  /** Whether a file of that path is deployed, whatever it exports. */
  hasModule(component: ComponentPath, module: string): boolean {
    const definitionPath = this.instance(component)?.definitionPath ?? "";
    return this.analysis.definitions.get(definitionPath)?.modules.has(module) === true;
  }

  modules(definitionPath: string): ReadonlyMap<string, CompiledModule> {
    return this.analysis.compiled.get(definitionPath) ?? new Map<string, CompiledModule>();
  }

  /**
   * Finds where an address of a system call leads, seen from `component`.
   *
   * @param api - name for the error text
   * @throws UserError when there is no address, or it leads nowhere
   */
  resolve(component: ComponentPath, address: JsonObject, api: string): CallTarget {
    const { name, reference, functionHandle } = address;
    if (typeof functionHandle === "string") return this.#resolveHandle(functionHandle);
    if (typeof name === "string") {
      if (name.startsWith(handlePrefix)) return this.#resolveHandle(name);
      return { component, path: name, publicOnly: false };
    }
    if (typeof reference === "string") return this.#resolveReference(component, reference);
    throw new UserError(`Invalid arguments for \`${api}\`: Missing required argument 'name'`);
  }

  #resolveHandle(handle: string): CallTarget {
    const id = handle.slice(handlePrefix.length).split("#")[0] ?? "";
    const found = this.#handles.get(id);
    if (found !== undefined) {
      return { component: found.component, path: found.name, publicOnly: false };
    }
    if (decodeDocumentId(id)?.tableNumber !== handleTableNumber) {
      throw new UserError(`Invalid function handle: ${handle}`);
    }
    throw new UserError(`Function handle not found: ${handle}. Was the function removed?`);
  }

  #resolveReference(component: ComponentPath, reference: string): CallTarget {
    const [scheme, kind, ...rest] = reference.split("/");
    if (scheme === "_reference" && kind === "function") {
      return { component, path: rest.join("/"), publicOnly: false };
    }
    if (scheme === "_reference" && kind === "childComponent") {
      const [childName = "", ...path] = rest;
      const child = this.instance(component)?.children.get(childName);
      const name = path.pop();
      if (child === undefined || name === undefined || path.length === 0) {
        throw new UserError(
          `Couldn't resolve ${reference}: there is no component "${childName}" here. Is it in convex.config?`,
          { code: "InvalidReference" },
        );
      }
      return { component: child, path: `${path.join("/")}:${name}`, publicOnly: true };
    }
    throw new UserError(`Couldn't resolve ${reference}`, { code: "InvalidReference" });
  }

  /** The handle of a function: the same over restarts, as long as its component and path are. */
  handle(fn: DeployedFunction): string {
    return `${handlePrefix}${handleId(fn)}#${fn.name}`;
  }

  /** What `process.env` is in a component. */
  environment(component: ComponentPath): Readonly<Record<string, string>> {
    const all = this.#context.environment();
    const { cloudUrl, siteUrl } = this.#context.urls;
    const instance = this.instance(component);
    const bindings = instance?.environment ?? null;
    if (bindings === null) {
      return { ...all, CONVEX_CLOUD_URL: cloudUrl, CONVEX_SITE_URL: siteUrl };
    }
    const own: Record<string, string> = {};
    for (const [name, binding] of bindings) {
      const value = binding.kind === "value" ? binding.value : all[binding.name];
      if (value !== undefined) own[name] = value;
    }
    own["CONVEX_CLOUD_URL"] = cloudUrl;
    const prefix = instance?.httpPrefix ?? null;
    own["CONVEX_SITE_URL"] = prefix === null ? siteUrl : siteUrl + prefix.replace(/\/$/, "");
    return own;
  }

  /** A realm of the component that is not running anything; nested calls need one per level. */
  realm(component: ComponentPath): QueryRealm {
    const realms = (this.#realms.get(component) ?? []).filter((realm) => !realm.isDead);
    this.#realms.set(component, realms);
    const idle = realms.find((realm) => !realm.isBusy);
    if (idle !== undefined) return idle;
    const definitionPath = this.instance(component)?.definitionPath ?? "";
    const realm = new QueryRealm({
      definitionPath,
      modules: this.modules(definitionPath),
      environment: () => this.environment(component),
      importTime: this.#importTime,
      importKey: this.#importKey,
    });
    realms.push(realm);
    return realm;
  }

  /** After the watchdog ended a call: realms that it was nested in are in an unknown state. */
  dropRealms(): void {
    this.#realms.clear();
  }
}

function isAny(validator: unknown): boolean {
  return (
    typeof validator === "object" &&
    validator !== null &&
    "type" in validator &&
    validator.type === "any"
  );
}

function handleId(fn: { component: ComponentPath; name: string }): string {
  const digest = createHash("sha256").update(`${fn.component}\0${fn.name}`).digest();
  return encodeDocumentId(handleTableNumber, digest.subarray(0, 16));
}
