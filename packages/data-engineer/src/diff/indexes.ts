// What differs between the indexes of a table: database, search and vector indexes are compared alike.
import type { TableDefinition } from "../schema/schema.ts";
import { makeChange, type Change } from "./change.ts";
import { matchRenames } from "./renames.ts";

interface AnyIndex {
  name: string;
  /** What the index is built from; another key is another index. */
  key: string;
  fields: string[];
  staged: boolean;
}

type Prefix = "index" | "search-index" | "vector-index";

export function diffIndexes(before: TableDefinition, after: TableDefinition): Change[] {
  const changes: Change[] = [];
  for (const prefix of ["index", "search-index", "vector-index"] as const)
    changes.push(...diffKind(prefix, listOf(before, prefix), listOf(after, prefix), after.name));
  return changes;
}

function listOf(table: TableDefinition, prefix: Prefix): AnyIndex[] {
  switch (prefix) {
    case "index":
      return table.indexes.map(({ name, fields, staged }) => ({
        name,
        key: fields.join(","),
        fields,
        staged,
      }));
    case "search-index":
      return table.searchIndexes.map(({ name, searchField, filterFields, staged }) => ({
        name,
        key: [searchField, ...[...filterFields].sort()].join(","),
        fields: [searchField, ...filterFields],
        staged,
      }));
    case "vector-index":
      return table.vectorIndexes.map(({ name, vectorField, dimensions, filterFields, staged }) => ({
        name,
        key: [vectorField, String(dimensions), ...[...filterFields].sort()].join(","),
        fields: [vectorField, ...filterFields],
        staged,
      }));
  }
}

function diffKind(
  prefix: Prefix,
  before: readonly AnyIndex[],
  after: readonly AnyIndex[],
  table: string,
): Change[] {
  const changes: Change[] = [];
  const find = (list: readonly AnyIndex[], name: string) => list.find((item) => item.name === name);
  const gone = before.filter((item) => find(after, item.name) === undefined);
  const come = after.filter((item) => find(before, item.name) === undefined);
  const renames = matchRenames(
    gone.map((item) => item.name),
    come.map((item) => item.name),
    (old, fresh) => find(gone, old)?.key === find(come, fresh)?.key,
  );
  for (const index of after) {
    const path = `${table}.${index.name}`;
    const at = { table, fields: index.fields, staged: index.staged };
    const old = find(before, index.name);
    if (old !== undefined) {
      if (old.key !== index.key) changes.push(makeChange(`${prefix}-changed`, path, "rebuild", at));
      else if (old.staged && !index.staged)
        changes.push(makeChange(`${prefix}-enabled`, path, "safe", at));
      else if (!old.staged && index.staged)
        changes.push(makeChange(`${prefix}-disabled`, path, "drop", at));
      continue;
    }
    const oldName = renames.get(index.name);
    if (oldName !== undefined)
      changes.push(
        makeChange(`${prefix}-renamed`, `${table}.${oldName}`, "rebuild", {
          ...at,
          to: index.name,
        }),
      );
    else changes.push(makeChange(`${prefix}-added`, path, index.staged ? "safe" : "build", at));
  }
  const renamedFrom = new Set(renames.values());
  for (const old of gone)
    if (!renamedFrom.has(old.name))
      changes.push(
        makeChange(`${prefix}-removed`, `${table}.${old.name}`, "drop", {
          table,
          fields: old.fields,
          staged: old.staged,
        }),
      );
  return changes;
}
