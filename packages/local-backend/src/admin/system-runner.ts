// The runner as the rest of the server sees it: with the server's own functions for admins, and faults written to the log.
import type { FunctionRequest, FunctionRunner, QueryOutcome } from "../runtime/function-runner.ts";
import type { ServerLog } from "../server-log.ts";
import { isSystemPath, runSystemQuery, type SystemQueriesOptions } from "./system-queries.ts";

export function withSystemFunctions(
  runner: FunctionRunner,
  options: SystemQueriesOptions & { readonly log: ServerLog },
): FunctionRunner {
  const isSystem = (request: FunctionRequest) =>
    request.caller === "admin" && isSystemPath(request.path);
  const watched = <Outcome extends { ok: boolean }>(
    request: FunctionRequest,
    outcome: Outcome,
  ): Outcome => {
    if ("kind" in outcome && outcome.kind === "internal" && "errorMessage" in outcome) {
      options.log.error(
        { path: request.path, requestId: request.requestId, reason: outcome.errorMessage },
        "a call failed through a fault of the server",
      );
    }
    return outcome;
  };
  const runQueries = (requests: FunctionRequest[]): QueryOutcome[] => {
    const own = runner.runQueries(requests.filter((request) => !isSystem(request)));
    return requests.map((request) => {
      const outcome = isSystem(request) ? runSystemQuery(request, options) : own.shift();
      if (outcome === undefined)
        throw new Error("the runner gave fewer results than it got queries");
      return watched(request, outcome);
    });
  };
  const runQuery = (request: FunctionRequest): QueryOutcome =>
    watched(
      request,
      isSystem(request) ? runSystemQuery(request, options) : runner.runQuery(request),
    );
  return {
    deploy: (bundle, analysis) => runner.deploy(bundle, analysis),
    get analysis() {
      return runner.analysis;
    },
    find: (path, component) => runner.find(path, component),
    runQuery,
    runQueries,
    runMutation: async (request) => watched(request, await runner.runMutation(request)),
    runAction: async (request) => watched(request, await runner.runAction(request)),
    runAny: async (request) =>
      isSystem(request) ? runQuery(request) : watched(request, await runner.runAny(request)),
    runHttpAction: (request, httpOptions) => runner.runHttpAction(request, httpOptions),
    close: () => runner.close(),
  };
}
