// The system calls of queries and mutations. Knows nothing of where the function runs: nested calls go through `nested`.
import { UserError } from "../database/errors.ts";
import type { Transaction, UsageName } from "../database/transaction.ts";
import { isJsonObject, type Json, type JsonObject, type JsonText } from "../values/json.ts";
import { encodeInteger } from "../values/value.ts";
import { numberArgument, parseArguments, textArgument } from "./arguments.ts";
import { checkSystemTime, maximumDepth, nestedIdentity, type Call } from "./call.ts";
import { findFunction, printKind } from "./check-call.ts";
import type { FileStorage } from "./file-storage.ts";
import { cancelCall, scheduleCall, type Scheduling } from "./scheduled-calls.ts";

export interface NestedCall {
  call: Call;
  args: Json;
  /** Reads the state at the start, leaves no trace in the read set. */
  isSnapshot: boolean;
  limits: Partial<Record<UsageName, number>> | null;
}

export interface SyscallContext {
  storage: FileStorage;
  /** Name and region of `getDeploymentMetadata`. */
  deploymentName: string;
  /** Runs a call nested in another; rejects or throws a UserError with the inner call's whole text. */
  nested(nested: NestedCall): JsonText | Promise<JsonText>;
  signJwt?: (claims: Json, expiresInSeconds: number) => string;
}

type Operation = (call: Call, args: JsonObject, context: SyscallContext) => Json;

/** Answers `Convex.syscall`. @throws UserError */
export function syncSyscall(call: Call, operation: string, argsText: string): JsonText {
  const api = operation.replace(/^1\.0\//, "");
  const args = parseArguments(argsText, api);
  const { tx } = call.root;
  checkSystemTime(call.root);
  switch (operation) {
    case "1.0/queryStream": {
      return JSON.stringify({ queryId: tx.openQuery(call.component, args["query"] ?? null) });
    }
    case "1.0/queryCleanup":
      return JSON.stringify(tx.closeQuery(numberArgument(args, "queryId", api)));
    case "1.0/db/normalizeId": {
      const table = textArgument(args, "table", "db.normalizeId");
      const text = textArgument(args, "idString", "db.normalizeId");
      return JSON.stringify({ id: tx.normalizeId(call.component, table, text) });
    }
    case "1.0/getSnapshotTs":
      return JSON.stringify(encodeInteger(tx.snapshotTimestamp));
    case "1.0/componentArgument":
    case "1.0/requireOperation":
      return "{}";
    default:
      throw new UserError(`Unknown operation ${operation}`);
  }
}

/** Answers `Convex.asyncSyscall` of a query or mutation; only nested calls may take longer. @throws UserError */
export function asyncSyscall(
  call: Call,
  operation: string,
  argsText: string,
  context: SyscallContext,
): JsonText | Promise<JsonText> {
  checkSystemTime(call.root);
  const args = parseArguments(argsText, operation.replace(/^1\.0\//, ""));
  // Documents go through as text, without being parsed on the way.
  const { tx } = call.root;
  switch (operation) {
    case "1.0/get":
      return (
        tx.get(call.component, textArgument(args, "id", "db.get"), readOptions(args)) ?? "null"
      );
    case "1.0/queryStreamNext": {
      const row = tx.nextRow(numberArgument(args, "queryId", "queryStreamNext"));
      return row === null ? '{"value":null,"done":true}' : `{"value":${row},"done":false}`;
    }
    case "1.0/queryPage":
      return queryPage(call, args);
    case "1.0/runUdf":
      return runNested(call, args, context);
    default: {
      const run = operations[operation];
      if (run === undefined) throw new UserError(`Unknown async operation ${operation}`);
      return JSON.stringify(run(call, args, context));
    }
  }
}

function readOptions(args: JsonObject): { api: string; isSystem: boolean; table?: string } {
  const isSystem = args["isSystem"] === true;
  const table = args["table"];
  return {
    api: isSystem ? "db.system.get" : "db.get",
    isSystem,
    ...(typeof table === "string" ? { table } : {}),
  };
}

function tableOption(args: JsonObject): { table?: string } {
  const table = args["table"];
  return typeof table === "string" ? { table } : {};
}

function queryPage(call: Call, args: JsonObject): JsonText {
  const api = "paginate";
  if (call.component !== "") {
    throw new UserError(
      "Pagination is not supported in components: `paginate` works in the app's own functions only.",
      { code: "PaginationUnsupportedInComponents" },
    );
  }
  const page = call.root.tx.queryPage(call.component, {
    query: args["query"] ?? null,
    cursor: nullableText(args, "cursor"),
    endCursor: nullableText(args, "endCursor"),
    pageSize: pageSize(args, api),
    maximumRowsRead: nullableNumber(args, "maximumRowsRead"),
    maximumBytesRead: nullableNumber(args, "maximumBytesRead"),
  });
  const { page: rows, ...rest } = page;
  return `{"page":[${rows.join(",")}],${JSON.stringify(rest).slice(1)}`;
}

function pageSize(args: JsonObject, api: string): number {
  const size = numberArgument(args, "pageSize", api);
  if (!Number.isInteger(size) || size < 0) {
    throw new UserError(
      `Invalid argument \`numItems\` for \`${api}\`: expected a whole number, got ${size}`,
    );
  }
  return size;
}

function nullableText(args: JsonObject, name: string): string | null {
  const value = args[name];
  return typeof value === "string" ? value : null;
}

function nullableNumber(args: JsonObject, name: string): number | null {
  const value = args[name];
  return typeof value === "number" ? value : null;
}

function runNested(
  call: Call,
  args: JsonObject,
  context: SyscallContext,
): JsonText | Promise<JsonText> {
  const type = args["udfType"];
  const isSnapshot = type === "snapshotQuery";
  const kind = type === "mutation" ? "mutation" : "query";
  if (call.kind === "query" && (kind === "mutation" || isSnapshot)) {
    throw new UserError(
      `Cannot call a ${isSnapshot ? "snapshot query" : printKind(kind)} function from a Query function`,
    );
  }
  if (call.depth + 1 > maximumDepth) {
    throw new UserError(
      `Cross component call depth limit exceeded. Calls of functions by functions may be nested ${maximumDepth} deep.`,
    );
  }
  const api = kind === "mutation" ? "runMutation" : "runQuery";
  const { deployment } = call.root;
  const target = deployment.resolve(call.component, args, api);
  const fn = findFunction(deployment, target.component, target.path, kind, target.publicOnly);
  return context.nested({
    call: {
      root: call.root,
      kind,
      fn,
      component: target.component,
      ...nestedIdentity(call, target.component),
      depth: call.depth + 1,
    },
    args: args["args"] ?? {},
    isSnapshot,
    limits: limitsOf(args["transactionLimits"]),
  });
}

const usageNames: ReadonlySet<string> = new Set<UsageName>([
  "bytesRead",
  "bytesWritten",
  "databaseQueries",
  "documentsRead",
  "documentsWritten",
  "functionsScheduled",
  "scheduledFunctionArgsBytes",
  "filesWritten",
  "fileWriteBytes",
  "filesRead",
  "fileReadBytes",
]);

function isUsageName(name: string): name is UsageName {
  return usageNames.has(name);
}

function limitsOf(json: Json | undefined): Partial<Record<UsageName, number>> | null {
  if (!isJsonObject(json)) return null;
  const limits: Partial<Record<UsageName, number>> = {};
  for (const [name, value] of Object.entries(json)) {
    if (isUsageName(name) && typeof value === "number") limits[name] = value;
  }
  return limits;
}

function requireMutation(call: Call, what: string): Transaction {
  if (call.kind === "mutation") return call.root.tx;
  throw new UserError(`Can't use ${what} in a query: queries only read`);
}

function scheduling(call: Call): Scheduling {
  const { root } = call;
  return {
    tx: requireMutation(call, "the scheduler"),
    deployment: root.deployment,
    component: call.component,
    now: root.startedAt,
    scheduledFunctionId: root.request.scheduledFunctionId,
  };
}

const operations: Record<string, Operation | undefined> = {
  "1.0/count": (call, args) =>
    call.root.tx.count(call.component, textArgument(args, "table", "db.count")),
  "1.0/insert": (call, args) => {
    const table = textArgument(args, "table", "db.insert");
    return {
      _id: requireMutation(call, "db.insert").insert(call.component, table, args["value"] ?? null),
    };
  },
  "1.0/shallowMerge": (call, args) => {
    const tx = requireMutation(call, "db.patch");
    const id = textArgument(args, "id", "db.patch");
    tx.patch(call.component, id, args["value"] ?? null, { api: "db.patch", ...tableOption(args) });
    return null;
  },
  "1.0/replace": (call, args) => {
    const tx = requireMutation(call, "db.replace");
    const id = textArgument(args, "id", "db.replace");
    tx.replace(call.component, id, args["value"] ?? null, {
      api: "db.replace",
      ...tableOption(args),
    });
    return null;
  },
  "1.0/remove": (call, args) => {
    const tx = requireMutation(call, "db.delete");
    tx.remove(call.component, textArgument(args, "id", "db.delete"), {
      api: "db.delete",
      ...tableOption(args),
    });
    return null;
  },
  "1.0/getUserIdentity": (call) => {
    call.root.usedIdentity = true;
    if (call.identityError !== null) throw new UserError(call.identityError);
    return call.identity;
  },
  "1.0/storageGetUrl": (call, args, { storage }) =>
    storage.getUrl(call.root.tx, call.component, textArgument(args, "storageId", "storage.getUrl")),
  "1.0/storageGetMetadata": (call, args, { storage }) => {
    const id = textArgument(args, "storageId", "storage.getMetadata");
    const found = storage.getMetadata(call.root.tx, call.component, id);
    return found === null ? null : metadataJson(found);
  },
  "1.0/storageGenerateUploadUrl": (call, _args, { storage }) => {
    requireMutation(call, "storage.generateUploadUrl");
    return storage.generateUploadUrl(call.component);
  },
  "1.0/storageDelete": (call, args, { storage }) => {
    const tx = requireMutation(call, "storage.delete");
    storage.delete(tx, call.component, textArgument(args, "storageId", "storage.delete"));
    return null;
  },
  "1.0/storageStore": (call, args, { storage }) => {
    const tx = requireMutation(call, "storage.store");
    const content = Buffer.from(textArgument(args, "blob", "storage.store"), "base64");
    const contentType = nullableText(args, "contentType");
    const sha256 = nullableText(args, "sha256");
    tx.countUsage("filesWritten", 1);
    tx.countUsage("fileWriteBytes", content.length);
    return storage.store(tx, call.component, content, {
      contentType: contentType === "" ? null : contentType,
      ...(sha256 === null ? {} : { sha256 }),
    });
  },
  "1.0/storageGet": (call, args, { storage }) => {
    const tx = requireMutation(call, "storage.get");
    const file = storage.get(tx, call.component, textArgument(args, "storageId", "storage.get"));
    if (file === null) return null;
    tx.countUsage("filesRead", 1);
    tx.countUsage("fileReadBytes", file.content.length);
    return { blob: Buffer.from(file.content).toString("base64"), contentType: file.contentType };
  },
  "1.0/schedule": (call, args) => scheduleCall(scheduling(call), args, "scheduler.runAt"),
  "1.0/cancel_job": (call, args) => {
    cancelCall(scheduling(call), args, "scheduler.cancel");
    return null;
  },
  "1.0/createFunctionHandle": (call, args) => functionHandle(call, args),
  "1.0/getTransactionMetrics": (call) => ({ ...call.root.tx.usage() }),
  "1.0/getFunctionMetadata": (call) => functionMetadata(call),
  "1.0/getDeploymentMetadata": (_call, _args, { deploymentName }) => ({
    name: deploymentName,
    region: null,
    class: "s16",
  }),
  "1.0/getRequestMetadata": (call) => {
    if (call.kind === "query") throw new UserError("Cannot get request metadata in a Query");
    return requestMetadata(call.root.request);
  },
  "1.0/signJwt": (call, args, context) => {
    requireMutation(call, "auth.signJwt");
    if (context.signJwt === undefined) {
      throw new UserError(
        "This deployment has no key to sign tokens with: `auth.signJwt` is not available.",
      );
    }
    return context.signJwt(
      args["claims"] ?? {},
      numberArgument(args, "expiresInSeconds", "auth.signJwt"),
    );
  },
  "1.0/auditLog": () => null,
};

export function metadataJson(file: {
  storageId: string;
  sha256: string;
  sizeBytes: number;
  contentType: string | null;
}): JsonObject {
  const { storageId, sha256, sizeBytes, contentType } = file;
  return { storageId, sha256, size: sizeBytes, contentType };
}

export function functionHandle(
  call: Pick<Call, "component"> & { root: Pick<Call["root"], "deployment"> },
  args: JsonObject,
): string {
  const { deployment } = call.root;
  const target = deployment.resolve(call.component, args, "createFunctionHandle");
  const fn = findFunction(deployment, target.component, target.path, null, target.publicOnly);
  return deployment.handle(fn);
}

export function functionMetadata(
  call: Pick<Call, "component"> & { fn: { name: string } },
): JsonObject {
  return { name: call.fn.name.replace(/:default$/, ""), componentPath: call.component };
}

export function requestMetadata(request: {
  ip?: string | null;
  userAgent?: string | null;
  requestId: string;
  scheduledFunctionId?: string;
  authToken?: string | null;
}): JsonObject {
  return {
    ip: request.ip ?? null,
    userAgent: request.userAgent ?? null,
    requestId: request.requestId,
    scheduledFunctionId: request.scheduledFunctionId ?? null,
    authToken: request.authToken ?? null,
  };
}
