// Projects that are broken or oddly laid out: a clear result or a clear error.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../src/commands/program.ts";
import { folderOf, project, schemaFile } from "./project.ts";
import { reportProject } from "../src/project/report.ts";

const schema = schemaFile("t: defineTable({ a: v.string() })");
const reader = `import { query } from "./_generated/server";
export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").collect() });
`;

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(["node", "cli", ...argv], {
    write: (text) => out.push(text),
    error: (text) => err.push(text),
  });
  return { code, out: out.join(""), err: err.join("") };
}

test("a file that does not parse is named, the others are read", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/ok.ts": reader,
      "convex/bad.ts": `export const y = (`,
      "convex/uses.ts": `import { y } from "./bad"; import z from "./nowhere"; import { Foo } from "no-such"; export const q = new Foo(y, z);`,
    }),
  );
  expect(folder.model.schemaFrom).toBe("introspection");
  expect(folder.model.reads).toHaveLength(1);
  expect(folder.model.notes).toEqual([
    "convex/bad.ts could not be run: line 1: Unexpected end of file",
  ]);
});

test.each([
  ["never ends", "while (true) {}", "did not finish loading within 4 s"],
  ["ends the process", "process.exit(3);", "it calls process.exit while loading"],
  ["waits for ever", "await new Promise(() => {});", "it waits for something that never comes"],
  ["throws", `throw new Error("boom\\nmore");`, "boom"],
  ["throws nothing", "throw null;", "null"],
  [
    "throws what has no text",
    `throw { toString() { throw new Error("no"); } };`,
    "it throws something that has no text",
  ],
  [
    "uses the network",
    `await fetch("http://localhost:1");`,
    "no network while looking at a module",
  ],
])("a module that %s is named, and those after it are run", async (_, code, reason) => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/bad.ts": `${reader}${code}`,
      "convex/later.ts": reader,
    }),
  );
  expect(folder.model.schemaFrom).toBe("introspection");
  expect(folder.model.notes).toEqual([`convex/bad.ts could not be run: ${reason}`]);
  expect(folder.model.functions.map((item) => item.name)).toEqual(["bad:all", "later:all"]);
  expect(folder.model.functions.every((item) => item.validatorsKnown)).toBe(true);
});

test.each([
  ["rejects later", `Promise.reject(new Error("late")); setTimeout(() => { throw 1; }, 0);`],
  ["keeps timers", "setInterval(() => {}, 10); new Promise(() => {});"],
  [
    "writes much",
    `for (let n = 0; n < 20_000; n++) console.log("x".repeat(100)), process.stdout.write("y");`,
  ],
  [
    "wants the environment",
    `const { A } = process.env; new URL(process.env.SITE!); if (!A || !("B" in process.env)) throw 1;`,
  ],
  ["awaits at its top", `await Promise.resolve(1);`],
  [
    "looks for builtins",
    `(process as any).getBuiltinModule?.("fs").rmSync("x"); (process as any).binding?.("fs"); (process as any).dlopen?.();`,
  ],
  [
    "imports what is no code",
    `import a from "./a.css"; import b from "./b.wasm"; import c from "./c.txt?raw"; import d from "./d.yaml"; import e from "./e.json"; console.log(a, b, c, d, e);`,
  ],
  ["has JSX", `const element = <p title="x">hi</p>; console.log(element);`],
])("a module that %s is run", async (_, code) => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/odd.tsx": `${reader}${code}`,
      "convex/a.css": "a {}",
      "convex/b.wasm": "\0asm",
      "convex/c.txt": "text",
      "convex/d.yaml": "a: 1",
      "convex/e.json": "{}",
    }),
  );
  expect(folder.model.notes).toEqual([]);
  expect(folder.model.functions.map((item) => item.name)).toEqual(["odd:all"]);
});

const helper = `export async function allOf(ctx: any) { return await ctx.db.query("t").collect(); }\n`;
const via = (specifier: string) => `import { query } from "./_generated/server";
import { allOf } from "${specifier}";
export const all = query({ args: {}, handler: async (ctx) => (await allOf(ctx)).length });
`;

test.each([
  [
    "a path of an extended tsconfig",
    "@lib/one",
    {
      "base.json": `{ /* c */ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["nope/*", "lib/*"] } } }`,
      "tsconfig.json": `{ "extends": "./base.json", }`,
    },
  ],
  [
    "one of several extended ones",
    "~/one",
    {
      "a.json": `{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }`,
      "b.json": "{}",
      "tsconfig.json": `{ "extends": ["./a.json", "./b.json"] }`,
    },
  ],
  ["baseUrl", "lib/one", { "tsconfig.json": `{ "compilerOptions": { "baseUrl": "." } }` }],
  [
    "the tsconfig of the Convex folder",
    "lib/one",
    {
      "tsconfig.json": `{ "files": [], "references": [{ "path": "./convex" }] }`,
      "convex/tsconfig.json": `{ "compilerOptions": { "baseUrl": "..", "paths": { "lib/*": ["lib/*"] } } }`,
    },
  ],
  ["#imports", "#lib/one", { "package.json": `{ "imports": { "#lib/*": "./lib/*.ts" } }` }],
  [
    "#imports with conditions",
    "#one",
    {
      "package.json": `{ "imports": { "#one": { "convex": "./lib/one.ts", "default": "./nope.js" } } }`,
    },
  ],
  [
    "the package itself",
    "p/one",
    { "package.json": `{ "name": "p", "exports": { "./*": "./lib/*.ts" } }` },
  ],
  [
    "a package of the workspace",
    "@w/shared",
    {
      "node_modules/.keep": "",
      "packages/shared/package.json": `{ "name": "@w/shared", "exports": { ".": { "types": "./src/one.ts", "import": { "default": "./src/one.ts" } } } }`,
      "packages/shared/src/one.ts": helper,
    },
  ],
  [
    "a path into one",
    "@w/shared/one",
    {
      "node_modules/.keep": "",
      "packages/shared/package.json": `{ "name": "@w/shared", "exports": { "./*": "./src/*.ts" } }`,
      "packages/shared/src/one.ts": helper,
    },
  ],
])("a helper imported by %s is followed", async (_, specifier, files) => {
  const root = project({
    "convex/schema.ts": schema,
    "convex/uses.ts": via(specifier),
    "lib/one.ts": helper,
    ...files,
  });
  if ("node_modules/.keep" in files) {
    mkdirSync(join(root, "node_modules/@w"));
    symlinkSync(join(root, "packages/shared"), join(root, "node_modules/@w/shared"));
  }
  const { model } = await folderOf(root);
  expect(model.notes).toEqual([]);
  expect(model.reads.map((item) => item.callers)).toEqual([["uses:all"]]);
});

test.each([
  ["a byte order mark and CRLF", "\uFEFF" + reader.replaceAll("\n", "\r\n"), [], 2],
  ["carriage returns alone", reader.replaceAll("\n", "\r"), [], 2],
  ["nothing", "", [], 1],
  [
    "bytes",
    String.fromCharCode(...Array.from({ length: 3_000 }, (_, n) => (n * 7_919 + n * n) % 256)),
    ["convex/odd.ts could not be run"],
    1,
  ],
  [
    "a namespace",
    `${reader}namespace N { export const one = async (ctx: any) => await ctx.db.query("t").collect(); }\nexport const two = query({ args: {}, handler: async (ctx) => await N.one(ctx) });`,
    [],
    3,
  ],
  [
    "exports in a circle",
    `${reader}export { a as b } from "./circle"; export * from "./odd";`,
    ["convex/odd.ts could not be run"],
    2,
  ],
  [
    "brackets without end",
    `${reader}const deep = ${"[".repeat(4_000)}${"]".repeat(4_000)};`,
    ["convex/odd.ts was not analysed: its code is nested too deep to be followed"],
    1,
  ],
  [
    "three thousand conditions",
    `${reader}export const f = (n: number) => { ${Array.from({ length: 3_000 }, (_, n) => `if (n === ${n}) return;`).join(" else ")} };`,
    ["convex/odd.ts was not analysed"],
    1,
  ],
])("a file of %s is read or told of", async (_, text, notes, reads) => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/ok.ts": reader,
      "convex/odd.ts": text,
      "convex/circle.ts": `export { b as a } from "./odd";`,
    }),
  );
  for (const note of notes) expect(folder.model.notes.join("\n")).toContain(note);
  if (notes.length === 0) expect(folder.model.notes).toEqual([]);
  expect(folder.model.reads).toHaveLength(reads);
});

test("names that every object knows are tables and fields like others", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schemaFile(
        `constructor: defineTable({ toString: v.string() }), valueOf: defineTable({ a: v.id("constructor") })`,
      ),
      "convex/f.ts": `import { query } from "./_generated/server";
export const hasOwnProperty = query({ args: {}, handler: async (ctx) =>
  await ctx.db.query("constructor").filter((q) => q.eq(q.field("hasOwnProperty"), 1)).collect() });`,
    }),
  );
  expect(folder.model.schema.tables.map((table) => table.name)).toEqual(["constructor", "valueOf"]);
  expect(folder.model.functions.map((item) => item.name)).toEqual(["f:hasOwnProperty"]);
});

test("links in circles, to nowhere and to itself are left alone", async () => {
  const root = project({ "app/convex/schema.ts": schema, "app/convex/ok.ts": reader });
  symlinkSync("..", join(root, "app/convex/up"));
  symlinkSync("..", join(root, "app/up"));
  symlinkSync("nowhere.ts", join(root, "app/convex/dangling.ts"));
  symlinkSync("self.ts", join(root, "app/convex/self.ts"));
  const { report } = await reportProject(root, { execute: true, cache: false });
  expect(report.folders.map(({ model }) => [model.folder, model.reads.length])).toEqual([
    ["app/convex", 1],
  ]);
});

test("a Convex folder that is a link, and folders with spaces, brackets and umlauts, are like any other", async () => {
  const root = project({
    "my änd [x] (1)/real/schema.ts": schema,
    "my änd [x] (1)/real/build/ok.ts": reader.replace("./_gen", "../_gen"),
  });
  symlinkSync("real", join(root, "my änd [x] (1)/convex"));
  const folder = await folderOf(join(root, "my änd [x] (1)"));
  expect(folder.model.folder).toBe("convex");
  expect(folder.model.functions.map((item) => item.name)).toEqual(["build/ok:all"]);
});

test("a schema that throws is told; its functions are still read", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": `throw new Error("boom"); export default 1;`,
      "convex/ok.ts": reader,
    }),
  );
  expect(folder.model.notes.join()).toContain("convex/schema.ts could not be run: boom");
  expect(folder.model.functions.map((item) => item.name)).toEqual(["ok:all"]);
});

test("a project without a schema still has its scans reported", async () => {
  const folder = await folderOf(project({ "convex/ok.ts": reader }));
  expect(folder.findings.map((item) => item.rule)).toContain("read/unbounded-collect");
});

test("workspaces and components are found, each with its own schema", async () => {
  const root = project({
    "packages/a/convex/schema.ts": schema,
    "packages/a/convex/ok.ts": reader,
    "packages/b/convex/schema.ts": schema,
    "packages/b/convex/comp/schema.ts": schemaFile("inner: defineTable({ b: v.string() })"),
    "packages/b/convex/comp/convex.config.ts": `import { defineComponent } from "convex/server"; export default defineComponent("comp");`,
  });
  const { report } = await reportProject(root, { execute: true, cache: false });
  expect(
    report.folders.map(({ model }) => [
      model.folder,
      model.isComponent,
      model.schema.tables.map((t) => t.name),
    ]),
  ).toEqual([
    ["packages/a/convex", false, ["t"]],
    ["packages/b/convex", false, ["t"]],
    ["packages/b/convex/comp", true, ["inner"]],
  ]);
});

test("convex.json names the folder", async () => {
  const folder = await folderOf(
    project({
      "convex.json": `{ "functions": "backend/fns" }`,
      "backend/fns/schema.ts": schema,
      "backend/fns/ok.ts": reader,
    }),
  );
  expect(folder.model.folder).toBe("backend/fns");
});

test("modules see no environment and no network", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/env.ts": `import { query } from "./_generated/server";
        import { readFileSync } from "node:fs";
        if (process.env.HOME === ${JSON.stringify(process.env["HOME"] ?? "")}) throw new Error("saw HOME");
        if (typeof readFileSync("/etc/hostname") === "string") throw new Error("read a file");
        export const q = query({ args: {}, handler: async () => null });`,
    }),
  );
  expect(folder.model.notes).toEqual([]);
});

test.each([
  [["audit", "/nowhere/at/all"], "is not a folder"],
  [["audit", ".", "--format", "xml"], "--format"],
  [["frobnicate"], "unknown command"],
])("%j is a tool error with exit code 2 and no stack trace", async (argv, text) => {
  const { code, err } = await run(...argv);
  expect(code).toBe(2);
  expect(err).toContain(text);
  expect(err).not.toMatch(/\n\s+at /);
});

test.each([
  ["is not JSON", `{ "functions": `, "convex.json is not JSON"],
  ["is no object", "null", "convex.json is not a JSON object"],
  ["has a number for the folder", `{ "functions": 3 }`, "has 3 as `functions`"],
  ["names a folder that is not there", `{ "functions": "nope/" }`, "which does not exist"],
  ["names a file", `{ "functions": "convex/ok.ts" }`, "which is a file"],
])("a convex.json that %s is a tool error that says so", async (_, json, text) => {
  const root = project({ "convex/schema.ts": schema, "convex/ok.ts": reader, "convex.json": json });
  const { code, err } = await run("audit", root);
  expect(code).toBe(2);
  expect(err).toContain(text);
});

test("in a sub-folder the project's folder is named", async () => {
  const root = project({ "convex/schema.ts": schema, "web/src/a.ts": "export {}" });
  const { code, err } = await run("audit", join(root, "web/src"));
  expect(code).toBe(2);
  expect(err).toContain("There is one further up");
});

test("a file in place of the folder, and a folder in place of the schema, are no failure of the tool", async () => {
  const root = project({
    convex: "a file",
    "x/convex/schema.ts/a.txt": "",
    "x/convex/ok.ts": reader,
  });
  expect((await run("audit", join(root, "convex"))).err).toContain("is not a folder");
  expect((await run("audit", join(root, "x"))).code).toBe(1);
});

test("a folder without Convex says what was looked for", async () => {
  const { code, err } = await run("audit", project({ "readme.md": "nothing" }));
  expect(code).toBe(2);
  expect(err).toContain("Found no Convex folder");
});

test("a wrong configuration names the key", async () => {
  const root = project({
    "convex/schema.ts": schema,
    "convex-data-engineer.json": `{ "rulez": {} }`,
  });
  const { code, err } = await run("audit", root);
  expect(code).toBe(2);
  expect(err).toContain("rulez");
});
