// Where a document stands in each index of its table: keys, search words, vectors.

import { createHash } from "node:crypto";
import { encodeJsonKey, type Key } from "../values/index-key.ts";
import { fieldAt } from "../values/field-path.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { Index, Table } from "./catalog.ts";
import { tokenise } from "./tokenise.ts";

/** The part of a key that tells documents apart: 16 bytes. */
export const internalIdLength = 16;

/** The key of a document in its table's identity index, which names it everywhere. */
export function identityKey(table: Table, internalId: Key): Key {
  return table.identity.prefix + internalId;
}

/** The document's key in a database index. */
export function entryKey(index: Index, document: JsonObject, internalId: Key): Key {
  let key = index.prefix;
  for (const path of index.paths) key += encodeJsonKey(fieldAt(document, path));
  return key + internalId;
}

/** Keys in every database index of the table, the identity index not among them. */
export function entryKeys(table: Table, document: JsonObject, internalId: Key): Key[] {
  const keys: Key[] = [];
  for (const index of table.indexes.values()) {
    if (index.content.kind === "database") keys.push(entryKey(index, document, internalId));
  }
  return keys;
}

/** What a document is to a search index; null if the field is no string, which no search finds. */
export interface SearchContent {
  readonly words: string[];
  /** Encoded values of the filter fields. */
  readonly filters: Key[];
}

export function searchContent(index: Index, document: JsonObject): SearchContent | null {
  if (index.content.kind !== "search") return null;
  const text = fieldAt(document, index.subject);
  if (typeof text !== "string") return null;
  return { words: tokenise(text), filters: filterValues(index, document) };
}

/** The vector of a document and its filter values; null if it has none of the right length. */
export function vectorContent(
  index: Index,
  document: JsonObject,
): { vector: Float32Array; filters: string } | null {
  const { content } = index;
  if (content.kind !== "vector") return null;
  const vector = toVector(fieldAt(document, index.subject), content.dimensions);
  return vector === null ? null : { vector, filters: filterTokens(filterValues(index, document)) };
}

/** Numbers as a vector of length 1, null if they are not numbers or not as many as they should be. */
export function toVector(json: Json | undefined, dimensions: number): Float32Array | null {
  if (!Array.isArray(json) || json.length !== dimensions) return null;
  const vector = new Float32Array(dimensions);
  let sum = 0;
  for (const [position, item] of json.entries()) {
    if (typeof item !== "number") return null;
    vector[position] = item;
    sum += item * item;
  }
  const length = Math.sqrt(sum);
  if (length > 0)
    for (let position = 0; position < dimensions; position++) {
      vector[position] = (vector[position] ?? 0) / length;
    }
  return vector;
}

/** Filter values as words for the store, separated by spaces. */
export function filterTokens(values: readonly Key[]): string {
  return values.map((value, field) => filterToken(field, value)).join(" ");
}

/** One field's value as a word of letters and digits of fixed length. */
export function filterToken(field: number, value: Key): string {
  const hash = createHash("sha256").update(value, "latin1").digest("hex").slice(0, 32);
  return `${field.toString(16)}x${hash}`;
}

function filterValues(index: Index, document: JsonObject): Key[] {
  return index.paths.map((path) => encodeJsonKey(fieldAt(document, path)));
}
