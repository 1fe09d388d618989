// What a failed call looks like to a client: request ids and the texts around an error.
import { createHash, randomBytes } from "node:crypto";
import type { Json } from "./values/json.ts";

/** What of a failure concerns the one who called. */
export type CallFailure = {
  readonly errorMessage: string;
  readonly errorData?: Json;
  readonly logLines: readonly string[];
};

/** A fresh request id: 16 hex digits. */
export function newRequestId(): string {
  return randomBytes(8).toString("hex");
}

/** The id of a request over a socket; the same one when the client sends the request again. */
export function socketRequestId(sessionId: string, requestId: number): string {
  return createHash("sha256").update(`${sessionId}|${requestId}`).digest("hex").slice(0, 16);
}

/**
 * The failure as it leaves the server. Redacted (as in a production deployment) it says nothing but the request id, and has
 * no log lines. `errorData` is always passed on, and is absent, not `null`, when there is none.
 */
export function clientFailure(
  failure: CallFailure,
  requestId: string,
  redact: boolean,
): CallFailure {
  const title = `[Request ID: ${requestId}] Server Error`;
  return {
    errorMessage: redact ? title : `${title}\n${failure.errorMessage}`,
    ...(failure.errorData === undefined ? {} : { errorData: failure.errorData }),
    logLines: redact ? [] : failure.logLines,
  };
}
