// A built web app as browsers get it.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StaticSite } from "./static-site.ts";

let root: string;
let site: StaticSite;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "static-site-"));
  await mkdir(join(root, "web", "assets"), { recursive: true });
  await writeFile(join(root, "secret.txt"), "secret");
  await writeFile(join(root, "web", "index.html"), "<title>App</title>");
  await writeFile(join(root, "web", ".env"), "secret");
  await writeFile(join(root, "web", "assets", "index-D4f_9aXz.js"), "x".repeat(5000));
  site = new StaticSite(join(root, "web"));
});
afterAll(() => rm(root, { recursive: true }));

const get = (path: string, headers: Record<string, string> = {}) =>
  site.respond(new Request("http://x/", { headers }), path);
const page = { accept: "text/html" };

test("the app's own addresses get its start page, never from a cache", async () => {
  for (const path of ["/", "/index.html", "/play/ABC123", "/join/a.b"]) {
    const response = await get(path, page);
    expect(await response?.text()).toBe("<title>App</title>");
    expect(response?.headers.get("cache-control")).toBe("no-cache");
  }
});

test("files with a hash in their name are kept forever, and sent compressed", async () => {
  const response = await get("/assets/index-D4f_9aXz.js", { "accept-encoding": "gzip, br" });
  expect(response?.headers.get("cache-control")).toContain("immutable");
  expect(response?.headers.get("content-encoding")).toBe("br");
  expect(brotliDecompressSync(Buffer.from(await response!.arrayBuffer())).toString()).toBe(
    "x".repeat(5000),
  );
});

test("an unchanged file is not sent again", async () => {
  const etag = (await get("/", page))?.headers.get("etag") ?? "";
  expect((await get("/", { ...page, "if-none-match": etag }))?.status).toBe(304);
});

test.each([
  ["/assets/missing.js"],
  ["/../secret.txt"],
  ["/%2e%2e/secret.txt"],
  ["/.env"],
  ["/%00"],
  ["/%E0%A4%A"],
])("%s is not served", async (path) => {
  const response = await get(path);
  expect(response === null || (await response.text()) === "<title>App</title>").toBe(true);
});

test("only reading is answered", async () => {
  expect(await site.respond(new Request("http://x/", { method: "POST" }), "/")).toBeNull();
});
