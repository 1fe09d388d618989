// The one error class whose message is meant for whoever wrote or called a function.

import type { Json } from "./json.ts";

/**
 * An error of user code's making: bad argument, limit reached, schema mismatch. `message` is exactly what Convex says;
 * it is thrown into the function and may reach the client. Everything else that is thrown is an internal error.
 *
 * `data` travels as a ConvexError's data (only the InvalidCursor error has any); `code` is Convex's name of the error
 * class, such as `ValueTooLargeError`, where it has one.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: string | undefined;
  readonly data: Json | undefined;

  constructor(message: string, options: { code?: string; data?: Json; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.data = options.data;
  }
}
