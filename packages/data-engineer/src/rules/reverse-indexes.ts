// A reference by which children are looked up, without an index that starts with it.
import type { RuleContext } from "./context.ts";

/**
 * Speaks where the read rules cannot: children found by their parent in a deletion, where the read is already
 * reported for its missing index, the finding there carries the same advice, and this rule stays silent.
 */
export function checkReverseIndexes(context: RuleContext): void {
  for (const table of context.model.schema.tables) {
    for (const read of context.knownReads()) {
      if (read.table !== table.name || read.source !== "scan") continue;
      const lookup = read.residual.find(
        (item) =>
          item.op === "eq" &&
          item.field !== "_id" &&
          item.field !== "" &&
          context.analysis.evaluator.idTarget(table.name, item.field.split(".")) !== null,
      );
      if (lookup === undefined) continue;
      const hasIndex = table.indexes.some((index) => index.fields[0] === lookup.field);
      const reported = context.findings.some(
        (item) =>
          item.file === read.at.file && item.line === read.at.line && item.rule.startsWith("read/"),
      );
      if (hasIndex || reported) continue;
      const target = context.analysis.evaluator.idTarget(table.name, lookup.field.split(".")) ?? "";
      const name = `by_${lookup.field.replaceAll(".", "_")}`;
      const edit = context.addIndexEdit(table.name, name, [lookup.field]);
      const span = context.fieldSpan(table.name, lookup.field) ?? read.at;
      context.add(
        "schema/missing-reverse-index",
        span,
        `\`${table.name}\` is looked up by its \`${target}\` (\`${lookup.field}\`, ${read.at.file}:${read.at.line}), and no index starts with it. Add \`.index("${name}", ["${lookup.field}"])\`.`,
        {
          symbol: `${table.name}.${lookup.field}`,
          index: { table: table.name, name, fields: [lookup.field] },
          fix: {
            title: `Add \`${name}\``,
            automatic: edit !== null,
            edits: edit === null ? [] : [edit],
          },
        },
      );
    }
  }
}
