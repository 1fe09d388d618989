// Runs each mutation of a client once, however often the client sends it: the result is stored in the
// transaction of the mutation itself, under the client's session and request number.
import type { Database } from "../database/database.ts";
import type { Transaction } from "../database/transaction.ts";
import type {
  FunctionRequest,
  FunctionRunner,
  MutationOutcome,
} from "../runtime/function-runner.ts";
import { isJsonObject, type JsonObject } from "../values/json.ts";

const table = "_session_requests";
const index = "by_session_and_request";
const generalFailureText = "Your request couldn't be completed. Try again later.";
/** So often an internal fault makes the client come again before it gets told to give up on the request. */
const maxInternalFaults = 3;

export class MutationLedger {
  readonly #database: Database;
  readonly #runner: Pick<FunctionRunner, "runMutation">;
  readonly #running = new Map<string, Promise<MutationOutcome>>();
  readonly #faults = new Map<string, number>();

  constructor(database: Database, runner: Pick<FunctionRunner, "runMutation">) {
    this.#database = database;
    this.#runner = runner;
  }

  /**
   * Runs the mutation, or gives the result it had. The function has run when this returns; the promise fulfils when its
   * commit is durable.
   *
   * @throws (rejects) when the server, not the function, failed: the client should connect again and resend
   */
  run(
    sessionId: string,
    requestNumber: number,
    request: FunctionRequest,
  ): Promise<MutationOutcome> {
    const key = `${sessionId}|${requestNumber}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const stored = this.#find(sessionId, requestNumber);
    if (stored !== null) return Promise.resolve(stored);
    const outcome = this.#runner
      .runMutation({
        ...request,
        beforeCommit: (tx, done) => {
          tx.system.insert("", table, {
            session: sessionId,
            request: requestNumber,
            result: done.value,
            ts: { $commitTs: null },
            logLines: done.logLines,
          });
        },
      })
      .then((result) => this.#judge(key, result))
      .finally(() => this.#running.delete(key));
    this.#running.set(key, outcome);
    return outcome;
  }

  /** Removes records of requests older than `beforeMs` (ms since 1970), at most `limit`; gives how many. */
  async prune(beforeMs: number, limit: number): Promise<number> {
    const tx = this.#database.begin({ kind: "mutation", unlimited: true });
    const old = tx.system.query("", table, "by_creation_time", [], {
      range: { lt: beforeMs },
      limit,
    });
    for (const row of old)
      if (typeof row["_id"] === "string") tx.system.remove("", table, row["_id"]);
    await this.#database.commit(tx);
    return old.length;
  }

  #find(sessionId: string, requestNumber: number): MutationOutcome | null {
    const tx = this.#database.begin({ kind: "mutation", unlimited: true });
    try {
      return toOutcome(findRow(tx, sessionId, requestNumber), this.#database.latestTimestamp());
    } finally {
      this.#database.abort(tx);
    }
  }

  #judge(key: string, outcome: MutationOutcome): MutationOutcome {
    if (outcome.ok || outcome.kind === "user") {
      this.#faults.delete(key);
      return outcome;
    }
    const faults = (this.#faults.get(key) ?? 0) + 1;
    if (faults < maxInternalFaults) {
      this.#faults.set(key, faults);
      throw new Error(`a mutation failed inside the server: ${outcome.errorMessage}`);
    }
    this.#faults.delete(key);
    return { ...outcome, errorMessage: generalFailureText };
  }
}

function findRow(
  tx: Transaction,
  sessionId: string,
  requestNumber: number,
): JsonObject | undefined {
  return tx.system.query("", table, index, [sessionId, requestNumber], { limit: 1 })[0];
}

/** `fallback`: any timestamp from the commit on serves the client. */
function toOutcome(row: JsonObject | undefined, fallback: bigint): MutationOutcome | null {
  if (row === undefined) return null;
  const { result, ts, logLines } = row;
  if (typeof result !== "string" || !Array.isArray(logLines)) {
    throw new TypeError(`a record in ${table} has no result`);
  }
  const integer = isJsonObject(ts) ? ts["$integer"] : undefined;
  return {
    ok: true,
    value: result,
    timestamp:
      typeof integer === "string" ? Buffer.from(integer, "base64").readBigInt64LE(0) : fallback,
    logLines: logLines.filter((line) => typeof line === "string"),
  };
}
