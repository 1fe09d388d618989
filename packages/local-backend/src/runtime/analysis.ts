// What a bundle contains, found by loading it: functions, routes, crons, schemas, sign-in providers, the tree of components.
import type { Json } from "../values/json.ts";

/** Namespace of one component instance: names joined by `/`; `""` is the app. */
export type ComponentPath = string;

export type FunctionKind = "query" | "mutation" | "action";

export interface AnalyzedFunction {
  /** Export name. */
  name: string;
  kind: FunctionKind;
  visibility: "public" | "internal";
  /** Validator JSON of the arguments: `{type:"any"}` when none was given. */
  args: Json;
  /** Validator JSON of the result, `null` when none was given. */
  returns: Json;
}

export interface AnalyzedRoute {
  /** Exact path, or prefix followed by `*`. */
  path: string;
  method: string;
}

/** One cron job as `crons.export()` gives it: `schedule` is one of the kinds that `crons.ts` can make. */
export interface AnalyzedCron {
  identifier: string;
  /** Function path, `dir/file:fn`, of the same component. */
  name: string;
  args: Json[];
  schedule: { type: string; [field: string]: Json };
}

export interface AnalyzedModule {
  /** `dir/file.js`. */
  path: string;
  environment: "isolate" | "node";
  functions: AnalyzedFunction[];
  /** Routes when this is `http.js`, else `null`. */
  httpRoutes: AnalyzedRoute[] | null;
  /** Jobs when this is `crons.js`, else `null`. */
  crons: AnalyzedCron[] | null;
}

/** The app's definition or that of a component, by definition path (`""` is the app). */
export interface AnalyzedDefinition {
  definitionPath: string;
  /** What `definition.export()` says, in the shape of the push protocol: `{path, definitionType, childComponents, httpMounts, exports, …}`. */
  definition: { [field: string]: Json };
  /** What `schema.export()` says, parsed; `null` without a schema. */
  schema: Json;
  /** By path, `dir/file.js`; chunks are not listed. */
  modules: ReadonlyMap<string, AnalyzedModule>;
}

/** A component's variable: a value, or the name of a variable of the app that is read whenever the component reads it. */
export type EnvBinding = { kind: "value"; value: string } | { kind: "variable"; name: string };

/** One instance in the tree. `""` is the app. */
export interface ComponentInstance {
  path: ComponentPath;
  /** Own name within the parent; `""` for the app. */
  name: string;
  definitionPath: string;
  /** Instance paths by name. */
  children: ReadonlyMap<string, ComponentPath>;
  /** What the component sees in `process.env` besides the two addresses; `null` for the app, which sees everything. */
  environment: ReadonlyMap<string, EnvBinding> | null;
  /** Where its http routes are mounted on the site address, `"/prefix/"`; `"/"` for the app, `null` when not mounted. */
  httpPrefix: string | null;
}

/** A provider of `auth.config`, validated: addresses have a scheme. */
export type AuthProvider =
  | { type: "oidc"; domain: string; applicationID: string }
  | {
      type: "customJwt";
      issuer: string;
      jwks: string;
      algorithm: "RS256" | "ES256";
      applicationID: string | null;
    };

export interface Analysis {
  /** By definition path; `""` is the app. */
  definitions: ReadonlyMap<string, AnalyzedDefinition>;
  /** Every instance by component path, parents before children; the first is `""`. Each is a table namespace of its own. */
  components: ReadonlyMap<ComponentPath, ComponentInstance>;
  authProviders: AuthProvider[];
  /** Modules made ready to run; only the runner looks inside. */
  compiled: CompiledModules;
}

/** Definition path, then module path, to runnable text. Opaque outside `runtime/`. */
export type CompiledModules = ReadonlyMap<string, ReadonlyMap<string, CompiledModule>>;

export interface CompiledModule {
  path: string;
  environment: "isolate" | "node";
  /** CommonJS function body. */
  code: string;
  /** From `code` to the bundled module. */
  codeMap: string;
  /** From the bundled module to its files, if there is one. */
  sourceMap: string | null;
}
