// Passwords as stored: what comes back out of the text, and how two of them are compared.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decoyRecipe, deriveSecret, equalInConstantTime, newRecipe, recipeOf } from "./passwords";

const quick = { iterations: 2, salt: "00112233445566778899aabbccddeeff" };

test("a password derives the same text again with the recipe read back from it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (password) => {
      const secret = await deriveSecret(password, quick);
      expect(recipeOf(secret)).toEqual(quick);
      expect(await deriveSecret(password, quick)).toBe(secret);
    }),
    { numRuns: 30 },
  );
});

test("the derived key is PBKDF2's, checked against a published vector", async () => {
  // RFC 7914 §11: PBKDF2-HMAC-SHA-256, P="passwd", S="salt", c=1; the first 32 of 64 bytes.
  const secret = await deriveSecret("passwd", { iterations: 1, salt: "73616c74" });
  expect(secret.split("$").at(-1)).toBe(
    "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
  );
});

test("another password or another salt derives another text", async () => {
  const secret = await deriveSecret("nine torches", quick);
  expect(await deriveSecret("nine torchez", quick)).not.toBe(secret);
  const other = { ...quick, salt: "ff112233445566778899aabbccddeeff" };
  expect(await deriveSecret("nine torches", other)).not.toBe(secret);
});

test("two ways to type the same letter are one password", async () => {
  expect(await deriveSecret("caf\u00e9 noir", quick)).toBe(
    await deriveSecret("cafe\u0301 noir", quick),
  );
});

test("every new account gets its own salt", () => {
  const salts = Array.from({ length: 50 }, () => newRecipe().salt);
  expect(new Set(salts).size).toBe(50);
  expect(salts.every((salt) => /^[0-9a-f]{32}$/.test(salt))).toBe(true);
});

test("an unknown account's recipe looks like any other, and is always the same", async () => {
  const decoy = await decoyRecipe("nobody@example.org");
  expect(decoy).toEqual(await decoyRecipe("nobody@example.org"));
  expect(decoy).not.toEqual(await decoyRecipe("somebody@example.org"));
  expect(decoy.iterations).toBe(newRecipe().iterations);
  expect(decoy.salt).toMatch(/^[0-9a-f]{32}$/);
});

describe("a text that is not ours", () => {
  test.each(["", "scrypt$1$00$00", "pbkdf2-sha256", "pbkdf2-sha256$600000$$", "a$b$c$d"])(
    "has no recipe: %j",
    (text) => {
      expect(recipeOf(text)).toBeNull();
    },
  );
});

test("comparing in constant time says the same as comparing", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      expect(equalInConstantTime(left, right)).toBe(left === right);
      expect(equalInConstantTime(left, left)).toBe(true);
    }),
  );
  expect(equalInConstantTime("abc", "abcabc")).toBe(false);
  expect(equalInConstantTime("", "a")).toBe(false);
});
