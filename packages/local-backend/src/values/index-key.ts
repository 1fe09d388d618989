// Order-preserving byte keys: comparing two keys as strings compares the values in Convex's total order.

import { CommitTimestamp, decodeSpecial, type Value } from "./value.ts";
import type { Json } from "./json.ts";

/** Bytes as a latin1 string, one character a byte, so that `<` compares bytes. */
export type Key = string;

// Tags in the order of types: undefined < null < Int64 < Float64 < boolean < string < bytes < array < object.
const tagUndefined = "\x01";
const tagNull = "\x02";
const tagInteger = "\x03";
const tagFloat = "\x04";
const tagFalse = "\x05";
const tagTrue = "\x06";
const tagString = "\x07";
const tagBytes = "\x08";
const tagArray = "\x09";
const tagObject = "\x0a";
// Ends arrays and objects: less than every tag.
const endOfSequence = "\x00";
// Ends strings and bytes; a zero inside them is written as 00 FF, which is greater.
const endOfBytes = "\x00\x00";

const maximumInteger = 0x7fff_ffff_ffff_ffffn;
const scratch = Buffer.alloc(8);

/** Concatenated keys of values; `undefined` stands for a missing field. Self-delimiting: no key is a prefix of another. */
export function encodeIndexKey(values: readonly (Value | undefined)[]): Key {
  let key = "";
  for (const value of values) key += encodeValueKey(value);
  return key;
}

/** The key of one value. */
export function encodeValueKey(value: Value | undefined): Key {
  switch (typeof value) {
    case "undefined":
      return tagUndefined;
    case "bigint":
      return encodeIntegerKey(value);
    case "number":
      return encodeFloatKey(value);
    case "boolean":
      return value ? tagTrue : tagFalse;
    case "string":
      return encodeStringKey(value);
    case "object":
      break;
    default:
      throw new TypeError(`${typeof value} is not a Convex value`);
  }
  if (value === null) return tagNull;
  if (Array.isArray(value)) return tagArray + encodeIndexKey(value) + endOfSequence;
  if (value instanceof ArrayBuffer) return encodeBytesKey(value);
  // Inside its own mutation the commit timestamp sorts like the greatest Int64.
  if (value instanceof CommitTimestamp) return encodeIntegerKey(maximumInteger);
  let key = tagObject;
  for (const name of Object.keys(value).sort()) {
    key += encodeStringKey(name) + encodeValueKey(value[name]);
  }
  return key + endOfSequence;
}

/** The key of an encoded value, without decoding it whole first; `undefined` for a missing field. */
export function encodeJsonKey(json: Json | undefined): Key {
  switch (typeof json) {
    case "undefined":
      return tagUndefined;
    case "number":
      return encodeFloatKey(json);
    case "boolean":
      return json ? tagTrue : tagFalse;
    case "string":
      return encodeStringKey(json);
    case "object":
      break;
    default:
      throw new TypeError(`${typeof json} is not JSON`);
  }
  if (json === null) return tagNull;
  if (Array.isArray(json)) {
    let key = tagArray;
    for (const item of json) key += encodeJsonKey(item);
    return key + endOfSequence;
  }
  const special = decodeSpecial(json);
  if (special !== undefined) return encodeValueKey(special);
  let key = tagObject;
  for (const name of Object.keys(json).sort()) {
    key += encodeStringKey(name) + encodeJsonKey(json[name]);
  }
  return key + endOfSequence;
}

/** The least key that is greater than every key with this prefix. */
export function keySuccessor(prefix: Key): Key {
  let length = prefix.length;
  while (length > 0 && prefix.charCodeAt(length - 1) === 0xff) length--;
  if (length === 0) throw new RangeError("A key of FF bytes only has no successor");
  return prefix.slice(0, length - 1) + String.fromCharCode(prefix.charCodeAt(length - 1) + 1);
}

/** The least key greater than this one key. */
export function keyAfter(key: Key): Key {
  return key + "\x00";
}

/** Big-endian 32-bit number, as prefixes of keys are. */
export function encodeNumberPrefix(number: number): Key {
  scratch.writeUInt32BE(number);
  return scratch.toString("latin1", 0, 4);
}

function encodeIntegerKey(value: bigint): Key {
  // Flipping the sign bit makes the two's complement order the byte order.
  scratch.writeBigUInt64BE(BigInt.asUintN(64, value) ^ 0x8000_0000_0000_0000n);
  return tagInteger + scratch.toString("latin1", 0, 8);
}

function encodeFloatKey(value: number): Key {
  scratch.writeDoubleBE(value);
  // IEEE 754 total order: negatives with all bits flipped, others with the sign bit set.
  if ((scratch[0] ?? 0) & 0x80) {
    for (let index = 0; index < 8; index++) scratch[index] = ~(scratch[index] ?? 0) & 0xff;
  } else {
    scratch[0] = (scratch[0] ?? 0) | 0x80;
  }
  return tagFloat + scratch.toString("latin1", 0, 8);
}

function encodeStringKey(value: string): Key {
  // eslint-disable-next-line no-control-regex -- zero bytes are what has to be escaped
  if (/^[\x01-\x7f]*$/.test(value)) return tagString + value + endOfBytes;
  return tagString + escapeZeros(Buffer.from(value, "utf8").toString("latin1")) + endOfBytes;
}

function encodeBytesKey(value: ArrayBuffer): Key {
  return tagBytes + escapeZeros(Buffer.from(value).toString("latin1")) + endOfBytes;
}

function escapeZeros(bytes: string): string {
  return bytes.includes("\x00") ? bytes.replaceAll("\x00", "\x00\xff") : bytes;
}
