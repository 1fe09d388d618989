// Positions between the rows of a query, as opaque texts that fit that query only.

import { createHash } from "node:crypto";
import { UserError } from "../values/errors.ts";
import type { Key } from "../values/index-key.ts";
import type { Json } from "../values/json.ts";

/** After a row, by its key without the index's prefix, or at the end. */
export type Position = { readonly kind: "after"; readonly key: Key } | { readonly kind: "end" };

const fingerprintBytes = 12;
const tagAfter = 1;
const tagEnd = 2;

/** What a cursor has to have in common with the query that it continues. */
export function fingerprint(query: Json, indexFields: readonly string[]): string {
  const content = JSON.stringify([query, indexFields]);
  return createHash("sha256")
    .update(content)
    .digest()
    .subarray(0, fingerprintBytes)
    .toString("latin1");
}

export function encodeCursor(mark: string, position: Position): string {
  const bytes =
    position.kind === "end"
      ? mark + String.fromCharCode(tagEnd)
      : mark + String.fromCharCode(tagAfter) + position.key;
  return Buffer.from(bytes, "latin1").toString("base64url");
}

/**
 * Reads a cursor.
 *
 * @throws UserError InvalidCursor if it is none or is another query's
 */
export function decodeCursor(mark: string, text: string): Position {
  const bytes = Buffer.from(text, "base64url").toString("latin1");
  if (bytes.length > fingerprintBytes && bytes.startsWith(mark)) {
    const tag = bytes.charCodeAt(fingerprintBytes);
    if (tag === tagEnd && bytes.length === fingerprintBytes + 1) return { kind: "end" };
    if (tag === tagAfter) return { kind: "after", key: bytes.slice(fingerprintBytes + 1) };
  }
  throw new UserError(
    "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.",
    {
      code: "InvalidCursor",
      data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
    },
  );
}
