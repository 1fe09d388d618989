// The keys that sign tokens, made on first start: a project's own (Convex Auth's `JWT_PRIVATE_KEY` and `JWKS`), and the
// deployment's for `ctx.auth.signJwt`.
import { generateKeyPair, generateKeyPairSync } from "node:crypto";
import { promisify } from "node:util";
import { keepSecret } from "./secret-file.ts";

/** The deployment's private key: P-256, PKCS#8 in PEM. Of a data folder, where it is kept; a new one without. */
export function loadDeploymentKey(dataFolder: string | null): Promise<string> {
  return dataFolder === null
    ? Promise.resolve(createDeploymentKey())
    : keepSecret(dataFolder, "signing-key.pem", createDeploymentKey);
}

function createDeploymentKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * New RSA keys in the form of environment variables: the private key as PKCS#8 with spaces for line ends, the public one
 * as a JSON Web Key Set of one key.
 */
export async function createSigningKeys(): Promise<{ JWT_PRIVATE_KEY: string; JWKS: string }> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
  });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return {
    JWT_PRIVATE_KEY: pem.trimEnd().replaceAll("\n", " "),
    JWKS: JSON.stringify({ keys: [{ use: "sig", ...publicKey.export({ format: "jwk" }) }] }),
  };
}
