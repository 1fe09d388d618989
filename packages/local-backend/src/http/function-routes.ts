// Calling functions over HTTP: `/api/query`, `/api/mutation`, `/api/action` and their relatives.
import { Hono, type Context } from "hono";
import { clientFailure, newRequestId } from "../client-errors.ts";
import type { Database } from "../database/database.ts";
import type {
  ActionOutcome,
  FunctionRequest,
  FunctionRunner,
  MutationOutcome,
  QueryOutcome,
} from "../runtime/function-runner.ts";
import { isJsonObject, parseJson, type Json, type JsonObject } from "../values/json.ts";
import { decodeTimestamp, encodeTimestamp } from "../values/timestamps.ts";
import { callerOf, requireAdmin, type CallerCheck, type HttpCaller } from "./callers.ts";
import { HttpError } from "./http-error.ts";
import { parseJsonText, readJsonObject } from "./request-body.ts";
import { formatValue, parseFormat, type ValueFormat } from "./value-formats.ts";

export interface FunctionRoutesOptions extends CallerCheck {
  readonly runner: FunctionRunner;
  readonly database: Pick<Database, "latestTimestamp">;
  readonly redactErrors: boolean;
}

type Outcome = QueryOutcome | MutationOutcome | ActionOutcome;
type Run = (runner: FunctionRunner, request: FunctionRequest) => Outcome | Promise<Outcome>;

const runQuery: Run = (runner, request) => runner.runQuery(request);
const generalFailureText = "Your request couldn't be completed. Try again later.";

export function functionRoutes(options: FunctionRoutesOptions): Hono {
  const app = new Hono();

  const call = async (context: Context, body: JsonObject, run: Run, caller?: HttpCaller) => {
    const path = requiredPath(body);
    const format = parseFormat(body["format"], "clean");
    const component = body["componentPath"];
    const from = caller ?? (await callerOf(context, options));
    if (typeof component === "string" && component !== "" && from.caller !== "admin") {
      throw new HttpError(403, "Forbidden", "`componentPath` needs the admin key");
    }
    const requestId = requestIdOf(context);
    const outcome = await run(options.runner, {
      ...from,
      path,
      args: body["args"] ?? {},
      requestId,
      ...(typeof component === "string" ? { component } : {}),
    });
    return Response.json(answer(outcome, format, requestId, options.redactErrors));
  };

  app.post("/query", async (context) =>
    call(context, await readJsonObject(context.req.raw), runQuery),
  );
  app.get("/query", async (context) => {
    const { path, args, format } = context.req.query();
    const body: JsonObject = { args: args === undefined ? {} : parseJsonText(args, "`args`") };
    if (path !== undefined) body["path"] = path;
    if (format !== undefined) body["format"] = format;
    return call(context, body, runQuery);
  });
  app.post("/mutation", async (context) =>
    call(context, await readJsonObject(context.req.raw), (runner, request) =>
      runner.runMutation(request),
    ),
  );
  app.post("/action", async (context) =>
    call(context, await readJsonObject(context.req.raw), (runner, request) =>
      runner.runAction(request),
    ),
  );
  app.post("/function", async (context) => {
    const caller = await requireAdmin(context, options);
    const body = await readJsonObject(context.req.raw);
    return call(context, body, (runner, request) => runner.runAny(request), caller);
  });
  app.post("/run/*", async (context) => {
    const body = await readJsonObject(context.req.raw);
    const parts = context.req.path.split("/run/")[1]?.split("/").map(decodeURIComponent) ?? [];
    const name = parts.pop() ?? "";
    return call(context, { ...body, path: `${parts.join("/")}:${name}` }, (runner, request) =>
      runner.runAny(request),
    );
  });

  app.post("/query_ts", () =>
    Response.json({ ts: encodeTimestamp(options.database.latestTimestamp()) }),
  );
  app.post("/query_at_ts", async (context) => {
    const body = await readJsonObject(context.req.raw);
    refuseOtherTimestamp(body["ts"], options.database.latestTimestamp());
    return call(context, body, runQuery);
  });
  app.post("/query_batch", async (context) => {
    const body = await readJsonObject(context.req.raw);
    const queries = body["queries"];
    if (!Array.isArray(queries) || !queries.every((query) => isJsonObject(query))) {
      throw new HttpError(
        400,
        "BadJsonBody",
        "`queries` must be an array of `{path, args, format?}`",
      );
    }
    const from = await callerOf(context, options);
    const requestId = newRequestId();
    const outcomes = options.runner.runQueries(
      queries.map((query) => ({
        ...from,
        path: requiredPath(query),
        args: query["args"] ?? {},
        requestId,
      })),
    );
    const results = outcomes.map((outcome, position) => {
      const format = parseFormat(queries[position]?.["format"], "clean");
      return answer(outcome, format, requestId, options.redactErrors);
    });
    return Response.json({ results });
  });
  return app;
}

/** The client's own id for the request, if it gave one that can stand in messages. */
function requestIdOf(context: Context): string {
  const given = context.req.header("convex-request-id");
  return given !== undefined && /^[\w-]{1,64}$/.test(given) ? given : newRequestId();
}

function requiredPath(body: JsonObject): string {
  const path = body["path"];
  if (typeof path === "string") return path;
  throw new HttpError(
    400,
    "BadJsonBody",
    `\`path\` is ${JSON.stringify(path) ?? "missing"}; expected a function's path such as "messages:list"`,
  );
}

/** The body of a 200 answer: function errors are answers too. */
function answer(
  outcome: Outcome,
  format: ValueFormat,
  requestId: string,
  redact: boolean,
): JsonObject {
  if (outcome.ok) {
    const value = formatValue(parseJson(outcome.value), format);
    return { status: "success", value, ...logLinesOf(redact ? [] : outcome.logLines) };
  }
  if (outcome.kind === "internal") {
    throw new HttpError(503, "InternalServerError", generalFailureText);
  }
  const failure = clientFailure(outcome, requestId, redact);
  return {
    status: "error",
    errorMessage: failure.errorMessage,
    ...(failure.errorData === undefined
      ? {}
      : { errorData: formatValue(failure.errorData, format) }),
    ...logLinesOf(failure.logLines),
  };
}

function logLinesOf(logLines: readonly string[]): JsonObject {
  return logLines.length === 0 ? {} : { logLines: [...logLines] };
}

/** We keep one snapshot, the newest: a query at an older one can be answered only while nothing was committed since. */
function refuseOtherTimestamp(text: Json | undefined, latest: bigint): void {
  let asked;
  try {
    asked = decodeTimestamp(typeof text === "string" ? text : "");
  } catch {
    throw new HttpError(400, "BadJsonBody", "`ts` must be a timestamp that `/api/query_ts` gave");
  }
  if (asked === latest) return;
  throw new HttpError(
    503,
    "SnapshotNoLongerHeld",
    "Data changed since that timestamp was taken, and this server keeps only the newest state. Ask for a new timestamp and try again",
  );
}
