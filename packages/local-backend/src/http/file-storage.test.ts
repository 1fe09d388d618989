// Contents whose document never came to be are removed after a day; others stay.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { openDatabase } from "../database/open-database.ts";
import { memoryContents } from "./file-contents.ts";
import { ServerFileStorage } from "./file-storage.ts";

test("orphans go after a day, stored files and other names do not", async () => {
  let now = 1_000_000_000_000;
  const database = await openDatabase({ inMemory: true });
  const contents = memoryContents(() => now);
  const files = new ServerFileStorage({
    database,
    contents,
    cloudUrl: () => "http://x",
    secret: "s",
    now: () => now,
  });
  const tx = database.begin({ kind: "mutation" });
  files.store(tx, "", Buffer.from("kept"), { contentType: null });
  await database.commit(tx);
  const failed = database.begin({ kind: "mutation" });
  files.store(failed, "", Buffer.from("rolled back"), { contentType: null });
  database.abort(failed);
  contents.write(`${randomUUID()}.part`, Buffer.from("interrupted"));
  contents.write("notes.txt", Buffer.from("not ours"));
  expect(await files.removeOrphans()).toBe(0);
  now += 25 * 60 * 60_000;
  expect(await files.removeOrphans()).toBe(2);
  expect(await contents.list()).toHaveLength(2);
  await database.close();
});
