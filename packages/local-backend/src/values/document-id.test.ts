import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeDocumentId,
  documentIdProblem,
  encodeDocumentId,
  makeInternalId,
} from "./document-id.ts";
import { decodeTimestamp, encodeTimestamp } from "./timestamps.ts";

const internalId = fc.uint8Array({ minLength: 16, maxLength: 16 });
const tableNumber = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 0xffff_ffff }),
);

test("an id has the text that Convex gives it", () => {
  const bytes = new Uint8Array(16);
  let byte = 1;
  for (let index = 0; index < 16; index++) bytes[index] = byte = (byte * 251) & 0xff;
  expect(encodeDocumentId(1017, bytes)).toBe("z43zp6c3e75gkmz1kfwj6mbbx5sw281h");
  expect(encodeDocumentId(10_001, bytes).startsWith("j5")).toBe(true);
});

test("decoding an id gives its parts back, and texts sort as the bytes do", () => {
  fc.assert(
    fc.property(tableNumber, internalId, internalId, (table, left, right) => {
      const text = encodeDocumentId(table, left);
      expect(decodeDocumentId(text)).toEqual({ tableNumber: table, internalId: left });
      const order = Buffer.compare(left, right);
      const other = encodeDocumentId(table, right);
      expect(text < other ? -1 : text > other ? 1 : 0).toBe(order);
    }),
  );
});

test("a text with one other character, or any text that is no id, is refused", () => {
  fc.assert(
    fc.property(
      tableNumber,
      internalId,
      fc.nat(36),
      fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyzilou-A"),
      (table, bytes, at, character) => {
        const text = encodeDocumentId(table, bytes);
        const position = at % text.length;
        fc.pre(text[position] !== character);
        const changed = text.slice(0, position) + character + text.slice(position + 1);
        const decoded = decodeDocumentId(changed);
        // The checksum is 16 bits of sums: what passes it must at least be spelt canonically.
        if (decoded !== null) {
          expect(encodeDocumentId(decoded.tableNumber, decoded.internalId)).toBe(changed);
        }
      },
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => decodeDocumentId(text) === null));
});

test.each([
  ["short", "Unable to decode ID: Invalid ID length 5"],
  ["u".repeat(32), "Unable to decode ID: ID wasn't valid base32"],
  ["0".repeat(32), "Unable to decode ID: Invalid table number"],
])("why %s is no id", (text, problem) => {
  expect(documentIdProblem(text)).toBe(problem);
});

test("an internal id ends in the day it was made", () => {
  const id = makeInternalId(new Uint8Array(14).fill(7), 86_400_000 * 0x1234 + 5);
  expect([...id.subarray(13)]).toEqual([7, 0x12, 0x34]);
});

test("timestamps round-trip as 8 little-endian bytes", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (timestamp) => {
      expect(decodeTimestamp(encodeTimestamp(timestamp))).toBe(timestamp);
    }),
  );
  expect(encodeTimestamp(1n)).toBe("AQAAAAAAAAA=");
  expect(() => decodeTimestamp("AQ==")).toThrow("expected base64 of 8 bytes");
});
