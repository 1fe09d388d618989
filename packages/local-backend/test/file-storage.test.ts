// Stored files: upload addresses, downloads with ranges, deletion, and what uploads may not do to the app.
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Backend } from "../src/index.ts";
import { jsonOf, startProject, textOf } from "./running-project.ts";

const page = "<script>alert(1)</script>";
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

async function upload(
  backend: Backend,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(await textOf(backend, "files:uploadUrl"), { method: "POST", body, headers });
}

async function uploaded(
  backend: Backend,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ id: string; url: string }> {
  const { storageId: id } = await jsonOf(upload(backend, body, headers));
  return { id, url: await textOf(backend, "files:url", { id }) };
}

test.each([["in memory"], ["in a folder"]])(
  "what was uploaded comes back whole, %s",
  async (where) => {
    const data = await mkdtemp(join(tmpdir(), "files-"));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const backend = await startProject("chat", where === "in memory" ? {} : { data });
    const { id, url } = await uploaded(backend, page, {
      "Content-Type": "text/html",
      Digest: `sha-256=${sha256(page)}`,
    });
    const response = await fetch(url);
    expect(await response.text()).toBe(page);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(response.headers.get("digest")).toBe(`sha-256=${sha256(page)}`);
    expect(response.headers.get("cache-control")).toBe("private, max-age=2592000");
    expect(await backend.runFunction("files:metadata", { id })).toEqual({
      _id: id,
      _creationTime: expect.any(Number),
      contentType: "text/html",
      sha256: sha256(page),
      size: page.length,
    });
  },
);

test("a stored page cannot run with the rights of the app", async () => {
  const backend = await startProject("chat");
  const { url } = await uploaded(backend, page, { "Content-Type": "text/html" });
  const { headers } = await fetch(url);
  expect(headers.get("content-security-policy")).toMatch(/^sandbox/);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("parts of a file can be asked for", async () => {
  const backend = await startProject("chat");
  const { url } = await uploaded(backend, "0123456789");
  const range = async (value: string) => {
    const response = await fetch(url, { headers: { Range: value } });
    return [response.status, response.headers.get("content-range"), await response.text()];
  };
  expect(await range("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
  expect(await range("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await range("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await range("bytes=0-99")).toEqual([206, "bytes 0-9/10", "0123456789"]);
  expect(await range("bytes=10-")).toEqual([416, "bytes */10", ""]);
  expect(await range("bytes=0-1,3-4")).toEqual([416, "bytes */10", ""]);
});

test("an empty file is a file", async () => {
  const backend = await startProject("chat");
  const { url } = await uploaded(backend, "");
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([200, ""]);
});

test("a deleted file is gone, its bytes too", async () => {
  const data = await mkdtemp(join(tmpdir(), "files-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const backend = await startProject("chat", { data });
  const { id, url } = await uploaded(backend, "x");
  expect(await readdir(join(data, "files"))).toHaveLength(1);
  await backend.runFunction("files:remove", { id });
  expect((await fetch(url)).status).toBe(404);
  expect(await backend.runFunction("files:url", { id })).toBeNull();
  await expect.poll(() => readdir(join(data, "files"))).toEqual([]);
  await expect(backend.runFunction("files:remove", { id })).rejects.toThrow(
    `storage id ${id} not found`,
  );
});

test("a file that is not what was announced is refused and leaves nothing", async () => {
  const data = await mkdtemp(join(tmpdir(), "files-"));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const backend = await startProject("chat", { data });
  const response = await upload(backend, page, { Digest: `sha-256=${sha256("other")}` });
  expect([response.status, (await jsonOf(response)).code]).toEqual([400, "Sha256Mismatch"]);
  expect(await readdir(join(data, "files"))).toEqual([]);
});

test("upload addresses are ours, and good for an hour", async () => {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead, wait: () => () => undefined };
  const backend = await startProject("chat", { clock });
  const url = await textOf(backend, "files:uploadUrl");
  const code = async (address: string) => {
    const response = await fetch(address, { method: "POST", body: "x" });
    return [response.status, (await jsonOf(response)).code];
  };
  expect(await code(`${backend.url}/api/storage/upload`)).toEqual([401, "StorageTokenInvalid"]);
  expect(await code(`${url.slice(0, -3)}abc`)).toEqual([401, "StorageTokenInvalid"]);
  ahead = 61 * 60_000;
  expect(await code(url)).toEqual([401, "StorageTokenExpired"]);
});

test.each([
  ["not-a-uuid", 400, "InvalidStorageId"],
  ["00000000-0000-4000-8000-000000000000", 404, "FileNotFound"],
])("the address of %s is a %i", async (name, status, code) => {
  const backend = await startProject("chat");
  const response = await fetch(`${backend.url}/api/storage/${name}`);
  expect([response.status, (await jsonOf(response)).code]).toEqual([status, code]);
});

test("actions store and read files themselves", async () => {
  const backend = await startProject("chat");
  const stored = await backend.runFunction("files:storeText", { text: "ho" });
  expect(stored).toEqual({ id: expect.any(String), text: "ho" });
});
