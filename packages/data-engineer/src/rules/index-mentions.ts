// Where the code names indexes: by text that no followed read accounts for, or by something that could not be told.
import ts from "typescript6";
import type { RuleContext } from "./context.ts";

const mentionsByContext = new WeakMap<RuleContext, Set<string>>();

/** Index names that occur in the code other than in the `withIndex` of a read that was followed, or in a declaration. */
export function mentionedIndexes(context: RuleContext): ReadonlySet<string> {
  const known = mentionsByContext.get(context);
  if (known !== undefined) return known;
  const names = new Set(context.facts.namedIndexes);
  const followed = followedPlaces(context);
  const all = new Set(
    context.model.schema.tables.flatMap((table) =>
      [...table.indexes, ...table.searchIndexes, ...table.vectorIndexes].map((index) => index.name),
    ),
  );
  for (const module of context.analysis.program.modules()) {
    if (module.path === context.analysis.folder.schemaFile) continue;
    for (const match of module.text.matchAll(/(["'`])([^"'`\s]+)\1/g)) {
      const name = match[2] ?? "";
      if (!all.has(name)) continue;
      const before = module.text.slice(Math.max(0, match.index - 40), match.index);
      if (/\.(?:index|searchIndex|vectorIndex)\(\s*$/.test(before)) continue;
      if (
        /with(Search)?Index\(\s*$/.test(before) &&
        isInside(match.index, followed.get(module.path))
      )
        continue;
      names.add(name);
    }
  }
  mentionsByContext.set(context, names);
  return names;
}

interface Place {
  start: number;
  end: number;
}

function followedPlaces(context: RuleContext): Map<string, Place[]> {
  const followed = new Map<string, Place[]>();
  for (const { state } of context.facts.reads.values()) {
    const node = state.nodes.withIndex;
    if (node === null || state.index === null || state.table === "?") continue;
    const path = node.getSourceFile().fileName;
    const list = followed.get(path) ?? [];
    if (list.at(-1)?.start !== node.pos || list.at(-1)?.end !== node.end)
      list.push({ start: node.pos, end: node.end });
    followed.set(path, list);
  }
  return followed;
}

function isInside(position: number, places: readonly Place[] | undefined): boolean {
  return places?.some((place) => place.start <= position && place.end >= position) ?? false;
}

/** Some read may choose this table's indexes by a name that could not be told: absence of a reader proves nothing. */
export function hasUnknownReaders(context: RuleContext, table: string): boolean {
  return (
    unknownChoices(context).some((name) => name === null || name === table) ||
    context.facts.cut.size > 0 ||
    context.facts.cutParts.size > 0
  );
}

const choicesByContext = new WeakMap<RuleContext, (string | null)[]>();

/** Tables of reads whose index is named by something else than known text; null for an unknown table. */
function unknownChoices(context: RuleContext): (string | null)[] {
  const known = choicesByContext.get(context);
  if (known !== undefined) return known;
  const choices: (string | null)[] = [];
  const followed = new Map<ts.Node, { tables: Set<string>; isKnown: boolean }>();
  for (const [node, item] of context.facts.indexChoices) followed.set(node, item);
  for (const module of context.analysis.program.modules()) {
    const visit = (node: ts.Node): void => {
      if (isIndexChoice(node)) {
        const [name] = node.arguments;
        const seen = followed.get(node);
        if (name !== undefined && !ts.isStringLiteralLike(name) && seen?.isKnown !== true) {
          const tables = seen === undefined ? ["?"] : [...seen.tables];
          for (const table of tables) choices.push(table === "?" ? null : table);
        }
      }
      ts.forEachChild(node, visit);
    };
    if (/with(?:Search)?Index/.test(module.text)) visit(module.source);
  }
  choicesByContext.set(context, choices);
  return choices;
}

function isIndexChoice(node: ts.Node): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /^with(?:Search)?Index$/.test(node.expression.name.text)
  );
}
