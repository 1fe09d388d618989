// The system calls of actions and http actions: every one that touches the database is a transaction of its own.
import type { Identity } from "../auth/identity.ts";
import type { Database } from "../database/database.ts";
import { UserError } from "../database/errors.ts";
import type { Transaction } from "../database/transaction.ts";
import { isJsonObject, type Json, type JsonObject, type JsonText } from "../values/json.ts";
import type { ComponentPath } from "./analysis.ts";
import type { ActionHost } from "./action-workers.ts";
import { parseArguments, textArgument } from "./arguments.ts";
import { nestedIdentity } from "./call.ts";
import type { DeployedApp } from "./deployed-app.ts";
import type { FileStorage } from "./file-storage.ts";
import type {
  ActionOutcome,
  Failure,
  FunctionRequest,
  MutationOutcome,
  QueryOutcome,
} from "./function-runner.ts";
import { LogLines } from "./log-lines.ts";
import { cancelCall, scheduleCall, type Scheduling } from "./scheduled-calls.ts";
import { functionHandle, functionMetadata, metadataJson, requestMetadata } from "./syscalls.ts";

/** An action under way. */
export interface ActionCall {
  request: Omit<FunctionRequest, "path" | "args">;
  /** `dir/file:fn`, or `http` for an http action. */
  fn: { name: string };
  component: ComponentPath;
  identity: Identity | null;
  identityError: string | null;
  logLines: LogLines;
}

export interface ActionContext {
  database: Database;
  storage: FileStorage;
  deployment: () => DeployedApp;
  deploymentName: string;
  now: () => number;
  runQuery: (request: FunctionRequest) => QueryOutcome | Promise<QueryOutcome>;
  runMutation: (request: FunctionRequest) => Promise<MutationOutcome>;
  runAction: (request: FunctionRequest) => Promise<ActionOutcome>;
  /** A fault of the server met while answering; the action sees a general text only. */
  onInternalError: (error: unknown) => void;
}

/** What answers one action. */
export function actionHost(call: ActionCall, context: ActionContext): ActionHost {
  return {
    syscall: (operation, argsText) =>
      guarded(context, () => actionSyscall(call, operation, argsText, context)),
    storeBlob: (content, contentType, sha256) =>
      guarded(context, () =>
        write(context, (tx) =>
          context.storage.store(tx, call.component, content, {
            contentType,
            ...(sha256 === null ? {} : { sha256 }),
          }),
        ),
      ),
    getBlob: (storageId) =>
      guarded(context, () =>
        Promise.resolve(read(context, (tx) => context.storage.get(tx, call.component, storageId))),
      ),
    log: (level, text) => call.logLines.add(level, text),
  };
}

async function guarded<T>(context: ActionContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    context.onInternalError(error);
    throw new UserError("Your request couldn't be completed. Try again later.", { cause: error });
  }
}

async function actionSyscall(
  call: ActionCall,
  operation: string,
  argsText: string,
  context: ActionContext,
): Promise<JsonText> {
  const args = parseArguments(argsText, operation.replace(/^1\.0\/(actions\/)?/, ""));
  switch (operation) {
    case "1.0/actions/query":
      return valueOf(await context.runQuery(nestedRequest(call, args, context, "runQuery")));
    case "1.0/actions/mutation":
      return valueOf(await context.runMutation(nestedRequest(call, args, context, "runMutation")));
    case "1.0/actions/action":
      return valueOf(await context.runAction(nestedRequest(call, args, context, "runAction")));
    default:
      return JSON.stringify(await plainOperation(call, operation, args, context));
  }
}

function valueOf(outcome: { ok: true; value: JsonText } | Failure): JsonText {
  if (outcome.ok) return outcome.value;
  throw new UserError(outcome.errorMessage.trimEnd(), {
    ...(outcome.errorData === undefined ? {} : { data: outcome.errorData }),
  });
}

function nestedRequest(
  call: ActionCall,
  args: JsonObject,
  context: ActionContext,
  api: string,
): FunctionRequest {
  const target = context.deployment().resolve(call.component, args, api);
  const { identity, identityError } = nestedIdentity(call, target.component);
  const { identityError: _own, ...request } = call.request;
  return {
    ...request,
    path: target.path,
    component: target.component,
    args: args["args"] ?? {},
    identity,
    ...(identityError === null ? {} : { identityError }),
    caller: target.publicOnly ? "public" : "internal",
    journal: null,
  };
}

async function plainOperation(
  call: ActionCall,
  operation: string,
  args: JsonObject,
  context: ActionContext,
): Promise<Json> {
  const { component } = call;
  const { storage } = context;
  switch (operation) {
    case "1.0/getUserIdentity":
      if (call.identityError !== null) throw new UserError(call.identityError);
      return call.identity;
    case "1.0/actions/schedule":
    case "1.0/schedule":
      return write(context, (tx) =>
        scheduleCall(scheduling(call, tx, context), args, "scheduler.runAt"),
      );
    case "1.0/actions/cancel_job":
    case "1.0/cancel_job":
      await write(context, (tx) =>
        cancelCall(scheduling(call, tx, context), args, "scheduler.cancel"),
      );
      return null;
    case "1.0/actions/vectorSearch":
      return vectorSearch(call, args, context);
    case "1.0/storageGetUrl":
      return read(context, (tx) =>
        storage.getUrl(tx, component, textArgument(args, "storageId", "storage.getUrl")),
      );
    case "1.0/storageGetMetadata": {
      const id = textArgument(args, "storageId", "storage.getMetadata");
      const found = read(context, (tx) => storage.getMetadata(tx, component, id));
      return found === null ? null : metadataJson(found);
    }
    case "1.0/storageGenerateUploadUrl":
      return storage.generateUploadUrl(component);
    case "1.0/storageDelete":
      await write(context, (tx) =>
        storage.delete(tx, component, textArgument(args, "storageId", "storage.delete")),
      );
      return null;
    case "1.0/createFunctionHandle":
      return functionHandle({ component, root: { deployment: context.deployment() } }, args);
    case "1.0/getFunctionMetadata":
      return functionMetadata(call);
    case "1.0/getDeploymentMetadata":
      return { name: context.deploymentName, region: null, class: "s16" };
    case "1.0/getRequestMetadata":
      return requestMetadata(call.request);
    case "1.0/auditLog":
      throw new UserError("Audit logging is not yet supported in actions");
    case "1.0/createServiceToken":
    case "1.0/getServiceUrl":
      throw new UserError("Convex-managed services are available on Convex Cloud only");
    default:
      throw new UserError(`Unknown async operation ${operation}`);
  }
}

function scheduling(call: ActionCall, tx: Transaction, context: ActionContext): Scheduling {
  return {
    tx,
    deployment: context.deployment(),
    component: call.component,
    now: context.now(),
    scheduledFunctionId: call.request.scheduledFunctionId,
  };
}

function vectorSearch(call: ActionCall, args: JsonObject, context: ActionContext): Json {
  const query = args["query"];
  if (!isJsonObject(query))
    throw new UserError("Invalid arguments for `vectorSearch`: Missing required argument 'query'");
  const results = read(context, (tx) => tx.vectorSearch(call.component, query));
  return { results: results.map(({ _id, _score }) => ({ _id, _score })) };
}

function read<T>(context: ActionContext, work: (tx: Transaction) => T): T {
  const tx = context.database.begin({ kind: "query" });
  try {
    return work(tx);
  } finally {
    context.database.abort(tx);
  }
}

/** Runs `work` in a transaction of its own; the promise fulfils when its writes are durable. */
async function write<T>(context: ActionContext, work: (tx: Transaction) => T): Promise<T> {
  const tx = context.database.begin({ kind: "mutation" });
  let result: T;
  try {
    result = work(tx);
  } catch (error) {
    context.database.abort(tx);
    throw error;
  }
  await context.database.commit(tx);
  return result;
}
