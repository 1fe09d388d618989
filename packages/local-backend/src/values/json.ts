// The JSON shapes that travel between rooms: parsed Convex-encoded JSON, and its canonical text.
// Cast: what JSON.parse gives is JSON.

/** Parsed Convex-encoded JSON: special values appear as `{"$integer"}`, `{"$float"}`, `{"$bytes"}`. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object; a document before or after encoding. */
export interface JsonObject {
  [key: string]: Json;
}

/** Convex-encoded JSON as text, object keys sorted, as stored and as handed to functions. */
export type JsonText = string;

/** True for a JSON object: not null, not an array. */
export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/**
 * Parses text that is known to be JSON.
 *
 * @throws SyntaxError if it is not
 */
export function parseJson(text: JsonText): Json {
  return JSON.parse(text) as Json;
}

/**
 * A field that is always a string, such as a document's `_id`.
 *
 * @throws TypeError if it is not
 */
export function textField(document: JsonObject, name: string): string {
  const value = document[name];
  if (typeof value === "string") return value;
  throw new TypeError(`\`${name}\` is ${JSON.stringify(value)}; expected a string`);
}
