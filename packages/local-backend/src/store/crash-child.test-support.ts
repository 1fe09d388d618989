// The process that a crash test kills: commits without pause and says on its output what became durable.
// Arguments: the data file.

import { writeSync } from "node:fs";
import { openDatabase } from "../database/open-database.ts";
import { parseJson, isJsonObject, type JsonObject } from "../values/json.ts";

const accounts = 20;

const file = process.argv[2];
if (file === undefined) throw new Error("Usage: crash-child FILE");

const database = await openDatabase({ file });
await database.applySchema("", {
  tables: [
    {
      tableName: "accounts",
      indexes: [{ indexDescriptor: "by_balance", fields: ["balance"] }],
      searchIndexes: [{ indexDescriptor: "search", searchField: "text", filterFields: [] }],
    },
  ],
});

let ids = readIds();
if (ids.length === 0) {
  const tx = database.begin({ kind: "mutation" });
  for (let number = 0; number < accounts; number++) {
    tx.insert("", "accounts", { balance: 100, number, changes: 0, text: "start" });
  }
  await database.commit(tx);
  ids = readIds();
}

function readIds(): string[] {
  const tx = database.begin({ kind: "query" });
  const found: string[] = [];
  const open = tx.openQuery("", {
    source: { type: "FullTableScan", tableName: "accounts", order: null },
    operators: [],
  });
  for (let row = tx.nextRow(open); row !== null; row = tx.nextRow(open)) {
    const id = fields(row)["_id"];
    if (typeof id === "string") found.push(id);
  }
  database.abort(tx);
  return found;
}

function fields(text: string | null): JsonObject {
  const json = parseJson(text ?? "{}");
  return isJsonObject(json) ? json : {};
}

/** Moves one coin between two accounts, so that the sum stays, and counts the changes of each. */
async function transfer(): Promise<void> {
  const tx = database.begin({ kind: "mutation" });
  const from = ids[Math.floor(Math.random() * ids.length)] ?? "";
  const to = ids[Math.floor(Math.random() * ids.length)] ?? "";
  const changes = new Map<string, number>();
  for (const [id, amount] of [
    [from, -1],
    [to, 1],
  ] as const) {
    const { balance, changes: before } = fields(tx.get("", id));
    const count = Number(before) + 1;
    tx.patch("", id, {
      balance: Number(balance) + amount,
      changes: count,
      text: `change ${count}`,
    });
    changes.set(id, count);
  }
  await database.commit(tx);
  // Straight to the pipe: what was said is out even if the process is killed the moment after.
  writeSync(1, `${JSON.stringify([...changes])}\n`);
}

async function worker(): Promise<never> {
  for (;;) await transfer();
}
await Promise.all([worker(), worker(), worker(), worker()]);
