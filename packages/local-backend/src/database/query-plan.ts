// A query as the client package sends it, checked and resolved to an index range or a search, with its operators.

import { UserError } from "../values/errors.ts";
import { encodeValueKey, type Key } from "../values/index-key.ts";
import { isJsonObject, type Json, type JsonObject } from "../values/json.ts";
import { decodeOptionalValue } from "../values/value.ts";
import { tableExistenceKey, type Index, type Table } from "./catalog.ts";
import { compileFilter } from "./filter.ts";
import { compileRange, declaredFields } from "./index-range.ts";
import type { KeyInterval, SearchRead } from "./read-set.ts";
import { tokenise } from "./tokenise.ts";
import type { ComponentPath } from "./transaction.ts";

export type Operator =
  | { readonly kind: "filter"; readonly test: (document: JsonObject) => boolean }
  | { readonly kind: "limit"; readonly count: number };

/** Where the rows come from. */
export type Source =
  /** A table that does not exist: no rows, until the key changes. */
  | { readonly kind: "nothing"; readonly existenceKey: Key }
  | {
      readonly kind: "range";
      readonly table: Table;
      readonly index: Index;
      readonly interval: KeyInterval;
      readonly order: "asc" | "desc";
    }
  | {
      readonly kind: "search";
      readonly table: Table;
      readonly index: Index;
      readonly search: SearchRead;
    };

export interface QueryPlan {
  readonly tableName: string;
  readonly indexName: string;
  readonly source: Source;
  readonly operators: readonly Operator[];
  /** The range or filters as asked for, for observers. */
  readonly asked: Json;
  /** Fields of the index, for a cursor's fingerprint. */
  readonly indexFields: readonly string[];
}

const maximumOperators = 256;
const maximumTokens = 16;
const maximumFilters = 8;

/**
 * Resolves a query against the tables that `find` knows.
 *
 * @throws UserError with Convex's text
 */
export function planQuery(
  component: ComponentPath,
  query: Json,
  find: (name: string) => Table | undefined,
): QueryPlan {
  if (!isJsonObject(query)) throw malformed(query);
  const { source, operators } = query;
  if (!isJsonObject(source) || !Array.isArray(operators)) throw malformed(query);
  if (operators.length > maximumOperators) {
    throw new UserError(
      `Query has too many operators: ${operators.length} > maximum ${maximumOperators}`,
    );
  }
  const { tableName, indexName } = namesOf(source);
  const plan = {
    tableName,
    indexName,
    operators: operators.map(parseOperator),
    asked: source["range"] ?? source["filters"] ?? null,
  };
  const table = find(tableName);
  if (table === undefined) {
    const existenceKey = tableExistenceKey(component, tableName);
    return { ...plan, source: { kind: "nothing", existenceKey }, indexFields: [] };
  }
  checkAccess(table);
  const isSearch = source["type"] === "Search";
  const index = usableIndex(table, indexName, isSearch);
  if (isSearch) {
    const search = compileSearch(table, index, list(source, "filters"));
    return {
      ...plan,
      source: { kind: "search", table, index, search },
      indexFields: index.content.kind === "search" ? [index.content.searchField] : [],
    };
  }
  const range = source["type"] === "IndexRange" ? list(source, "range") : [];
  const interval = compileRange(table, index, range);
  return {
    ...plan,
    source: {
      kind: "range",
      table,
      index,
      interval,
      order: source["order"] === "desc" ? "desc" : "asc",
    },
    indexFields: declaredFields(index),
  };
}

function namesOf(source: JsonObject): { tableName: string; indexName: string } {
  const { type, tableName, indexName } = source;
  if (type === "FullTableScan" && typeof tableName === "string") {
    return { tableName, indexName: "by_creation_time" };
  }
  if ((type === "IndexRange" || type === "Search") && typeof indexName === "string") {
    const dot = indexName.indexOf(".");
    if (dot > 0) {
      return { tableName: indexName.slice(0, dot), indexName: indexName.slice(dot + 1) };
    }
  }
  throw malformed(source);
}

function checkAccess(table: Table): void {
  if (table.system !== null && table.system.visibleFields === null) {
    throw new UserError(`Index ${table.name} not found.`, { code: "IndexNotFoundError" });
  }
}

function usableIndex(table: Table, name: string, isSearch: boolean): Index {
  const index = table.indexes.get(name);
  const full = `${table.name}.${name}`;
  // Indexes of system tables are the server's, save the two that every table has.
  const isHidden = table.system !== null && name !== "by_id" && name !== "by_creation_time";
  if (index === undefined || isHidden || index.content.kind === "vector") {
    throw new UserError(`Index ${full} not found.`, { code: "IndexNotFoundError" });
  }
  if (index.staged) {
    throw new UserError(
      `Index ${full} is currently staged and not available to query until it is enabled.`,
      { code: "StagedIndexError" },
    );
  }
  if (!index.ready) {
    throw new UserError(`Index ${full} is currently backfilling and not available to query yet.`, {
      code: "IndexBackfillingError",
    });
  }
  if (isSearch !== (index.content.kind === "search")) {
    throw new UserError(`Index ${full} is not a ${isSearch ? "search" : "database"} index.`, {
      code: "IndexNotASearchIndexError",
    });
  }
  return index;
}

function parseOperator(json: Json): Operator {
  if (isJsonObject(json)) {
    const { filter, limit } = json;
    if (filter !== undefined) return { kind: "filter", test: compileFilter(filter) };
    if (typeof limit === "number" && Number.isInteger(limit) && limit >= 0) {
      return { kind: "limit", count: limit };
    }
  }
  throw new UserError(`Invalid query operator: ${JSON.stringify(json).slice(0, 200)}`);
}

function compileSearch(table: Table, index: Index, filters: readonly Json[]): SearchRead {
  const name = `${table.name}.${index.name}`;
  const { content } = index;
  if (content.kind !== "search") throw new Error("Only search indexes are searched");
  let text: string | null = null;
  const conditions: { field: number; value: Key }[] = [];
  for (const filter of filters) {
    const { type, fieldPath, value } = isJsonObject(filter) ? filter : {};
    if (typeof fieldPath !== "string" || value === undefined) throw malformed(filter);
    if (type === "Search" && typeof value === "string") {
      if (text !== null) {
        throw new UserError(
          `Search query against ${name} contains multiple search filters against "${content.searchField}". Only one is allowed.`,
          { code: "DuplicateSearchFiltersError" },
        );
      }
      if (fieldPath !== content.searchField) {
        throw new UserError(
          `Search query against ${name} contains a search filter against "${fieldPath}", which doesn't match the indexed \`searchField\` "${content.searchField}".`,
          { code: "IncorrectSearchFieldError" },
        );
      }
      text = value;
    } else if (type === "Eq") {
      const field = content.filterFields.indexOf(fieldPath);
      if (field < 0) {
        throw new UserError(
          `Search query against ${name} contains an equality filter on "${fieldPath}" but that field isn't indexed for filtering in \`filterFields\`.`,
          { code: "IncorrectFilterFieldError" },
        );
      }
      conditions.push({ field, value: encodeValueKey(decodeOptionalValue(value)) });
    } else {
      throw malformed(filter);
    }
  }
  if (text === null) {
    throw new UserError(
      `Search query against ${name} does not contain any search filters. You must include a search filter like \`q.search("${content.searchField}", searchText)\`.`,
      { code: "MissingSearchFilterError" },
    );
  }
  if (conditions.length > maximumFilters) {
    throw new UserError(
      `Search query against ${name} has too many filter conditions. Max: ${maximumFilters} Actual: ${conditions.length}`,
      { code: "TooManyFilterConditionsInSearchQueryError" },
    );
  }
  const words = tokenise(text).slice(0, maximumTokens);
  const tokens = words.map((word, position) => ({
    text: word,
    prefix: position === words.length - 1,
  }));
  return { index: index.number, tokens, filters: conditions };
}

function list(source: JsonObject, name: string): Json[] {
  const items = source[name];
  if (!Array.isArray(items)) throw malformed(source);
  return items;
}

function malformed(json: Json): UserError {
  return new UserError(`Invalid query: ${JSON.stringify(json).slice(0, 200)}`);
}
