// The last executions, for `convex logs`: a ring of entries and requests that wait for the next one.
import type { Execution } from "../runtime/function-runner.ts";
import type { JsonObject } from "../values/json.ts";

const keptEntries = 1_000;
const waitMs = 60_000;

type Entry = { readonly cursor: number; readonly json: JsonObject };

export class FunctionLog {
  readonly #entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #now: () => number;
  #lastCursor = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(execution: Execution): void {
    const cursor = Math.max(Math.floor(this.#now()), this.#lastCursor + 1);
    this.#lastCursor = cursor;
    this.#entries.push({ cursor, json: toJson(execution) });
    if (this.#entries.length > keptEntries) this.#entries.shift();
    this.#wake();
  }

  /**
   * Entries after `cursor`, oldest first, and the cursor for the next request. With none, waits up to a minute for one, or
   * until `signal` says that nobody listens any more.
   */
  async after(
    cursor: number,
    signal: AbortSignal,
  ): Promise<{ entries: JsonObject[]; newCursor: number }> {
    if (this.#lastCursor <= cursor) await this.#next(signal);
    const entries = this.#entries.filter((entry) => entry.cursor > cursor);
    return {
      entries: entries.map(({ json }) => json),
      newCursor: entries.at(-1)?.cursor ?? cursor,
    };
  }

  /** Lets everybody go who waits, when the server stops. */
  close(): void {
    this.#wake();
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      signal.addEventListener("abort", done);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

const kindNames = {
  query: "Query",
  mutation: "Mutation",
  action: "Action",
  httpAction: "HttpAction",
} as const;

function toJson(execution: Execution): JsonObject {
  const endedAt = execution.startedAt + execution.durationMs;
  return {
    kind: "Completion",
    udfType: kindNames[execution.kind],
    identifier: execution.path,
    componentPath: execution.component === "" ? null : execution.component,
    logLines: execution.logLines.map((line) => toLogLine(line, endedAt)),
    timestamp: endedAt / 1_000,
    executionTime: execution.durationMs / 1_000,
    cachedResult: false,
    success: execution.ok ? {} : null,
    error: execution.errorMessage ?? null,
    requestId: execution.requestId,
    executionId: execution.requestId,
    caller: execution.caller,
    usageStats: {
      databaseReadBytes: execution.bytesRead,
      databaseReadDocuments: execution.documentsRead,
      databaseWriteBytes: execution.bytesWritten,
    },
  };
}

function toLogLine(line: string, timestamp: number): JsonObject {
  const match = /^\[(DEBUG|INFO|LOG|WARN|ERROR)\] /.exec(line);
  return {
    messages: [match === null ? line : line.slice(match[0].length)],
    level: match?.[1] ?? "LOG",
    timestamp,
    isTruncated: line.endsWith(" (truncated due to length)"),
  };
}
