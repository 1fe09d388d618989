// The MCP server over its real transport: tools answer, read only unless told otherwise, and stay in their folder.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { project, schemaFile } from "./project.ts";

const here = fileURLToPath(new URL("..", import.meta.url));

beforeAll(() => {
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
  return typeof value === "object" && value !== null && "id" in value && "result" in value;
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
  expect(result.tools?.map((tool) => tool.name).sort()).toEqual(
    expect.arrayContaining([
      "access_patterns",
      "audit",
      "explain_query",
      "generate_migration",
      "schema_diff",
      "suggest_index",
      "table_sheet",
    ]),
  );
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
  const matrix = await request("resources/read", { uri: "convex://entity-diagram" });
  expect(matrix.result.contents?.[0]?.text).toContain("erDiagram");
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
