// The web's interfaces of a realm agree with Node's, for any input.
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { compileModules } from "../compile-modules.ts";
import { QueryRealm, type CallHost } from "../query-realm.ts";

const host: CallHost = {
  syscall: () => "null",
  asyncSyscall: () => "null",
  wantsCallSites: false,
  callSite: () => undefined,
  now: () => 0,
  performanceNow: () => 0,
  randomKey: () => null,
  log: () => undefined,
  internalError: (error) => {
    throw error;
  },
};

let realm: QueryRealm;
beforeAll(async () => {
  const modules = await compileModules([
    {
      path: "m.js",
      environment: "isolate",
      source: `
        const text = (bytes) => Array.from(bytes);
        const cases = {
          base64: (s) => [btoa(s), atob(btoa(s))],
          params: (pairs) => { const p = new URLSearchParams(pairs); return [p.toString(), [...new URLSearchParams(p.toString())]]; },
          parse: (s) => [...new URLSearchParams(s)],
          url: (s) => { try { const u = new URL(s, "http://base/x/y?q"); return [u.href, u.pathname, u.search, u.host]; } catch { return null; } },
          encode: (s) => [text(new TextEncoder().encode(s)), new TextDecoder().decode(new TextEncoder().encode(s))],
          decodeParts: ([bytes, cut]) => { const d = new TextDecoder(); const b = new Uint8Array(bytes); return d.decode(b.subarray(0, cut), { stream: true }) + d.decode(b.subarray(cut)); },
          clone: (v) => structuredClone({ v, map: new Map([[v, [v]]]) }).v,
          headers: (pairs) => { const h = new Headers(); for (const [k, v] of pairs) h.append(k, v); return [...h]; },
          digest: async (bytes) => text(new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)))),
          blob: async ([a, b]) => await new Blob([a, new TextEncoder().encode(b)]).text(),
        };
        export const f = Object.assign(() => {}, { invokeQuery: async (args) => { const [name, input] = JSON.parse(args); return JSON.stringify(await cases[name](input)); } });
      `,
    },
  ]);
  realm = new QueryRealm({
    definitionPath: "",
    modules,
    environment: () => ({}),
    importTime: 0,
    importKey: new Uint8Array(32),
  });
});

function inRealm(name: string, input: unknown): unknown {
  const [result] = realm.run(
    [
      {
        kind: "query",
        module: "m.js",
        exportName: "f",
        argsText: JSON.stringify([name, input]),
        host,
      },
    ],
    0,
  );
  if (result?.kind !== "value") throw new Error(JSON.stringify(result));
  return JSON.parse(result.value);
}

/** Not a property's value: `false` from one would be a failure. */
function agree(own: unknown, node: unknown): void {
  expect(own).toEqual(node);
}

const latin1 = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)) });
const unicode = fc.string({ unit: "binary" });
const pairs = fc.array(fc.tuple(unicode, unicode), { maxLength: 5 });

test("base64 as in Node", () => {
  fc.assert(fc.property(latin1, (text) => agree(inRealm("base64", text), [btoa(text), text])));
});

test("search parameters are written and read as in Node", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const own = new URLSearchParams(list);
      agree(inRealm("params", list), [own.toString(), [...new URLSearchParams(own.toString())]]);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) =>
      agree(inRealm("parse", text), [...new URLSearchParams(text)]),
    ),
  );
});

function partsOf(text: string): string[] | null {
  try {
    const url = new URL(text, "http://base/x/y?q");
    return [url.href, url.pathname, url.search, url.host];
  } catch {
    return null;
  }
}

test("URLs are parsed as in Node", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()),
      (text) => {
        agree(inRealm("url", text), partsOf(text));
      },
    ),
  );
});

test("text is encoded as in Node, and decoded also when a character is cut in two", () => {
  fc.assert(
    fc.property(unicode, (text) => {
      agree(inRealm("encode", text), [
        [...new TextEncoder().encode(text)],
        text.replace(/^\uFEFF/, ""),
      ]);
    }),
  );
  fc.assert(
    fc.property(unicode, fc.nat(), (text, at) => {
      const bytes = new TextEncoder().encode(text);
      const cut = bytes.length === 0 ? 0 : at % bytes.length;
      agree(inRealm("decodeParts", [[...bytes], cut]), new TextDecoder().decode(bytes));
    }),
  );
});

test("a structured clone is equal to what was cloned", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      agree(inRealm("clone", value), JSON.parse(JSON.stringify(value))),
    ),
  );
});

test("headers are joined and sorted as in Node", () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
  const value = fc.stringMatching(/^[!-~]{0,10}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(token, value), { maxLength: 6 }), (list) => {
      const own = new Headers();
      for (const [name, text] of list) own.append(name, text);
      agree(inRealm("headers", list), [...own]);
    }),
  );
});

test("digests and blobs hold the same bytes as in Node", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
      agree(inRealm("digest", [...bytes]), [...expected]);
    }),
  );
  fc.assert(
    fc.property(unicode, unicode, (a, b) =>
      agree(inRealm("blob", [a, b]), (a + b).replace(/^\uFEFF/, "")),
    ),
  );
});
