import { describe, expect, test } from "vitest";
import type { Json } from "../values/json.ts";
import { encodeDocumentId } from "../values/document-id.ts";
import {
  collect,
  document,
  idOf,
  mutate,
  query,
  scan,
  withDatabase,
} from "./database.test-support.ts";

const unknownTableId = encodeDocumentId(10_999, new Uint8Array(16));

describe("operations that cannot be done say so in Convex's words", () => {
  test("on documents", async () => {
    await withDatabase(async (database) => {
      const [user, item] = await mutate(database, (tx) => [
        tx.insert("", "users", { name: "ann" }),
        tx.insert("", "items", {}),
      ]);
      const gone = await mutate(database, (tx) => {
        const id = tx.insert("", "users", {});
        tx.remove("", id);
        return id;
      });
      const job = await mutate(database, (tx) =>
        tx.system.insert("", "_scheduled_functions", { name: "a.js:b" }),
      );
      const tx = database.begin({ kind: "mutation" });
      const cases: [() => unknown, string][] = [
        [
          () => tx.get("", "abc"),
          "Invalid argument `id` for `db.get`: Unable to decode ID: Invalid ID length 3",
        ],
        [
          () => tx.get("", item ?? "", { table: "users" }),
          'Invalid argument `id` for `db.get`: expected to be an Id<"users">, got Id<"items"> instead.',
        ],
        [
          () => tx.remove("", item ?? "", { table: "users" }),
          'Invalid argument `id` for `db.delete`: expected to be an Id<"users">, got Id<"items"> instead.',
        ],
        [() => tx.patch("", gone, {}), `Update on nonexistent document ID ${gone}`],
        [() => tx.replace("", gone, {}), `Replace on nonexistent document ID ${gone}`],
        [() => tx.remove("", gone), `Delete on nonexistent document ID ${gone}`],
        [
          () => tx.patch("", unknownTableId, {}),
          `Invalid argument \`id\` for \`db.patch\`: Table for ID "${unknownTableId}" not found`,
        ],
        [() => tx.insert("", "users", 1), "Value must be an Object"],
        [() => tx.insert("", "_storage", {}), "System tables (prefixed with `_`) are read-only."],
        [() => tx.insert("", "a-b", {}), 'Invalid table name: "a-b".'],
        [
          () => tx.insert("", "users", { _x: 1 }),
          "Field '_x' starts with an underscore, which is only allowed for system fields like '_id'",
        ],
        [() => tx.insert("", "users", { _id: user ?? "" }), "doesn't match '_id' field"],
        [
          () => tx.patch("", user ?? "", { _creationTime: 1 }),
          "The field '_creationTime' cannot be changed",
        ],
        [() => tx.get("", job), "System tables can only be accessed with db.system."],
        [
          () => tx.get("", user ?? "", { isSystem: true }),
          "User tables cannot be accessed with db.system.",
        ],
        [() => tx.patch("", job, {}), "System tables (prefixed with `_`) are read-only."],
      ];
      for (const [run, message] of cases) expect(run).toThrow(message);
      database.abort(tx);
    });
  });

  test("in a query, writing", async () => {
    await withDatabase(async (database) => {
      query(database, (tx) => {
        expect(() => tx.insert("", "users", {})).toThrow("Writes are only possible in mutations.");
      });
      await Promise.resolve();
    });
  });
});

test("get of a document or table that does not exist gives null, and so does normalizeId", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("", "users", {}));
    query(database, (tx) => {
      expect(tx.get("", unknownTableId)).toBeNull();
      expect(tx.normalizeId("", "users", id)).toBe(id);
      expect(tx.normalizeId("", "items", id)).toBeNull();
      expect(tx.normalizeId("", "users", "nonsense")).toBeNull();
      expect(tx.normalizeId("", "users", id.toUpperCase())).toBeNull();
    });
  });
});

test("patch merges and removes, replace keeps identity and time, and what changes nothing writes nothing", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("", "users", { a: 1, b: { c: 1 } }));
    const before = document(query(database, (tx) => tx.get("", id)) ?? "");
    await mutate(database, (tx) => tx.patch("", id, { a: { $undefined: null }, b: { d: 2 } }));
    expect(document(query(database, (tx) => tx.get("", id)) ?? "")).toEqual({
      _id: id,
      _creationTime: before["_creationTime"],
      b: { d: 2 },
    });
    await mutate(database, (tx) => tx.replace("", id, { z: [1] }));
    expect(document(query(database, (tx) => tx.get("", id)) ?? "")).toEqual({
      _id: id,
      _creationTime: before["_creationTime"],
      z: [1],
    });
    const latest = database.latestTimestamp();
    await mutate(database, (tx) => tx.patch("", id, { z: [1] }));
    await mutate(database, (tx) => {
      tx.patch("", id, { z: [2] });
      tx.patch("", id, { z: [1] });
    });
    expect(database.latestTimestamp()).toBe(latest);
  });
});

test("tables are numbered from 10001 on in each component, and system tables as on Convex", async () => {
  await withDatabase(async (database) => {
    await mutate(database, (tx) => {
      tx.insert("", "users", {});
      tx.insert("", "items", {});
      tx.insert("child", "users", {});
    });
    expect(database.tables("").filter(({ number }) => number > 1000)).toEqual([
      { name: "users", number: 10_001 },
      { name: "items", number: 10_002 },
    ]);
    expect(database.tables("child").map(({ number }) => number)).toContain(10_001);
    expect(database.tables("").map(({ name }) => name)).toContain("_storage");
    expect(database.components()).toEqual(["", "child"]);
  });
});

test("components have tables of their own under the same names", async () => {
  await withDatabase(async (database) => {
    const id = await mutate(database, (tx) => tx.insert("child", "users", { in: "child" }));
    await mutate(database, (tx) => tx.insert("", "users", { in: "app" }));
    query(database, (tx) => {
      expect(collect(tx, scan("users")).map((row) => row["in"])).toEqual(["app"]);
      expect(tx.get("", id)).toBeNull();
      expect(tx.get("child", id)).not.toBeNull();
      expect(tx.count("child", "users")).toBe(1);
    });
  });
});

test("user code sees of system tables only the fields that Convex shows, and no hidden tables", async () => {
  await withDatabase(async (database) => {
    const [job, secret] = await mutate(database, (tx) => [
      tx.system.insert("", "_scheduled_functions", {
        name: "a.js:b",
        args: [{}],
        scheduledTime: 5,
        state: { kind: "pending" },
        attempts: 3,
      }),
      tx.system.insert("", "_settings", { key: "k", value: "v" }),
    ]);
    query(database, (tx) => {
      const shown = document(tx.get("", job ?? "", { isSystem: true }) ?? "");
      expect(Object.keys(shown)).toEqual([
        "_creationTime",
        "_id",
        "args",
        "name",
        "scheduledTime",
        "state",
      ]);
      expect(collect(tx, scan("_scheduled_functions")).map(idOf)).toEqual([job]);
      expect(tx.get("", secret ?? "", { isSystem: true })).toBeNull();
      expect(() => collect(tx, scan("_settings"))).toThrow("not found");
      expect(() =>
        collect(tx, {
          type: "IndexRange",
          indexName: "_scheduled_functions.by_state",
          range: [],
          order: null,
        }),
      ).toThrow("Index _scheduled_functions.by_state not found.");
      const found = tx.system.query(
        "",
        "_scheduled_functions",
        "by_state_and_scheduledTime",
        ["pending"],
        {
          range: { lte: 5 },
        },
      );
      expect(found.map((row) => row["attempts"])).toEqual([3]);
    });
    await mutate(database, (tx) => {
      tx.system.patch("", "_scheduled_functions", job ?? "", { state: { kind: "success" } });
      expect(tx.system.query("", "_scheduled_functions", "by_state", ["pending"])).toEqual([]);
      expect(tx.system.query("", "_scheduled_functions", "by_state", ["success"])).toHaveLength(1);
      tx.system.remove("", "_scheduled_functions", job ?? "");
    });
  });
});

test("an import keeps ids and creation times", async () => {
  await withDatabase(async (database) => {
    const id = encodeDocumentId(10_001, new Uint8Array(16).fill(3));
    await mutate(database, (tx) =>
      tx.system.insert("", "users", { _id: id, _creationTime: 12.5, name: "ann" }),
    );
    expect(document(query(database, (tx) => tx.get("", id)) ?? "")).toEqual({
      _id: id,
      _creationTime: 12.5,
      name: "ann",
    });
  });
});

test("the commit timestamp stands in the document after the commit, and before it sorts last", async () => {
  await withDatabase(async (database) => {
    const placeholder: Json = { $commitTs: null };
    const tx = database.begin({ kind: "mutation" });
    const id = tx.insert("", "logs", { at: placeholder, nested: [{ at: placeholder }] });
    const { timestamp } = await database.commit(tx);
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(timestamp);
    const expected = { $integer: bytes.toString("base64") };
    const stored = document(query(database, (read) => read.get("", id)) ?? "");
    expect(stored["at"]).toEqual(expected);
    expect(stored["nested"]).toEqual([{ at: expected }]);
  });
});
