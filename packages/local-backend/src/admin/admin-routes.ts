// Routes for whoever has the admin key: addresses and environment variables, as the official command line asks for them.
import { Hono, type Context } from "hono";
import { parseAuthorization } from "../auth/admin-key.ts";
import { AuthFailure } from "../auth/auth-failure.ts";
import { isJsonObject, parseJson, type Json } from "../values/json.ts";
import type { Analysis } from "../runtime/analysis.ts";
import type { AppBundle } from "../runtime/app-bundle.ts";
import { EnvironmentError, type EnvironmentChange } from "./environment.ts";
import type { FunctionLog } from "./function-log.ts";
import { pushRoutes } from "./push-routes.ts";

export interface AdminRoutesOptions {
  readonly adminKey: string;
  readonly urls: () => { cloudUrl: string; siteUrl: string };
  readonly environment: () => Readonly<Record<string, string>>;
  /** @throws (rejects) EnvironmentError */
  readonly changeEnvironment: (changes: readonly EnvironmentChange[]) => Promise<void>;
  /** Looks at code without taking it over. */
  readonly analyze: (bundle: AppBundle) => Promise<Analysis>;
  readonly functionLog: FunctionLog;
  /** Copies the data while serving. */
  readonly backup: (file: string) => Promise<void>;
}

export function adminRoutes(options: AdminRoutesOptions): Hono {
  const app = new Hono();

  const admin =
    (handle: (context: Context) => Promise<Response> | Response) => async (context: Context) => {
      try {
        const credentials = parseAuthorization(
          context.req.header("authorization"),
          options.adminKey,
        );
        if (credentials.kind !== "admin")
          return refuse(context, 403, "Forbidden", "This needs the admin key");
      } catch (error) {
        if (error instanceof AuthFailure) return refuse(context, 401, error.code, error.message);
        throw error;
      }
      return handle(context);
    };

  app.get(
    "/v1/get_canonical_urls",
    admin((context) => {
      const { cloudUrl, siteUrl } = options.urls();
      return context.json({ convexCloudUrl: cloudUrl, convexSiteUrl: siteUrl });
    }),
  );
  app.get(
    "/v1/list_environment_variables",
    admin((context) => context.json({ environmentVariables: options.environment() })),
  );
  const change = admin(async (context) => {
    const changes = parseChanges(await bodyOf(context));
    if (changes === null) {
      return refuse(
        context,
        400,
        "BadJsonBody",
        "Expected `{changes: [{name, value}]}` with texts; `value: null` removes",
      );
    }
    try {
      await options.changeEnvironment(changes);
    } catch (error) {
      if (error instanceof EnvironmentError) return refuse(context, 400, error.code, error.message);
      throw error;
    }
    return context.json(null);
  });
  app.post("/update_environment_variables", change);
  app.post("/v1/update_environment_variables", change);
  app.post(
    "/local/backup",
    admin(async (context) => {
      const body = await bodyOf(context);
      const file = isJsonObject(body) ? body["file"] : null;
      if (typeof file !== "string")
        return refuse(context, 400, "BadJsonBody", "Expected `{file}`, an absolute path");
      await options.backup(file);
      return context.json(null);
    }),
  );
  app.get(
    "/stream_function_logs",
    admin(async (context) => {
      const cursor = Number(context.req.query("cursor") ?? "0");
      const { signal } = context.req.raw;
      return context.json(
        await options.functionLog.after(Number.isFinite(cursor) ? cursor : 0, signal),
      );
    }),
  );
  app.route("/", pushRoutes({ admin, analyze: options.analyze, environment: options.environment }));
  // Known and not here. Not 404, which the command line would ask for again and again.
  for (const path of notHere) {
    app.all(
      path,
      admin((context) =>
        refuse(
          context,
          501,
          "NotSupported",
          "This server does not do that. To copy its data use `local-backend backup`",
        ),
      ),
    );
  }
  return app;
}

const notHere = [
  "/export/*",
  "/import",
  "/import/*",
  "/perform_import",
  "/cancel_import",
  "/run_test_function",
];

async function bodyOf(context: Context): Promise<Json> {
  try {
    return parseJson(await context.req.text());
  } catch {
    return null;
  }
}

function parseChanges(body: Json): EnvironmentChange[] | null {
  const list = isJsonObject(body) ? body["changes"] : null;
  if (!Array.isArray(list)) return null;
  const changes: EnvironmentChange[] = [];
  for (const entry of list) {
    if (!isJsonObject(entry)) return null;
    const { name, value } = entry;
    if (typeof name !== "string") return null;
    if (typeof value !== "string" && value !== null && value !== undefined) return null;
    changes.push({ name, value: value ?? null });
  }
  return changes;
}

function refuse(
  context: Context,
  status: 400 | 401 | 403 | 501,
  code: string,
  message: string,
): Response {
  return context.json({ code, message }, status);
}
