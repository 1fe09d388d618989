// Checks that the generated files in the repository are what the generators write today.
// A route file in the wrong folder, or a function nobody regenerated the API for, only shows here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, cpSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./install.mjs";

const folder = mkdtempSync(join(tmpdir(), "torchkeeper-generated-"));
try {
  cpSync(join(root, "convex"), join(folder, "convex"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const codegen = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "convex", "bin", "main.js"),
      "codegen",
      "--system-udfs",
      "--typecheck",
      "disable",
    ],
    { cwd: folder, env: { ...process.env, CI: "1" }, encoding: "utf8" },
  );
  if (codegen.status !== 0) fail(`convex codegen failed:\n${codegen.stdout}${codegen.stderr}`);
  const written = join(folder, "convex", "_generated");
  const stale = readdirSync(written).filter(
    (name) =>
      name.includes(".") &&
      readFileSync(join(written, name), "utf8") !== read(join(root, "convex", "_generated", name)),
  );
  if (stale.length > 0)
    fail(`convex/_generated is out of date (${stale.join(", ")}): run npm run codegen`);
  const routes = spawnSync("git", ["status", "--porcelain", "--", "web/routeTree.gen.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  if (routes.status === 0 && routes.stdout.trim() !== "" && process.env["CI"])
    fail("web/routeTree.gen.ts changed when the web app was built: commit it");
  console.log("generated files are up to date");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
