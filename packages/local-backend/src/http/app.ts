// All HTTP routes of the server: the API with its cross-origin headers, http actions, stored files, and the web app.
import { Hono, type Context } from "hono";
import { callerOf, isFromThisMachine, requireAdmin, siteCallerOf } from "./callers.ts";
import { preflightResponse, withCors } from "./cors.ts";
import { fileRoutes } from "./file-routes.ts";
import type { ServerFileStorage } from "./file-storage.ts";
import { functionRoutes, type FunctionRoutesOptions } from "./function-routes.ts";
import { errorResponse, HttpError } from "./http-error.ts";
import { refuseLongContent } from "./request-body.ts";
import type { StaticSite } from "./static-site.ts";
import type { JsonObject } from "../values/json.ts";

const MiB = 1024 * 1024;
const siteBodyLimit = 20 * MiB;

export interface HttpAppOptions extends FunctionRoutesOptions {
  readonly files: ServerFileStorage;
  /** The web app, if one is served. */
  readonly site: StaticSite | null;
  /** Mounted under `/api`, behind the cross-origin headers; each route checks for itself who may. */
  readonly adminRoutes: Hono;
  /** Origins for phones on the same network. */
  readonly localOrigins: () => string[];
  /** Prometheus text. */
  readonly metrics: () => string;
  /** Public keys of the tokens that the deployment signs. */
  readonly keySet: { keys: readonly JsonObject[] };
  readonly version: string;
  readonly log: { error(fields: Record<string, unknown>, message: string): void };
}

/** Routes of the main port. */
export function httpApp(options: HttpAppOptions): Hono {
  const app = new Hono();
  app.onError((error, context) => answerError(error, context, options));

  app.use("/api/*", async (context, next) => {
    if (context.req.method === "OPTIONS") return preflightResponse(context.req.raw);
    await next();
    withCors(context.req.raw, context.res);
    return undefined;
  });
  app.route("/api/storage", fileRoutes(options.files));
  app.route("/api", functionRoutes(options));
  app.route("/api", options.adminRoutes);
  app.post("/api/debug_event", async (context) => {
    await callerOf(context, options);
    return context.json(null);
  });
  app.all("/api/*", (context) =>
    errorResponse(
      404,
      "NotFound",
      `There is no \`${context.req.method} ${context.req.path}\` on this server`,
    ),
  );

  app.get("/version", (context) => withCors(context.req.raw, context.text(options.version)));
  app.get("/instance_version", (context) =>
    withCors(context.req.raw, context.text(options.version)),
  );
  app.get("/instance_name", (context) => withCors(context.req.raw, context.text("local-backend")));
  app.post("/echo", async (context) =>
    withCors(context.req.raw, new Response(await context.req.arrayBuffer())),
  );
  app.get("/metrics", async (context) => {
    // Whoever shares the network need not know what is called how often.
    if (!isFromThisMachine(context)) await requireAdmin(context, options);
    context.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return context.body(options.metrics());
  });
  app.get("/.well-known/jwks.json", (context) =>
    withCors(context.req.raw, context.json(options.keySet)),
  );
  app.get("/local/addresses", (context) =>
    withCors(context.req.raw, context.json({ origins: options.localOrigins() })),
  );

  const runSite = siteHandler(options);
  app.all("/http", (context) => runSite(context, "/http"));
  app.all("/http/*", (context) => runSite(context, "/http"));

  app.all("*", async (context) => {
    const answer = await options.site?.respond(context.req.raw, context.req.path);
    if (answer !== null && answer !== undefined) return answer;
    if (options.site === null && context.req.path === "/") {
      return context.text(
        "This server runs a Convex project. Point a Convex client at this address.",
      );
    }
    return errorResponse(404, "NotFound", "There is nothing at this address");
  });
  return app;
}

/** Routes of the separate site port: http actions only. */
export function siteApp(options: HttpAppOptions): Hono {
  const app = new Hono();
  app.onError((error, context) => answerError(error, context, options));
  const runSite = siteHandler(options);
  app.all("*", (context) => runSite(context, ""));
  return app;
}

function siteHandler(
  options: HttpAppOptions,
): (context: Context, mount: string) => Promise<Response> {
  return async (context, mount) => {
    const incoming = context.req.raw;
    refuseLongContent(incoming, siteBodyLimit);
    const { authToken, identity, identityError, ip, userAgent } = await siteCallerOf(
      context,
      options,
    );
    return options.runner.runHttpAction(forSite(incoming, mount), {
      identity,
      ...(identityError === undefined ? {} : { identityError }),
      ...(authToken === undefined ? {} : { authToken }),
      ip: ip ?? null,
      userAgent: userAgent ?? null,
    });
  };
}

/** The request as the http action sees it: without the mount, with the scheme that the client used. */
function forSite(incoming: Request, mount: string): Request {
  const url = new URL(incoming.url);
  url.pathname = url.pathname.slice(mount.length) || "/";
  const proto = forwardedProto(incoming.headers);
  if (proto !== null) url.protocol = `${proto}:`;
  const hasBody =
    incoming.method !== "GET" && incoming.method !== "HEAD" && incoming.method !== "OPTIONS";
  const init: RequestInit & { duplex: "half" } = {
    method: incoming.method,
    headers: incoming.headers,
    redirect: "manual",
    duplex: "half",
    ...(hasBody && incoming.body !== null ? { body: limited(incoming.body, siteBodyLimit) } : {}),
  };
  return new Request(url, init);
}

function forwardedProto(headers: Headers): "http" | "https" | null {
  const forwarded = /proto="?(https?)"?/i.exec(headers.get("forwarded") ?? "")?.[1];
  const proto = (headers.get("x-forwarded-proto") ?? forwarded ?? "")
    .split(",")[0]
    ?.trim()
    .toLowerCase();
  return proto === "https" || proto === "http" ? proto : null;
}

function limited(body: ReadableStream<Uint8Array>, limitBytes: number): ReadableStream<Uint8Array> {
  let sizeBytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        sizeBytes += part.byteLength;
        if (sizeBytes > limitBytes) {
          controller.error(new Error(`The request's body is larger than ${limitBytes / MiB} MiB`));
        } else {
          controller.enqueue(part);
        }
      },
    }),
  );
}

function answerError(error: Error, context: Context, options: HttpAppOptions): Response {
  const isApi = context.req.path.startsWith("/api/");
  const respond = (response: Response) => (isApi ? withCors(context.req.raw, response) : response);
  if (error instanceof HttpError)
    return respond(errorResponse(error.status, error.code, error.message));
  options.log.error(
    { err: error, method: context.req.method, path: context.req.path },
    "a request failed",
  );
  return respond(
    errorResponse(
      500,
      "InternalServerError",
      "Your request couldn't be completed. Try again later.",
    ),
  );
}
