// `node bench/database.mjs`: what the local backend's database costs, without sockets and functions, as ratios to bare SQLite and
// to one flush of the disk, measured in the same run. Other work on the machine shows in both; compare ratios only.
import { build } from "esbuild";
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const documents = Number(process.env["BENCH_DOCUMENTS"] ?? 20_000);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "packages/local-backend/src");
const bundle = join(root, "node_modules/.cache/bench/database.mjs");
const folder = mkdtempSync(join(tmpdir(), "database-bench-"));
const rows = [];
const ids = [];

mkdirSync(dirname(bundle), { recursive: true });
await build({
  stdin: {
    contents: `export { openDatabase } from "./database/open-database.ts";
      export { LiveQueries } from "./subscriptions/live-queries.ts";
      export { openConnection } from "./store/sqlite.ts";`,
    resolveDir: source,
    loader: "ts",
  },
  bundle: true,
  format: "esm",
  platform: "node",
  packages: "external",
  outfile: bundle,
  logLevel: "error",
  // As if it ran from its sources, so that the writer thread is found.
  define: { "import.meta.url": JSON.stringify(pathToFileURL(join(source, "store/x.ts")).href) },
});
const { openDatabase, LiveQueries, openConnection } = await import(pathToFileURL(bundle).href);

const words = "goblin king rat sword torch ancient dragon cave lost kin kingdom river stone".split(
  " ",
);
const word = () =>
  words[Math.floor(Math.random() * words.length)] + Math.floor(Math.random() * 300);
const file = join(folder, "data.sqlite");
const database = await openDatabase({ file });
try {
  await database.applySchema("", {
    tables: [
      {
        tableName: "records",
        indexes: [
          { indexDescriptor: "by_group", fields: ["group"] },
          { indexDescriptor: "by_group_and_score", fields: ["group", "score"] },
        ],
        searchIndexes: [
          { indexDescriptor: "search", searchField: "title", filterFields: ["group"] },
        ],
      },
    ],
  });
  for (let from = 0; from < documents; from += 1_000) {
    const tx = database.begin({ kind: "mutation" });
    for (let n = from; n < Math.min(documents, from + 1_000); n++) {
      const title = Array.from({ length: 8 }, word).join(" ");
      ids.push(
        tx.insert("", "records", { group: n % 500, score: n, title, body: "x".repeat(120) }),
      );
    }
    await database.commit(tx);
  }
  const groups = Math.min(500, documents);
  let turn = 0;
  const someId = () => ids[(turn++ * 7_919) % ids.length];
  const someGroup = () => (turn++ * 31) % groups;

  const bare = openConnection(file);
  bare.exec("BEGIN");
  const bareGet = bare.prepare("SELECT r, s, v FROM docs WHERE id = ?");
  const bareKeys = bare.prepare("SELECT id FROM docs ORDER BY r").all();
  const bareRange = bare.prepare(
    "SELECT i.k AS k, d.r AS r, d.s AS s, d.v AS v FROM idx i CROSS JOIN docs d ON d.r = i.r WHERE i.k >= ? ORDER BY i.k LIMIT 20",
  );
  const bareEntries = bare
    // The same index as below, which is the third that was made, at the beginnings of its groups.
    .prepare("SELECT k FROM idx WHERE k >= x'00000003' AND k < x'00000004' ORDER BY k")
    .all()
    .filter((_entry, at) => at % (documents / groups) === 0);
  const sqliteGet = median(4_000, () => bareGet.get(bareKeys[turn++ % bareKeys.length].id));
  const sqliteRange = median(1_000, () =>
    bareRange.all(bareEntries[(turn++ * 31) % bareEntries.length].k),
  );
  bare.close();

  const get = median(4_000, () => inQuery((tx) => tx.get("", someId())));
  rows.push(["get in a query of its own", get, get / sqliteGet, "× bare SQLite"]);
  const range = median(1_000, () =>
    inQuery((tx) => read(tx, groupSource(someGroup()), [{ limit: 20 }])),
  );
  rows.push(["range of 20 documents", range, range / sqliteRange, "× bare SQLite"]);
  const search = median(200, () =>
    inQuery((tx) => read(tx, searchSource("goblin12 ki", someGroup()), [{ limit: 20 }])),
  );
  rows.push(["search, filtered", search, search / sqliteRange, "× range of 20 in bare SQLite"]);
  const common = median(50, () => inQuery((tx) => read(tx, searchSource("k"), [{ limit: 20 }])));
  rows.push([
    "search, one letter, unfiltered",
    common,
    common / sqliteRange,
    "× range of 20 in bare SQLite",
  ]);

  const flush = flushFloor();
  rows.push(["one flush of the disk", flush, 1, ""]);
  const single = await commits(600, 1);
  rows.push(["durable mutation", single.median, single.median / flush, "× flush"]);
  rows.push(["main thread held by it, median", single.held, single.held / single.median, "of it"]);
  const many = await commits(4_000, 64);
  rows.push([
    "mutations, 64 at once, each",
    many.each,
    single.each / many.each,
    "times as many as one by one",
  ]);

  const live = new LiveQueries({ database, run: (requests) => requests.map(runGroup) });
  for (let group = 0; group < groups; group++) {
    live.subscribe([{ path: "group", args: group, identity: null, caller: "public" }], () =>
      live.settle(),
    );
  }
  const watched = await commits(600, 1);
  rows.push([
    `durable mutation, ${groups} live queries`,
    watched.median,
    watched.median / single.median,
    "× without",
  ]);
  live.close();
} finally {
  await database.close();
}
const began = performance.now();
const again = await openDatabase({ file });
rows.push(["opening again", (performance.now() - began) * 1_000, 1, ""]);
await again.close();
rmSync(folder, { recursive: true, force: true });

console.log(`\n${documents} documents, medians\n`);
console.log(`${"what".padEnd(36)}${"µs".padStart(9)}${"ratio".padStart(9)}`);
for (const [what, us, ratio, unit] of rows) {
  console.log(
    `${what.padEnd(36)}${us.toFixed(1).padStart(9)}${ratio.toFixed(2).padStart(9)} ${unit}`,
  );
}

function inQuery(run) {
  const tx = database.begin({ kind: "query" });
  const result = run(tx);
  database.abort(tx);
  return result;
}

function read(tx, source, operators) {
  const open = tx.openQuery("", { source, operators });
  let count = 0;
  while (tx.nextRow(open) !== null) count++;
  tx.closeQuery(open);
  return count;
}

function groupSource(group) {
  const range = [{ type: "Eq", fieldPath: "group", value: group }];
  return { type: "IndexRange", indexName: "records.by_group", range, order: null };
}

function searchSource(text, group) {
  const filters = [{ type: "Search", fieldPath: "title", value: text }];
  if (group !== undefined) filters.push({ type: "Eq", fieldPath: "group", value: group });
  return { type: "Search", indexName: "records.search", filters };
}

function runGroup({ args }) {
  return inQuery((tx) => ({
    ok: true,
    value: String(read(tx, groupSource(args), [{ limit: 20 }])),
    logLines: [],
    journal: null,
    readSet: tx.readSet,
    usedIdentity: false,
  }));
}

/** Microseconds of the middle round, after a tenth to warm up. */
function median(count, round) {
  for (let n = 0; n < count / 10; n++) round();
  const times = [];
  for (let n = 0; n < count; n++) {
    const start = performance.now();
    round();
    times.push((performance.now() - start) * 1_000);
  }
  return middle(times);
}

function middle(times) {
  return times.sort((left, right) => left - right)[Math.floor(times.length / 2)] ?? 0;
}

/** Mutations that read and patch one document, so many at a time. */
async function commits(count, atOnce) {
  const times = [];
  const held = [];
  let left = count;
  const start = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const from = performance.now();
      const tx = database.begin({ kind: "mutation" });
      const id = ids[Math.floor(Math.random() * ids.length)];
      tx.get("", id);
      tx.patch("", id, { score: Math.random() });
      const durable = database.commit(tx);
      held.push((performance.now() - from) * 1_000);
      await durable;
      times.push((performance.now() - from) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const each = ((performance.now() - start) * 1_000) / count;
  return { median: middle(times), held: middle(held), each };
}

function flushFloor() {
  const handle = openSync(join(folder, "floor"), "w");
  const block = Buffer.alloc(16 * 1024, 1);
  const result = median(300, () => {
    writeSync(handle, block, 0, block.length, 0);
    fdatasyncSync(handle);
  });
  closeSync(handle);
  return result;
}
