// The package's entry, for programs that want the reports themselves instead of the command's output.
export { auditJson } from "./report/audit-json.ts";
export { diffSchemas, type Change } from "./diff/changes.ts";
export { documentationMarkdown } from "./docs/markdown.ts";
export type { Model } from "./model/model.ts";
export { ToolFailure } from "./project/failure.ts";
export { reportProject, type ProjectReport, type ReportOptions } from "./project/report.ts";
export type { Finding } from "./rules/finding.ts";
export { parseSchema, type SchemaDefinition } from "./schema/schema.ts";
