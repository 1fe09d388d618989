// Puts the commit's timestamp where a mutation wrote the placeholder for it.

import type { Json, JsonObject } from "./json.ts";
import { encodeInteger, setField } from "./value.ts";

/** A copy in which every `{"$commitTs": null}` is the timestamp as an Int64 of nanoseconds. */
export function resolveCommitTimestamp(json: Json, timestamp: bigint): Json {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((item) => resolveCommitTimestamp(item, timestamp));
  if (json["$commitTs"] === null && Object.keys(json).length === 1) return encodeInteger(timestamp);
  return resolveFields(json, timestamp);
}

/** The same for the fields of a document. */
export function resolveFields(document: JsonObject, timestamp: bigint): JsonObject {
  const resolved: JsonObject = {};
  for (const [name, value] of Object.entries(document)) {
    setField(resolved, name, resolveCommitTimestamp(value, timestamp));
  }
  return resolved;
}
