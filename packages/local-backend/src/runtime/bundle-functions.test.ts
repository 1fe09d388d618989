// Folders become bundles by the official command line's rules, and what is in them is found by loading them.
import { mkdtemp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import { bundleFunctions } from "./bundle-functions.ts";
import { hasUseNodeDirective } from "./entry-points.ts";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../test/fixtures/${name}/convex`, import.meta.url));
const environment = { CONVEX_CLOUD_URL: "http://cloud", CONVEX_SITE_URL: "http://site" };

let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "bundle-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function project(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(scratch, "p-"));
  await writeFile(path.join(root, "package.json"), "{}");
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, "convex", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return path.join(root, "convex");
}

test("a TypeScript project: modules, shared chunks, source maps", async () => {
  const bundle = await bundleFunctions(fixture("typescript"));
  const modules = bundle.app.modules.filter((module) => !module.path.startsWith("_deps/"));
  expect(modules.map((module) => module.path).sort()).toEqual([
    "crons.js",
    "http.js",
    "messages.js",
    "nested/deep/tool.js",
  ]);
  expect(bundle.app.modules.some((module) => /^_deps\/[A-Z0-9]+\.js$/.test(module.path))).toBe(
    true,
  );
  const map = JSON.parse(
    modules.find((module) => module.path === "messages.js")?.sourceMap ?? "",
  ) as { sources: string[] };
  expect(map.sources).toContainEqual(expect.stringMatching(/^\.\.\/.*convex\/messages\.ts$/));
  expect(bundle.app.schema).toContain("by_author");
  expect(bundle.app.definition).toBeNull();
});

test("a TypeScript project: functions, routes, crons, schema, providers", async () => {
  const analysis = await analyze(await bundleFunctions(fixture("typescript")), environment);
  const app = analysis.definitions.get("");
  const messages = app?.modules.get("messages.js");
  expect(messages?.functions.find((fn) => fn.name === "send")).toEqual({
    name: "send",
    kind: "mutation",
    visibility: "public",
    args: {
      type: "object",
      value: {
        author: { fieldType: { type: "string" }, optional: false },
        body: { fieldType: { type: "string" }, optional: false },
      },
    },
    returns: { type: "id", tableName: "messages" },
  });
  expect(messages?.functions.find((fn) => fn.name === "secret")?.visibility).toBe("internal");
  expect(messages?.functions.map((fn) => fn.name)).not.toContain("notAFunction");
  expect(app?.modules.get("http.js")?.httpRoutes).toEqual([
    { path: "/broken", method: "GET" },
    { path: "/hello", method: "POST" },
    { path: "/files/*", method: "GET" },
  ]);
  expect(app?.modules.get("crons.js")?.crons).toEqual([
    {
      identifier: "count",
      name: "messages:add",
      args: [{ name: "cron" }],
      schedule: { type: "interval", minutes: 5 },
    },
  ]);
  expect(app?.schema).toMatchObject({
    schemaValidation: true,
    tables: [{ tableName: "messages" }, { tableName: "counters" }],
  });
  expect(analysis.authProviders).toEqual([
    { type: "oidc", domain: "http://site", applicationID: "convex" },
  ]);
});

test("components: every use is an instance, with its variables and mount", async () => {
  const bundle = await bundleFunctions(fixture("components"));
  expect(bundle.components.map((component) => component.definitionPath).sort()).toEqual([
    "counter",
    "counter/nested",
  ]);
  const analysis = await analyze(bundle, environment);
  expect([...analysis.components.keys()]).toEqual([
    "",
    "counter",
    "counter/nested",
    "second",
    "second/nested",
  ]);
  expect(analysis.components.get("second")).toMatchObject({
    definitionPath: "counter",
    httpPrefix: "/second/",
    environment: new Map([["LABEL", { kind: "value", value: "fixed" }]]),
  });
  expect(analysis.components.get("counter")?.environment).toEqual(
    new Map([["LABEL", { kind: "variable", name: "GREETING" }]]),
  );
  expect(analysis.definitions.get("counter")?.modules.has("nested/log.js")).toBe(false);
});

test('"use node" modules are loaded in Node and may hold actions only', async () => {
  const analysis = await analyze(await bundleFunctions(fixture("node")), environment);
  expect(analysis.definitions.get("")?.modules.get("files.js")).toMatchObject({
    environment: "node",
    functions: [{ name: "hash", kind: "action" }],
  });
  const folder = await project({
    "wrong.ts":
      '"use node";\nimport { queryGeneric } from "convex/server";\nexport const q = queryGeneric(async () => 1);\n',
  });
  await writeFile(path.join(folder, "..", "package.json"), "{}");
  const linked = await bundleFunctions(await withConvex(folder));
  await expect(analyze(linked, environment)).rejects.toThrow(
    "`q` defined in `wrong.js` is a Query function. Only actions can be defined in Node.js.",
  );
});

/** Projects in the temporary folder see the repository's packages. */
async function withConvex(folder: string): Promise<string> {
  const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
  await symlink(modules, path.join(folder, "..", "node_modules"));
  return folder;
}

describe("what does not compile is refused with place and cause", () => {
  test("a syntax error", async () => {
    const folder = await project({ "a.ts": "export const x = ;\n" });
    await expect(bundleFunctions(folder)).rejects.toThrow(/^convex\/a\.ts:1:18: Unexpected ";"/);
  });
  test("a missing import", async () => {
    const folder = await project({ "a.ts": 'import "./nowhere";\nexport {};\n' });
    await expect(bundleFunctions(folder)).rejects.toThrow(
      /^convex\/a\.ts:1:8: Could not resolve "\.\/nowhere"/,
    );
  });
  test("Node's modules without the directive", async () => {
    const folder = await project({ "a.ts": 'import fs from "node:fs";\nexport const x = fs;\n' });
    await expect(bundleFunctions(folder)).rejects.toThrow(/files that begin with "use node"/);
  });
  test("code that throws when it is loaded", async () => {
    const folder = await project({
      "a.ts": "export const x = 1;\nfunction boom() { throw new Error('at import'); }\nboom();\n",
    });
    await expect(
      bundleFunctions(folder).then((bundle) => analyze(bundle, environment)),
    ).rejects.toThrow(
      /^Failed to analyze a\.js: Uncaught Error: at import\n {4}at boom \(\.\.\/convex\/a\.ts:2:\d+\)/,
    );
  });
  test("a module that never finishes loading", async () => {
    const folder = await project({ "a.ts": "export const x = 1;\nfor (;;);\n" });
    await expect(
      bundleFunctions(folder).then((bundle) =>
        analyze(bundle, environment, { importTimeoutMs: 200 }),
      ),
    ).rejects.toThrow("Failed to analyze a.js: Uncaught Error: loading takes longer than 0.2s");
  });
  test("top-level await", async () => {
    const folder = await project({ "a.ts": "export const x = await Promise.resolve(1);\n" });
    await expect(
      bundleFunctions(folder).then((bundle) => analyze(bundle, environment)),
    ).rejects.toThrow("Failed to load a.js: top level awaits in source files are unsupported");
  });
  test("a folder that is not there", async () => {
    await expect(bundleFunctions(path.join(scratch, "nowhere"))).rejects.toThrow(
      /No functions folder at/,
    );
  });
  test.each([
    [
      '"use node" in http',
      { "http.ts": '"use node";\nexport default 1;\n' },
      '"use node" directive is not allowed for http.ts.',
    ],
    ["the reserved folder", { "_deps/a.ts": "export {};\n" }, "_deps"],
    [
      "two schemas",
      { "schema.ts": "export default 1;\n", "schema.js": "export default 1;\n" },
      "Found both",
    ],
  ])("%s", async (_, files, text) => {
    await expect(project(files as Record<string, string>).then(bundleFunctions)).rejects.toThrow(
      text,
    );
  });
  test("a wrong provider", async () => {
    const folder = await project({
      "auth.config.ts": 'export default { providers: [{ domain: "x", applicationId: "y" }] };\n',
    });
    await expect(
      bundleFunctions(folder).then((bundle) => analyze(bundle, environment)),
    ).rejects.toThrow("`applicationId` must be spelled `applicationID`");
  });
});

test("packages named in convex.json stay outside the bundle of Node files, and are found where they are installed", async () => {
  const folder = await project({
    "act.ts":
      '"use node";\nimport { actionGeneric } from "convex/server";\nimport { name } from "odd-package";\nexport const act = actionGeneric(async () => name);\n',
  });
  const root = path.join(folder, "..");
  await writeFile(
    path.join(root, "convex.json"),
    '{ "node": { "externalPackages": ["odd-package"] } }',
  );
  await mkdir(path.join(root, "node_modules", "odd-package"), { recursive: true });
  await writeFile(
    path.join(root, "node_modules", "odd-package", "index.js"),
    'exports.name = "odd";\n',
  );
  await symlink(
    fileURLToPath(new URL("../../../../node_modules/convex", import.meta.url)),
    path.join(root, "node_modules", "convex"),
  );
  const bundle = await bundleFunctions(folder);
  expect(bundle.app.modules.find((module) => module.path === "act.js")?.source).toContain(
    'from "odd-package"',
  );
  const analysis = await analyze(bundle, environment);
  expect(analysis.definitions.get("")?.modules.get("act.js")?.functions).toHaveLength(1);
});

test("a project whose `_generated` was never written runs, one whose was is taken as it is", async () => {
  const functions = `import { env, httpAction, mutation, query } from "./_generated/server";
import { api, components, internal } from "../convex/_generated/api.js";
export const add = mutation({ args: {}, handler: async (ctx) => ctx.runQuery(api.a.get, {}) });
export const get = query({ args: {}, handler: async () => [env.X, internal, components, httpAction] });
`;
  const deepFunctions = `import { internalAction } from "../_generated/server";
export const act = internalAction(async () => 1);
`;
  const folder = await withConvex(await project({ "a.ts": functions, "deep/b.js": deepFunctions }));
  const found = (await analyze(await bundleFunctions(folder), environment)).definitions.get("");
  const kinds = (module: string) =>
    found?.modules
      .get(module)
      ?.functions.map(({ name, kind, visibility }) => [name, kind, visibility]);
  expect(kinds("a.js")).toEqual([
    ["add", "mutation", "public"],
    ["get", "query", "public"],
  ]);
  expect(kinds("deep/b.js")).toEqual([["act", "action", "internal"]]);

  await mkdir(path.join(folder, "_generated"));
  await writeFile(path.join(folder, "_generated/server.js"), "export const other = 1;\n");
  await expect(bundleFunctions(folder)).rejects.toThrow(/No matching export .*"query"/);
});

test("modules that have no file are bundled beside those that have one, and find packages where they are told", async () => {
  const folder = await project({
    "nested/own.ts": `import { helper } from "helper"; export const own = helper;`,
  });
  const packages = path.join(path.dirname(folder), "elsewhere");
  await mkdir(path.join(packages, "helper"), { recursive: true });
  await writeFile(path.join(packages, "helper/index.js"), `export const helper = "found";`);
  const bundle = await bundleFunctions(folder, {
    modules: {
      "tool.js": `import { queryGeneric } from "convex/server";
        import { own } from "./nested/own";
        export const ask = queryGeneric({ args: {}, handler: () => own });`,
    },
    packageFolders: [packages, fileURLToPath(new URL("../../../../node_modules", import.meta.url))],
  });
  expect(
    bundle.app.modules
      .map((module) => module.path)
      .filter((name) => !name.startsWith("_deps/"))
      .sort(),
  ).toEqual(["nested/own.js", "tool.js"]);
  const analysis = await analyze(bundle, environment);
  expect(analysis.definitions.get("")?.modules.get("tool.js")?.functions).toMatchObject([
    { name: "ask", kind: "query", visibility: "public" },
  ]);
});

test("files that are no modules are left out", async () => {
  const folder = await project({
    "a.ts": "export const a = 1;\n",
    "_generated/api.js": "export const x = 1;\n",
    "b.test.ts": "export const b = 1;\n",
    "no-exports.ts": "const hidden = 1;\n",
    "with space.ts": "export const s = 1;\n",
    ".hidden.ts": "export const h = 1;\n",
    "notes.md": "text",
    "sub/schema.ts": "export const s = 1;\n",
    "sub/c.js": "export const c = 1;\n",
  });
  const { app } = await bundleFunctions(folder);
  expect(app.modules.map((module) => module.path).sort()).toEqual(["a.js", "sub/c.js"]);
});

test.each([
  ['"use node";\nimport x from "y";', true],
  ["// comment\n/* more */ 'use node'\nfoo()", true],
  ['"use strict";\n"use node";', true],
  ['const x = "use node";', false],
  ['import x from "y";\n"use node";', false],
])("the directive is found only at the top: %j", (text, expected) => {
  expect(hasUseNodeDirective(text)).toBe(expected);
});
