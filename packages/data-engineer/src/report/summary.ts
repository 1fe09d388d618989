// The health summary of a report: counts, costs and coverage, so that silence is never mistaken for health.
import { costOf } from "../model/cost.ts";
import type { ProjectReport } from "../project/report.ts";
import type { Finding } from "../rules/finding.ts";

export interface Summary {
  errors: number;
  warnings: number;
  infos: number;
  folders: string[];
  tables: number;
  functions: number;
  /** Read sites whose table, index and use are known, of all. */
  coverage: { resolved: number; total: number };
  /** Reads by cost class. */
  reads: Record<string, number>;
  notes: string[];
}

export function summarise(report: ProjectReport, findings: readonly Finding[]): Summary {
  const reads: Record<string, number> = {};
  const coverage = { resolved: 0, total: 0 };
  for (const { model, boundness } of report.folders) {
    coverage.resolved += model.coverage.resolved;
    coverage.total += model.coverage.total;
    const verdicts = new Map(boundness);
    for (const read of model.reads) {
      const { class: name } = costOf(read, verdicts);
      reads[name] = (reads[name] ?? 0) + 1;
    }
  }
  const count = (severity: Finding["severity"]) =>
    findings.filter((item) => item.severity === severity).length;
  const sum = (size: (folder: ProjectReport["folders"][number]) => number) =>
    report.folders.reduce((total, folder) => total + size(folder), 0);
  return {
    errors: count("error"),
    warnings: count("warning"),
    infos: count("info"),
    folders: report.folders.map((folder) => folder.model.folder),
    tables: sum((folder) => folder.model.schema.tables.length),
    functions: sum((folder) => folder.model.functions.length),
    coverage,
    reads: Object.fromEntries(Object.entries(reads).sort(([a], [b]) => (a < b ? -1 : 1))),
    notes: report.folders.flatMap((folder) => folder.model.notes),
  };
}
