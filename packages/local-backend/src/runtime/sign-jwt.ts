// `ctx.auth.signJwt`: tokens that the deployment signs for others, ES256, at once, because a mutation cannot wait. Keeping the key
// and serving the public half at `/.well-known/jwks.json` of the cloud address is the server's.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { UserError } from "../database/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";

export interface JwtSigner {
  /** @throws UserError for reserved claims and for a life of less than a second or more than an hour */
  sign(claims: Json, expiresInSeconds: number): string;
  /** The public half, as served to those who verify. */
  readonly jwks: { keys: JsonObject[] };
}

const reserved = new Set(["iss", "iat", "exp", "nbf"]);
const longestLifeSeconds = 3_600;

/**
 * @param o.privateKey - P-256, PKCS #8 in PEM
 * @param o.issuer - `CONVEX_CLOUD_URL`
 * @param o.now - milliseconds since 1970
 */
export function createJwtSigner(o: {
  privateKey: string;
  issuer: string;
  now: () => number;
}): JwtSigner {
  const key = createPrivateKey(o.privateKey);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: "jwk" });
  if (kty !== "EC" || crv !== "P-256" || x === undefined || y === undefined) {
    throw new TypeError("Tokens are signed with ES256: the key must be on the curve P-256");
  }
  // RFC 7638: the same key always has the same name.
  const thumbprint = JSON.stringify({ crv, kty, x, y });
  const kid = createHash("sha256").update(thumbprint).digest("base64url");
  const header = encode({ alg: "ES256", typ: "JWT", kid });
  return {
    jwks: { keys: [{ kty, crv, x, y, kid, alg: "ES256", use: "sig" }] },
    sign(claims, expiresInSeconds) {
      const own = checkClaims(claims);
      checkLife(expiresInSeconds);
      const iat = Math.floor(o.now() / 1_000);
      const payload = encode({ ...own, iss: o.issuer, iat, exp: iat + expiresInSeconds });
      const content = `${header}.${payload}`;
      const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
      return `${content}.${signature.toString("base64url")}`;
    },
  };
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function checkClaims(claims: Json): JsonObject {
  if (!isJsonObject(claims)) {
    throw new UserError("Invalid argument `claims` for `auth.signJwt`: expected an object");
  }
  const wrong = Object.keys(claims).find(
    (name) => reserved.has(name) || /^(convex|cvx)/.test(name),
  );
  if (wrong !== undefined) {
    throw new UserError(
      `Invalid argument \`claims\` for \`auth.signJwt\`: the claim "${wrong}" is reserved`,
    );
  }
  return claims;
}

function checkLife(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestLifeSeconds) return;
  throw new UserError(
    `Invalid argument \`expiresInSeconds\` for \`auth.signJwt\`: expected a whole number from 1 to ${longestLifeSeconds}, got ${seconds}`,
  );
}
