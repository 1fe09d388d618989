// The order findings are reported in.
import { severityRank, type Finding } from "./finding.ts";

export function compareFindings(a: Finding, b: Finding): number {
  return (
    a.file.localeCompare(b.file) ||
    a.line - b.line ||
    severityRank[b.severity] - severityRank[a.severity] ||
    a.rule.localeCompare(b.rule) ||
    a.message.localeCompare(b.message)
  );
}
