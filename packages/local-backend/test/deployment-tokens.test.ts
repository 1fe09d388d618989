// `ctx.auth.signJwt` of a running server: others verify its tokens with the keys that it publishes, also after a restart.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { startProject, textOf } from "./running-project.ts";

test("a token signed in a mutation verifies with the published keys, before and after a restart", async () => {
  const data = await mkdtemp(join(tmpdir(), "deployment-tokens-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const first = await startProject("signing", { data });
  const token = await textOf(first, "tokens:signForOthers", { room: "crypt" });
  const verify = (url: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL("/.well-known/jwks.json", url)), {
      issuer: first.url,
    });
  expect((await verify(first.url)).payload).toMatchObject({ room: "crypt" });
  expect((await stat(join(data, "signing-key.pem"))).mode & 0o777).toBe(0o600);
  await first.close();

  const second = await startProject("signing", { data });
  expect((await verify(second.url)).payload).toMatchObject({ room: "crypt" });
});
