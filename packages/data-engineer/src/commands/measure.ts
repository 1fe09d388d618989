// `measure`: documents read per call at two sizes of the tables, and budgets that fail.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { loadConfig } from "../project/config.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import { reportProject } from "../project/report.ts";
import { measureProject, type Measurement } from "../measure/measure.ts";
import { markdownTable } from "../report/patterns.ts";
import { jsonVersion } from "../version.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export interface MeasureFlags extends CommonFlags {
  format: string;
  seed: string;
  calls?: string;
  check: boolean;
}

const json = z.json();
const callsFile = z.record(
  z.string(),
  z.strictObject({
    args: z.record(z.string(), json),
    identity: z.record(z.string(), json).optional(),
  }),
);

/** @returns 1 when a budget is passed, or with --check when a query grows with a table */
export async function measure(
  directory: string,
  flags: MeasureFlags,
  output: Output,
): Promise<number> {
  const size = Number(flags.seed);
  if (!Number.isInteger(size) || size < 40 || size > 20_000)
    throw new ToolFailure(
      "bad-argument",
      `--seed is "${flags.seed}"; expected a number of documents from 40 to 20000.`,
    );
  const root = resolve(directory);
  const config = loadConfig(root);
  const { report } = await reportProject(directory, reportOptions(flags));
  const folder = report.folders.find((item) => !item.model.isComponent) ?? report.folders[0];
  const found = discoverFolders(root).find((item) => item.path === folder?.path);
  if (folder === undefined || found === undefined)
    throw new ToolFailure("no-project", `Found no Convex folder in "${directory}".`);
  const measured = await measureProject(
    folder.model,
    { folder: found.path, schemaFile: found.schemaFile, entryFiles: found.entryFiles },
    {
      sizes: [Math.max(20, Math.floor(size / 4)), size],
      calls: readCalls(flags.calls),
      budgets: config.budgets,
    },
  );
  if (flags.format === "json")
    output.write(`${JSON.stringify({ version: jsonVersion, ...measured }, null, 2)}\n`);
  else if (flags.format === "md") output.write(`${table(measured)}\n`);
  else throw new ToolFailure("bad-argument", `--format is "${flags.format}"; expected md or json.`);
  const over = measured.functions.filter((item) => item.isOverBudget);
  for (const item of over)
    output.error(
      `${item.function} reads ${Math.max(...item.documents.map((n) => n ?? 0))} documents, its budget is ${item.budget ?? 0}\n`,
    );
  const grows = flags.check && measured.functions.some((item) => item.growth === "with the table");
  return over.length > 0 || grows ? 1 : 0;
}

function readCalls(file: string | undefined): MeasureOptionsCalls {
  if (file === undefined) return new Map();
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ToolFailure("bad-argument", `"${file}" cannot be read as JSON.`, { cause });
  }
  const result = callsFile.safeParse(parsed);
  if (!result.success)
    throw new ToolFailure(
      "bad-argument",
      `"${file}" is not understood; expected { "file:function": { "args": { … }, "identity": { … } } }.\n${z.prettifyError(result.error)}`,
    );
  return new Map(
    Object.entries(result.data).map(([name, call]) => [
      name,
      { args: call.args, ...(call.identity === undefined ? {} : { identity: call.identity }) },
    ]),
  );
}

type MeasureOptionsCalls = Parameters<typeof measureProject>[2]["calls"];

function table(measured: Measurement): string {
  const [small, large] = measured.sizes;
  const rank = { "with the table": 0, "with its range": 1, constant: 2, "not measured": 3 };
  const rows = [...measured.functions].sort(
    (a, b) =>
      rank[a.growth] - rank[b.growth] ||
      (b.documents[1] ?? 0) - (a.documents[1] ?? 0) ||
      (a.function < b.function ? -1 : 1),
  );
  const lines = [
    markdownTable(
      ["Query", `Documents at ${small}`, `Documents at ${large}`, "Grows", "Most read", "Note"],
      rows.map((item) => {
        const [most] = item.reads;
        return [
          item.function,
          String(item.documents[0] ?? "–"),
          String(item.documents[1] ?? "–"),
          item.growth,
          most === undefined ? "–" : `${most.table} by ${most.index}: ${most.documents[1]}`,
          item.error ?? (item.isOverBudget ? `over its budget of ${item.budget ?? 0}` : ""),
        ];
      }),
    ),
  ];
  if (measured.notFilled.length > 0)
    lines.push("", `Tables that could not be filled: ${measured.notFilled.join(", ")}.`);
  return lines.join("\n");
}
