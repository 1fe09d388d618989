// `npm run bench:data`: how long the data engineer takes over made-up projects, cold and warm, with CPU time and memory.
// Each run is a process of its own, as a person or a pipeline would start it. Other work on the machine stretches the
// wall time; the CPU time hardly.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../scripts/install.mjs";
import { build } from "../packages/data-engineer/build.mjs";
import * as make from "./data-engineer/projects.mjs";

/** Name, project, and what it may take: seconds cold and warm. */
const projects = [
  ["16 files, 8,000 lines", () => make.ordinary(16, 8_000, 12), 3, 1],
  ["200 files, 60,000 lines", () => make.ordinary(200, 60_000, 40), 10, null],
  ["16 files, types needed", () => make.typed(16, 8_000, 12, 10), 10, 1],
  ["200 files, types needed", () => make.typed(200, 60_000, 40, 2), 10, null],
  ["one file of 8,000 lines", () => make.ordinary(1, 8_000, 12), 3, 1],
  ["64 tables, unions of 12", () => make.wideSchema(64, 12), 3, 1],
  ["helpers 4 wide, 8 deep, 40 callers", () => make.ladder(8, 4, 40), 10, null],
  ["helpers 2 wide, 13 deep", () => make.ladder(13, 2, 4), 10, null],
  ["helpers in circles, 60 callers", () => make.popular(60), 10, null],
  ["20 handlers of 300 lines", () => make.longHandlers(20, 300), 10, null],
  ["10,000 literals", () => make.literals(10_000), 10, null],
  ["nested 500 deep", () => make.deep(500), 3, null],
];

const wanted = process.argv.slice(2);
await build();
const scratch = mkdtempSync(join(tmpdir(), "torchkeeper-bench-"));
const probe = join(scratch, "probe.mjs");
writeFileSync(
  probe,
  `process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write("\\nCOST " + JSON.stringify({ cpu: (user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 }) + "\\n");
});`,
);
let missed = 0;
console.log(
  `${"project".padEnd(36)}${"cold s".padStart(8)}${"cpu s".padStart(8)}${"MiB".padStart(7)}${"warm s".padStart(8)}   reads resolved, notes`,
);
try {
  for (const [name, files, coldGoal, warmGoal] of projects) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    const folder = join(scratch, name.replaceAll(/\W+/g, "-"));
    for (const [path, text] of Object.entries(files())) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    mkdirSync(join(folder, "node_modules"));
    const cold = audit(folder);
    const warm = audit(folder);
    // A busy machine makes one wait; what counts is the work.
    const isLate =
      Math.min(cold.seconds, cold.cpu) > coldGoal ||
      (warmGoal !== null && Math.min(warm.seconds, warm.cpu) > warmGoal) ||
      cold.peakMiB > 1_024;
    if (isLate) missed++;
    console.log(
      `${name.padEnd(36)}${cold.seconds.toFixed(2).padStart(8)}${cold.cpu.toFixed(2).padStart(8)}${cold.peakMiB.toFixed(0).padStart(7)}${warm.seconds.toFixed(2).padStart(8)}   ${cold.told}${isLate ? `   MISSED: goal ${coldGoal} s cold, ${warmGoal ?? "any"} warm, 1 GiB` : ""}`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = missed === 0 ? 0 : 1;

function audit(folder) {
  const began = performance.now();
  const result = spawnSync(
    process.execPath,
    [
      "--import",
      pathToFileURL(probe).href,
      join(root, "packages/data-engineer/dist/cli.js"),
      "audit",
      folder,
      "--format",
      "json",
    ],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  const seconds = (performance.now() - began) / 1_000;
  const cost = /COST (\{.*\})/.exec(result.stderr);
  if (result.status === 2 || cost === null) throw new Error(`audit of ${folder}: ${result.stderr}`);
  const { summary, findings } = JSON.parse(result.stdout);
  const { resolved, total } = summary.coverage;
  return {
    seconds,
    ...JSON.parse(cost[1]),
    told: `${resolved}/${total}, ${findings.length} findings, ${(summary.notes ?? []).length} notes`,
  };
}
