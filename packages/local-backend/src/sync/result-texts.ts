// Query results as protocol text, made once per result however many sockets get it.
import { createHash } from "node:crypto";
import { clientFailure } from "../client-errors.ts";
import type { QueryOutcome } from "../runtime/function-runner.ts";
import { queryFailedText, queryUpdatedText, type QueryResultText } from "./server-messages.ts";

export type QueryResult = {
  /** Equal for results between which a client could see no difference. */
  readonly fingerprint: string;
  readonly journal: string | null;
  /** A failure carries the id of the request, so it is written anew for each. */
  readonly text: (requestId: () => string) => QueryResultText;
};

const generalFailureText = "Your request couldn't be completed. Try again later.";

export class ResultTexts {
  readonly #redactErrors: boolean;
  readonly #results = new WeakMap<QueryOutcome, QueryResult>();

  constructor(options: { redactErrors: boolean }) {
    this.#redactErrors = options.redactErrors;
  }

  of(outcome: QueryOutcome): QueryResult {
    const known = this.#results.get(outcome);
    if (known !== undefined) return known;
    const result = this.#make(outcome);
    this.#results.set(outcome, result);
    return result;
  }

  #make(outcome: QueryOutcome): QueryResult {
    const journal = outcome.journal ?? null;
    if (outcome.ok) {
      const logLines = this.#redactErrors ? [] : outcome.logLines;
      const text = queryUpdatedText(outcome.value, logLines, journal);
      return { fingerprint: fingerprint("ok", outcome.value, logLines), journal, text: () => text };
    }
    const shown =
      outcome.kind === "internal" ? { ...outcome, errorMessage: generalFailureText } : outcome;
    return {
      fingerprint: fingerprint(
        "failed",
        JSON.stringify([shown.errorMessage, shown.errorData]),
        shown.logLines,
      ),
      journal,
      text: (requestId) =>
        queryFailedText(clientFailure(shown, requestId(), this.#redactErrors), journal),
    };
  }
}

function fingerprint(kind: string, value: string, logLines: readonly string[]): string {
  return createHash("sha256")
    .update(kind)
    .update("\0")
    .update(value)
    .update("\0")
    .update(JSON.stringify(logLines))
    .digest("base64");
}
