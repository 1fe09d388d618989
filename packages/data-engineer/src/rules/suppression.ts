// `// data-engineer-ignore-next-line rule[, rule] -- reason`: what a project chose to hide, and why.
import type { RuleContext } from "./context.ts";
import { isRuleId } from "./catalogue.ts";
import type { Finding } from "./finding.ts";

interface IgnoreComment {
  file: string;
  /** The line it speaks of. */
  line: number;
  at: number;
  rules: string[];
  reason: string | null;
  used: boolean;
}

const pattern =
  /(?:\/\/|\/\*)\s*data-engineer-ignore-(next-line|file)\s+([\w/,\s*-]+?)(?:\s+--\s*([^\n*]*?))?\s*(?:\*\/|$)/gm;

/** Drops what comments hide; reports comments that hide nothing, and in strict mode those without a reason. */
export function applySuppression(context: RuleContext): Finding[] {
  const comments = readComments(context);
  const kept = context.findings.filter((finding) => !isHidden(finding, comments));
  const before = context.findings.length;
  for (const comment of comments) {
    const module = context.analysis.program.modules().find((item) => item.name === comment.file);
    if (module === undefined) continue;
    const start = module.source.getPositionOfLineAndCharacter(comment.at - 1, 0);
    const span = { file: comment.file, line: comment.at, endLine: comment.at, start, end: start };
    const identity = `${comment.rules.join()} ${comment.at}`;
    const unknownRule = comment.rules.find((rule) => !isRuleId(rule));
    if (unknownRule !== undefined)
      context.add("tool/unused-ignore", span, `There is no rule \`${unknownRule}\`.`, { identity });
    else if (!comment.used)
      context.add(
        "tool/unused-ignore",
        span,
        `This comment hides nothing: ${comment.rules.join(", ")} has no finding here. Remove it.`,
        { identity },
      );
    if (comment.reason === null && context.analysis.config.strict)
      context.add(
        "tool/ignore-without-reason",
        span,
        "Say why the finding is ignored: `-- reason` after the rule.",
        { identity },
      );
  }
  return [...kept, ...context.findings.slice(before)];
}

function readComments(context: RuleContext): IgnoreComment[] {
  const comments: IgnoreComment[] = [];
  for (const module of context.analysis.program.modules()) {
    if (!module.text.includes("data-engineer-ignore-")) continue;
    for (const match of module.text.matchAll(pattern)) {
      const line = module.source.getLineAndCharacterOfPosition(match.index).line + 1;
      comments.push({
        file: module.name,
        line: match[1] === "file" ? 0 : line + 1,
        at: line,
        rules: (match[2] ?? "")
          .split(/[\s,]+/)
          .map((rule) => rule.trim())
          .filter((rule) => rule !== ""),
        reason: match[3] === undefined || match[3].trim() === "" ? null : match[3].trim(),
        used: false,
      });
    }
  }
  return comments;
}

function isHidden(finding: Finding, comments: IgnoreComment[]): boolean {
  const hiding = comments.filter(
    (comment) =>
      comment.file === finding.file &&
      comment.rules.includes(finding.rule) &&
      (comment.line === 0 || comment.line === finding.line),
  );
  for (const comment of hiding) comment.used = true;
  return hiding.length > 0;
}
