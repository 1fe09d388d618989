import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDataFile } from "./data-file.ts";
import { openStore } from "./open-store.ts";
import { openConnection } from "./sqlite.ts";
import type { Batch, Store, StoredDocument } from "./store.ts";

const folders: string[] = [];
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "local-backend-store-"));
  folders.push(folder);
  return join(folder, "data.sqlite");
}

function opened(options: Parameters<typeof openStore>[0]): Store {
  const store = openStore(options);
  stores.push(store);
  return store;
}

const identity = "\x00\x00\x00\x01";
const entries = "\x00\x00\x00\x02";

function id(number: number): string {
  return String(number).padStart(16, "0");
}

let clock = 1n;

function batchOf(
  store: Store,
  changes: { number: number; text: string | null; before?: StoredDocument }[],
): Batch {
  const documents = changes.map(({ number, text, before }) => {
    const row = before?.row ?? store.nextRow();
    return {
      key: identity + id(number),
      row,
      document: text === null ? null : { text, size: text.length },
    };
  });
  return {
    timestamp: ++clock,
    documents,
    puts: documents
      .filter(({ document }) => document !== null)
      .map(({ key, row }) => ({ key: entries + key.slice(4), row })),
    deletes: documents
      .filter(({ document }) => document === null)
      .map(({ key }) => entries + key.slice(4)),
    search: [],
    vectors: [],
    structure: [],
    meta: [],
    overlay: documents.flatMap(({ key, row, document }) => {
      const stored = document === null ? null : { row, ...document };
      return [
        { key, document: stored },
        { key: entries + key.slice(4), document: stored },
      ];
    }),
  };
}

const kinds = [
  ["a file", () => ({ file: temporaryFile() })],
  ["memory", () => ({ inMemory: true }) as const],
] as const;

test.each(kinds)(
  "in %s a batch is in the newest state at once and in the durable one when its promise resolves",
  async (_name, options) => {
    const store = opened(options());
    const written = store.write(batchOf(store, [{ number: 1, text: "one" }]));
    expect(store.newest.get(identity + id(1))?.text).toBe("one");
    expect(store.durable.get(identity + id(1))).toBeNull();
    await written;
    expect(store.durable.get(identity + id(1))?.text).toBe("one");
    expect(store.durableTimestamp).toBe(clock);
  },
);

test.each(kinds)(
  "in %s entries come in key order both ways, what is pending among them",
  async (_name, options) => {
    const store = opened(options());
    await store.write(
      batchOf(
        store,
        [1, 3, 5].map((number) => ({ number, text: `v${number}` })),
      ),
    );
    const before = store.newest.get(identity + id(3));
    const pending = store.write(
      batchOf(store, [
        { number: 2, text: "v2" },
        { number: 3, text: null, ...(before ? { before } : {}) },
      ]),
    );
    const request = { identity: false, start: entries, end: "\x00\x00\x00\x03", limit: 10 };
    const texts = (order: "asc" | "desc") =>
      store.newest.scan({ ...request, order }).map(({ document }) => document.text);
    expect(texts("asc")).toEqual(["v1", "v2", "v5"]);
    expect(texts("desc")).toEqual(["v5", "v2", "v1"]);
    await pending;
    expect(texts("asc")).toEqual(["v1", "v2", "v5"]);
    expect(store.durable.count(identity, entries)).toBe(3);
  },
);

test("a file opened again has what was written, and its timestamps go on", async () => {
  const file = temporaryFile();
  const first = openStore({ file });
  await first.write(batchOf(first, [{ number: 7, text: "seven" }]));
  await first.close();
  // Everything is in the one file then, which may be copied by itself.
  expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  const second = opened({ file });
  expect(second.durable.get(identity + id(7))?.text).toBe("seven");
  expect(second.durableTimestamp).toBe(clock);
  expect(second.nextRow()).toBeGreaterThan(1);
});

test("a commit is flushed to the disk before it counts, and checkpoints are the writer's own", () => {
  const connection = openDataFile(temporaryFile());
  const setting = (name: string) =>
    Object.values(connection.prepare<Record<string, unknown>>(`PRAGMA ${name}`).get() ?? {})[0];
  // 2 is FULL.
  expect([setting("journal_mode"), setting("synchronous"), setting("wal_autocheckpoint")]).toEqual([
    "wal",
    2,
    0,
  ]);
  connection.close();
});

test("a folder that is open is refused with the pid of who has it", () => {
  const file = temporaryFile();
  opened({ file });
  expect(() => openStore({ file })).toThrow(`(pid ${process.pid})`);
});

test("many batches in flight are grouped and all become durable in order", async () => {
  const store = opened({ file: temporaryFile() });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, (_, number) =>
      store.write(batchOf(store, [{ number, text: `v${number}` }])).then(() => order.push(number)),
    ),
  );
  expect(order).toEqual(Array.from({ length: 200 }, (_, number) => number));
  expect(store.statistics().groups).toBeLessThan(200);
  expect(store.durable.count(identity, entries)).toBe(200);
});

test("the WAL is emptied while reads and writes go on", async () => {
  const store = opened({ file: temporaryFile() });
  const text = "x".repeat(100_000);
  for (let number = 0; number < 400; number++) {
    await store.write(batchOf(store, [{ number, text }]));
    expect(store.durable.get(identity + id(number))?.text.length).toBe(100_000);
  }
  expect(store.statistics().checkpoints).toBeGreaterThan(0);
});

test("an old state that is read for long holds up no writing, and goes on showing the same", async () => {
  const store = opened({ file: temporaryFile() });
  await store.write(batchOf(store, [{ number: 0, text: "first" }]));
  const snapshot = store.openSnapshot();
  const text = "x".repeat(200_000);
  const started = performance.now();
  for (let number = 1; number < 200; number++) {
    await store.write(batchOf(store, [{ number, text }]));
  }
  expect(store.statistics().checkpoints).toBeGreaterThan(0);
  // Waiting for the reader would take five seconds for each try to empty the WAL.
  expect(performance.now() - started).toBeLessThan(5_000 * store.statistics().checkpoints);
  expect(snapshot.reader.count(identity, entries)).toBe(1);
  snapshot.close();
});

test("a backup taken while serving opens as a store of its own", async () => {
  const store = opened({ file: temporaryFile() });
  await store.write(batchOf(store, [{ number: 1, text: "one" }]));
  const copy = temporaryFile();
  await store.backup(copy);
  expect(opened({ file: copy }).durable.get(identity + id(1))?.text).toBe("one");
});

test("a backup to where nothing can be written is refused, and serving goes on", async () => {
  const store = opened({ file: temporaryFile() });
  await store.write(batchOf(store, [{ number: 1, text: "one" }]));
  await expect(store.backup(join(temporaryFile(), "none", "copy.sqlite"))).rejects.toMatchObject({
    kind: "failed",
    message: expect.stringContaining("could not be written"),
  });
  await store.write(batchOf(store, [{ number: 2, text: "two" }]));
});

test("after closing, writing is refused", async () => {
  const store = openStore({ file: temporaryFile() });
  const last = store.write(batchOf(store, [{ number: 1, text: "one" }]));
  await store.close();
  await last;
  await expect(store.write(batchOf(store, [{ number: 2, text: "two" }]))).rejects.toMatchObject({
    kind: "closed",
  });
});

test("a folder that cannot be made is refused with the reason", () => {
  const file = temporaryFile();
  writeFileSync(file, "");
  expect(() => openStore({ file: join(file, "below", "data.sqlite") })).toThrow("cannot be used");
});

test("when the disk is full the change is refused, earlier ones stay, and later ones go on when there is room", async () => {
  const file = temporaryFile();
  const store = opened({ file, maximumBytes: 400_000 });
  await store.write(batchOf(store, [{ number: 1, text: "kept" }]));
  const dropped: Error[] = [];
  store.onDropped((error) => dropped.push(error));
  const large = store.write(batchOf(store, [{ number: 2, text: "x".repeat(2_000_000) }]));
  const after = store.write(batchOf(store, [{ number: 3, text: "with it" }]));
  await expect(large).rejects.toMatchObject({
    kind: "full",
    message: expect.stringContaining("The disk is full"),
  });
  await expect(after).rejects.toMatchObject({ kind: "full" });
  expect(dropped).toHaveLength(1);
  expect(store.newest.get(identity + id(2))).toBeNull();
  expect(store.newest.get(identity + id(3))).toBeNull();
  await store.write(batchOf(store, [{ number: 4, text: "later" }]));
  expect(store.durable.get(identity + id(1))?.text).toBe("kept");
  expect(store.durable.get(identity + id(4))?.text).toBe("later");
});

test.each([
  [
    "another program's database",
    (file: string) => runSql(file, "CREATE TABLE t(x)"),
    "is not a data file of this server",
  ],
  [
    "a newer server's",
    (file: string) => runSql(file, "PRAGMA application_id = 1414229090; PRAGMA user_version = 99"),
    "was written by a newer version (data format 99",
  ],
  [
    "no database",
    (file: string) => writeFileSync(file, "hello ".repeat(2000)),
    "is not a SQLite database",
  ],
])("a file that is %s is refused", (_name, make, message) => {
  const file = temporaryFile();
  make(file);
  expect(() => openStore({ file })).toThrow(message);
});

function runSql(file: string, sql: string): void {
  const connection = openConnection(file);
  connection.exec(sql);
  connection.close();
}
