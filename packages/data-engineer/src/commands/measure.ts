// `measure`: documents read per call at two sizes of the tables, and budgets that fail.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseCalls, type GivenCalls } from "../measure/given-calls.ts";
import { measureProject, type Measurement } from "../measure/measure.ts";
import { loadScript } from "../measure/script.ts";
import type { Model } from "../model/model.ts";
import { discoverFolders } from "../project/discover.ts";
import { ToolFailure } from "../project/failure.ts";
import { nearest } from "../project/nearest.ts";
import { reportProject } from "../project/report.ts";
import { matchFunction } from "../report/explain.ts";
import { measurementJson, measurementMarkdown } from "../report/measurement.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export interface MeasureFlags extends CommonFlags {
  format: string;
  seed: string;
  calls?: string;
  run?: string;
  env: readonly string[];
  envFile?: string;
  check: boolean;
}

/** The smallest size at which growth can be told from a page. */
const minSize = 100;
const maxSize = 20_000;

export interface MeasureRequest {
  /** Documents per table at the larger size. */
  size: number;
  /** Calls as JSON, and what to call them in a message. */
  calls: { json: unknown; from: string } | null;
  /** A script's file. */
  run: string | null;
  environment: Readonly<Record<string, string>>;
  /** Only this function; null measures all. */
  only: string | null;
  report: CommonFlags;
}

/** @returns 1 when a budget is passed, or with --check when a function is proven to scan */
export async function measure(
  directory: string,
  flags: MeasureFlags,
  output: Output,
): Promise<number> {
  if (!["md", "json"].includes(flags.format))
    throw new ToolFailure("bad-argument", `--format is "${flags.format}"; expected md or json.`);
  const size = Number(flags.seed);
  if (!Number.isInteger(size) || size < minSize || size > maxSize)
    throw new ToolFailure(
      "bad-argument",
      `--seed is "${flags.seed}"; expected a number of documents from ${minSize} to ${maxSize}.`,
    );
  const measured = await measureDirectory(directory, {
    size,
    calls: flags.calls === undefined ? null : { json: readJson(flags.calls), from: flags.calls },
    run: flags.run ?? null,
    environment: readEnvironment(flags),
    only: null,
    report: flags,
  });
  output.write(
    `${flags.format === "json" ? measurementJson(measured) : measurementMarkdown(measured)}\n`,
  );
  return verdict(measured, flags.check, output);
}

/** @throws ToolFailure when a name, a file or the project is not what it should be */
export async function measureDirectory(
  directory: string,
  request: MeasureRequest,
): Promise<Measurement> {
  const { report, config } = await reportProject(directory, reportOptions(request.report));
  const folder = report.folders.find((item) => !item.model.isComponent) ?? report.folders[0];
  const found = discoverFolders(resolve(directory)).find((item) => item.path === folder?.path);
  if (folder === undefined || found === undefined)
    throw new ToolFailure("no-project", `Found no Convex folder in "${directory}".`);
  const { model } = folder;
  const { calls, only } = request;
  const given: GivenCalls = calls === null ? new Map() : parseCalls(calls.json, calls.from);
  const [wanted] =
    only === null ? [null] : byFunction(new Map([[only, null]]), model, "The call").keys();
  return await measureProject(
    {
      model,
      findings: folder.findings,
      boundness: new Map(folder.boundness),
      folder: found.path,
      entryFiles: found.entryFiles,
    },
    {
      // Whole tens, so that no group of children is divided by the growth.
      sizes: [Math.floor(request.size / 40) * 10, request.size],
      calls: byFunction(given, model, `"${calls?.from ?? ""}"`),
      script: request.run === null ? null : await loadScript(request.run),
      budgets: Object.fromEntries(
        byFunction(new Map(Object.entries(config.budgets)), model, "`budgets`"),
      ),
      environment: request.environment,
      only: wanted ?? null,
    },
  );
}

function verdict(measured: Measurement, check: boolean, output: Output): number {
  let code = 0;
  for (const item of measured.functions) {
    if (item.budget !== null && item.documents === null) {
      code = 1;
      output.error(
        `${item.function} has a budget of ${item.budget} documents and could not be measured: ${item.error ?? item.verdict}\n`,
      );
    }
    if (item.isOverBudget) {
      code = 1;
      const most = item.reads[0];
      output.error(
        `${item.function} reads ${Math.max(...(item.documents?.max ?? [0]))} documents, its budget is ${item.budget ?? 0}${most === undefined ? "" : `; most are ${most.table} through ${most.index}${most.at === null ? "" : ` at ${most.at}`}`}\n`,
      );
    }
    if (check && item.verdict === "proven scan") {
      code = 1;
      output.error(
        `${item.function} scans ${item.grows.map((growth) => `${growth.table}${growth.at === null ? "" : ` at ${growth.at}`}`).join(", ")}\n`,
      );
    }
  }
  return code;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ToolFailure("bad-argument", `"${file}" cannot be read as JSON.`, { cause });
  }
}

/** The same map by the functions' own addresses. @throws ToolFailure for a name that no function has, with the nearest */
function byFunction<T>(
  entries: ReadonlyMap<string, T>,
  model: Model,
  where: string,
): Map<string, T> {
  const names = model.functions.map((item) => item.name);
  return new Map(
    [...entries].map(([name, value]) => {
      const [info, ...others] = matchFunction(model, name);
      if (info !== undefined && others.length === 0) return [info.name, value];
      const near = nearest(name, names);
      throw new ToolFailure(
        "bad-argument",
        `${where} names "${name}", and there is no such function.${near === null ? "" : ` Did you mean "${near}"?`}`,
      );
    }),
  );
}

function readEnvironment(flags: MeasureFlags): Record<string, string> {
  const lines = [...flags.env];
  if (flags.envFile !== undefined) {
    try {
      lines.unshift(...readFileSync(flags.envFile, "utf8").split("\n"));
    } catch (cause) {
      throw new ToolFailure("bad-argument", `"${flags.envFile}" cannot be read.`, { cause });
    }
  }
  const environment: Record<string, string> = {};
  for (const line of lines) {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(text);
    if (match === null) throw new ToolFailure("bad-argument", `"${text}" is not NAME=VALUE.`);
    environment[match[1] ?? ""] = (match[2] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  }
  return environment;
}
