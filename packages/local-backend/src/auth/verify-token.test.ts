// Tokens against providers: who is accepted, who is refused and why, and what the identity then holds.
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import type { AuthProvider } from "./providers.ts";
import { createTokenVerifier } from "./verify-token.ts";

const now = Date.UTC(2026, 0, 1);
const seconds = now / 1000;
const issuer = "https://issuer.example";
type Keys = { privateKey: Awaited<ReturnType<typeof generateKeyPair>>["privateKey"]; jwks: string };
let rsa: Keys, ec: Keys, stranger: Keys;

async function makeKeys(alg: "RS256" | "ES256", kid: string): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    privateKey,
    jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg }] }),
  };
}

beforeAll(async () => {
  [rsa, ec, stranger] = await Promise.all([
    makeKeys("RS256", "rsa-1"),
    makeKeys("ES256", "ec-1"),
    makeKeys("RS256", "rsa-1"),
  ]);
});

const oidc: AuthProvider = { type: "oidc", domain: issuer, applicationID: "app" };

function verifierFor(providers: AuthProvider[], documents: Record<string, string> = {}) {
  const fetched: string[] = [];
  const verifier = createTokenVerifier({
    providers: () => providers,
    now: () => now,
    fetchDocument: (url) => {
      fetched.push(url);
      const body = documents[url];
      return Promise.resolve({
        status: body === undefined ? 404 : 200,
        contentType: "application/json",
        body: body ?? "",
      });
    },
  });
  return { verifier, fetched };
}

function oidcDocuments(jwks: string): Record<string, string> {
  return {
    [`${issuer}/.well-known/openid-configuration`]: JSON.stringify({
      issuer,
      jwks_uri: `${issuer}/keys`,
    }),
    [`${issuer}/keys`]: jwks,
  };
}

function sign(
  payload: JWTPayload,
  options: { keys?: Keys; header?: Record<string, string> } = {},
): Promise<string> {
  return new SignJWT({
    iss: issuer,
    sub: "u1",
    aud: "app",
    iat: seconds,
    exp: seconds + 3600,
    ...payload,
  })
    .setProtectedHeader({ alg: "RS256", ...options.header })
    .sign((options.keys ?? rsa).privateKey);
}

describe("an OIDC provider", () => {
  test("accepts its token without `kid`, and names standard claims as Convex does", async () => {
    const { verifier } = verifierFor([oidc], oidcDocuments(rsa.jwks));
    const token = await sign({
      given_name: "Ada",
      email_verified: true,
      updated_at: 0,
      address: { formatted: "Here" },
      role: "gm",
      jti: "x",
    });
    expect(await verifier.verify(token)).toEqual({
      token,
      expiresAt: (seconds + 3600) * 1000,
      identity: {
        tokenIdentifier: `${issuer}|u1`,
        subject: "u1",
        issuer,
        givenName: "Ada",
        emailVerified: true,
        updatedAt: "1970-01-01T00:00:00Z",
        address: "Here",
        role: "gm",
      },
    });
  });

  test("is asked for its keys once for many tokens", async () => {
    const { verifier, fetched } = verifierFor([oidc], oidcDocuments(rsa.jwks));
    const token = await sign({});
    await Promise.all([verifier.verify(token), verifier.verify(token)]);
    await verifier.verify(token);
    expect(fetched).toHaveLength(2);
  });

  const refused: [string, () => Promise<string>, string, RegExp][] = [
    [
      "a token of another issuer",
      () => sign({ iss: "https://other.example" }),
      "noProvider",
      /No auth provider found/,
    ],
    [
      "a token for another application",
      () => sign({ aud: "other" }),
      "noProvider",
      /No auth provider found/,
    ],
    ["an expired token", () => sign({ exp: seconds - 1 }), "expired", /has expired/],
    [
      "a token signed by somebody else",
      () => sign({}, { keys: stranger }),
      "rejected",
      /Could not verify/,
    ],
    [
      "a text that is no token",
      () => Promise.resolve("abc"),
      "malformed",
      /expected a JSON Web Token/,
    ],
  ];
  test.each(refused)("refuses %s", async (_name, make, kind, message) => {
    const { verifier } = verifierFor([oidc], oidcDocuments(rsa.jwks));
    await expect(verifier.verify(await make())).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    });
  });

  test("that cannot be reached refuses with a reason of its own", async () => {
    const { verifier } = verifierFor([oidc]);
    await expect(verifier.verify(await sign({}))).rejects.toMatchObject({ kind: "unreachable" });
  });
});

describe("a custom provider", () => {
  const custom = (jwks: string): AuthProvider => ({
    type: "customJwt",
    issuer,
    applicationID: null,
    algorithm: "ES256",
    jwks: `data:application/json;base64,${Buffer.from(jwks).toString("base64")}`,
  });
  const header = { alg: "ES256", kid: "ec-1", typ: "JWT" };

  test("keeps claims under their names and flattens objects", async () => {
    const { verifier, fetched } = verifierFor([custom(ec.jwks)]);
    const token = await sign({ given_name: "Ada", properties: { id: 7 } }, { keys: ec, header });
    const { identity } = await verifier.verify(token);
    expect(identity).toMatchObject({ given_name: "Ada", "properties.id": 7 });
    expect(fetched).toEqual([]);
  });

  test("forgives five seconds of clock difference", async () => {
    const { verifier } = verifierFor([custom(ec.jwks)]);
    const token = await sign({ exp: seconds - 4 }, { keys: ec, header });
    await expect(verifier.verify(token)).resolves.toBeDefined();
  });

  test("refuses a token without `kid`", async () => {
    const { verifier } = verifierFor([custom(ec.jwks)]);
    const token = await sign({}, { keys: ec, header: { alg: "ES256", typ: "JWT" } });
    await expect(verifier.verify(token)).rejects.toMatchObject({
      message: expect.stringContaining("`kid`"),
    });
  });

  test("refuses another algorithm than its own", async () => {
    const { verifier } = verifierFor([custom(rsa.jwks)]);
    const token = await sign({}, { header: { alg: "RS256", kid: "rsa-1", typ: "JWT" } });
    await expect(verifier.verify(token)).rejects.toMatchObject({ kind: "rejected" });
  });
});
