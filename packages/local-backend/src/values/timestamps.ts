// Commit timestamps: nanoseconds since 1970 as bigints, and their wire form, base64 of 8 little-endian bytes.

/** Wire form of a timestamp, an unsigned 64-bit number. */
export function encodeTimestamp(timestamp: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(timestamp);
  return bytes.toString("base64");
}

/**
 * Reads the wire form.
 *
 * @throws RangeError if it is not base64 of 8 bytes
 */
export function decodeTimestamp(text: string): bigint {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 8 || bytes.toString("base64") !== text) {
    throw new RangeError(`"${text}" is not a timestamp; expected base64 of 8 bytes`);
  }
  return bytes.readBigUInt64LE();
}
