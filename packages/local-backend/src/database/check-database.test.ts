import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openConnection } from "../store/sqlite.ts";
import { checkDatabase } from "./check-database.ts";
import { collect, looseSchema, mutate, scan } from "./database.test-support.ts";
import { openDatabase } from "./open-database.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "local-backend-check-"));
  file = join(folder, "data.sqlite");
  const database = await openDatabase({ file });
  await database.applySchema("", looseSchema("t", { by_n: ["n"] }));
  await mutate(database, (tx) => {
    for (let n = 0; n < 5; n++) tx.insert("", "t", { n });
  });
  await mutate(database, (tx) => tx.insert("child", "t", {}));
  await database.close();
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function damage(sql: string): void {
  const connection = openConnection(file);
  connection.exec(sql);
  connection.close();
}

test("sound data has no problems", async () => {
  const { documents, problems } = await checkDatabase(file);
  expect(problems).toEqual([]);
  expect(documents).toBe(6);
});

test.each([
  ["DELETE FROM idx WHERE k = (SELECT min(k) FROM idx)", "lacks document"],
  [
    "INSERT INTO idx SELECT CAST(k || x'00' AS BLOB), r FROM idx ORDER BY k LIMIT 1",
    "has 6 entries, but the table has 5 documents",
  ],
  ["DELETE FROM docs WHERE r = 1", "index entries point to documents that are not there"],
  [
    "UPDATE docs SET v = replace(v, '\"n\":3.0', '\"n\":4'), id = x'0000000100000000000000000000000000000001' WHERE r = 4",
    "stored under another id",
  ],
])("damage is found: %s", async (sql, problem) => {
  damage(sql);
  const { problems } = await checkDatabase(file);
  expect(problems.join("\n")).toContain(problem);
});

test("a folder in use is not checked", async () => {
  const database = await openDatabase({ file });
  await expect(checkDatabase(file)).rejects.toThrow("is in use by another process");
  await database.close();
});

test("a pinned query keeps the state of its beginning over commits", async () => {
  const database = await openDatabase({ file });
  const pinned = database.begin({ kind: "query", pinned: true, unlimited: true });
  await mutate(database, (tx) => tx.insert("", "t", { n: 5 }));
  expect(collect(pinned, scan("t"))).toHaveLength(5);
  expect(pinned.snapshotTimestamp).toBeLessThan(database.latestTimestamp());
  database.abort(pinned);
  await database.close();
});
