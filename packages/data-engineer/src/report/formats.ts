// An audit as text, JSON, SARIF, GitHub annotations or Markdown.
import { catalogue, isRuleId } from "../rules/catalogue.ts";
import type { Finding, Fix, Severity } from "../rules/finding.ts";
import { jsonVersion, toolVersion } from "../version.ts";
import type { Summary } from "./summary.ts";

export const formats = ["text", "json", "sarif", "github", "md"] as const;
export type Format = (typeof formats)[number];

export interface AuditOutput {
  summary: Summary;
  findings: readonly Finding[];
  /** Findings below the level, which text output only counts. */
  hidden: number;
}

export function formatAudit(output: AuditOutput, format: Format): string {
  switch (format) {
    case "text":
      return formatText(output);
    case "json":
      return formatJson(output);
    case "sarif":
      return formatSarif(output);
    case "github":
      return formatGithub(output);
    case "md":
      return formatMarkdown(output);
  }
}

function formatJson({ summary, findings }: AuditOutput): string {
  return JSON.stringify(
    { version: jsonVersion, tool: `convex-data-engineer ${toolVersion}`, summary, findings },
    null,
    2,
  );
}

function formatText({ summary, findings, hidden }: AuditOutput): string {
  const lines: string[] = [];
  let file = "";
  for (const finding of findings) {
    if (finding.file !== file) {
      if (file !== "") lines.push("");
      file = finding.file;
      lines.push(file);
    }
    lines.push(`  ${finding.line}  ${finding.severity}  ${finding.rule}`);
    lines.push(...wrap(finding.message, 92).map((line) => `      ${line}`));
    if (finding.fix !== undefined)
      lines.push(...describeFix(finding.fix).map((line) => `      ${line}`));
  }
  if (findings.length > 0) lines.push("");
  lines.push(...summaryLines(summary, hidden));
  return lines.join("\n");
}

function describeFix(fix: Fix): string[] {
  const how = fix.automatic ? "--fix does it" : "fix";
  const code = fix.code === undefined ? [] : fix.code.split("\n").slice(0, 12);
  if (code.length === 0) return [`→ ${fix.title} (${how})`];
  if (code.length === 1) return [`→ ${fix.title} (${how}): ${code[0] ?? ""}`];
  return [`→ ${fix.title} (${how}):`, ...code.map((line) => `    ${line}`)];
}

function summaryLines(summary: Summary, hidden: number): string[] {
  const { coverage } = summary;
  const reads = Object.entries(summary.reads).map(([name, count]) => `${count} ${name}`);
  const lines = [
    `${plural(summary.errors, "error")}, ${plural(summary.warnings, "warning")}, ${plural(summary.infos, "hint")}${hidden > 0 ? ` (${hidden} not shown; --level info shows all)` : ""}`,
    `${plural(summary.tables, "table")}, ${plural(summary.functions, "function")}; ${coverage.resolved} of ${coverage.total} reads resolved${reads.length > 0 ? `: ${reads.join(", ")}` : ""}`,
  ];
  for (const note of summary.notes.slice(0, maxNotes)) lines.push(`note: ${note}`);
  if (summary.notes.length > maxNotes)
    lines.push(`note: and ${summary.notes.length - maxNotes} more (--format json shows all)`);
  return lines;
}

const maxNotes = 8;

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

const githubLevels: Record<Severity, string> = {
  error: "error",
  warning: "warning",
  info: "notice",
};

function formatGithub({ findings }: AuditOutput): string {
  const escape = (text: string) =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => escape(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return findings
    .map(
      (item) =>
        `::${githubLevels[item.severity]} file=${property(item.file)},line=${item.line},endLine=${item.endLine},title=${property(item.rule)}::${escape(item.message)}`,
    )
    .join("\n");
}

function formatMarkdown({ summary, findings, hidden }: AuditOutput): string {
  const lines = [
    "## Convex data layer",
    "",
    ...summaryLines(summary, hidden).map((line) => `- ${line}`),
    "",
  ];
  if (findings.length > 0) {
    lines.push("| Where | Severity | Rule | Finding |", "| --- | --- | --- | --- |");
    for (const item of findings)
      lines.push(
        `| \`${item.file}:${item.line}\` | ${item.severity} | ${item.rule} | ${item.message.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")} |`,
      );
  }
  return lines.join("\n");
}

const sarifLevels: Record<Severity, string> = { error: "error", warning: "warning", info: "note" };

function formatSarif({ findings, summary }: AuditOutput): string {
  const used = [...new Set(findings.map((item) => item.rule))].sort();
  const region = (item: { line: number; endLine: number }) => ({
    startLine: item.line,
    endLine: item.endLine,
  });
  return JSON.stringify(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "convex-data-engineer",
              version: toolVersion,
              rules: used.map((id) => ({
                id,
                shortDescription: { text: isRuleId(id) ? catalogue[id].title : id },
              })),
            },
          },
          columnKind: "utf16CodeUnits",
          properties: { coverage: summary.coverage },
          results: findings.map((item) => ({
            ruleId: item.rule,
            level: sarifLevels[item.severity],
            message: { text: item.message },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: uriOf(item.file) },
                  region: region(item),
                },
              },
            ],
            partialFingerprints: { "dataEngineer/v1": item.fingerprint },
            ...(item.trace === undefined
              ? {}
              : {
                  codeFlows: [
                    {
                      threadFlows: [
                        {
                          locations: [...item.trace, item].map((span) => ({
                            location: {
                              physicalLocation: {
                                artifactLocation: { uri: uriOf(span.file) },
                                region: region(span),
                              },
                            },
                          })),
                        },
                      ],
                    },
                  ],
                }),
            ...(item.fix === undefined || item.fix.edits.length === 0
              ? {}
              : { fixes: [sarifFix(item.fix)] }),
          })),
        },
      ],
    },
    null,
    2,
  );
}

/** A relative path as the reference that SARIF wants. */
function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

function sarifFix(fix: Fix): unknown {
  const files = [...new Set(fix.edits.map((edit) => edit.file))];
  return {
    description: { text: fix.title },
    artifactChanges: files.map((uri) => ({
      artifactLocation: { uri: uriOf(uri) },
      replacements: fix.edits
        .filter((edit) => edit.file === uri)
        .map((edit) => ({
          deletedRegion: { charOffset: edit.start, charLength: edit.end - edit.start },
          insertedContent: { text: edit.text },
        })),
    })),
  };
}
