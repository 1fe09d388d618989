// The admin key: made once per folder, readable by its owner only, and the header forms that carry it.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadAdminKey, parseAuthorization } from "./admin-key.ts";

test("a folder keeps its key, in a file only its owner can read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "admin-key-"));
  try {
    const key = await loadAdminKey(folder);
    expect(key).toMatch(/^local-backend\|[0-9a-f]{64}$/);
    expect(await loadAdminKey(folder)).toBe(key);
    expect((await stat(join(folder, "admin-key"))).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the header says who calls: nobody, a token's owner, an admin, or an admin acting as somebody", () => {
  const actingAs = Buffer.from(JSON.stringify({ subject: "ada" })).toString("base64");
  expect(parseAuthorization(undefined, "k")).toEqual({ kind: "none" });
  expect(parseAuthorization("Bearer abc", "k")).toEqual({ kind: "token", token: "abc" });
  expect(parseAuthorization("Convex k", "k")).toEqual({ kind: "admin", actingAs: null });
  expect(parseAuthorization(`Convex k:${actingAs}`, "k")).toMatchObject({
    kind: "admin",
    actingAs: { subject: "ada" },
  });
});

test.each([["Convex wrong"], ["Basic abc"], ["Convex k:%%%"], ["Convex k:bnVsbA=="]])(
  "refuses %s",
  (header) => {
    expect(() => parseAuthorization(header, "k")).toThrow(
      expect.objectContaining({ name: "AuthFailure" }),
    );
  },
);
