// `crypto.subtle` inside a mutation: what sign-in libraries need of it, with the real `jose`.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProject, type RunnerProject } from "../runner-project.test-support.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
let project: RunnerProject;
beforeAll(async () => {
  project = await openProject("signing");
});
afterAll(() => project.close());

test("a mutation signs a token that verifies outside", async () => {
  const token = await project.mutation("tokens:sign", {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  });
  const { payload } = await jwtVerify(token as string, createPublicKey(privateKey));
  expect(payload.sub).toBe("ann");
});

test("keys show their size and exponent, which libraries check before they use them", async () => {
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  expect(await project.mutation("tokens:keyFacts", { pkcs8: { $bytes: pkcs8 } })).toEqual({
    modulusLength: 2048,
    publicExponent: [1, 0, 1],
    hmacLength: 256,
  });
});
