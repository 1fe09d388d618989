import { expect, test } from "vitest";
import { collect, mutate, query, range, scan, withDatabase } from "./database.test-support.ts";

const advice =
  "Consider using smaller limits in your queries, paginating your queries, or using indexed queries with a selective index range expressions.";

test("reading and writing too much is refused with Convex's texts, and warned of before", async () => {
  await withDatabase(async (database) => {
    const write = database.begin({ kind: "mutation" });
    for (let n = 0; n < 16_000; n++) write.insert("", "t", { n });
    expect(write.usage().documentsWritten).toEqual({ used: 16_000, remaining: 0 });
    expect(write.warnings()).toContain(
      "Many writes in a single function execution (actual: 16000, limit: 16000).",
    );
    expect(() => write.insert("", "t", { n: 0 })).toThrow(
      "Too many writes in a single function execution (limit: 16000)",
    );
    database.abort(write);

    const large = database.begin({ kind: "mutation" });
    const half = "x".repeat(500_000);
    for (let n = 0; n < 33; n++) large.insert("", "t", { half });
    expect(() => large.insert("", "t", { half })).toThrow(
      "Too many bytes written in a single function execution (limit: 16777216 bytes)",
    );
    database.abort(large);

    for (let round = 0; round < 3; round++) {
      await mutate(database, (tx) => {
        for (let n = 0; n < 11_000; n++) tx.insert("", "t", { n });
      });
    }
    query(database, (tx) => {
      expect(() => collect(tx, scan("t"))).toThrow(
        `Too many documents read in a single function execution (limit: 32000). ${advice}`,
      );
    });
    query(database, (tx) => {
      expect(collect(tx, scan("t"), [{ limit: 25_000 }])).toHaveLength(25_000);
      expect(tx.warnings()).toEqual([
        `Many documents read in a single function execution (actual: 25000, limit: 32000).${` ${advice}`}`,
      ]);
    });
    query(
      database,
      (tx) => {
        expect(collect(tx, scan("t"))).toHaveLength(33_000);
      },
      { unlimited: true },
    );
  });
});

test("too many reads are refused, and what a query left out by its limit is not counted", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("", "t", {}));
    query(database, (tx) => {
      for (let n = 0; n < 4_096; n++) tx.get("", id);
      expect(() => tx.get("", id)).toThrow(
        `Too many reads in a single function execution (limit: 4096). ${advice}`,
      );
    });
    query(database, (tx) => {
      collect(tx, range("t.by_creation_time", []), [{ limit: 0 }]);
      expect(tx.usage().documentsRead.used).toBe(0);
      expect(tx.usage().databaseQueries.used).toBe(1);
    });
  });
});

test("a nested call has a budget of its own within the transaction's", async () => {
  await withDatabase(async (database) => {
    const tx = database.begin({ kind: "mutation" });
    tx.insert("", "t", {});
    tx.withLimits({ documentsWritten: 2 }, () => {
      tx.insert("", "t", {});
      expect(tx.usage().documentsWritten).toEqual({ used: 2, remaining: 1 });
      tx.insert("", "t", {});
      expect(() => tx.insert("", "t", {})).toThrow(
        "Too many writes in a single function execution (limit: 3)",
      );
    });
    tx.insert("", "t", {});
    tx.withLimits({ documentsWritten: 1_000_000 }, () => {
      expect(tx.usage().documentsWritten.remaining).toBeLessThan(16_000);
    });
    expect(() => {
      tx.countUsage("functionsScheduled", 1_001);
    }).toThrow("Too many functions scheduled by this mutation (limit: 1000)");
    await database.commit(tx);
  });
});
