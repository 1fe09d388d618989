// `@convex-dev/auth` as it comes from npm: sign-up, sign-in, refresh and sign-out with passwords, tokens verified against our
// own site address.
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import {
  action,
  httpClient,
  jsonOf,
  liveClient,
  query,
  startProject,
  waitForQuery,
} from "./running-project.ts";

type SignedIn = { tokens: { token: string; refreshToken: string } | null };

const password = (flow: "signUp" | "signIn", extra: Record<string, string> = {}) => ({
  provider: "password",
  params: { flow, email: "Ada@Example.org", password: "correct horse", ...extra },
});

test("a person signs up, is known over HTTP and the socket, refreshes, signs out and in again", async () => {
  const backend = await startProject("signed-in");
  const http = httpClient(backend);
  const { tokens }: SignedIn = await http.action(action("auth:signIn"), password("signUp"));
  expect(decodeJwt(tokens!.token)).toMatchObject({ iss: backend.siteUrl, aud: "convex" });
  http.setAuth(tokens!.token);
  expect(await http.query(query("users:me"), {})).toBe("ada@example.org");

  const live = liveClient(backend);
  live.setAuth(() => Promise.resolve(tokens!.token));
  expect(await waitForQuery(live, query("users:me"), {}, (email) => email !== null)).toBe(
    "ada@example.org",
  );

  const refreshed: SignedIn = await http.action(action("auth:signIn"), {
    refreshToken: tokens!.refreshToken,
  });
  http.setAuth(refreshed.tokens!.token);
  expect(await http.query(query("users:me"), {})).toBe("ada@example.org");

  await http.action(action("auth:signOut"), {});
  http.clearAuth();
  const again: SignedIn = await http.action(action("auth:signIn"), password("signIn"));
  http.setAuth(again.tokens!.token);
  expect(await http.query(query("users:me"), {})).toBe("ada@example.org");
});

test("a wrong password and a taken address are refused", async () => {
  const backend = await startProject("signed-in");
  const http = httpClient(backend);
  await http.action(action("auth:signIn"), password("signUp"));
  await expect(
    http.action(action("auth:signIn"), password("signIn", { password: "wrong horse" })),
  ).rejects.toThrow(/InvalidSecret/);
  await expect(
    http.action(action("auth:signIn"), password("signUp", { password: "wrong horse" })),
  ).rejects.toThrow(/already exists/);
});

test("a token of another installation is refused", async () => {
  const here = await startProject("signed-in");
  const elsewhere = await startProject("signed-in");
  const { tokens }: SignedIn = await httpClient(elsewhere).action(
    action("auth:signIn"),
    password("signUp"),
  );
  const http = httpClient(here);
  http.setAuth(tokens!.token);
  await expect(http.query(query("users:me"), {})).rejects.toThrow(/NoAuthProvider/);
});

test("the site serves the documents by which others verify its tokens", async () => {
  const backend = await startProject("signed-in");
  const configuration = await jsonOf(fetch(`${backend.siteUrl}/.well-known/openid-configuration`));
  expect(configuration).toMatchObject({ issuer: backend.siteUrl });
  const jwks = await jsonOf(fetch(`${backend.siteUrl}/.well-known/jwks.json`));
  expect(jwks).toMatchObject({ keys: [{ kty: "RSA", use: "sig" }] });
});
