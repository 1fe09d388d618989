// The line of the schema that declares an index.
import type { TableDefinition } from "../schema/schema.ts";

interface Variation {
  /** Another name than it has. */
  name?: string;
  staged?: boolean;
}

/** `.index("by_x", ["x"])` and its like; empty when the table has no such index. */
export function indexLine(
  table: TableDefinition | null,
  name: string,
  variation: Variation = {},
): string {
  if (table === null) return "";
  const label = JSON.stringify(variation.name ?? name);
  const list = (fields: readonly string[]) =>
    `[${fields.map((field) => JSON.stringify(field)).join(", ")}]`;
  const options = (parts: readonly string[]) => {
    const all = variation.staged === true ? [...parts, "staged: true"] : parts;
    return `{ ${all.join(", ")} }`;
  };
  const filters = (fields: readonly string[]) =>
    fields.length === 0 ? [] : [`filterFields: ${list(fields)}`];
  const index = table.indexes.find((item) => item.name === name);
  if (index !== undefined)
    return variation.staged === true
      ? `.index(${label}, ${options([`fields: ${list(index.fields)}`])})`
      : `.index(${label}, ${list(index.fields)})`;
  const search = table.searchIndexes.find((item) => item.name === name);
  if (search !== undefined)
    return `.searchIndex(${label}, ${options([`searchField: ${JSON.stringify(search.searchField)}`, ...filters(search.filterFields)])})`;
  const vector = table.vectorIndexes.find((item) => item.name === name);
  if (vector !== undefined)
    return `.vectorIndex(${label}, ${options([`vectorField: ${JSON.stringify(vector.vectorField)}`, `dimensions: ${vector.dimensions}`, ...filters(vector.filterFields)])})`;
  return "";
}
