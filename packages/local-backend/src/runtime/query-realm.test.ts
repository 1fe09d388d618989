// Realms run user code to its end, synchronously, with a frozen clock, seeded randomness and nothing of Node.
import { expect, test } from "vitest";
import { compileModules } from "./compile-modules.ts";
import { QueryRealm, type CallHost, type RealmResult } from "./query-realm.ts";

async function realmOf(source: string): Promise<QueryRealm> {
  const modules = await compileModules([{ path: "m.js", source, environment: "isolate" }]);
  return new QueryRealm({
    definitionPath: "",
    modules,
    environment: () => ({ NAME: "value" }),
    importTime: 1_000,
    importKey: new Uint8Array(32),
  });
}

const lines: string[] = [];
const host: CallHost = {
  syscall: (operation) => JSON.stringify({ operation }),
  asyncSyscall: (operation, args) => {
    if (operation === "boom")
      throw Object.assign(new Error("no"), { name: "UserError", data: { a: 1 } });
    return args;
  },
  wantsCallSites: false,
  callSite: () => undefined,
  now: () => 1_700_000_000_000,
  performanceNow: () => 5,
  randomKey: () => new Uint8Array(32).fill(7),
  log: (level, text) => void lines.push(`[${level}] ${text}`),
  internalError: (error) => {
    throw error;
  },
};

/** Runs the body of an async function with `Convex`, gives its JSON. */
async function evaluate(body: string, timeoutMs = 0): Promise<RealmResult> {
  const realm = await realmOf(`
    const handler = async () => { ${body} };
    export const f = Object.assign(() => {}, { isQuery: true, isPublic: true, invokeQuery: async (args) => JSON.stringify((await handler(JSON.parse(args))) ?? null) });
  `);
  const [result] = realm.run(
    [{ kind: "query", module: "m.js", exportName: "f", argsText: "[{}]", host }],
    timeoutMs,
  );
  return result ?? { kind: "notRun" };
}

async function valueOf(body: string): Promise<unknown> {
  const result = await evaluate(body);
  if (result.kind !== "value") throw new Error(JSON.stringify(result));
  return JSON.parse(result.value);
}

test("the clock stands still and is the call's", async () => {
  expect(
    await valueOf(
      "return [Date.now(), new Date().toISOString(), new Date(5).getTime(), new Date() instanceof Date]",
    ),
  ).toEqual([1_700_000_000_000, "2023-11-14T22:13:20.000Z", 5, true]);
});

test("chance is the same for the same seed, and differs within a call", async () => {
  const body = "return [Math.random(), Math.random(), crypto.randomUUID(), crypto.randomUUID()]";
  const [first, second] = [await valueOf(body), await valueOf(body)];
  expect(first).toEqual(second);
  expect(new Set(first as unknown[]).size).toBe(4);
  expect((first as string[])[2]).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test.each([
  ["fetch()", "await fetch('http://x')"],
  ["setTimeout", "setTimeout(() => {}, 1)"],
  ["setInterval", "setInterval(() => {}, 1)"],
  [
    "cryptographic randomness",
    "await crypto.subtle.generateKey({name:'HMAC',hash:'SHA-256'}, true, ['sign'])",
  ],
])("%s is refused with Convex's text", async (what, code) => {
  const result = await evaluate(code);
  expect(result).toMatchObject({
    kind: "failed",
    failure: {
      message: `Can't use ${what} in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.`,
    },
  });
});

test("nothing of Node is there, and code cannot be made from strings", async () => {
  expect(
    await valueOf(
      "return [typeof require, typeof Buffer, typeof global, Object.keys(process), typeof SharedArrayBuffer, typeof window]",
    ),
  ).toEqual(["undefined", "undefined", "undefined", ["env"], "undefined", "undefined"]);
  expect(await evaluate("return new Function('return 1')()")).toMatchObject({ kind: "failed" });
});

test("variables are read from the deployment", async () => {
  expect(
    await valueOf(
      "return [process.env.NAME, process.env.OTHER ?? null, Object.keys(process.env), 'NAME' in process.env]",
    ),
  ).toEqual(["value", null, ["NAME"], true]);
});

test("system calls are answered at once, in call order, and failures carry their data", async () => {
  expect(
    await valueOf(
      "return [await Promise.all([Convex.asyncSyscall('a', '1'), Convex.asyncSyscall('b', '2')]), Convex.syscall('s', '{}'), await Convex.asyncSyscall('boom', '').catch(e => [e.message, e.data, e instanceof Error])]",
    ),
  ).toEqual([["1", "2"], '{"operation":"s"}', ["no", { a: 1 }, true]]);
});

test("a promise that nothing can settle is found", async () => {
  expect(await evaluate("await new Promise(() => {})")).toEqual({ kind: "unresolved" });
});

test("work that nobody waits for still happens before the call ends", async () => {
  lines.length = 0;
  await evaluate(
    "(async () => { await null; await null; console.log('late', {a: [1]}) })(); return 1",
  );
  expect(lines).toEqual(["[LOG] 'late' {\n  a: [ 1 ]\n}"]);
});

test("an endless loop is ended, also after an await", async () => {
  expect(await evaluate("await null; for (;;);", 50)).toEqual({ kind: "timedOut" });
});

test("a rejection that nobody handles does not reach the process", async () => {
  expect(await evaluate("void Promise.reject(new Error('lost')); return 1")).toEqual({
    kind: "value",
    value: "1",
  });
  await new Promise((resolve) => setImmediate(resolve));
});

test("URL, search parameters, text and base64 work and are of this realm", async () => {
  expect(
    await valueOf(`
      const url = new URL("../b?x=1&y=a+b#h", "https://user@host:8080/a/c/d");
      url.searchParams.append("z", "ä&");
      url.pathname = "/new path";
      return [url.href, [...url.searchParams], URL.canParse("nope"), new TextEncoder().encode("ä") instanceof Uint8Array,
        new TextDecoder().decode(new Uint8Array([0xc3, 0xa4])), btoa("hello"), atob("aGVsbG8="), structuredClone({a: new Map([[1, new Set([2])]])}).a.get(1).has(2)];
    `),
  ).toEqual([
    "https://user@host:8080/new%20path?x=1&y=a+b&z=%C3%A4%26#h",
    [
      ["x", "1"],
      ["y", "a b"],
      ["z", "ä&"],
    ],
    false,
    true,
    "ä",
    "aGVsbG8=",
    "hello",
    true,
  ]);
});

test("Request, Response, Headers and Blob hold and give back what is put in", async () => {
  expect(
    await valueOf(`
      const request = new Request("https://h/x", { method: "post", body: JSON.stringify({a: 1}), headers: { "X-A": "1" } });
      const blob = new Blob(["ab", new Uint8Array([99])], { type: "text/x" });
      return [request.method, request.headers.get("x-a"), await request.json(), await blob.text(), blob.size,
        await Response.json({ok: 1}).text(), (await new Response(blob).blob()).type];
    `),
  ).toEqual(["POST", "1", { a: 1 }, "abc", 3, '{"ok":1}', "text/x"]);
});

test("crypto.subtle digests, signs, verifies, encrypts and derives at once", async () => {
  expect(
    await valueOf(`
      const text = (s) => new TextEncoder().encode(s);
      const hex = (b) => Array.from(new Uint8Array(b), (x) => x.toString(16).padStart(2, "0")).join("");
      const hmac = await crypto.subtle.importKey("raw", text("key"), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
      const signature = await crypto.subtle.sign("HMAC", hmac, text("data"));
      const aes = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", true, ["encrypt", "decrypt"]);
      const iv = new Uint8Array(12);
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, aes, text("secret"));
      const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, aes, sealed);
      const password = await crypto.subtle.importKey("raw", text("pw"), "PBKDF2", false, ["deriveBits"]);
      const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1 }, password, 256);
      return [hex(await crypto.subtle.digest("SHA-256", text("abc"))).slice(0, 8), hex(signature).slice(0, 8),
        await crypto.subtle.verify("HMAC", hmac, signature, text("data")), await crypto.subtle.verify("HMAC", hmac, signature, text("datb")),
        new TextDecoder().decode(opened), hex(bits).slice(0, 8), hmac instanceof CryptoKey, String(hmac)];
    `),
  ).toEqual(
    ["ba7816bf", "5031fe3d", true, false, "secret", "a8d17542", true, "[object CryptoKey]"].map(
      (x, i) => (i === 5 ? expect.any(String) : x),
    ),
  );
});

test("a batch runs each call to its end before the next, and goes on after one that hangs", async () => {
  const realm = await realmOf(`
    const make = (handler) => Object.assign(() => {}, { invokeQuery: async (args) => JSON.stringify(await handler(JSON.parse(args)[0])) });
    export const f = make(async ({ n }) => { for (let i = 0; i < 3; i++) { await null; console.log(n); } return n; });
    export const hang = make(() => new Promise(() => {}));
  `);
  lines.length = 0;
  const call = (exportName: string, n: number) => ({
    kind: "query" as const,
    module: "m.js",
    exportName,
    argsText: JSON.stringify([{ n }]),
    host,
  });
  expect(
    realm
      .run([call("f", 1), call("hang", 2), call("f", 3)], 0)
      .map((r) => (r.kind === "value" ? r.value : r.kind)),
  ).toEqual(["1", "unresolved", "3"]);
  expect(lines).toEqual(["[LOG] 1", "[LOG] 1", "[LOG] 1", "[LOG] 3", "[LOG] 3", "[LOG] 3"]);
});

test("AsyncLocalStorage follows awaits", async () => {
  expect(
    await valueOf(`
      const storage = new AsyncLocalStorage();
      return await Promise.all([1, 2].map((n) => storage.run(n, async () => { await null; await null; return storage.getStore(); })));
    `),
  ).toEqual([1, 2]);
});
