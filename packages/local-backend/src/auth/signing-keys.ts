// The key pair with which a project signs its own tokens (Convex Auth's `JWT_PRIVATE_KEY` and `JWKS`), made on first start.
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

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
