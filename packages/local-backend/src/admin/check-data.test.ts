// A damaged index is found by what it shows: entries too many, too few, or in the wrong place.
import { expect, test } from "vitest";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import { checkData } from "./check-data.ts";

const schema = {
  tables: [
    {
      tableName: "rows",
      indexes: [{ indexDescriptor: "by_n", fields: ["n"] }],
      searchIndexes: [],
      vectorIndexes: [],
      documentType: { type: "any" },
    },
  ],
  schemaValidation: true,
};
const noFiles = { stream: () => Promise.resolve(null) };

async function filled(): Promise<Database> {
  const database = await openDatabase({ inMemory: true });
  await database.applySchema("", schema);
  const tx = database.begin({ kind: "mutation" });
  for (const n of [3, 1, 2]) tx.insert("", "rows", { n });
  await database.commit(tx);
  return database;
}

/** The database as it would look if the rows of `by_n` came out as `change` makes them. */
function damaged(database: Database, change: (rows: string[]) => string[]): Database {
  const wrapped: Database = Object.create(database) as Database;
  wrapped.components = () => database.components();
  wrapped.tables = (component) => database.tables(component);
  wrapped.schema = (component) => database.schema(component);
  wrapped.abort = (tx) => database.abort(tx);
  wrapped.begin = (options) => {
    const tx = database.begin(options);
    const open = tx.openQuery.bind(tx);
    const next = tx.nextRow.bind(tx);
    const queues = new Map<number, string[]>();
    tx.openQuery = (component, query) => {
      const id = open(component, query);
      if (JSON.stringify(query).includes("rows.by_n")) {
        const rows: string[] = [];
        for (let row = next(id); row !== null; row = next(id)) rows.push(row);
        queues.set(id, change(rows));
      }
      return id;
    };
    tx.nextRow = (id) => {
      const queue = queues.get(id);
      return queue === undefined ? next(id) : (queue.shift() ?? null);
    };
    return tx;
  };
  return wrapped;
}

test("a sound database has no problems", async () => {
  const database = await filled();
  const report = await checkData(database, noFiles);
  expect(report).toEqual({ tables: 1, documents: 3, indexEntries: 9, files: 0, problems: [] });
  await database.close();
});

const damages: [string, (rows: string[]) => string[], RegExp][] = [
  ["an entry is missing", (rows) => rows.slice(1), /1 documents have no entry/],
  ["an entry is there twice", (rows) => [...rows, ...rows.slice(-1)], /has two entries/],
  ["entries are out of order", (rows) => rows.reverse(), /is out of order/],
  ["an entry leads nowhere", (rows) => [...rows, '{"_id":"x","n":9}'], /"x", which is no document/],
];
test.each(damages)("it is told when %s", async (_name, change, problem) => {
  const database = await filled();
  const { problems } = await checkData(damaged(database, change), noFiles);
  expect(problems.join("\n")).toMatch(problem);
  expect(problems.join("\n")).toContain('table "rows", index "by_n"');
  await database.close();
});
