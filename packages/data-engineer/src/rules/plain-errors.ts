// Plain errors that reach a client: in production it sees "Server Error" and not what to do.
import ts from "typescript6";
import { nameOf, type RuleContext } from "./context.ts";

export function checkErrors(context: RuleContext): void {
  const told = new Set<ts.Node>();
  for (const { node, entry, isCaught, trace } of context.facts.thrown) {
    if (entry === null || isCaught || told.has(node)) continue;
    const info = context.function(nameOf(context, entry));
    if (info === undefined || info.kind === "httpAction" || !context.isClientFacing(info)) continue;
    if (!isPlainError(node.expression) || !isForUsers(node)) continue;
    told.add(node);
    context.add(
      "fn/plain-error",
      context.span(node),
      `\`${info.name}\` throws a plain \`Error\`: in production clients see only "Server Error". Throw \`new ConvexError({ code, message })\` for what a user can mend.`,
      {
        symbol: info.name,
        trace: trace.slice(1).map((site) => context.span(site)),
        fix: {
          title: "Throw a ConvexError",
          automatic: false,
          edits: [],
          code: convexError(node.expression),
        },
      },
    );
  }
}

function isPlainError(thrown: ts.Expression): thrown is ts.NewExpression | ts.CallExpression {
  return (
    (ts.isNewExpression(thrown) || ts.isCallExpression(thrown)) &&
    ts.isIdentifier(thrown.expression) &&
    thrown.expression.text === "Error"
  );
}

/** Not a broken invariant, a missing setting, or an answer of another server, which no user can mend. */
function isForUsers(node: ts.ThrowStatement): boolean {
  if (
    /unreachable|invariant|should(?: never|n't| not)|impossible|not implemented|exhaustive|internal error/i.test(
      node.expression.getText(),
    )
  )
    return false;
  for (
    let current: ts.Node = node;
    !ts.isFunctionLike(current) && !ts.isSourceFile(current);
    current = current.parent
  ) {
    if (ts.isDefaultClause(current)) return false;
    if (ts.isIfStatement(current) && /process\.env|\bfetch\(/.test(originsOf(current.expression)))
      return false;
  }
  return true;
}

/** The text of a condition and of what the names in it were first set to. */
function originsOf(condition: ts.Expression): string {
  const texts = [condition.getText()];
  const around = ts.findAncestor(condition, (item) => ts.isFunctionLike(item));
  const names = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, collect);
  };
  collect(condition);
  const visit = (node: ts.Node): void => {
    if (
      ts.isVariableDeclaration(node) &&
      ts.isIdentifier(node.name) &&
      names.has(node.name.text) &&
      node.initializer !== undefined
    )
      texts.push(node.initializer.getText());
    ts.forEachChild(node, visit);
  };
  if (around !== undefined) visit(around);
  return texts.join("\n");
}

function convexError(thrown: ts.Expression): string {
  const [message] =
    ts.isNewExpression(thrown) || ts.isCallExpression(thrown) ? (thrown.arguments ?? []) : [];
  return `throw new ConvexError({ code: "…", message: ${message?.getText() ?? '"…"'} });`;
}
