// Sign-in providers of auth.config, and what is wrong with them.
import { expect, test } from "vitest";
import type { Json } from "../values/json.ts";
import { parseAuthConfig } from "./auth-config.ts";

test("addresses get a scheme, and both kinds are understood", () => {
  expect(
    parseAuthConfig({
      providers: [
        { domain: "example.org", applicationID: "convex" },
        { type: "customJwt", issuer: "https://i", jwks: "data:,x", algorithm: "ES256" },
      ],
    }),
  ).toEqual([
    { type: "oidc", domain: "https://example.org", applicationID: "convex" },
    {
      type: "customJwt",
      issuer: "https://i",
      jwks: "data:,x",
      algorithm: "ES256",
      applicationID: null,
    },
  ]);
});

test.each<[Json, string]>([
  [{}, "a list of `providers`"],
  [{ providers: ["x"] }, "provider 1 is no object"],
  [{ providers: [{ domain: "d", applicationId: "x" }] }, "must be spelled `applicationID`"],
  [{ providers: [{ applicationID: "x" }] }, "needs `domain`, a string"],
  [{ providers: [{ domain: "d", applicationID: "x", issuer: "i" }] }, "has `domain`, not `issuer`"],
  [{ providers: [{ type: "saml" }] }, 'unknown `type` "saml"'],
  [{ providers: [{ type: "customJwt", domain: "d" }] }, "has `issuer`, not `domain`"],
  [
    { providers: [{ type: "customJwt", issuer: "i", jwks: "j", algorithm: "HS256" }] },
    'expected "RS256" or "ES256"',
  ],
])("%j is refused", (config, text) => {
  expect(() => parseAuthConfig(config)).toThrow(text);
});
