// Keys for the real sign-in library, and its answers read back. Only tests of signing in need them. A token that we
// signed ourselves is trusted to hold its claims: hence the cast.
import { api } from "./_generated/api";
import type { Backend, Caller } from "./test.setup";

/** Makes a key pair and sets the three variables that the library reads. */
export async function useFreshKeys(): Promise<void> {
  const pair = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const publicKey = await crypto.subtle.exportKey("jwk", pair.publicKey);
  setVariable(
    "JWT_PRIVATE_KEY",
    `-----BEGIN PRIVATE KEY----- ${btoa(String.fromCharCode(...pkcs8))} -----END PRIVATE KEY-----`,
  );
  setVariable("JWKS", JSON.stringify({ keys: [{ use: "sig", ...publicKey }] }));
  setVariable("CONVEX_SITE_URL", "https://torchkeeper.test");
  setVariable("AUTH_LOG_LEVEL", "ERROR");
}

function setVariable(name: string, value: string): void {
  // The functions under test run in this process and read its environment.
  // eslint-disable-next-line @convex-dev/no-process-env
  process.env[name] = value;
}

export type Tokens = { token: string; refreshToken: string };

/** Signs in and gives the tokens; throws what the call throws. */
export async function signIn(
  caller: Caller | Backend,
  provider: "password" | "table",
  params: Record<string, string>,
): Promise<Tokens> {
  const { tokens } = await caller.action(api.auth.signIn, { provider, params });
  if (!tokens) throw new Error("signing in gave no tokens");
  return tokens;
}

/** A caller with the identity that a token stands for. */
export function bearer(t: Backend, { token }: Tokens): Caller {
  return t.withIdentity(claimsOf(token));
}

/** What a token says, unverified. */
export function claimsOf(token: string): { subject: string; issuer: string; audience: string } {
  const [, payload = ""] = token.split(".");
  const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  const { sub, iss, aud } = claims as { sub: string; iss: string; aud: string };
  return { subject: sub, issuer: iss, audience: aud };
}
