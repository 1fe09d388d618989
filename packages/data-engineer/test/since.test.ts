// Findings of what changed since a commit: by lines, through renames, whatever the user's own git configuration says.
import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { onlySince } from "../src/report/since.ts";
import { folderOf, project, write } from "./project.ts";

const head = `import { query } from "./_generated/server";\n`;
const bare = (name: string) => `export const ${name} = query(async () => 1);\n`;

function git(root: string, ...args: string[]): void {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  const { status, stderr } = spawnSync("git", [...identity, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
}

async function linesSince(root: string): Promise<string[]> {
  const { findings } = await folderOf(root);
  return onlySince(root, "HEAD", findings)
    .filter((item) => item.rule === "fn/args-validator")
    .map((item) => `${item.file}:${item.line}`)
    .sort();
}

test("only changed lines, new files, and changed lines of renamed files are told", async () => {
  const root = project({
    "convex/old.ts": head + bare("a"),
    "convex/moved.ts": `${head}${bare("b")}${bare("c")}${bare("d")}${bare("e")}`,
    "convex/größe.ts": head + bare("f"),
  });
  git(root, "init", "-q");
  git(root, "add", ".");
  git(root, "commit", "-qm", "first");
  git(root, "config", "diff.noprefix", "true");
  git(root, "config", "diff.renames", "false");
  expect(await linesSince(root)).toEqual([]);
  write(root, {
    "convex/old.ts": `${head}${bare("a")}${bare("g")}`,
    "convex/größe.ts": `${head}${bare("f")}${bare("h")}`,
    "convex/new.ts": head + bare("i"),
  });
  renameSync(join(root, "convex/moved.ts"), join(root, "convex/renamed.ts"));
  write(root, {
    "convex/renamed.ts": `${head}${bare("b")}${bare("c")}${bare("d")}${bare("e")}${bare("j")}`,
  });
  git(root, "add", ".");
  expect(await linesSince(root)).toEqual([
    "convex/größe.ts:3",
    "convex/new.ts:2",
    "convex/old.ts:3",
    "convex/renamed.ts:6",
  ]);
});
