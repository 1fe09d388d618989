// How far a migration is in a deployment: asked over its HTTP interface, when the caller gives address and key.
import { ToolFailure } from "../project/failure.ts";
import { isRecord } from "../schema/validator.ts";

export interface Deployment {
  url: string;
  adminKey: string;
}

export interface Progress {
  /** null when it was never started there, or is not deployed. */
  processed: number | null;
  changed: number | null;
  state: "not started" | "running" | "finished" | "stopped" | "not deployed";
  error?: string;
}

/** The progress of a plain migration, by its own `status` query. */
export async function plainProgress(deployment: Deployment, path: string): Promise<Progress> {
  const value = await ask(deployment, { path: `${path}:status`, args: {} });
  if (value === undefined) return { processed: null, changed: null, state: "not deployed" };
  if (!isRecord(value)) return { processed: null, changed: null, state: "not started" };
  return {
    processed: count(value["processed"]),
    changed: count(value["changed"]),
    state:
      value["isFinished"] === true
        ? "finished"
        : value["isRunning"] === true
          ? "running"
          : "stopped",
    ...(typeof value["error"] === "string" ? { error: value["error"] } : {}),
  };
}

/** The progress of a migration of the component, which keeps it itself. */
export async function componentProgress(deployment: Deployment, name: string): Promise<Progress> {
  const value = await ask(deployment, {
    path: "lib:getStatus",
    args: { names: [name] },
    componentPath: "migrations",
  });
  if (value === undefined) return { processed: null, changed: null, state: "not deployed" };
  const found: unknown = Array.isArray(value) ? value[0] : null;
  if (!isRecord(found) || (found["state"] === "unknown" && found["processed"] === 0))
    return { processed: null, changed: null, state: "not started" };
  return {
    processed: count(found["processed"]),
    changed: null,
    state:
      found["state"] === "success"
        ? "finished"
        : found["state"] === "inProgress"
          ? "running"
          : "stopped",
    ...(typeof found["error"] === "string" ? { error: found["error"] } : {}),
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** @returns undefined when the deployment has no such function */
async function ask({ url, adminKey }: Deployment, body: Record<string, unknown>): Promise<unknown> {
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(new URL("/api/query", url), {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Convex ${adminKey}` },
      body: JSON.stringify({ ...body, format: "json" }),
      signal: AbortSignal.timeout(10_000),
    });
    json = await response.json();
  } catch (cause) {
    throw new ToolFailure(
      "not-found",
      `No deployment answers at "${url}": ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
  if (response.status === 401 || response.status === 403)
    throw new ToolFailure(
      "bad-argument",
      `The deployment at "${url}" refuses the admin key. Pass another with --admin-key.`,
    );
  if (isRecord(json) && json["status"] === "success") return json["value"];
  const message = isRecord(json)
    ? [json["errorMessage"], json["message"]].find((item) => typeof item === "string")
    : undefined;
  if (
    /could not find (public )?function|component .* not found|couldn't resolve/i.test(
      String(message),
    )
  )
    return undefined;
  throw new ToolFailure(
    "not-found",
    `The deployment at "${url}" answers: ${typeof message === "string" ? message : `HTTP ${response.status}`}.`,
  );
}
