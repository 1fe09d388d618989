// Document ids: table number and internal id with a checksum, in Crockford base32.

/** The two parts of an id. `internalId` is 16 bytes. */
export interface DocumentId {
  readonly tableNumber: number;
  readonly internalId: Uint8Array;
}

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const digits = new Int8Array(128).fill(-1);
for (let index = 0; index < alphabet.length; index++) digits[alphabet.charCodeAt(index)] = index;

const internalLength = 16;
const footerLength = 2;
const minimumLength = 31;
const maximumLength = 37;
const maximumTableNumber = 0xffff_ffff;

/** The id's text, 31 to 37 characters. */
export function encodeDocumentId(tableNumber: number, internalId: Uint8Array): string {
  if (internalId.length !== internalLength) {
    throw new RangeError(`An internal id has ${internalLength} bytes, not ${internalId.length}`);
  }
  const bytes: number[] = [];
  let rest = tableNumber;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  for (const byte of internalId) bytes.push(byte);
  const footer = checksum(bytes, bytes.length);
  bytes.push(footer & 0xff, footer >> 8);
  return encodeBase32(bytes);
}

/** The parts of an id, or null if the text is not one. Strict: one text per id. */
export function decodeDocumentId(text: string): DocumentId | null {
  const result = parse(text);
  return typeof result === "string" ? null : result;
}

/** Convex's text for why something is not an id, or null if it is one. */
export function documentIdProblem(text: string): string | null {
  const result = parse(text);
  return typeof result === "string" ? `Unable to decode ID: ${result}` : null;
}

/** 14 random bytes and the day, which keeps ids of one day near each other in old deployments' layouts. */
export function makeInternalId(random: Uint8Array, nowMs: number): Uint8Array {
  const id = new Uint8Array(internalLength);
  id.set(random.subarray(0, 14));
  const day = Math.floor(nowMs / 86_400_000) & 0xffff;
  id[14] = day >> 8;
  id[15] = day & 0xff;
  return id;
}

function parse(text: string): DocumentId | string {
  if (text.length < minimumLength || text.length > maximumLength) {
    return `Invalid ID length ${text.length}`;
  }
  const bytes = decodeBase32(text);
  if (bytes === null) return "ID wasn't valid base32";
  let tableNumber = 0;
  let position = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[position];
    if (byte === undefined || position >= 5) return "Invalid table number";
    position++;
    tableNumber += (byte & 0x7f) * scale;
    scale *= 0x80;
    if ((byte & 0x80) === 0) {
      // A last byte of zero would be a second spelling of a shorter number.
      if (byte === 0 && position > 1) return "Invalid table number";
      break;
    }
  }
  if (tableNumber === 0 || tableNumber > maximumTableNumber) return "Invalid table number";
  if (bytes.length !== position + internalLength + footerLength) {
    return `Invalid ID length ${text.length}`;
  }
  const expected = checksum(bytes, bytes.length - footerLength);
  const footer = (bytes[bytes.length - 2] ?? 0) | ((bytes[bytes.length - 1] ?? 0) << 8);
  if (footer !== expected) return `Invalid ID version ${footer} (expected ${expected})`;
  return { tableNumber, internalId: bytes.subarray(position, position + internalLength) };
}

/** Fletcher-16 with sums modulo 256, the second sum in the high byte. */
function checksum(bytes: ArrayLike<number>, length: number): number {
  let first = 0;
  let second = 0;
  for (let index = 0; index < length; index++) {
    first = (first + (bytes[index] ?? 0)) & 0xff;
    second = (second + first) & 0xff;
  }
  return first | (second << 8);
}

function encodeBase32(bytes: ArrayLike<number>): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (let index = 0; index < bytes.length; index++) {
    buffer = ((buffer << 8) | (bytes[index] ?? 0)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) text += alphabet[(buffer << (5 - bits)) & 31];
  return text;
}

function decodeBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let buffer = 0;
  let bits = 0;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const digit = code < 128 ? (digits[code] ?? -1) : -1;
    if (digit < 0) return null;
    buffer = ((buffer << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (buffer >> bits) & 0xff;
    }
  }
  // What is left must be padding: zero bits, and fewer than a digit has.
  return bits < 5 && (buffer & ((1 << bits) - 1)) === 0 ? bytes.subarray(0, length) : null;
}
