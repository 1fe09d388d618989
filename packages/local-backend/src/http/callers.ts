// Who makes an HTTP request, from its `Authorization` header.
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { parseAuthorization } from "../auth/admin-key.ts";
import { AuthFailure } from "../auth/auth-failure.ts";
import type { TokenVerifier } from "../auth/verify-token.ts";
import type { FunctionRequest } from "../runtime/function-runner.ts";
import { HttpError } from "./http-error.ts";

/** The part of a function request that says who calls, and from where. */
export type HttpCaller = Pick<
  FunctionRequest,
  "identity" | "caller" | "ip" | "userAgent" | "authToken"
>;

export interface CallerCheck {
  readonly verifier: TokenVerifier;
  readonly adminKey: string;
}

/** @throws HttpError 401 when a token or key was given that proves nothing */
export async function callerOf(context: Context, check: CallerCheck): Promise<HttpCaller> {
  const from = originOf(context);
  const header = context.req.header("authorization");
  try {
    const credentials = parseAuthorization(header, check.adminKey);
    switch (credentials.kind) {
      case "none":
        return { ...from, identity: null, caller: "public" };
      case "admin":
        return { ...from, identity: credentials.actingAs, caller: "admin" };
      case "token": {
        const { identity } = await check.verifier.verify(credentials.token);
        return { ...from, identity, caller: "public", authToken: credentials.token };
      }
      default:
        return credentials satisfies never;
    }
  } catch (error) {
    if (error instanceof AuthFailure) throw new HttpError(401, error.code, error.message);
    throw error;
  }
}

/** @throws HttpError 401 or 403 unless the request carries the admin key */
export async function requireAdmin(context: Context, check: CallerCheck): Promise<HttpCaller> {
  const caller = await callerOf(context, check);
  if (caller.caller === "admin") return caller;
  throw new HttpError(
    403,
    "Forbidden",
    "This needs the admin key: send `Authorization: Convex <key>`. The key is in the file `admin-key` of the data folder",
  );
}

/**
 * The caller of an http action: a token that does not verify does not stop the request, it makes `getUserIdentity()` throw.
 */
export async function siteCallerOf(
  context: Context,
  check: CallerCheck,
): Promise<Omit<HttpCaller, "caller"> & { identityError?: string }> {
  const from = originOf(context);
  const match = /^bearer\s+(.+)$/i.exec(context.req.header("authorization")?.trim() ?? "");
  const token = match?.[1];
  if (token === undefined) return { ...from, identity: null };
  try {
    const { identity } = await check.verifier.verify(token);
    return { ...from, identity, authToken: token };
  } catch (error) {
    if (!(error instanceof AuthFailure)) throw error;
    return { ...from, identity: null, identityError: error.message };
  }
}

/** Whether the request comes over the loopback interface. */
export function isFromThisMachine(context: Context): boolean {
  const { ip } = originOf(context);
  return ip !== null && /^(::ffff:)?127\.|^::1$/.test(ip);
}

function originOf(context: Context): { ip: string | null; userAgent: string | null } {
  let ip: string | null = null;
  try {
    ip = getConnInfo(context).remote.address ?? null;
  } catch {
    // Requests made in process have no connection.
  }
  return { ip, userAgent: context.req.header("user-agent") ?? null };
}
