// Convex values in JavaScript and in their JSON encoding: `$integer`, `$float`, `$bytes` and `$commitTs` forms.

import { UserError } from "./errors.ts";
import { isJsonObject, type Json, type JsonText } from "./json.ts";
import { canonicalText } from "./canonical.ts";

/** Stands for the commit's timestamp inside the mutation that writes it; becomes an Int64 at commit. */
export class CommitTimestamp {
  static readonly placeholder = new CommitTimestamp();
  private constructor() {}
}

/** A Convex value. Int64 is a bigint, Float64 a number, bytes an ArrayBuffer. */
export type Value =
  | null
  | bigint
  | number
  | boolean
  | string
  | ArrayBuffer
  | CommitTimestamp
  | Value[]
  | { [key: string]: Value };

/**
 * Decodes Convex-encoded JSON.
 *
 * @throws UserError for a malformed `$` form or field name
 */
export function decodeValue(json: Json): Value {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(decodeValue);
  const special = decodeSpecial(json);
  if (special !== undefined) return special;
  const result: { [key: string]: Value } = {};
  for (const [key, value] of Object.entries(json)) {
    checkFieldName(key);
    setField(result, key, decodeValue(value));
  }
  return result;
}

/** Decodes what may also be `{"$undefined": null}`, as in filters and index ranges. */
export function decodeOptionalValue(json: Json): Value | undefined {
  return isUndefinedForm(json) ? undefined : decodeValue(json);
}

/** True for `{"$undefined": null}`, the wire form of a missing field. */
export function isUndefinedForm(json: Json | undefined): boolean {
  return isJsonObject(json) && "$undefined" in json && Object.keys(json).length === 1;
}

/** Encodes a value as Convex-encoded JSON. */
export function encodeValue(value: Value): Json {
  switch (typeof value) {
    case "bigint":
      return encodeInteger(value);
    case "number":
      return encodeFloat(value);
    case "boolean":
    case "string":
      return value;
    case "object":
      break;
    default:
      throw new TypeError(`${typeof value} is not a Convex value`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(encodeValue);
  if (value instanceof ArrayBuffer) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof CommitTimestamp) return { $commitTs: null };
  const result: { [key: string]: Json } = {};
  for (const [key, field] of Object.entries(value)) setField(result, key, encodeValue(field));
  return result;
}

/** Encodes a value as text, object keys sorted. */
export function stringifyValue(value: Value): JsonText {
  return canonicalText(encodeValue(value));
}

/** `{"$integer": …}` of a 64-bit integer. */
export function encodeInteger(value: bigint): Json {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return { $integer: bytes.toString("base64") };
}

/** A finite number as itself; NaN, infinities and −0 as `{"$float": …}`. */
export function encodeFloat(value: number): Json {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return { $float: bytes.toString("base64") };
}

/**
 * Decodes an object with a single `$` key, or gives `undefined` for an ordinary object.
 *
 * @throws UserError if the form is malformed or unknown
 */
export function decodeSpecial(json: {
  readonly [key: string]: Json;
}): bigint | number | ArrayBuffer | CommitTimestamp | undefined {
  let only: string | undefined;
  for (const key in json) {
    if (only !== undefined) return undefined;
    only = key;
  }
  if (only === undefined || only.charCodeAt(0) !== 36) return undefined;
  const content = json[only];
  switch (only) {
    case "$integer":
      return decodeBase64(content, "$integer", 8).readBigInt64LE();
    case "$float": {
      const value = decodeBase64(content, "$float", 8).readDoubleLE();
      if (Number.isFinite(value) && !Object.is(value, -0)) {
        throw new UserError(`Float ${value} should be encoded as a number`);
      }
      return value;
    }
    case "$bytes": {
      const bytes = decodeBase64(content, "$bytes", null);
      const copy = new ArrayBuffer(bytes.byteLength);
      new Uint8Array(copy).set(bytes);
      return copy;
    }
    case "$commitTs":
      return CommitTimestamp.placeholder;
    case "$undefined":
      throw new UserError("undefined is not a valid Convex value");
    default:
      throw new UserError(`Field name ${only} starts with '$', which is reserved.`);
  }
}

function decodeBase64(content: Json | undefined, form: string, length: number | null): Buffer {
  if (typeof content !== "string") {
    throw new UserError(`Malformed ${form} value: expected a base64 string`);
  }
  const bytes = Buffer.from(content, "base64");
  if (bytes.toString("base64").replace(/=+$/, "") !== content.replace(/=+$/, "")) {
    throw new UserError(`Malformed ${form} value: "${content}" is not base64`);
  }
  if (length !== null && bytes.length !== length) {
    throw new UserError(
      `Malformed ${form} value: received ${bytes.length} bytes, expected ${length}`,
    );
  }
  return bytes;
}

const maximumFieldName = 1024;

/**
 * Checks the name of a field of an object value.
 *
 * @throws UserError if it is empty, too long, reserved or not printable ASCII
 */
export function checkFieldName(name: string): void {
  // Nearly all names are identifiers.
  if (/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) return;
  if (name.length === 0) throw new UserError("Field name cannot be empty");
  if (name.length > maximumFieldName) {
    throw new UserError(
      `Field name is too long (${name.length} > maximum ${maximumFieldName}): ${name.slice(0, 64)}…`,
    );
  }
  if (name.charCodeAt(0) === 36) {
    throw new UserError(`Field name ${name} starts with '$', which is reserved.`);
  }
  if (!/^[\x20-\x7e]*$/.test(name)) {
    throw new UserError(
      `Field name ${name} has invalid character: Field names can only contain non-control ASCII characters`,
    );
  }
}

/** Assigns a field, also one named `__proto__`. */
export function setField<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}
