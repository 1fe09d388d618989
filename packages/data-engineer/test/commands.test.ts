// The built command as people run it: formats, levels, baseline, changes since a ref, comments that hide, documents, diff.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { project, schemaFile, write } from "./project.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const cli = join(here, "dist/cli.js");

beforeAll(() => {
  execFileSync(process.execPath, [join(here, "build.mjs")]);
}, 60_000);

function run(cwd: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: "utf8" });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const schema = schemaFile(
  `t: defineTable({ a: v.string(), n: v.optional(v.number()) }).index("by_a", ["a"])`,
);
const bad = `import { query } from "./_generated/server";
import { v } from "convex/values";
export const f = query({
  args: { a: v.string() },
  returns: v.array(v.object({ a: v.string() })),
  handler: async (ctx, { a }) => {
    return await ctx.db.query("t").filter((q) => q.eq(q.field("a"), a)).collect();
  },
});
`;
const files = { "convex/schema.ts": schema, "convex/f.ts": bad };

test("JSON has its version, summary and findings with places relative to the folder", () => {
  const { code, out } = run(project(files), "audit", "--format", "json", "--no-cache");
  expect(code).toBe(1);
  const json = JSON.parse(out);
  expect(json).toMatchObject({
    version: 1,
    summary: { warnings: 1, coverage: { resolved: 1, total: 1 } },
    findings: [
      {
        rule: "read/index-available",
        severity: "warning",
        file: "convex/f.ts",
        line: 7,
        endLine: 7,
        symbol: "f:f",
        index: { table: "t", use: "by_a" },
        fix: { automatic: true },
      },
    ],
  });
});

test("SARIF, GitHub and Markdown name rule, file and line", () => {
  const root = project(files);
  const sarif = JSON.parse(run(root, "audit", "--format", "sarif").out);
  expect(sarif.runs[0].results[0]).toMatchObject({
    ruleId: "read/index-available",
    level: "warning",
    locations: [
      { physicalLocation: { artifactLocation: { uri: "convex/f.ts" }, region: { startLine: 7 } } },
    ],
  });
  expect(run(root, "audit", "--format", "github").out).toContain(
    "::warning file=convex/f.ts,line=7,endLine=7,title=read/index-available::",
  );
  expect(run(root, "audit", "--format", "md").out).toContain("`convex/f.ts:7`");
});

test("a warm run says the same as the cold one, and a changed file is seen", () => {
  const root = project(files);
  const cold = run(root, "audit", "--format", "json").out;
  expect(run(root, "audit", "--format", "json").out).toBe(cold);
  write(root, {
    "convex/f.ts": bad.replace(
      `.filter((q) => q.eq(q.field("a"), a)).collect()`,
      `.withIndex("by_a", (q) => q.eq("a", a)).take(9)`,
    ),
  });
  expect(JSON.parse(run(root, "audit", "--format", "json").out).findings).toEqual([]);
});

test("the level decides the exit code", () => {
  const root = project(files);
  expect(run(root, "audit", "--level", "error").code).toBe(0);
  expect(run(root, "audit", "--level", "warning").code).toBe(1);
});

test("--fix applies what it may, and then the audit is clean", () => {
  const root = project(files);
  const { code, err } = run(root, "audit", "--fix");
  expect(err).toContain("fixed convex/f.ts:7 read/index-available");
  expect(code).toBe(0);
  expect(readFileSync(join(root, "convex/f.ts"), "utf8")).toContain(
    `.withIndex("by_a", (q) => q.eq("a", a))`,
  );
});

test("a baseline hides what is in it, wherever the lines move, and nothing else", () => {
  const root = project(files);
  expect(run(root, "audit", "--write-baseline", "base.json").code).toBe(0);
  expect(run(root, "audit", "--baseline", "base.json").code).toBe(0);
  write(root, {
    "convex/f.ts": `// moved\n// down\n${bad}`,
    "convex/g.ts": bad.replace("export const f", "export const g"),
  });
  const { code, out } = run(root, "audit", "--baseline", "base.json");
  expect(code).toBe(1);
  expect(out).toContain("convex/g.ts");
  expect(out).not.toContain("convex/f.ts");
});

test("--since reports only lines changed since the ref", () => {
  const root = project(files);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: root,
    });
  git("init", "-q");
  git("add", ".");
  git("commit", "-qm", "first");
  expect(run(root, "audit", "--since", "HEAD").code).toBe(0);
  write(root, { "convex/g.ts": bad });
  expect(run(root, "audit", "--since", "HEAD").out).toContain("convex/g.ts");
  expect(run(root, "audit", "--since", "nothing-such").code).toBe(2);
});

test("a comment hides its rule on the next line; one that hides nothing is told", () => {
  const hidden = bad.replace(
    "    return await",
    "    // data-engineer-ignore-next-line read/index-available -- the table is tiny\n    return await",
  );
  const root = project({ ...files, "convex/f.ts": hidden });
  expect(run(root, "audit").code).toBe(0);
  write(root, { "convex/f.ts": hidden.replace("read/index-available", "read/table-scan") });
  const { code, out } = run(root, "audit", "--level", "info");
  expect(code).toBe(1);
  expect(out).toContain("tool/unused-ignore");
});

test("the configuration switches a rule off, changes its severity, and bounds a table", () => {
  const root = project(files);
  write(root, { "convex-data-engineer.json": `{ "rules": { "read/index-available": "off" } }` });
  expect(run(root, "audit").code).toBe(0);
  write(root, { "convex-data-engineer.json": `{ "rules": { "read/index-available": "error" } }` });
  expect(run(root, "audit", "--level", "error").code).toBe(1);
  write(root, { "convex-data-engineer.json": `{ "tables": { "t": { "maxDocuments": 20 } } }` });
  expect(run(root, "audit").code).toBe(0);
});

test("patterns, indexes and explain tell the same story", () => {
  const root = project({
    ...files,
    "convex/g.ts": bad
      .replaceAll(`"a"`, `"n"`)
      .replace("v.string() },\n  returns", "v.number() },\n  returns"),
  });
  expect(run(root, "patterns").out).toContain("| f:f (public query) | t | – (scan) |");
  expect(run(root, "patterns", "--format", "csv").out.split("\n")[0]).toMatch(
    /^Function,Table,Index/,
  );
  const plan = JSON.parse(run(root, "indexes", "--format", "json").out);
  expect(plan).toMatchObject({
    add: [{ table: "t", name: "by_n", fields: ["n"] }],
    use: [{ table: "t", index: "by_a" }],
  });
  const story = JSON.parse(run(root, "explain", "f:f", "--format", "json").out);
  expect(story).toMatchObject({
    function: "f:f",
    reads: [{ table: "t", class: "scan", documents: "table" }],
  });
  expect(run(root, "explain", "nobody").code).toBe(2);
  expect(run(root, "indexes", "--apply").code).toBe(0);
  expect(readFileSync(join(root, "convex/schema.ts"), "utf8")).toContain(`.index("by_n", ["n"])`);
});

test("the page of documentation is stable, and --check sees when it is not", () => {
  const root = project(files);
  expect(run(root, "docs", "--check").code).toBe(1);
  expect(run(root, "docs").code).toBe(0);
  const page = readFileSync(join(root, "docs/data-model.md"), "utf8");
  expect(page).toContain("erDiagram");
  expect(run(root, "docs", "--check").code).toBe(0);
  write(root, {
    "convex/schema.ts": schema.replace("a: v.string()", "a: v.string(), b: v.boolean()"),
  });
  expect(run(root, "docs", "--check").code).toBe(1);
  expect(run(root, "docs", "--html", join(root, "page.html")).code).toBe(0);
  const html = readFileSync(join(root, "page.html"), "utf8");
  expect(html).toContain("<svg");
  expect(html).not.toMatch(/<script|src=|href="http/);
});

test("diff compares files, snapshots and git refs, and --check wants a migration", () => {
  const root = project({
    ...files,
    "old.ts": schema.replace(
      "n: v.optional(v.number())",
      "n: v.optional(v.number()), gone: v.string()",
    ),
  });
  write(root, { "snapshot.json": run(root, "snapshot").out });
  expect(JSON.parse(run(root, "diff", "snapshot.json", "--format", "json").out)).toMatchObject({
    version: 1,
    changes: [],
  });
  const { changes } = JSON.parse(run(root, "diff", "old.ts", "--format", "json").out);
  expect(changes).toMatchObject([
    { change: "field-removed", path: "t.gone", class: "breaking", readers: ["f:f"] },
  ]);
  expect(changes[0].steps).toHaveLength(3);
  expect(run(root, "diff", "old.ts", "--check").code).toBe(1);
  write(root, { "convex/schema.ts": readFileSync(join(root, "old.ts"), "utf8") });
  expect(run(root, "migrate", "new", "unset", "--table", "t", "--field", "gone").code).toBe(0);
  write(root, { "convex/schema.ts": schema });
  expect(run(root, "diff", "old.ts", "--check").code).toBe(0);
  expect(run(root, "migrate", "list").out).toContain("unsetTGone  unset of t.gone");
  expect(existsSync(join(root, "convex/migrations/unsetTGone.test.ts"))).toBe(true);
});
