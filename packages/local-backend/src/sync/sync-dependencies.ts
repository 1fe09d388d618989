// What the sync protocol needs of the rest of the server. `server.ts` puts it together.
import type { Identity } from "../auth/identity.ts";
import type { VerifiedToken } from "../auth/verify-token.ts";
import type { FunctionRequest, FunctionRunner, QueryOutcome } from "../runtime/function-runner.ts";
import type { JsonObject } from "../values/json.ts";
import type { MutationLedger } from "./mutation-ledger.ts";
import type { ResultTexts } from "./result-texts.ts";

/** A query that is kept up to date. */
export interface LiveQuery {
  /** The result as of the last `settle()`; the same object until it changes. */
  outcome(): QueryOutcome;
  release(): void;
}

export interface LiveQuerySource {
  /**
   * Runs again whatever durable commits have touched, and gives the timestamp for which every live query's outcome now
   * holds. Queries subscribed to in the same turn of the event loop hold for it too.
   */
  settle(): bigint;
  /** `onChange` is called, once for each commit at most, when one of the outcomes may have changed. Order is kept. */
  subscribe(requests: FunctionRequest[], onChange: () => void): LiveQuery[];
}

export interface SyncDependencies {
  readonly runner: Pick<FunctionRunner, "runAction">;
  readonly liveQueries: LiveQuerySource;
  readonly mutations: MutationLedger;
  readonly texts: ResultTexts;
  /** @throws (rejects) AuthFailure */
  readonly verifyToken: (token: string) => Promise<VerifiedToken>;
  /** The identity to act as. @throws AuthFailure */
  readonly checkAdmin: (key: string, actingAs: JsonObject | null) => Identity | null;
  /** Of the last durable commit, ns. */
  readonly latestTimestamp: () => bigint;
  /** ms since 1970 */
  readonly now: () => number;
  /** Calls back once after `delayMs`; the result cancels it. */
  readonly wait: (delayMs: number, callback: () => void) => () => void;
  readonly redactErrors: boolean;
  readonly log: SyncLog;
  readonly sessionClosed?: (session: object) => void;
}

export interface SyncLog {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
