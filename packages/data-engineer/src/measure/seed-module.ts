// The functions bundled beside the project's own: they insert and patch what is seeded, and run a call that leaves no trace.

export const seedModule = "dataEngineerMeasure";
/** Opens the message with which {@link seedModule}'s `transact` always fails: JSON of what the call did follows. */
export const outcomeMark = "data-engineer outcome ";

/**
 * The source of the module.
 *
 * A mutation runs as a nested call of `transact`, an action as a plain call of its handler there, with the database calls
 * it makes nested too. `transact` then throws, so that the transaction is rolled back: what one call wrote, the next does
 * not see. What was read is counted all the same.
 *
 * @param actionModules - paths of the modules, without extension, that hold actions of the default runtime
 */
export function seedModuleSource(actionModules: readonly string[]): string {
  const imports = actionModules.map(
    (path, index) => `import * as module${index} from ${JSON.stringify(`./${path}`)};`,
  );
  const table = actionModules.map((path, index) => `${JSON.stringify(path)}: module${index}`);
  return `import { getFunctionName, internalMutationGeneric, makeFunctionReference } from "convex/server";
import { v } from "convex/values";
${imports.join("\n")}
const modules = { ${table.join(", ")} };
export const insert = internalMutationGeneric({
  args: { table: v.string(), documents: v.array(v.any()) },
  returns: v.array(v.string()),
  handler: (ctx, { table, documents }) =>
    withoutStacks(async () => {
      const ids = [];
      for (const document of documents) ids.push(await ctx.db.insert(table, document));
      return ids;
    }),
});
export const patch = internalMutationGeneric({
  args: { changes: v.array(v.object({ id: v.string(), fields: v.any() })) },
  returns: v.null(),
  handler: (ctx, { changes }) =>
    withoutStacks(async () => {
      for (const { id, fields } of changes) await ctx.db.patch(id, fields);
      return null;
    }),
});
export const nothing = internalMutationGeneric({ args: {}, returns: v.null(), handler: async () => null });
export const schedule = internalMutationGeneric({
  args: { count: v.number() },
  returns: v.array(v.string()),
  handler: async (ctx, { count }) => {
    const ids = [];
    for (let i = 1; i <= count; i++)
      ids.push(await ctx.scheduler.runAfter(i * 86_400_000, makeFunctionReference("${seedModule}:nothing"), {}));
    return ids;
  },
});
export const uploadUrls = internalMutationGeneric({
  args: { count: v.number() },
  returns: v.array(v.string()),
  handler: async (ctx, { count }) => {
    const urls = [];
    for (let i = 0; i < count; i++) urls.push(await ctx.storage.generateUploadUrl());
    return urls;
  },
});
export const transact = internalMutationGeneric({
  args: { kind: v.string(), name: v.string(), args: v.any() },
  handler: async (ctx, { kind, name, args }) => {
    let outcome;
    try {
      if (kind === "action") await runAction(ctx, name, args);
      else await ctx.runMutation(makeFunctionReference(name), args);
      outcome = { ok: true };
    } catch (error) {
      outcome = { ok: false, error: String(error?.message ?? error) };
    }
    throw new Error(${JSON.stringify(outcomeMark)} + JSON.stringify(outcome));
  },
});
async function runAction(ctx, name, args) {
  const [path, member] = name.split(":");
  const action = modules[path]?.[member];
  if (typeof action?._handler !== "function") throw unavailable("the action " + name);
  return await action._handler(
    {
      auth: ctx.auth,
      meta: ctx.meta,
      scheduler: ctx.scheduler,
      storage: {
        getUrl: (id) => ctx.storage.getUrl(id),
        getMetadata: (id) => ctx.storage.getMetadata(id),
        generateUploadUrl: () => ctx.storage.generateUploadUrl(),
        delete: (id) => ctx.storage.delete(id),
        get: async () => { throw unavailable("ctx.storage.get"); },
        store: async () => { throw unavailable("ctx.storage.store"); },
      },
      runQuery: (target, input) => ctx.runQuery(target, input ?? {}),
      runMutation: (target, input) => ctx.runMutation(target, input ?? {}),
      runAction: (target, input) => runAction(ctx, getFunctionName(target), input ?? {}),
      vectorSearch: async () => { throw unavailable("ctx.vectorSearch"); },
    },
    args,
  );
}
// The backend takes a stack at each database call to tell where it is made; of these nobody asks, and they are many.
async function withoutStacks(work) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
function unavailable(what) {
  return new Error("It needs " + what + ", which a measured action has not: it runs without network, in one transaction that is rolled back.");
}
`;
}
