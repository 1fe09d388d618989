import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../values/json.ts";
import type { Database } from "./database.ts";
import {
  collect,
  document,
  idOf,
  mutate,
  query,
  range,
  scan,
  withDatabase,
} from "./database.test-support.ts";
import type { QueryPage, QueryPageRequest } from "./transaction.ts";

const all: Json = { source: scan("t"), operators: [] };

function page(
  database: Database,
  request: Partial<QueryPageRequest>,
  journal: string | null = null,
): QueryPage & { numbers: unknown[]; journal: string | null } {
  const tx = database.begin({ kind: "query", journal });
  const result = tx.queryPage("", { query: all, cursor: null, pageSize: 10, ...request });
  database.abort(tx);
  const numbers = result.page.map((text) => document(text)["n"]);
  return { ...result, numbers, journal: tx.nextJournal };
}

async function withRows(
  count: number,
  run: (database: Database) => Promise<void> | void,
): Promise<void> {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      for (let n = 0; n < count; n++) tx.insert("", "t", { n, pad: "x".repeat(100) });
    });
    await run(database);
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

test("a page that is exactly full is not done; the next one is empty and done", async () => {
  await withRows(10, (database) => {
    const first = page(database, {});
    expect([first.numbers, first.isDone]).toEqual([upTo(10), false]);
    const second = page(database, { cursor: first.continueCursor });
    expect([second.numbers, second.isDone]).toEqual([[], true]);
  });
});

test("the last page is done and absorbs what comes later, on its journal", async () => {
  await withRows(4, async (database) => {
    const first = page(database, {});
    expect(first.isDone).toBe(true);
    await mutate(database, (tx) => {
      for (let n = 4; n < 30; n++) tx.insert("", "t", { n });
    });
    const again = page(database, {}, first.journal);
    expect([again.numbers, again.isDone]).toEqual([upTo(30), true]);
    expect(again.continueCursor).toBe(first.continueCursor);
  });
});

test("a page with a journal keeps its end whatever its size was, and so does one with an end cursor", async () => {
  await withRows(30, async (database) => {
    const first = page(database, {});
    const rows = query(database, (tx) => collect(tx, scan("t")));
    await mutate(database, (tx) => {
      for (const row of rows.slice(2, 5)) tx.remove("", idOf(row));
    });
    const expected = [0, 1, 5, 6, 7, 8, 9];
    expect(page(database, {}, first.journal).numbers).toEqual(expected);
    const bounded = page(database, {
      pageSize: 2,
      endCursor: first.continueCursor,
      maximumRowsRead: 1,
    });
    expect(bounded.numbers).toEqual(expected);
    expect(bounded.continueCursor).toBe(first.continueCursor);
  });
});

test("the two halves of a split page are the page", async () => {
  await withRows(20, (database) => {
    const whole = page(database, { pageSize: 9 });
    expect(whole.splitCursor).not.toBeNull();
    const left = page(database, { endCursor: whole.splitCursor });
    const right = page(database, { cursor: whole.splitCursor, endCursor: whole.continueCursor });
    expect([...left.numbers, ...right.numbers]).toEqual(whole.numbers);
    expect(left.numbers.length).toBeGreaterThan(0);
    expect(right.numbers.length).toBeGreaterThan(0);
  });
});

test("filtered-out rows count as read: the cursor stands behind the last row looked at", async () => {
  await withRows(30, (database) => {
    const filtered: Json = {
      source: scan("t"),
      operators: [{ filter: { $gte: [{ $field: "n" }, { $literal: 12 }] } }],
    };
    const short = page(database, { query: filtered, maximumRowsRead: 10 });
    expect([short.numbers, short.pageStatus, short.isDone]).toEqual([[], "SplitRequired", false]);
    const next = page(database, { query: filtered, cursor: short.continueCursor, pageSize: 3 });
    expect(next.numbers).toEqual([12, 13, 14]);
  });
});

test("limits on rows and bytes end a page early, with a place to split it", async () => {
  await withRows(30, (database) => {
    const byRows = page(database, { maximumRowsRead: 4 });
    expect([byRows.numbers, byRows.pageStatus]).toEqual([upTo(4), "SplitRequired"]);
    expect(byRows.splitCursor).not.toBeNull();
    const byBytes = page(database, { maximumBytesRead: 400 });
    expect([byBytes.numbers, byBytes.pageStatus]).toEqual([upTo(3), "SplitRequired"]);
    const two = page(database, { maximumRowsRead: 2 });
    expect([two.pageStatus, two.splitCursor === null]).toEqual(["SplitRequired", false]);
    const one = page(database, { maximumRowsRead: 1 });
    expect([one.numbers, one.pageStatus, one.splitCursor]).toEqual([[0], null, null]);
    expect(page(database, { pageSize: 8, maximumRowsRead: 10 }).pageStatus).toBe(
      "SplitRecommended",
    );
    expect(page(database, { pageSize: 5 }).pageStatus).toBeNull();
  });
});

test("descending pages follow one another too", async () => {
  await withRows(7, (database) => {
    const request = { query: { source: scan("t", "desc"), operators: [] }, pageSize: 3 };
    const first = page(database, request);
    const second = page(database, { ...request, cursor: first.continueCursor });
    const third = page(database, { ...request, cursor: second.continueCursor });
    expect([first.numbers, second.numbers, third.numbers]).toEqual([[6, 5, 4], [3, 2, 1], [0]]);
    expect(third.isDone).toBe(true);
  });
});

describe("what a page may not ask", () => {
  const cases: [string, Partial<QueryPageRequest>, string][] = [
    ["no documents", { pageSize: 0 }, "Must request at least 1 document while paginating"],
    ["too many", { pageSize: 32_001 }, "Requested too many items: 32001"],
    ["half a document", { pageSize: 1.5 }, "expected a whole number"],
    [
      "to read no rows",
      { maximumRowsRead: 0 },
      "maximumRowsRead and maximumBytesRead must be greater than 0",
    ],
    [
      "with a made-up cursor",
      { cursor: "abc" },
      "InvalidCursor: Tried to run a query starting from a cursor",
    ],
    ["with an empty cursor", { cursor: "" }, "InvalidCursor"],
    ["up to a made-up cursor", { endCursor: "abc" }, "InvalidCursor"],
  ];
  test.each(cases)("%s", async (_name, request, message) => {
    await withRows(3, (database) => {
      expect(() => page(database, request)).toThrow(message);
    });
  });

  test("another query's cursor, with the data that the client recovers by", async () => {
    await withRows(3, (database) => {
      const { continueCursor } = page(database, { pageSize: 1 });
      const other: JsonObject = {
        source: range("t.by_creation_time", [["Gt", "_creationTime", 0]]),
        operators: [],
      };
      expect(() => page(database, { query: other, cursor: continueCursor })).toThrow(
        expect.objectContaining({
          data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
        }),
      );
    });
  });

  test("a second page in one function, but a nested function has its own", async () => {
    await withRows(3, (database) => {
      query(database, (tx) => {
        const read = () => tx.queryPage("", { query: all, cursor: null, pageSize: 1 });
        read();
        expect(tx.nested(read).page).toHaveLength(1);
        expect(read).toThrow("This query or mutation function ran multiple paginated queries.");
      });
    });
  });

  test("but the server's own work may read pages of anything, as many as it likes", async () => {
    await withDatabase(async (database) => {
      await mutate(database, (tx) => tx.insert("child", "t", {}));
      query(
        database,
        (tx) => {
          for (const component of ["child", "", "child"]) {
            const read = tx.queryPage(component, { query: all, cursor: null, pageSize: 5 });
            expect(read.page).toHaveLength(component === "" ? 0 : 1);
          }
        },
        { unlimited: true },
      );
    });
  });

  test("inside a component", async () => {
    await withRows(3, (database) => {
      query(database, (tx) => {
        expect(() => tx.queryPage("child", { query: all, cursor: null, pageSize: 1 })).toThrow(
          "paginate() is only supported in the app.",
        );
      });
    });
  });
});
