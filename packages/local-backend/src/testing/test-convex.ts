// The surface of the test harness: that of `convex-test`, so that a suite moves by changing one import. Types only.
import type {
  DataModelFromSchemaDefinition,
  FunctionReference,
  FunctionReturnType,
  FunctionVisibility,
  GenericActionCtx,
  GenericDataModel,
  GenericMutationCtx,
  GenericQueryCtx,
  GenericSchema,
  OptionalRestArgs,
  SchemaDefinition,
  UserIdentity,
} from "convex/server";

type AnyFunctionReference<Kind extends "query" | "mutation" | "action"> = FunctionReference<
  Kind,
  FunctionVisibility
>;
type Inline<Context> = (ctx: Context) => Promise<unknown>;
type ArgsOf<Target> =
  Target extends AnyFunctionReference<"query" | "mutation" | "action">
    ? OptionalRestArgs<Target>
    : [];
type ResultOf<Target> =
  Target extends AnyFunctionReference<"query" | "mutation" | "action">
    ? FunctionReturnType<Target>
    : Target extends (...args: never[]) => Promise<infer Output>
      ? Output
      : never;

/** What `import.meta.glob("./**\/*.*s")` gives. */
export type ModuleGlob = Record<string, () => Promise<unknown>>;

/** Calls functions as somebody, or as nobody. */
export interface TestCaller<DataModel extends GenericDataModel> {
  /** Runs a query, public or internal, or an inline function with a query's context. */
  query<Target extends AnyFunctionReference<"query"> | Inline<GenericQueryCtx<DataModel>>>(
    target: Target,
    ...args: ArgsOf<Target>
  ): Promise<ResultOf<Target>>;
  mutation<Target extends AnyFunctionReference<"mutation"> | Inline<GenericMutationCtx<DataModel>>>(
    target: Target,
    ...args: ArgsOf<Target>
  ): Promise<ResultOf<Target>>;
  action<Target extends AnyFunctionReference<"action"> | Inline<GenericActionCtx<DataModel>>>(
    target: Target,
    ...args: ArgsOf<Target>
  ): Promise<ResultOf<Target>>;
  /** Reads and writes in one transaction, with the rights of a mutation; system tables through `ctx.db.system`. */
  run<Output>(
    work: (
      ctx: GenericMutationCtx<DataModel> & Pick<GenericActionCtx<DataModel>, "storage">,
    ) => Promise<Output>,
  ): Promise<Output>;
  /** Calls an http action. `path` begins with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Waits for the scheduled functions that run now. */
  finishInProgressScheduledFunctions(): Promise<void>;
  /**
   * Runs scheduled functions, and those that they schedule, until none is left.
   *
   * @param advanceTimers - usually `vi.runAllTimers`, with fake timers in use
   * @param maxIterations - default 100
   * @throws (rejects) when they go on scheduling each other
   */
  finishAllScheduledFunctions(advanceTimers: () => void, maxIterations?: number): Promise<void>;
  /** The same backend, called by somebody. What is not given of subject, issuer and tokenIdentifier is made up. */
  withIdentity(identity: Partial<UserIdentity>): TestCaller<DataModel>;
  /** The same backend, called from somewhere: what `ctx.meta.getRequestMetadata()` tells. */
  withRequestMetadata(metadata: {
    ip?: string | null;
    userAgent?: string | null;
  }): TestCaller<DataModel>;
}

/** A backend of one test. */
export interface TestBackend<DataModel extends GenericDataModel> extends TestCaller<DataModel> {
  /**
   * Adds a component under a path: `name`, or `parent/name` for a component of a component. Before the first call.
   *
   * @param modules - `import.meta.glob` of the component's folder
   */
  registerComponent(
    path: string,
    schema: SchemaDefinition<GenericSchema, boolean>,
    modules: ModuleGlob,
  ): void;
}

export type TestConvex<Schema extends SchemaDefinition<GenericSchema, boolean>> = TestBackend<
  DataModelFromSchemaDefinition<Schema>
>;
