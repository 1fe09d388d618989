// Runs every rule over one analysis and applies configuration and ignore comments.
import { matchesGlob } from "../project/config.ts";
import type { Analysis } from "../model/analysis.ts";
import { RuleContext } from "./context.ts";
import { compareFindings } from "./audit-order.ts";
import type { Finding } from "./finding.ts";
import { checkContracts } from "./function-contracts.ts";
import { checkEffects } from "./function-effects.ts";
import { checkReadIndexes } from "./read-indexes.ts";
import { checkReadUsage } from "./read-usage.ts";
import { checkReverseIndexes } from "./reverse-indexes.ts";
import { checkDefinitions } from "./schema-definition.ts";
import { checkFields } from "./schema-fields.ts";
import { checkUsage } from "./schema-usage.ts";
import { applySuppression } from "./suppression.ts";

/** Findings of one Convex folder, ordered by file, line and rule. */
export function auditAnalysis(analysis: Analysis): Finding[] {
  const context = new RuleContext(analysis);
  checkDefinitions(context);
  checkReadIndexes(context);
  checkReadUsage(context);
  checkReverseIndexes(context);
  checkUsage(context);
  checkFields(context);
  checkContracts(context);
  checkEffects(context);
  const { config } = analysis;
  const findings: Finding[] = [];
  for (const finding of applySuppression(context)) {
    const configured = config.rules[finding.rule];
    if (configured === "off") continue;
    if (config.ignore.some((glob) => matchesGlob(finding.file, glob))) continue;
    findings.push(configured === undefined ? finding : { ...finding, severity: configured });
  }
  return findings.sort(compareFindings);
}
