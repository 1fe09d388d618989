// The audit as a value: what `audit --format json` prints.
import { reportProject, type ReportOptions } from "../project/report.ts";
import { compareFindings } from "../rules/audit-order.ts";
import type { Finding } from "../rules/finding.ts";
import { jsonVersion } from "../version.ts";
import { summarise, type Summary } from "./summary.ts";

/**
 * Audits the project in `directory`.
 *
 * @throws ToolFailure when there is no Convex folder or the configuration is wrong
 */
export async function auditJson(
  directory: string,
  options: ReportOptions,
): Promise<{ version: number; summary: Summary; findings: Finding[] }> {
  const { report } = await reportProject(directory, options);
  const findings = report.folders.flatMap((folder) => folder.findings).sort(compareFindings);
  return { version: jsonVersion, summary: summarise(report, findings), findings };
}
