// Fixes do what they say: applied, they are gone, nothing else appears, and a second round changes nothing.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript6";
import { expect, onTestFinished, test } from "vitest";
import { applyFixes } from "../src/fix/apply.ts";
import type { Finding } from "../src/rules/finding.ts";
import { findingsOf, folderOf, project, schemaFile } from "./project.ts";

const corpus = fileURLToPath(new URL("./corpus/", import.meta.url));

function copyOf(name: string): string {
  const root = mkdtempSync(join(tmpdir(), "data-engineer-fix-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  cpSync(join(corpus, name), root, { recursive: true });
  return root;
}

function textOf(root: string): string {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[jt]s$/.test(name))
    .sort();
  return files.map((name) => readFileSync(join(root, name), "utf8")).join("\n// ---\n");
}

test.each(readdirSync(corpus))("fixes of %s end, parse, and are idempotent", async (name) => {
  const root = copyOf(name);
  for (let round = 0; round < 8; round++) {
    const { findings } = await folderOf(root);
    if (applyFixes(root, findings).findings.length === 0) break;
  }
  const settled = textOf(root);
  const { findings } = await folderOf(root);
  expect(
    findings.filter((item) => item.fix?.automatic === true && item.fix.edits.length > 0),
  ).toEqual([]);
  expect(applyFixes(root, findings).files).toEqual([]);
  expect(textOf(root)).toBe(settled);
  const output = ts.transpileModule(settled, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  expect((output.diagnostics ?? []).map((item) => item.messageText)).toEqual([]);
});

test("a filter that an index serves becomes its range", async () => {
  const root = project({
    "convex/schema.ts": schemaFile(
      `t: defineTable({ a: v.string(), b: v.number() }).index("by_a", ["a"])`,
    ),
    "convex/f.ts": `import { query } from "./_generated/server";
import { v } from "convex/values";
export const f = query({
  args: { a: v.string() },
  returns: v.array(v.any()),
  handler: async (ctx, args) =>
    await ctx.db
      .query("t")
      .filter((q) => q.eq(q.field("a"), args.a))
      .collect(),
});
`,
  });
  const { findings } = await folderOf(root);
  applyFixes(root, findings);
  const text = readFileSync(join(root, "convex/f.ts"), "utf8");
  expect(text).toContain(`.query("t").withIndex("by_a", (q) => q.eq("a", args.a))`);
  expect(text).not.toContain(".filter(");
});

test.each([
  ["an index that ends with the equality", `.first()`, "", true],
  ["an order that is asked for", `.order("desc").take(3)`, "", true],
  ["pages in that order", `.paginate(args.paginationOpts)`, "", true],
  ["an optional argument, which a range does not take", `.first()`, "optional", false],
])("%s: %s%s is applied: %s", async (_, consumer, kind, isApplied) => {
  const root = project({
    "convex/schema.ts": schemaFile(`t: defineTable({ a: v.string() }).index("by_a", ["a"])`),
    "convex/f.ts": `import { query } from "./_generated/server";
import { paginationOptsValidator } from "convex/server";
import { v } from "convex/values";
export const f = query({
  args: { a: ${kind === "" ? "v.string()" : "v.optional(v.string())"}, paginationOpts: paginationOptsValidator },
  returns: v.any(),
  handler: async (ctx, args) =>
    await ctx.db.query("t").filter((q) => q.eq(q.field("a"), args.a))${consumer},
});
`,
  });
  const { findings } = await folderOf(root);
  applyFixes(root, findings);
  const text = readFileSync(join(root, "convex/f.ts"), "utf8");
  expect(text.includes(`.withIndex("by_a", (q) => q.eq("a", args.a))`)).toBe(isApplied);
  expect(text.includes(".filter(")).toBe(!isApplied);
  expect(text).toContain(consumer);
});

test("a fix that would change the order of what is taken is shown, not applied", async () => {
  const findings = await findingsOf({
    "convex/schema.ts": schemaFile(
      `t: defineTable({ a: v.string(), b: v.number() }).index("by_a_and_b", ["a", "b"])`,
    ),
    "convex/f.ts": `import { query } from "./_generated/server";
import { v } from "convex/values";
export const f = query({ args: { a: v.string() }, handler: async (ctx, { a }) =>
  await ctx.db.query("t").filter((q) => q.eq(q.field("a"), a)).take(3) });
`,
  });
  const finding = findings.find((item) => item.rule === "read/index-available");
  expect(finding?.fix?.automatic).toBe(false);
  expect(finding?.message).toContain("in the order of `b`");
});

test("a fix keeps the line ends and tabs of its file, and leaves generated and foreign files alone", () => {
  const root = project({ "convex/a.ts": "a\r\n\tb\r\n", "convex/_generated/b.ts": "b" });
  const finding = (file: string): Finding => ({
    rule: "fn/args-validator",
    severity: "error",
    file,
    line: 1,
    endLine: 1,
    message: "",
    fingerprint: file,
    fix: { title: "", automatic: true, edits: [{ file, start: 1, end: 1, text: "x\n\ty" }] },
  });
  const files = ["convex/a.ts", "convex/_generated/b.ts", "../c.ts", "node_modules/d.ts"];
  expect(applyFixes(root, files.map(finding)).files).toEqual(["convex/a.ts"]);
  expect(readFileSync(join(root, "convex/a.ts"), "utf8")).toBe("ax\r\n\ty\r\n\tb\r\n");
  expect(readFileSync(join(root, "convex/_generated/b.ts"), "utf8")).toBe("b");
});
