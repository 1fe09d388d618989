// The MCP server over its real transport: tools answer, read only unless told otherwise, and stay in their folder.
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { project, schemaFile, write } from "./project.ts";

const here = fileURLToPath(new URL("..", import.meta.url));

beforeAll(() => {
  execFileSync(process.execPath, [join(here, "../local-backend/build.mjs")]);
  execFileSync(process.execPath, [join(here, "build.mjs")]);
}, 60_000);

interface Answer {
  id: number;
  result: {
    content?: { text: string }[];
    isError?: boolean;
    tools?: { name: string }[];
    contents?: { text: string }[];
  };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "id" in value;
}

async function connect(root: string, ...flags: string[]) {
  const child = spawn(process.execPath, [
    join(here, "dist/cli.js"),
    "mcp",
    root,
    "--no-cache",
    ...flags,
  ]);
  onTestFinished(() => {
    child.kill();
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message: unknown = JSON.parse(line);
    if (isAnswer(message)) waiting.get(message.id)?.(message);
  });
  let next = 0;
  const request = (method: string, params: unknown): Promise<Answer> =>
    new Promise((resolve) => {
      const id = ++next;
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  await request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  });
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  const call = async (name: string, args: Record<string, unknown>) => {
    const { result } = await request("tools/call", { name, arguments: args });
    return { text: result.content?.[0]?.text ?? "", isError: result.isError === true };
  };
  return { request, call };
}

const files = {
  "convex/schema.ts": schemaFile(`t: defineTable({ a: v.string(), b: v.optional(v.number()) })`),
  "convex/f.ts": `import { query } from "./_generated/server";
export const f = query({ args: {}, handler: async (ctx) => await ctx.db.query("t").filter((q) => q.eq(q.field("a"), "x")).collect() });
`,
};

test("all tools are listed and answer", async () => {
  const { request, call } = await connect(project(files));
  const { result } = await request("tools/list", {});
  expect(result.tools?.map((tool) => tool.name).sort()).toEqual([
    "access_patterns",
    "audit",
    "explain_query",
    "generate_migration",
    "measure",
    "schema_diff",
    "suggest_index",
    "table_sheet",
  ]);
  const audit = JSON.parse((await call("audit", { level: "warning" })).text);
  expect(audit.findings.map((item: { rule: string }) => item.rule)).toContain("read/missing-index");
  expect(JSON.parse((await call("suggest_index", { table: "t" })).text)).toMatchObject({
    add: [{ name: "by_a" }],
  });
  expect(JSON.parse((await call("explain_query", { function: "f:f" })).text)).toMatchObject({
    function: "f:f",
  });
  expect((await call("table_sheet", { table: "t" })).text).toContain("### t");
  expect((await call("access_patterns", {})).text).toContain("f:f");
  expect(
    (await call("generate_migration", { kind: "backfill", table: "t", field: "b", value: "1" }))
      .text,
  ).toContain("internalMutation");
  const diagram = await request("resources/read", { uri: "convex://entity-diagram" });
  expect(diagram.result.contents?.[0]?.text).toContain("erDiagram");
  const matrix = await request("resources/read", { uri: "convex://access-patterns" });
  expect(matrix.result.contents?.[0]?.text).toContain("f:f (public query)");
});

test("it refuses to write, and to leave its folder", async () => {
  const { call } = await connect(project(files));
  const write = await call("generate_migration", {
    kind: "backfill",
    table: "t",
    field: "b",
    value: "1",
    write: true,
  });
  expect(write).toMatchObject({ isError: true });
  expect(write.text).toContain("--allow-writes");
  const outside = await call("audit", { directory: ".." });
  expect(outside).toMatchObject({ isError: true });
  expect(outside.text).toContain("outside the folder");
});

test("an unknown table or function is an error that names what there is", async () => {
  const { call } = await connect(project(files));
  expect((await call("table_sheet", { table: "x" })).text).toContain("there are t");
  expect((await call("explain_query", { function: "x" })).text).toContain("f:f");
});

/** Every file below a folder with its text. */
function contentsOf(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, readFileSync(file, "utf8")]),
  );
}

test("measure and schema_diff answer through the server, and nothing of the project changes", async () => {
  const root = project({
    ...files,
    "before.ts": schemaFile(`t: defineTable({ a: v.string(), b: v.number() })`),
  });
  const before = contentsOf(root);
  const { call } = await connect(root);
  const all = JSON.parse((await call("measure", { documents: 120 })).text);
  expect(all).toMatchObject({
    version: 2,
    summary: { provenScans: 1 },
    functions: [{ function: "f:f", verdict: "proven scan", documents: { max: [30, 120] } }],
  });
  expect(all.functions[0].reads).toBeUndefined();
  const one = JSON.parse(
    (await call("measure", { documents: 120, function: "f:f", calls: { "f:f": { args: {} } } }))
      .text,
  );
  expect(one.functions[0]).toMatchObject({
    from: "given",
    reads: [{ table: "t", at: "convex/f.ts:2", rules: ["read/missing-index"] }],
  });
  const unknown = await call("measure", { function: "f:g" });
  expect(unknown).toMatchObject({ isError: true, text: expect.stringContaining('"f:f"') });
  const change = JSON.parse((await call("schema_diff", { before: "before.ts" })).text);
  expect(change.changes).toMatchObject([{ path: "t.b" }]);
  await call("audit", {});
  await call("generate_migration", { kind: "unset", table: "t", field: "b" });
  expect(contentsOf(root)).toEqual(before);
}, 60_000);

test("a call sees the project as it is by then", async () => {
  const root = project(files);
  const { call } = await connect(root);
  expect(JSON.parse((await call("audit", {})).text).findings).not.toEqual([]);
  write(root, {
    "convex/f.ts": `import { query } from "./_generated/server";
import { v } from "convex/values";
export const later = query({ args: {}, returns: v.null(), handler: async (ctx) => { await ctx.db.query("t").first(); return null; } });
`,
  });
  expect((await call("explain_query", { function: "f:later" })).text).toContain("f:later");
  expect((await call("explain_query", { function: "f:f" })).isError).toBe(true);
});

test("with --allow-writes it writes a migration and its test, inside the project only", async () => {
  const root = project(files);
  const outside = project({});
  const { call } = await connect(root, "--allow-writes");
  const request = { kind: "unset", table: "t", field: "b", write: true };
  const before = Object.keys(contentsOf(root));
  expect((await call("generate_migration", request)).text).toContain("wrote convex/migrations/");
  const made = Object.keys(contentsOf(root)).filter((file) => !before.includes(file));
  expect(made.length).toBe(2);
  for (const file of made) expect(file.startsWith(join(root, "convex/migrations"))).toBe(true);
  const named = await call("generate_migration", { ...request, name: "../../../escape" });
  expect(named.isError).toBe(true);
  write(root, { "convex-data-engineer.json": `{ "migrations": "../../elsewhere" }` });
  const configured = await call("generate_migration", { ...request, name: "other" });
  expect(configured).toMatchObject({ isError: true, text: expect.stringContaining("outside") });
  symlinkSync(outside, join(root, "link"));
  const linked = await call("audit", { directory: "link" });
  expect(linked).toMatchObject({ isError: true, text: expect.stringContaining("outside") });
  expect(contentsOf(outside)).toEqual({});
});

test("arguments that are wrong, or reach for other files or options of git, are told as tool errors", async () => {
  const root = project(files);
  const outside = project({ "schema.ts": schemaFile(`x: defineTable({})`) });
  const { request, call } = await connect(root);
  const wrong = async (name: string, args: Record<string, unknown>) => {
    const { text, isError } = await call(name, args);
    expect(isError, `${name} ${JSON.stringify(args)}`).toBe(true);
    return text;
  };
  expect(await wrong("schema_diff", { before: join(outside, "schema.ts") })).toContain("outside");
  expect(await wrong("schema_diff", { before: "--output=x" })).toContain("no git ref");
  expect(await wrong("audit", { since: `--output=${join(outside, "x")}` })).toContain("no git ref");
  expect(contentsOf(outside)).toEqual({ [join(outside, "schema.ts")]: expect.any(String) });
  expect(await wrong("audit", { level: "loud" })).toContain("level");
  expect(await wrong("table_sheet", {})).toContain("table");
  expect(await wrong("measure", { documents: 1 })).toContain("documents");
  expect(await wrong("generate_migration", { kind: "unset", table: "t" })).toContain("field");
  const none = await request("tools/call", { name: "no_such_tool", arguments: {} });
  expect(JSON.stringify(none)).toContain("no_such_tool");
});
