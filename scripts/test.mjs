// `npm test`: installs what is missing, runs every check there is, and ends with one line: `N passed, N failed`.
// Every test of the runners counts as one, and so does each check that is a whole program (types, lint, audit …).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const reports = mkdtempSync(join(tmpdir(), "torchkeeper-test-"));
const bin = (name) => join(root, "node_modules", ".bin", name);
const chromium = findChromium();
const runners = runnerReports();
let passed = 0;
let failed = 0;

await check("lockfile", process.execPath, ["scripts/check-lock.mjs"]);
await check("format", bin("prettier"), ["--check", ".", "--cache", "--log-level", "warn"]);
await check("types", bin("tsc"), ["-b"]);
await check("lint", process.execPath, [
  join(root, "node_modules", "eslint", "bin", "eslint.js"),
  ".",
  "--max-warnings=0",
  "--cache",
  "--cache-location",
  "node_modules/.cache/eslint/",
]);
await check("build", process.execPath, ["scripts/build.mjs"]);
await check("generated files are committed", process.execPath, ["scripts/check-generated.mjs"]);
await check("audit of our own data layer", process.execPath, [
  "packages/data-engineer/dist/cli.js",
  "audit",
  ".",
]);
await check("documentation of our own data layer", process.execPath, [
  "packages/data-engineer/dist/cli.js",
  "docs",
  ".",
  "--check",
]);
await suite("unit, data layer and protocol tests", bin("vitest"), ["run"], runners.vitest);
if (chromium) await suite("browser tests", bin("playwright"), ["test"], runners.playwright);
else {
  failed += 1;
  console.error(
    "Browser tests need Chromium. Install it (Debian: apt-get install chromium) or name it in the variable CHROMIUM.",
  );
}

rmSync(reports, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** How Vitest and Playwright report, and what their reports count. */
function runnerReports() {
  const countPlaywright = (suites) =>
    suites.flatMap((suite) => [
      ...suite.specs.flatMap((spec) => spec.tests.map((test) => test.status)),
      ...countPlaywright(suite.suites ?? []),
    ]);
  return {
    vitest: {
      name: "vitest",
      reporting: (report) => ({
        extra: ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
        environment: {},
      }),
      read: (json) => ({ passed: json.numPassedTests, failed: json.numFailedTests }),
    },
    playwright: {
      name: "playwright",
      reporting: (report) => ({
        extra: ["--reporter=line,json"],
        environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
      }),
      read: (json) => {
        const statuses = countPlaywright(json.suites);
        return {
          passed: statuses.filter((status) => status === "expected" || status === "flaky").length,
          failed: statuses.filter((status) => status === "unexpected").length,
        };
      },
    },
  };
}

/** One program that passes or fails as a whole. */
async function check(title, command, parameters) {
  const code = await run(title, command, parameters, {});
  if (code === 0) passed += 1;
  else failed += 1;
}

/** A test runner whose report says how many tests passed and failed. A runner that dies counts as one failure. */
async function suite(title, command, parameters, counts) {
  const report = join(reports, `${counts.name}.json`);
  const { extra, environment } = counts.reporting(report);
  const code = await run(title, command, [...parameters, ...extra], environment);
  const result = existsSync(report)
    ? counts.read(JSON.parse(readFileSync(report, "utf8")))
    : { passed: 0, failed: 0 };
  passed += result.passed;
  failed += result.failed;
  if (result.failed === 0 && (code !== 0 || result.passed === 0)) failed += 1;
}

function run(title, command, parameters, environment) {
  const began = Date.now();
  console.log(`\n── ${title}`);
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...(chromium ? { CHROMIUM: chromium } : {}), ...environment },
      shell: process.platform === "win32",
    });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("exit", (code) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      console.log(
        `── ${title}: ${code === 0 ? "passed" : `failed (exit code ${code})`} in ${seconds} s`,
      );
      resolve(code ?? 1);
    });
  });
}

/** The browser to test with: the variable CHROMIUM, an installed one, or Debian's package where this user may install it. */
function findChromium() {
  const known = () =>
    [
      process.env["CHROMIUM"],
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ].find((path) => path && existsSync(path));
  const found = known();
  if (found) return found;
  const mayInstall = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
  if (!mayInstall) return undefined;
  console.log("Installing Debian's chromium for the browser tests …");
  spawnSync("apt-get", ["update"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
    stdio: "ignore",
  });
  return known();
}
