// The MCP server: the commands as tools for assistants. Reads only, unless it was started with --allow-writes.
import { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { audit } from "../commands/audit.ts";
import { diff } from "../commands/diff.ts";
import { migrateNew } from "../commands/migrate.ts";
import type { Output } from "../commands/output.ts";
import { explainFunction, indexes, patterns } from "../commands/patterns.ts";
import { documentationModel } from "../docs/markdown.ts";
import { mermaidDiagram } from "../docs/mermaid.ts";
import { tableSheet } from "../docs/table-sheet.ts";
import { ToolFailure } from "../project/failure.ts";
import { reportProject, type ReportOptions } from "../project/report.ts";
import { migrationKinds } from "../migrate/spec.ts";
import { measurementJson } from "../report/measurement.ts";
import { toolVersion } from "../version.ts";
import { checkMigrationFolder, insideFolder, plainRef, schemaSource } from "./boundary.ts";
import { skillText } from "./skill.ts";

export interface ServerOptions {
  /** Folder the tools may look at; paths in calls are inside it. */
  directory: string;
  allowWrites: boolean;
  report: ReportOptions;
}

interface ToolResult {
  [key: string]: unknown;
  content: { type: "text"; text: string }[];
  isError?: boolean;
}

const folder = z
  .string()
  .optional()
  .describe("project folder inside the server's folder; its root when left out");

export function createServer(options: ServerOptions): McpServer {
  const server = new McpServer(
    { name: "convex-data-engineer", version: toolVersion },
    { instructions: skillText, capabilities: { tools: {}, resources: {} } },
  );
  const common = {
    exec: options.report.execute,
    cache: options.report.cache,
    engine: options.report.engine ?? "ts6",
  };
  const readOnly = { readOnlyHint: true, openWorldHint: false };

  server.registerTool(
    "audit",
    {
      title: "Audit the data layer",
      description:
        "Findings in schema, reads, writes and functions, as JSON, each with its place and fix.",
      inputSchema: z.object({
        directory: folder,
        level: z.enum(["error", "warning", "info"]).optional(),
        since: z.string().optional().describe("git ref: only findings on lines changed since"),
      }),
      annotations: readOnly,
    },
    ({ directory, level, since }) =>
      answer(
        async (output) => {
          await audit(
            insideFolder(options.directory, directory),
            {
              format: "json",
              level: level ?? "warning",
              ...(since === undefined ? {} : { since: plainRef(since) }),
              fix: false,
              showUnknown: false,
              ...common,
            },
            output,
          );
        },
        (text) => atLevel(text, level ?? "warning"),
      ),
  );

  server.registerTool(
    "explain_query",
    {
      title: "Explain a function",
      description:
        "What one function reads, by which index, at what cost, what it writes, and what re-runs it.",
      inputSchema: z.object({
        function: z.string().describe("address, such as messages:list"),
        directory: folder,
      }),
      annotations: readOnly,
    },
    ({ function: name, directory }) =>
      answer(async (output) => {
        await explainFunction(
          name,
          insideFolder(options.directory, directory),
          { format: "json", ...common },
          output,
        );
      }),
  );

  server.registerTool(
    "suggest_index",
    {
      title: "Suggest indexes",
      description: "The exact indexes to add, use, remove and rename for the program as a whole.",
      inputSchema: z.object({
        directory: folder,
        table: z.string().optional().describe("only this table"),
      }),
      annotations: readOnly,
    },
    ({ directory, table }) =>
      answer(
        async (output) => {
          await indexes(
            insideFolder(options.directory, directory),
            { format: "json", apply: false, ...common },
            output,
          );
        },
        (text) => (table === undefined ? text : onlyTable(text, table)),
      ),
  );

  server.registerTool(
    "access_patterns",
    {
      title: "Access patterns",
      description:
        "Every read with its index, range, cost class and advice, and every index with its readers.",
      inputSchema: z.object({ directory: folder }),
      annotations: readOnly,
    },
    ({ directory }) =>
      answer(async (output) => {
        await patterns(
          insideFolder(options.directory, directory),
          { format: "md", ...common },
          output,
        );
      }),
  );

  server.registerTool(
    "table_sheet",
    {
      title: "Table sheet",
      description:
        "One table: fields, indexes, who reads and writes it, and how it is tied to others.",
      inputSchema: z.object({ table: z.string(), directory: folder }),
      annotations: readOnly,
    },
    ({ table, directory }) =>
      answer(async (output) => {
        output.write(
          await sheetOf(insideFolder(options.directory, directory), table, options.report),
        );
      }),
  );

  server.registerTool(
    "schema_diff",
    {
      title: "Schema diff",
      description:
        "What a schema change does to a deployment that has documents, with the steps that carry it over.",
      inputSchema: z.object({
        before: z.string().describe("git ref, schema file or exported schema"),
        after: z.string().optional().describe("the same; the project as it stands when left out"),
        directory: folder,
      }),
      annotations: readOnly,
    },
    ({ before, after, directory }) =>
      answer(async (output) => {
        const dir = insideFolder(options.directory, directory);
        const side = (text: string) => schemaSource(options.directory, dir, text);
        await diff(
          side(before),
          after === undefined ? undefined : side(after),
          { dir, format: "json", check: false, ...common },
          output,
        );
      }),
  );

  server.registerTool(
    "generate_migration",
    {
      title: "Generate a migration",
      description: `Migration code for one change. Kinds: ${migrationKinds.join(", ")}. Returns the code${options.allowWrites ? "; with write it also writes the file and its test" : ""}.`,
      inputSchema: z.object({
        kind: z.enum(migrationKinds),
        table: z.string(),
        field: z.string().optional(),
        to: z.string().optional(),
        value: z.string().optional().describe("JSON of a constant"),
        from: z.string().optional(),
        map: z.string().optional().describe("JSON object of old to new value"),
        function: z
          .boolean()
          .optional()
          .describe("a function to be filled in gives the value of a backfill"),
        before: z
          .string()
          .optional()
          .describe(
            "the schema as it was: git ref, file or snapshot; the last commit when left out",
          ),
        name: z.string().optional(),
        shape: z.enum(["plain", "component"]).optional(),
        write: z.boolean().optional(),
        directory: folder,
      }),
      annotations: { readOnlyHint: !options.allowWrites, openWorldHint: false },
    },
    ({ kind, directory, write, ...request }) =>
      answer(async (output) => {
        if (write === true && !options.allowWrites)
          throw new ToolFailure(
            "write",
            "This server only reads. Start it with --allow-writes, or copy the code.",
          );
        const dir = insideFolder(options.directory, directory);
        if (write === true) checkMigrationFolder(options.directory, dir);
        if (request.before !== undefined)
          request.before = schemaSource(options.directory, dir, request.before);
        const flags = Object.fromEntries(
          Object.entries(request).filter(([, value]) => value !== undefined),
        );
        await migrateNew(
          kind,
          {
            table: request.table,
            ...flags,
            dir,
            print: write !== true,
            force: false,
            ...common,
          },
          output,
        );
      }),
  );

  server.registerTool(
    "measure",
    {
      title: "Measure",
      description:
        "Runs queries, mutations and actions on a local backend over made-up data of two sizes: documents read per call, what grows with a table, and which read is to blame. Nothing of the project changes.",
      inputSchema: z.object({
        directory: folder,
        function: z.string().optional().describe("only this one, with each of its reads"),
        documents: z
          .number()
          .int()
          .min(100)
          .max(5_000)
          .optional()
          .describe("per table at the larger size"),
        calls: z
          .record(z.string(), z.unknown())
          .optional()
          .describe(
            'calls to make instead of made-up ones: { "file:function": { "args": { "id": "$table[0]" }, "identity": "$users[0]" } }',
          ),
      }),
      annotations: readOnly,
    },
    ({ directory, function: name, documents, calls }) =>
      answer(async (output) => {
        // Loaded late: the backend is large.
        const { measureDirectory } = await import("../commands/measure.ts");
        const measured = await measureDirectory(insideFolder(options.directory, directory), {
          size: documents ?? 400,
          calls: calls === undefined ? null : { json: calls, from: "calls" },
          run: null,
          environment: {},
          only: name ?? null,
          report: common,
        });
        output.write(measurementJson(measured, name !== undefined));
      }),
  );

  server.registerResource(
    "access-patterns",
    "convex://access-patterns",
    { title: "Access-pattern matrix", mimeType: "text/markdown" },
    async (uri) => {
      const result = await answer(async (output) => {
        await patterns(options.directory, { format: "md", ...common }, output);
      });
      return { contents: [{ uri: uri.href, mimeType: "text/markdown", text: textOf(result) }] };
    },
  );
  server.registerResource(
    "entity-diagram",
    "convex://entity-diagram",
    { title: "Entity-relationship diagram (Mermaid)", mimeType: "text/plain" },
    async (uri) => {
      const { report } = await reportProject(options.directory, options.report);
      const text = report.folders
        .map((item) => {
          const { model, relationships } = documentationModel(item);
          return mermaidDiagram(model, relationships);
        })
        .join("\n\n");
      return { contents: [{ uri: uri.href, mimeType: "text/plain", text }] };
    },
  );
  return server;
}

/** Runs a command and returns what it wrote; failures become error results with their message. */
async function answer(
  run: (output: Output) => Promise<void>,
  change: (text: string) => string = (text) => text,
): Promise<ToolResult> {
  const parts: string[] = [];
  const output: Output = { write: (text) => parts.push(text), error: () => undefined };
  try {
    await run(output);
    return { content: [{ type: "text", text: change(parts.join("")) }] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { content: [{ type: "text", text: message }], isError: true };
  }
}

function textOf(result: ToolResult): string {
  return result.content.map((part) => part.text).join("\n");
}

const auditJson = z.looseObject({ findings: z.array(z.looseObject({ severity: z.string() })) });
const planJson = z.record(z.string(), z.unknown());

function atLevel(text: string, level: "error" | "warning" | "info"): string {
  const wanted = {
    error: ["error"],
    warning: ["error", "warning"],
    info: ["error", "warning", "info"],
  }[level];
  const json = auditJson.parse(JSON.parse(text));
  return JSON.stringify(
    { ...json, findings: json.findings.filter((item) => wanted.includes(item.severity)) },
    null,
    2,
  );
}

function onlyTable(text: string, table: string): string {
  const json = planJson.parse(JSON.parse(text));
  const row = z.looseObject({ table: z.string() });
  const entries = Object.entries(json).map(([key, value]) =>
    Array.isArray(value)
      ? [key, value.filter((item) => row.safeParse(item).data?.table === table)]
      : [key, value],
  );
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

async function sheetOf(directory: string, table: string, options: ReportOptions): Promise<string> {
  const { report } = await reportProject(directory, options);
  for (const item of report.folders) {
    const definition = item.model.schema.tables.find((other) => other.name === table);
    if (definition !== undefined) return tableSheet(documentationModel(item), definition);
  }
  const names = report.folders.flatMap((item) =>
    item.model.schema.tables.map((other) => other.name),
  );
  throw new ToolFailure("not-found", `No table "${table}"; there are ${names.join(", ")}.`);
}
