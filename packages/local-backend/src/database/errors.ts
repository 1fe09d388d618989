// Errors that leave the database room.

export { UserError } from "../values/errors.ts";

/**
 * Two overlapping mutations touched the same data; the later one must be run again from its start. Cannot happen while
 * mutations run one after another, synchronously.
 */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
  readonly table: string;

  constructor(table: string) {
    super(
      `Documents read from or written to the "${table}" table changed while this mutation was being run and on every ` +
        "subsequent retry. Another call to this mutation changed the same documents. " +
        "See https://docs.convex.dev/error#1",
    );
    this.table = table;
  }
}

/** A schema that the stored documents, or its own rules, do not allow; `message` is what the pusher reads. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
