// Tokens signed by the deployment verify with the keys it serves.
import { generateKeyPairSync } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { createJwtSigner } from "./sign-jwt.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signer = createJwtSigner({
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  issuer: "http://cloud",
  now: () => Date.now(),
});

test("a token holds the claims, the issuer and its life, and verifies", async () => {
  const keys = createLocalJWKSet(signer.jwks);
  const { payload, protectedHeader } = await jwtVerify(
    signer.sign({ sub: "ann", role: 1 }, 60),
    keys,
    {
      issuer: "http://cloud",
    },
  );
  expect(payload).toMatchObject({ sub: "ann", role: 1 });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "JWT", kid: expect.any(String) });
});

test.each([
  [{ iss: "me" }, 60, 'the claim "iss" is reserved'],
  [{ convexRole: 1 }, 60, 'the claim "convexRole" is reserved'],
  ["text", 60, "expected an object"],
  [{}, 0, "expected a whole number from 1 to 3600, got 0"],
  [{}, 3_601, "got 3601"],
  [{}, 1.5, "got 1.5"],
])("%j for %d seconds is refused", (claims, seconds, text) => {
  expect(() => signer.sign(claims, seconds)).toThrow(text);
});

test("only keys on P-256 are taken", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
  expect(() =>
    createJwtSigner({
      privateKey: other.export({ type: "pkcs8", format: "pem" }).toString(),
      issuer: "i",
      now: () => 0,
    }),
  ).toThrow("P-256");
});
