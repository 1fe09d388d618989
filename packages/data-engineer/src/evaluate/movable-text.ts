// Which values of a database filter can stand where the query is built.
import ts from "typescript6";

/** The text of a value that means the same where the query is built; "" when it needs what the filter declares. */
export function movableText(node: ts.Expression | undefined): string {
  const callback = node === undefined ? undefined : ts.findAncestor(node, ts.isFunctionLike);
  if (node === undefined || callback === undefined || !isArgumentOfFilter(callback)) return "";
  const local = new Set<string>();
  const declared = (item: ts.Node): void => {
    if ((ts.isParameter(item) || ts.isVariableDeclaration(item)) && ts.isIdentifier(item.name))
      local.add(item.name.text);
    else if (ts.isBindingElement(item) && ts.isIdentifier(item.name)) local.add(item.name.text);
    ts.forEachChild(item, declared);
  };
  declared(callback);
  const needsLocal = (item: ts.Node): boolean =>
    ts.isIdentifier(item)
      ? local.has(item.text)
      : (ts.forEachChild(item, (child) => (needsLocal(child) ? true : undefined)) ?? false);
  return needsLocal(node) ? "" : node.getText();
}

function isArgumentOfFilter({ parent }: ts.Node): boolean {
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === "filter"
  );
}
