// `patterns`, `indexes` and `explain`: what the model says, without judging.
import { resolve } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits } from "../fix/apply.ts";
import { addEdits, planText, programPlan } from "../indexes/program-plan.ts";
import { loadMeasurement } from "../model/measured-documents.ts";
import { buildPatterns } from "../model/patterns.ts";
import { ToolFailure } from "../project/failure.ts";
import { reportProject } from "../project/report.ts";
import { explain, explainText, matchFunction } from "../report/explain.ts";
import { patternsCsv, patternsJson, patternsMarkdown } from "../report/patterns.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export async function patterns(
  directory: string,
  flags: CommonFlags & { format: string; measured?: string },
  output: Output,
): Promise<number> {
  const measured = flags.measured === undefined ? undefined : loadMeasurement(flags.measured);
  const { report } = await reportProject(directory, reportOptions(flags));
  const parts = report.folders.map((folder) => ({
    folder,
    patterns: buildPatterns(folder.model, new Map(folder.boundness), folder.findings, measured),
  }));
  const all = {
    rows: parts.flatMap((part) => part.patterns.rows),
    indexes: parts.flatMap((part) => part.patterns.indexes),
  };
  switch (flags.format) {
    case "md":
      output.write(`${patternsMarkdown(all)}\n`);
      return 0;
    case "json":
      output.write(
        `${patternsJson(
          all,
          parts.map((part) => part.folder.model),
        )}\n`,
      );
      return 0;
    case "csv":
      output.write(`${patternsCsv(all)}\n`);
      return 0;
    default:
      throw new ToolFailure(
        "bad-argument",
        `--format is "${flags.format}"; expected md, json or csv.`,
      );
  }
}

export async function indexes(
  directory: string,
  flags: CommonFlags & { format: string; apply: boolean },
  output: Output,
): Promise<number> {
  const root = resolve(directory);
  const { report } = await reportProject(directory, reportOptions(flags));
  const findings = report.folders.flatMap((folder) => folder.findings);
  const plan = programPlan(findings);
  output.write(
    flags.format === "json" ? `${JSON.stringify(plan, null, 2)}\n` : `${planText(plan)}\n`,
  );
  if (flags.apply) {
    const edits = addEdits(findings);
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const path = join(root, file);
      writeFileSync(
        path,
        applyEdits(
          readFileSync(path, "utf8"),
          edits.filter((edit) => edit.file === file),
        ),
      );
      output.error(
        `added indexes to ${file}; \`audit --fix\` moves the readers that can be moved\n`,
      );
    }
    return 0;
  }
  return plan.add.length + plan.use.length + plan.remove.length > 0 ? 1 : 0;
}

export async function explainFunction(
  name: string,
  directory: string,
  flags: CommonFlags & { format: string },
  output: Output,
): Promise<number> {
  const { report } = await reportProject(directory, reportOptions(flags));
  const found = report.folders.flatMap((folder) =>
    matchFunction(folder.model, name).map((info) => ({ folder, info })),
  );
  if (found.length === 0) {
    const names = report.folders.flatMap((folder) =>
      folder.model.functions.map((item) => item.name),
    );
    throw new ToolFailure(
      "not-found",
      `No function "${name}". Expected an address such as \`${names[0] ?? "folder/file:name"}\`; \`patterns\` lists them.`,
    );
  }
  const items = found.map(({ folder, info }) =>
    explain(folder.model, info, new Map(folder.boundness), folder.findings),
  );
  output.write(
    flags.format === "json"
      ? `${JSON.stringify(items.length === 1 ? items[0] : items, null, 2)}\n`
      : `${items.map(explainText).join("\n\n")}\n`,
  );
  return 0;
}
