// Pages of a query: between cursors, with limits that end a page early, and a journal that keeps its end.

import { UserError } from "../values/errors.ts";
import { keyAfter, keySuccessor, type Key } from "../values/index-key.ts";
import type { JsonText } from "../values/json.ts";
import { decodeCursor, encodeCursor, fingerprint, type Position } from "./cursor.ts";
import { planQuery, type QueryPlan } from "./query-plan.ts";
import { QueryRun } from "./query-run.ts";
import type { KeyInterval } from "./read-set.ts";
import type { TransactionState } from "./transaction-state.ts";
import type { ComponentPath, QueryPage, QueryPageRequest } from "./transaction.ts";

const maximumPageSize = 32_000;
const maximumRows = 32_000;
const maximumBytes = 16 << 20;
const recommendAbove = 0.75;
const longPage = 6_144;

/**
 * Reads one page.
 *
 * @param journal - the end that an earlier run of the same page had; null to find it now
 * @returns the page and the journal for the next run
 */
export function readPage(
  state: TransactionState,
  component: ComponentPath,
  request: QueryPageRequest,
  journal: string | null,
): { page: QueryPage; journal: string } {
  checkRequest(request);
  if (component !== "" && !state.isUnlimited) {
    throw new UserError("paginate() is only supported in the app.", {
      code: "PaginationUnsupportedInComponents",
    });
  }
  const plan = planQuery(component, request.query, (name) => state.findTable(component, name));
  const mark = fingerprint(request.query, plan.indexFields);
  const start = request.cursor === null ? null : decodeCursor(mark, request.cursor);
  const endText = request.endCursor ?? journal;
  const end = endText === null ? null : decodeCursor(mark, endText);

  const { source } = plan;
  if (source.kind === "nothing" || start?.kind === "end") {
    // Opened all the same: reading nothing is also a read.
    if (source.kind === "nothing") new QueryRun(state, plan, { component, kind: "page" });
    const done = encodeCursor(mark, { kind: "end" });
    return {
      page: {
        page: [],
        isDone: true,
        continueCursor: done,
        splitCursor: null,
        pageStatus: null,
      },
      journal: done,
    };
  }

  const { prefix } = source.index;
  const run = new QueryRun(state, plan, {
    component,
    kind: "page",
    within: pageInterval(plan, prefix, start, end),
    expected: end === null ? request.pageSize + 1 : longPage,
  });
  const read = readRows(state, run, request, end);
  const position: Position =
    end ?? (read.last === null || read.exhausted ? { kind: "end" } : after(prefix, read.last));
  const continueCursor = encodeCursor(mark, position);
  const splitKey =
    source.kind === "search" ? null : splitPoint(read.keys, read.status === "SplitRequired");
  return {
    page: {
      page: read.page,
      isDone: position.kind === "end",
      continueCursor,
      splitCursor: splitKey === null ? null : encodeCursor(mark, after(prefix, splitKey)),
      // Nothing can be split off a single row; saying so would keep the client waiting.
      pageStatus: read.status === "SplitRequired" && splitKey === null ? null : read.status,
    },
    journal: continueCursor,
  };
}

interface PageRows {
  page: JsonText[];
  keys: Key[];
  last: Key | null;
  exhausted: boolean;
  status: QueryPage["pageStatus"];
}

function readRows(
  state: TransactionState,
  run: QueryRun,
  request: QueryPageRequest,
  end: Position | null,
): PageRows {
  const { usage } = state;
  const rowLimit = Math.min(
    request.maximumRowsRead ?? maximumRows,
    usage.remaining("documentsRead"),
    maximumRows,
  );
  const byteLimit = Math.min(
    request.maximumBytesRead ?? maximumBytes,
    usage.remaining("bytesRead"),
    maximumBytes,
  );
  const page: JsonText[] = [];
  const keys: Key[] = [];
  let bytes = 0;
  let exhausted = false;
  let stopped = false;
  while (end !== null || page.length < request.pageSize) {
    if (end === null && (keys.length >= rowLimit || bytes >= byteLimit) && keys.length > 0) {
      stopped = true;
      break;
    }
    const row = run.nextRead();
    if (row === null) {
      exhausted = true;
      break;
    }
    keys.push(row.key);
    bytes += row.size;
    if (row.text !== null) page.push(row.text);
  }
  const isLong =
    keys.length > rowLimit * recommendAbove ||
    bytes > byteLimit * recommendAbove ||
    page.length > longPage;
  const status = stopped ? "SplitRequired" : isLong ? "SplitRecommended" : null;
  return { page, keys, last: keys.at(-1) ?? null, exhausted, status };
}

/** The keys of a page: what lies after the start and up to the end, in the query's order. */
function pageInterval(
  plan: QueryPlan,
  prefix: Key,
  start: Position | null,
  end: Position | null,
): KeyInterval {
  const { source } = plan;
  const whole =
    source.kind === "range" ? source.interval : { start: prefix, end: keySuccessor(prefix) };
  const ascending = source.kind !== "range" || source.order === "asc";
  let { start: low, end: high } = whole;
  if (start?.kind === "after") {
    // A made-up cursor cannot reach beyond the query's own range.
    if (ascending) low = greater(low, keyAfter(prefix + start.key));
    else high = lesser(high, prefix + start.key);
  }
  if (end?.kind === "after") {
    if (ascending) high = lesser(high, keyAfter(prefix + end.key));
    else low = greater(low, prefix + end.key);
  }
  return { start: low, end: greater(low, high) };
}

function splitPoint(keys: readonly Key[], required: boolean): Key | null {
  if (keys.length > 2) return keys[Math.floor(keys.length / 2)] ?? null;
  // Two rows are split only if they have to be: between them.
  return required && keys.length === 2 ? (keys[0] ?? null) : null;
}

function after(prefix: Key, key: Key): Position {
  return { kind: "after", key: key.slice(prefix.length) };
}

function greater(left: Key, right: Key): Key {
  return left > right ? left : right;
}

function lesser(left: Key, right: Key): Key {
  return left < right ? left : right;
}

function checkRequest({ pageSize, maximumRowsRead, maximumBytesRead }: QueryPageRequest): void {
  if (!Number.isInteger(pageSize) || pageSize < 0) {
    throw new UserError(
      `Invalid argument \`pageSize\` for \`queryPage\`: expected a whole number, got ${pageSize}`,
      { code: "InvalidArgument" },
    );
  }
  if (pageSize === 0) {
    throw new UserError("Must request at least 1 document while paginating", {
      code: "NoDocumentsRequested",
    });
  }
  if (pageSize > maximumPageSize) {
    throw new UserError(`Requested too many items: ${pageSize}`, { code: "TooManyItems" });
  }
  if (maximumRowsRead === 0 || maximumBytesRead === 0) {
    throw new UserError("maximumRowsRead and maximumBytesRead must be greater than 0", {
      code: "InvalidPaginationLimit",
    });
  }
}
