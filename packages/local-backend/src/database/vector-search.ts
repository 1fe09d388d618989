// Vector search by comparing with every vector of the index: exact, and fast enough for one machine's data.

import { debugString } from "../values/debug-print.ts";
import { encodeDocumentId } from "../values/document-id.ts";
import { UserError } from "../values/errors.ts";
import { encodeValueKey } from "../values/index-key.ts";
import { isJsonObject, type Json } from "../values/json.ts";
import { decodeOptionalValue } from "../values/value.ts";
import type { Index, Table } from "./catalog.ts";
import { filterToken, internalIdLength, toVector } from "./index-entries.ts";
import type { TransactionState } from "./transaction-state.ts";
import type { ComponentPath } from "./transaction.ts";

const defaultLimit = 10;
const maximumLimit = 256;
const maximumConditions = 64;

interface Match {
  readonly score: number;
  readonly internalId: string;
}

/** Best first. @throws UserError for a malformed query */
export function vectorSearch(
  state: TransactionState,
  component: ComponentPath,
  query: Json,
): { _id: string; _score: number }[] {
  state.assertOpen();
  const { indexName, limit, vector, expressions } = isJsonObject(query) ? query : {};
  if (typeof indexName !== "string" || !indexName.includes(".")) {
    throw new UserError(`Invalid vector query: ${JSON.stringify(query).slice(0, 200)}`);
  }
  const dot = indexName.indexOf(".");
  const table = state.findTable(component, indexName.slice(0, dot));
  const index = table?.indexes.get(indexName.slice(dot + 1));
  if (table === undefined || index === undefined) throw missingIndex(indexName);
  const { content } = index;
  if (content.kind !== "vector") {
    throw new UserError(`Index ${indexName} is not a vector index.`, {
      code: "IndexNotAVectorIndexError",
    });
  }
  if (index.staged) {
    throw new UserError(
      `Index ${indexName} is currently staged and not available to query until it is enabled.`,
    );
  }
  if (!index.ready) {
    throw new UserError(
      `Index ${indexName} is currently backfilling and not available to query yet.`,
      { code: "IndexBackfillingError" },
    );
  }
  const wanted = checkLimit(limit);
  const length = Array.isArray(vector) ? vector.length : 0;
  const target = toVector(vector, content.dimensions);
  if (target === null) {
    throw new UserError(
      length === content.dimensions
        ? "A vector must be an array of float64."
        : `Expected a vector with dimensions ${content.dimensions}, received ${length}.`,
      { code: "InvalidVectorQuery" },
    );
  }
  const conditions = compileConditions(indexName, content.filterFields, expressions ?? null);
  const best = nearest(state, index, target, conditions, wanted);
  state.reads.push({
    component,
    table: table.name,
    index: index.name,
    kind: "vector",
    range: expressions ?? null,
    order: "asc",
    documents: best.length,
    bytes: 0,
    returned: best.length,
    callSite: state.callSite,
  });
  return best.map(({ score, internalId }) => ({ _id: textOf(table, internalId), _score: score }));
}

function nearest(
  state: TransactionState,
  index: Index,
  target: Float32Array,
  conditions: readonly string[] | null,
  wanted: number,
): Match[] {
  const best: Match[] = [];
  for (const { key, vector, filters } of state.store.vectors(index.number)) {
    if (conditions !== null) {
      const own = filters.split(" ");
      if (!conditions.some((token) => own.includes(token))) continue;
    }
    let score = 0;
    for (let position = 0; position < target.length; position++) {
      score += (target[position] ?? 0) * (vector[position] ?? 0);
    }
    const match = { score, internalId: key.slice(-internalIdLength) };
    const worst = best.at(-1);
    if (best.length >= wanted && worst !== undefined && !isBetter(match, worst)) continue;
    let at = best.length;
    while (at > 0) {
      const other = best[at - 1];
      if (other === undefined || !isBetter(match, other)) break;
      at--;
    }
    best.splice(at, 0, match);
    if (best.length > wanted) best.pop();
  }
  return best;
}

function isBetter(left: Match, right: Match): boolean {
  return left.score !== right.score ? left.score > right.score : left.internalId < right.internalId;
}

function checkLimit(limit: Json | undefined): number {
  if (limit === undefined || limit === null) return defaultLimit;
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit <= 0) {
    throw new UserError(
      `Vector queries need a \`limit\` that is a positive whole number, not ${JSON.stringify(limit)}.`,
      { code: "InvalidVectorQuery" },
    );
  }
  if (limit > maximumLimit) {
    throw new UserError(
      `Vector queries can fetch at most ${maximumLimit} results, requested ${limit}.`,
      { code: "InvalidVectorQuery" },
    );
  }
  return limit;
}

/** Filter tokens of which one must be there; null for no filter. */
function compileConditions(
  indexName: string,
  fields: readonly string[],
  expression: Json,
): string[] | null {
  if (expression === null) return null;
  const tokens: string[] = [];
  const visit = (part: Json) => {
    const { $or: any, $eq: equal } = isJsonObject(part) ? part : {};
    if (Array.isArray(any)) {
      any.forEach(visit);
      return;
    }
    const [left, right] = Array.isArray(equal) ? equal : [];
    const field = isJsonObject(left) ? left["$field"] : undefined;
    const literal = isJsonObject(right) ? right["$literal"] : undefined;
    if (typeof field !== "string" || literal === undefined) {
      throw new UserError(
        `Invalid filter of a vector query: ${JSON.stringify(part).slice(0, 200)}. Only \`q.eq(field, value)\` and \`q.or(…)\` are possible.`,
      );
    }
    const position = fields.indexOf(field);
    if (position < 0) {
      throw new UserError(
        `Vector query against ${indexName} contains an equality filter on ${debugString(field)} but that field isn't indexed for filtering in \`filterFields\`.`,
        { code: "IncorrectFilterFieldError" },
      );
    }
    tokens.push(filterToken(position, encodeValueKey(decodeOptionalValue(literal))));
  };
  visit(expression);
  if (tokens.length > maximumConditions) {
    throw new UserError(
      `Vector query against ${indexName} has too many filter conditions. Max: ${maximumConditions} Actual: ${tokens.length}`,
      { code: "TooManyFilterConditionsInVectorQueryError" },
    );
  }
  return tokens;
}

function missingIndex(name: string): UserError {
  return new UserError(`Index ${name} not found.`, { code: "IndexNotFoundError" });
}

function textOf(table: Table, internalId: string): string {
  return encodeDocumentId(table.number, Buffer.from(internalId, "latin1"));
}
