// The built command as a program among others: exit codes, readers that stop, and what a published copy needs.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript6";
import { beforeAll, expect, test } from "vitest";
import { isRecord } from "../src/schema/validator.ts";
import { project, schemaFile } from "./project.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const cli = join(here, "dist/cli.js");

beforeAll(() => {
  execFileSync(process.execPath, [join(here, "build.mjs")]);
}, 60_000);

function run(cwd: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: "utf8", input: "" });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const files = {
  "convex/schema.ts": schemaFile("t: defineTable({ a: v.string() })"),
  "convex/f.ts": `import { query } from "./_generated/server";
export const f = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").collect() });
`,
};

test.each([
  [[], "Usage: convex-data-engineer"],
  [["audt"], "Did you mean audit?"],
  [["audit", "--frmat", "json"], "Did you mean --format?"],
  [["audit", ".", "more"], "too many arguments"],
  [["audit", "--format", "xml"], "Allowed choices are text, json, sarif, github, md"],
  [["audit", "--level", "all"], "Allowed choices are warning, error, info"],
  [["audit", "--baseline", "nope.json"], `There is no baseline "nope.json"`],
  [["audit", "--since"], "argument missing"],
  [["audit", "--write-baseline", "convex/f.ts/x"], "ENOTDIR"],
  [["audit", "convex/f.ts"], "is not a folder"],
  [["fix", "nowhere"], "does not exist"],
  [["patterns", "--format", "xml"], "Allowed choices are md, json, csv"],
  [["indexes", "--format", "xml"], "Allowed choices are text, json"],
  [["explain"], "missing required argument 'function'"],
  [["explain", "nobody"], "nobody"],
  [["diff"], "missing required argument 'before'"],
  [["diff", "no-such-ref"], "no-such-ref"],
  [["snapshot", "nowhere"], "does not exist"],
  [["docs", "nowhere"], "does not exist"],
  [["docs", "--out", "convex/f.ts/page.md"], "Check that the path is right and may be written"],
  [["migrate"], "Usage: convex-data-engineer migrate"],
  [["migrate", "nwe"], "Did you mean new?"],
  [["migrate", "list", "--format", "xml"], "Allowed choices are text, json"],
  [["measure", "--format", "xml"], "Allowed choices are md, json"],
  [["mcp", "nowhere"], "is not a folder"],
])("%j ends with exit code 2 and says why", (args, text) => {
  const { code, out, err } = run(project(files), ...args);
  expect(err).toContain(text);
  expect(err).not.toMatch(/\n\s+at .*:\d+/);
  expect(out).toBe("");
  expect(code).toBe(2);
});

test.each([
  "audit",
  "fix",
  "patterns",
  "indexes",
  "explain",
  "diff",
  "snapshot",
  "migrate",
  "docs",
  "measure",
  "mcp",
  "skill",
])("%s has a help text, without defaults that say nothing", (command) => {
  const { code, out } = run(here, command, "--help");
  expect(code).toBe(0);
  expect(out).toContain(`Usage: convex-data-engineer ${command}`);
  expect(out).not.toContain("default: false");
});

test("a reader that stops early is no failure", async () => {
  const many = Array.from(
    { length: 2_000 },
    (_, n) =>
      `export const f${n} = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").collect() });`,
  );
  const root = project({
    ...files,
    "convex/many.ts": `import { query } from "./_generated/server";\n${many.join("\n")}`,
  });
  const child = spawn(process.execPath, [cli, "audit", root, "--format", "json"]);
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += String(chunk);
  });
  child.stdout.once("data", () => {
    child.stdout.destroy();
  });
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(err).toBe("");
  expect(code).toBe(1);
});

test("all that the built command imports is declared, so that a copy installed alone has it", () => {
  const manifest: unknown = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const declared = isRecord(manifest) ? manifest["dependencies"] : null;
  const names = new Set(isRecord(declared) ? Object.keys(declared) : []);
  const wanted = new Set<string>();
  for (const file of readdirSync(join(here, "dist"))) {
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(join(here, "dist", file), "utf8");
    for (const { fileName } of ts.preProcessFile(text).importedFiles)
      if (!/^(node:|\.)/.test(fileName)) wanted.add(/^(@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? "");
  }
  expect([...wanted].filter((name) => !names.has(name))).toEqual([]);
  expect(wanted).toContain("commander");
});
