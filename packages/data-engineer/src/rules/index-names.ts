// Rules on what indexes are called: what Convex refuses, and the name that says the fields.
import { indexNameProblem, officialIndexName, type TableDefinition } from "../schema/schema.ts";
import { authUserIndexes, type DeclaredIndex, type RuleContext } from "./context.ts";
import { renameFix } from "./index-edits.ts";

export function checkNames(context: RuleContext, table: TableDefinition): void {
  const declared = context.declaredIndexes(table);
  for (const item of declared) checkRefused(context, table, item);
  for (const item of declared) if (item.kind === "index") checkStyle(context, table, item);
}

function checkRefused(context: RuleContext, table: TableDefinition, item: DeclaredIndex): void {
  const { index, span, paths } = item;
  const problem = indexNameProblem(index.name);
  if (problem === null || span === null) return;
  const name = plainName(item);
  context.add(
    problem === "reserved" ? "schema/reserved-index-name" : "schema/invalid-index-name",
    span,
    problem === "reserved"
      ? `Index \`${index.name}\` of \`${table.name}\`: Convex keeps \`by_id\`, \`by_creation_time\` and names that start with \`_\` for itself, and refuses the push.`
      : `Index name \`${index.name}\` of \`${table.name}\` is refused: expected a letter, then letters, digits and \`_\`, at most 64 characters.`,
    {
      symbol: `${table.name}.${index.name}`,
      index: { table: table.name, name, fields: item.kind === "index" ? paths : [] },
      fix: renameFix(context, table.name, item, name),
    },
  );
}

/** The name by its fields; shorter where that is too long. */
function plainName({ kind, paths }: DeclaredIndex): string {
  const [first = "index"] = paths;
  const official =
    kind === "index" && paths.length > 0
      ? officialIndexName(paths)
      : `${kind === "vector" ? "vector" : "search"}_${first.replaceAll(".", "_")}`;
  const allowed = official.replace(/[^A-Za-z0-9_]/g, "_");
  return allowed.length <= 64 ? allowed : `by_${first.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 48)}`;
}

function checkStyle(context: RuleContext, table: TableDefinition, item: DeclaredIndex): void {
  const style = context.analysis.config.indexNames;
  const { index, paths: fields, span } = item;
  if (style === "off" || span === null || fields.length === 0) return;
  if (indexNameProblem(index.name) !== null || fields.includes("_creationTime")) return;
  const official = officialIndexName(fields);
  if (indexNameProblem(official) !== null || follows(index.name, fields, style)) return;
  const twin = table.indexes.find((other) => other.fields.join() === fields.join());
  if (twin !== index) return;
  if (table.name === "users" && authUserIndexes.has(index.name)) return;
  context.add(
    "schema/index-name",
    span,
    `Index \`${index.name}\` of \`${table.name}\` has the fields [${fields.join(", ")}]; name it \`${official}\`, so that readers see what it serves. Renaming builds a new index: add it under the new name, move the readers, then drop the old one.`,
    {
      symbol: `${table.name}.${index.name}`,
      index: { table: table.name, name: official, fields },
      fix: renameFix(context, table.name, item, official, false),
    },
  );
}

function follows(
  name: string,
  fields: readonly string[],
  style: "official" | "anySeparator",
): boolean {
  if (name === officialIndexName(fields)) return true;
  if (style === "official") return false;
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  const wanted = plain(fields.join(""));
  return plain(name.replace(/_and_/g, "_")).replace(/^by/, "") === wanted;
}
