// `npm run bench`: what the local backend costs, as ratios to the floor of this machine measured in the same run.
// Absolute figures depend on the machine and on what else it does; compare ratios only.
import { spawn } from "node:child_process";
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { buildAll } from "../scripts/build.mjs";
import { ensureInstalled, root } from "../scripts/install.mjs";
import { connect } from "./sync-client.mjs";

ensureInstalled();
await buildAll({ onlyStale: true, only: ["local backend"] });

const documents = Number(process.env["BENCH_DOCUMENTS"] ?? 20_000);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 1_000);
const folder = mkdtempSync(join(tmpdir(), "torchkeeper-bench-"));
const rows = [];

try {
  const echo = await echoFloor();
  const flush = flushFloor();
  rows.push(["echo on loopback", echo, 1, "–"]);
  rows.push(["write 16 KiB and flush", flush, flush / echo, "–"]);

  const backend = await startServer("packages/local-backend/dist/cli.js", [
    "start",
    "--functions",
    join(root, "bench", "convex"),
    "--data",
    join(folder, "data"),
    "--port",
    "0",
  ]);
  const client = await connect(backend.url);
  const ids = [];
  for (let from = 0; from < documents; from += 1_000)
    ids.push(
      ...(await client.mutation("records:fill", {
        from,
        count: Math.min(1_000, documents - from),
      })),
    );

  let salt = 0;
  const pick = () => ids[(salt * 7_919) % ids.length];
  const one = await median(rounds, () => client.query("records:one", { id: pick(), salt: salt++ }));
  rows.push(["query, one document", one, one / echo, "≤ 6 × echo"]);
  const twenty = await median(rounds, () =>
    client.query("records:twenty", { group: salt % 100, salt: salt++ }),
  );
  rows.push(["query, twenty documents", twenty, twenty / echo, "≤ 10 × echo"]);
  const hit = await median(rounds, () =>
    client.mutation("records:hit", { id: pick(), delta: (salt++ % 3) - 1 || 1 }),
  );
  rows.push(["durable mutation", hit, hit / (echo + flush), "≤ 8 × (echo + flush)"]);
  const search = await median(rounds, () =>
    client.query("records:search", { text: "ember gl", group: salt % 100, salt: salt++ }),
  );
  rows.push(["search, two terms, filtered", search, search / echo, "–"]);

  const clients = await Promise.all(Array.from({ length: 16 }, () => connect(backend.url)));
  const began = performance.now();
  await Promise.all(
    clients.map(async (other) => {
      for (let n = 0; n < rounds / 8; n++)
        await other.mutation("records:hit", { id: pick(), delta: (salt++ % 3) - 1 || 1 });
    }),
  );
  const perMutation = ((performance.now() - began) * 1_000) / (16 * Math.ceil(rounds / 8));
  rows.push([
    "mutations, 16 at once, each",
    perMutation,
    hit / perMutation,
    "times as many as one by one",
  ]);
  for (const open of [client, ...clients]) open.close();
  await backend.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${documents} documents, ${rounds} rounds, medians\n`);
console.log(`${"what".padEnd(32)}${"µs".padStart(9)}${"ratio".padStart(9)}   goal`);
for (const [what, us, ratio, goal] of rows)
  console.log(
    `${what.padEnd(32)}${us.toFixed(0).padStart(9)}${ratio.toFixed(1).padStart(9)}   ${goal}`,
  );

/** Microseconds of the middle round; the first tenth warms up and does not count. */
async function median(count, round) {
  const times = [];
  for (let n = 0; n < count * 1.1; n++) {
    const began = performance.now();
    await round();
    if (n >= count * 0.1) times.push((performance.now() - began) * 1_000);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

async function echoFloor() {
  const server = await startServer("bench/echo-server.mjs", []);
  const socket = new WebSocket(server.url, { perMessageDeflate: false });
  await new Promise((resolve) => socket.once("open", resolve));
  const result = await median(rounds, () => {
    const answered = new Promise((resolve) => socket.once("message", resolve));
    socket.send("x".repeat(200));
    return answered;
  });
  socket.close();
  await server.stop();
  return result;
}

function flushFloor() {
  const file = openSync(join(folder, "floor"), "w");
  const block = Buffer.alloc(16 * 1024, 1);
  const times = [];
  for (let n = 0; n < 300; n++) {
    const began = performance.now();
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
    times.push((performance.now() - began) * 1_000);
  }
  closeSync(file);
  times.sort((a, b) => a - b);
  return times[150];
}

/** Starts a program of ours and waits for its line `ready on …`. */
function startServer(script, parameters) {
  const child = spawn(process.execPath, [join(root, script), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const match = /ready on (\S+)/.exec(output);
      if (match) resolve({ url: match[1], stop: () => (child.kill("SIGTERM"), exited) });
    });
    exited.then((code) => reject(new Error(`${script} ended with code ${code}:\n${output}`)));
  });
}
