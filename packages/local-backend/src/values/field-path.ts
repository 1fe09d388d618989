// Dotted paths into documents, as indexes and filters use them.

import type { Json, JsonObject } from "./json.ts";
import { isJsonObject } from "./json.ts";

/** A path split at its dots. */
export type FieldPath = readonly string[];

export function parseFieldPath(path: string): FieldPath {
  return path.split(".");
}

/**
 * What a path leads to in an encoded document; `undefined` where a field is missing or something on the way is not an
 * object. Does not look into arrays, nor into `$` forms.
 */
export function fieldAt(document: JsonObject, path: FieldPath): Json | undefined {
  let current: Json | undefined = document;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}
