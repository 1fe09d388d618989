// `audit`: findings of a project, filtered, fixed and printed.
import { resolve } from "node:path";
import { applyFixes } from "../fix/apply.ts";
import { ToolFailure } from "../project/failure.ts";
import { reportProject } from "../project/report.ts";
import { withoutBaseline, writeBaseline } from "../report/baseline.ts";
import { formatAudit, formats, type Format } from "../report/formats.ts";
import { onlySince } from "../report/since.ts";
import { summarise } from "../report/summary.ts";
import { compareFindings } from "../rules/audit-order.ts";
import { severityRank, type Finding, type Severity } from "../rules/finding.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export interface AuditFlags extends CommonFlags {
  format: string;
  level: string;
  since?: string;
  baseline?: string;
  writeBaseline?: string;
  fix: boolean;
  showUnknown: boolean;
}

const maxFixRounds = 8;

/** @returns exit code: 0 clean, 1 findings at the chosen level */
export async function audit(directory: string, flags: AuditFlags, output: Output): Promise<number> {
  const format = parseFormat(flags.format);
  const level = parseLevel(flags.level);
  const options = reportOptions(flags);
  let { report } = await reportProject(directory, options);
  // What is accepted or older than a ref is not reported, and so not changed either.
  const chosen = (): Finding[] => {
    let findings = report.folders.flatMap((folder) => folder.findings).sort(compareFindings);
    if (flags.baseline !== undefined) findings = withoutBaseline(flags.baseline, findings);
    if (flags.since !== undefined) findings = onlySince(resolve(directory), flags.since, findings);
    return findings;
  };
  if (flags.fix) {
    const root = resolve(directory);
    for (let round = 0; round < maxFixRounds; round++) {
      const all = chosen();
      const applied = applyFixes(root, all);
      if (applied.findings.length === 0) break;
      for (const finding of applied.findings)
        output.error(`fixed ${finding.file}:${finding.line} ${finding.rule}\n`);
      ({ report } = await reportProject(directory, options));
    }
  }
  if (flags.writeBaseline !== undefined) {
    const all = report.folders.flatMap((folder) => folder.findings);
    writeBaseline(flags.writeBaseline, all);
    output.error(`wrote ${all.length} findings to ${flags.writeBaseline}\n`);
    return 0;
  }
  const findings = chosen();
  const counted = summarise(report, findings);
  const atLevel = findings.filter((item) => severityRank[item.severity] >= severityRank[level]);
  // JSON and SARIF carry everything: readers filter by severity.
  const shown = format === "json" || format === "sarif" ? findings : atLevel;
  output.write(
    `${formatAudit({ summary: counted, findings: shown, hidden: findings.length - shown.length }, format)}\n`,
  );
  if (flags.showUnknown && format === "text")
    for (const { model } of report.folders)
      for (const item of model.unresolved)
        output.write(`unknown: ${item.at.file}:${item.at.line} ${item.what}\n`);
  return atLevel.length > 0 ? 1 : 0;
}

function parseFormat(text: string): Format {
  const format = formats.find((item) => item === text);
  if (format === undefined)
    throw new ToolFailure("bad-argument", `--format is "${text}"; expected ${formats.join(", ")}.`);
  return format;
}

function parseLevel(text: string): Severity {
  if (text === "error" || text === "warning" || text === "info") return text;
  throw new ToolFailure("bad-argument", `--level is "${text}"; expected error, warning or info.`);
}
