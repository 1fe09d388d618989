// Verifies a JSON Web Token against the providers of `auth.config.ts`.
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from "jose";
import { AuthFailure } from "./auth-failure.ts";
import { identityFromCustomJwt, identityFromOidc } from "./claims.ts";
import type { Identity } from "./identity.ts";
import { KeySets, type FetchDocument } from "./key-sets.ts";
import { issuerOf, normalizeIssuer, type AuthProvider } from "./providers.ts";

export type VerifiedToken = {
  readonly identity: Identity;
  /** The token itself, for functions that ask for the request's metadata. */
  readonly token: string;
  /** ms since 1970 */
  readonly expiresAt: number;
};

export interface TokenVerifier {
  /** @throws AuthFailure when the token does not prove who the caller is, or that cannot be found out */
  verify(token: string): Promise<VerifiedToken>;
  /** Forgets cached keys; for changed code or environment variables. */
  forgetKeys(): void;
}

export function createTokenVerifier(options: {
  /** The providers now in force; read anew for every token. */
  providers: () => readonly AuthProvider[];
  fetchDocument: FetchDocument;
  now: () => number;
}): TokenVerifier {
  const keySets = new KeySets(options.fetchDocument, options.now);
  return {
    async verify(token) {
      const unverified = readUnverified(token);
      const provider = findProvider(options.providers(), unverified);
      const payload = await verifyWith(keySets, provider, token, options.now());
      if (
        typeof payload.sub !== "string" ||
        payload.sub === "" ||
        typeof payload.iss !== "string"
      ) {
        throw new AuthFailure(
          "rejected",
          "Could not verify token: it needs the claims `sub` and `iss`",
        );
      }
      if (typeof payload.exp !== "number") {
        throw new AuthFailure("rejected", "Could not verify token: it has no expiry (`exp`)");
      }
      const identity =
        provider.type === "oidc" ? identityFromOidc(payload) : identityFromCustomJwt(payload);
      return { identity, token, expiresAt: payload.exp * 1000 };
    },
    forgetKeys: () => keySets.clear(),
  };
}

function readUnverified(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (cause) {
    throw new AuthFailure(
      "malformed",
      "Could not parse the token: expected a JSON Web Token (three parts with dots between them)",
      { cause },
    );
  }
}

function findProvider(providers: readonly AuthProvider[], payload: JWTPayload): AuthProvider {
  const issuer = typeof payload.iss === "string" ? normalizeIssuer(payload.iss) : null;
  const audience = typeof payload.aud === "string" ? [payload.aud] : (payload.aud ?? []);
  const match = providers.find(
    (provider) =>
      issuerOf(provider) === issuer &&
      (provider.applicationID === null || audience.includes(provider.applicationID)),
  );
  if (match !== undefined) return match;
  const configured = providers.map(
    (provider) =>
      `issuer ${issuerOf(provider)}, applicationID ${provider.applicationID ?? "(any)"}`,
  );
  throw new AuthFailure(
    "noProvider",
    "No auth provider found matching the given token" +
      ` (issuer ${issuer ?? "missing"}, audience ${audience.join(", ") || "missing"}). ` +
      (configured.length === 0
        ? "No providers are configured in auth.config.ts."
        : `Configured in auth.config.ts: ${configured.join("; ")}.`),
  );
}

async function verifyWith(
  keySets: KeySets,
  provider: AuthProvider,
  token: string,
  nowMs: number,
): Promise<JWTPayload> {
  const checks: JWTVerifyOptions = { currentDate: new Date(nowMs) };
  if (provider.type === "oidc") {
    checks.algorithms = ["RS256", "EdDSA"];
  } else {
    const header = decodeProtectedHeader(token);
    for (const name of ["kid", "alg", "typ"] as const) {
      if (typeof header[name] !== "string") {
        throw new AuthFailure("rejected", `Could not verify token: its header needs \`${name}\``);
      }
    }
    checks.algorithms = [provider.algorithm];
    checks.clockTolerance = 5;
  }
  if (provider.applicationID !== null) checks.audience = provider.applicationID;
  const first = await keySets.get(provider);
  try {
    return (await jwtVerify(token, first.getKey, checks)).payload;
  } catch (error) {
    if (!mayBeStaleKey(error)) throw asFailure(error);
  }
  const second = await keySets.get(provider, { refetch: true });
  try {
    return (await jwtVerify(token, second.getKey, checks)).payload;
  } catch (error) {
    throw asFailure(error);
  }
}

/** The issuer may have new keys since we fetched them. */
function mayBeStaleKey(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWSSignatureVerificationFailed
  );
}

function asFailure(error: unknown): AuthFailure {
  if (error instanceof AuthFailure) return error;
  if (error instanceof errors.JWTExpired) {
    return new AuthFailure("expired", "Could not verify token: it has expired", { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AuthFailure("rejected", `Could not verify token: ${reason}`, { cause: error });
}
