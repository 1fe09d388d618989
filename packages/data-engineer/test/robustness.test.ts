// Projects that are broken or oddly laid out: a clear result or a clear error.
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

test("a module that never ends is left after the time limit, and its file is named", async () => {
  const folder = await folderOf(
    project({
      "convex/schema.ts": schema,
      "convex/ok.ts": reader,
      "convex/zz.ts": "export const a = 1; while (true) {}",
    }),
  );
  expect(folder.model.schemaFrom).toBe("introspection");
  expect(folder.model.notes.join()).toContain("convex/zz.ts could not be run: did not finish");
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
