// `// data-engineer-ignore-next-line rule[, rule] -- reason`: what a project chose to hide, and why.
import ts from "typescript6";
import type { SourceModule } from "../syntax/program.ts";
import type { RuleContext } from "./context.ts";
import { isRuleId } from "./catalogue.ts";
import type { Finding } from "./finding.ts";

interface IgnoreComment {
  file: string;
  /** The line of code it speaks of; 0 for the whole file. */
  line: number;
  at: number;
  /** The word after `data-engineer-ignore-`. */
  scope: string;
  rules: string[];
  reason: string | null;
  used: boolean;
}

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
    const problem = problemOf(comment);
    if (problem !== null) context.add("tool/unused-ignore", span, problem, { identity });
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

function problemOf({ scope, rules, used }: IgnoreComment): string | null {
  if (scope !== "next-line" && scope !== "file")
    return `There is no comment \`data-engineer-ignore-${scope}\`; write \`data-engineer-ignore-next-line\` or \`data-engineer-ignore-file\`.`;
  if (rules.length === 0) return "This comment names no rule, and hides nothing.";
  const unknownRule = rules.find((rule) => !isRuleId(rule));
  if (unknownRule !== undefined) return `There is no rule \`${unknownRule}\`.`;
  return used
    ? null
    : `This comment hides nothing: ${rules.join(", ")} has no finding here. Remove it.`;
}

function readComments(context: RuleContext): IgnoreComment[] {
  return context.analysis.program
    .modules()
    .filter((module) => module.text.includes("data-engineer-ignore-"))
    .flatMap(commentsOf);
}

function commentsOf(module: SourceModule): IgnoreComment[] {
  const comments: IgnoreComment[] = [];
  const { source, text } = module;
  for (const match of text.matchAll(/data-engineer-ignore-([\w-]*)([^\r\n]*)/g)) {
    const comment = commentAround(source, match.index);
    if (comment === null) continue;
    const rest = text.slice(
      match.index + match[0].length - (match[2] ?? "").length,
      Math.min(match.index + match[0].length, comment.textEnd),
    );
    const [names = "", ...reason] = rest.split(/(?:^|\s)--(?:\s|$)/);
    const line = source.getLineAndCharacterOfPosition(match.index).line + 1;
    const scope = match[1] ?? "";
    const said = reason.join(" -- ").trim();
    comments.push({
      file: module.name,
      line: scope === "file" ? 0 : lineOfCodeAfter(source, comment.end),
      at: line,
      scope,
      rules: names.split(/[\s,]+/).filter((rule) => rule !== ""),
      reason: said === "" ? null : said,
      used: false,
    });
  }
  return comments;
}

/** Where the comment around a position ends, with and without its closing; null when it is no comment but text. */
function commentAround(
  source: ts.SourceFile,
  position: number,
): { end: number; textEnd: number } | null {
  const token = tokenAt(source, position);
  if (token !== null && token.getStart(source) <= position) return null;
  const { text } = source;
  const lineStart = text.lastIndexOf("\n", position) + 1;
  const open = text.lastIndexOf("/*", position);
  const close = open < 0 ? -1 : text.indexOf("*/", open);
  if (open >= 0 && (close < 0 || close > position))
    return { end: close < 0 ? text.length : close + 2, textEnd: close < 0 ? text.length : close };
  if (!text.slice(lineStart, position).includes("//")) return null;
  const end = text.indexOf("\n", position);
  return { end: end < 0 ? text.length : end, textEnd: end < 0 ? text.length : end };
}

/** The innermost node whose text, leading comments included, holds a position, when it is a token. */
function tokenAt(source: ts.SourceFile, position: number): ts.Node | null {
  let current: ts.Node = source;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(current, (child) =>
      child.pos <= position && position < child.end ? child : undefined,
    );
    if (inner === undefined) break;
    current = inner;
  }
  const isText =
    ts.isStringLiteralLike(current) ||
    ts.isTemplateHead(current) ||
    ts.isTemplateMiddleOrTemplateTail(current) ||
    ts.isRegularExpressionLiteral(current) ||
    ts.isJsxText(current);
  return isText ? current : null;
}

/** The line of the first code after a position, blank lines and other comments skipped. */
function lineOfCodeAfter(source: ts.SourceFile, position: number): number {
  const scanner = ts.createScanner(
    ts.ScriptTarget.ESNext,
    true,
    ts.LanguageVariant.JSX,
    source.text,
  );
  scanner.resetTokenState(position);
  // After the comment of a JSX expression comes its brace: what it speaks of stands on the next line.
  let token = scanner.scan();
  if (
    token === ts.SyntaxKind.CloseBraceToken &&
    isOnLineOf(source, scanner.getTokenStart(), position)
  )
    token = scanner.scan();
  const start =
    token === ts.SyntaxKind.EndOfFileToken ? source.text.length : scanner.getTokenStart();
  return source.getLineAndCharacterOfPosition(start).line + 1;
}

function isOnLineOf(source: ts.SourceFile, a: number, b: number): boolean {
  return (
    source.getLineAndCharacterOfPosition(a).line === source.getLineAndCharacterOfPosition(b).line
  );
}

function isHidden(finding: Finding, comments: IgnoreComment[]): boolean {
  const hiding = comments.filter(
    (comment) =>
      comment.file === finding.file &&
      (comment.scope === "next-line" || comment.scope === "file") &&
      comment.rules.includes(finding.rule) &&
      (comment.line === 0 || comment.line === finding.line),
  );
  for (const comment of hiding) comment.used = true;
  return hiding.length > 0;
}
