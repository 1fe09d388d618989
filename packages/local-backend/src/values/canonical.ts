// The stored form of a value: text with sorted keys, made together with its size and the checks of Convex's limits.

import { UserError } from "./errors.ts";
import type { Json, JsonText } from "./json.ts";
import { checkFieldName, CommitTimestamp, decodeSpecial, encodeFloat } from "./value.ts";

/** What {@link canonicalise} found out on its one walk over a value. */
export interface Canonical {
  text: JsonText;
  /** Bytes by Convex's formula; what limits and bandwidth count. */
  size: number;
  /** Levels of arrays and objects; 0 for a scalar. */
  nesting: number;
  /** Contains the placeholder for the commit timestamp. */
  hasCommitTimestamp: boolean;
}

export const maximumDocumentSize = 1 << 20;
export const maximumValueSize = 32 << 20;
const maximumDocumentNesting = 16;
const maximumValueNesting = 64;
const maximumArrayLength = 8192;
const maximumObjectFields = 1024;

/**
 * Checks a value against everything but size and depth, and writes it with sorted keys.
 *
 * @throws UserError with Convex's text for the limit, malformed form or field name
 */
export function canonicalise(json: Json): Canonical {
  const walk: Walk = { size: 0, nesting: 0, hasCommitTimestamp: false };
  const text = write(json, walk, 0);
  return { text, ...walk };
}

/** Like {@link canonicalise}, for arguments, results and other values that are not documents. */
export function canonicaliseValue(json: Json): Canonical {
  const result = canonicalise(json);
  if (result.size > maximumValueSize) throw tooLarge(result.size, "32 MiB");
  if (result.nesting > maximumValueNesting) {
    throw new UserError(
      `Value is too nested (nested ${result.nesting} levels deep > maximum nesting ${maximumValueNesting})`,
      { code: "TooNestedError" },
    );
  }
  return result;
}

/** Like {@link canonicalise}, for a whole document, `_id` and `_creationTime` included. */
export function canonicaliseDocument(json: Json): Canonical {
  const result = canonicalise(json);
  if (result.size > maximumDocumentSize) throw tooLarge(result.size, "1 MiB");
  if (result.nesting > maximumDocumentNesting) {
    throw new UserError(
      `Document is too nested (nested ${result.nesting} levels deep > maximum nesting ${maximumDocumentNesting})`,
      { code: "TooNestedError" },
    );
  }
  return result;
}

/** The text of a value with sorted keys. @throws UserError as {@link canonicalise} */
export function canonicalText(json: Json): JsonText {
  return canonicalise(json).text;
}

/** Size in bytes of an encoded value by Convex's formula. */
export function valueSize(json: Json): number {
  return canonicalise(json).size;
}

interface Walk {
  size: number;
  nesting: number;
  hasCommitTimestamp: boolean;
}

function write(json: Json, walk: Walk, depth: number): string {
  switch (typeof json) {
    case "string":
      if (hasLoneSurrogate(json)) {
        throw new UserError("String values must be valid Unicode: found a lone surrogate");
      }
      walk.size += 2 + utf8Length(json);
      return JSON.stringify(json);
    case "number": {
      walk.size += 9;
      const encoded = encodeFloat(json);
      return typeof encoded === "number" ? String(encoded) : JSON.stringify(encoded);
    }
    case "boolean":
      walk.size += 1;
      return json ? "true" : "false";
    case "object":
      break;
    default:
      throw new UserError(`${typeof json} is not a supported Convex type`);
  }
  if (json === null) {
    walk.size += 1;
    return "null";
  }
  return Array.isArray(json) ? writeArray(json, walk, depth) : writeObject(json, walk, depth);
}

function writeArray(json: Json[], walk: Walk, depth: number): string {
  if (json.length > maximumArrayLength) {
    throw new UserError(
      `Array length is too long (${json.length} > maximum length ${maximumArrayLength})`,
      { code: "ArrayTooLong" },
    );
  }
  enter(walk, depth);
  walk.size += 2;
  let text = "[";
  for (let index = 0; index < json.length; index++) {
    if (index > 0) text += ",";
    text += write(json[index] ?? null, walk, depth + 1);
  }
  return text + "]";
}

function writeObject(json: { [key: string]: Json }, walk: Walk, depth: number): string {
  const special = decodeSpecial(json);
  if (special !== undefined) {
    if (special instanceof ArrayBuffer) {
      walk.size += 2 + special.byteLength;
      return JSON.stringify({ $bytes: Buffer.from(special).toString("base64") });
    }
    walk.size += 9;
    if (special instanceof CommitTimestamp) walk.hasCommitTimestamp = true;
    return JSON.stringify(json);
  }
  const keys = Object.keys(json).sort();
  if (keys.length > maximumObjectFields) {
    throw new UserError(
      `Object has too many fields (${keys.length} > maximum number ${maximumObjectFields})`,
      { code: "ObjectTooManyFields" },
    );
  }
  enter(walk, depth);
  walk.size += 2;
  let text = "{";
  let separator = "";
  for (const key of keys) {
    checkFieldName(key);
    const field = json[key];
    if (field === undefined) continue;
    walk.size += key.length + 1;
    text += separator + JSON.stringify(key) + ":" + write(field, walk, depth + 1);
    separator = ",";
  }
  return text + "}";
}

// Deeper than any limit, yet far from the end of the stack.
const maximumWalk = 512;

function enter(walk: Walk, depth: number): void {
  if (depth + 1 > walk.nesting) walk.nesting = depth + 1;
  if (depth > maximumWalk) {
    throw new UserError(
      `Value is too nested (nested ${depth} levels deep > maximum nesting ${maximumValueNesting})`,
      { code: "TooNestedError" },
    );
  }
}

function tooLarge(size: number, limit: string): UserError {
  return new UserError(`Value is too large (${size} > maximum size ${limit})`, {
    code: "ValueTooLargeError",
  });
}

function hasLoneSurrogate(text: string): boolean {
  return /[\ud800-\udfff]/.test(text) && /\p{Surrogate}/u.test(text);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
