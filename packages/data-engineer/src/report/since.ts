// Lines that changed since a git ref, to report only what a change brought.
import { spawnSync } from "node:child_process";
import { relative, sep } from "node:path";
import { ToolFailure } from "../project/failure.ts";
import type { Finding } from "../rules/finding.ts";

/** Runs git in `directory`. @throws ToolFailure `git` with git's own words */
export function git(directory: string, args: string[]): string {
  const result = spawnSync("git", args, {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.error !== undefined)
    throw new ToolFailure("git", `git could not be run: ${result.error.message}`);
  if (result.status !== 0)
    throw new ToolFailure("git", `git ${args.join(" ")} failed: ${result.stderr.trim()}`);
  return result.stdout;
}

const plainPaths = ["-c", "core.quotePath=false"];

/** Findings that touch a line changed since `ref`, working tree and new files included. */
export function onlySince(directory: string, ref: string, findings: readonly Finding[]): Finding[] {
  const top = git(directory, ["rev-parse", "--show-toplevel"]).trim();
  const prefix = relative(top, directory).split(sep).join("/");
  // What the user's own git configuration could change about the output is set here.
  const diff = ["diff", "--unified=0", "--no-color", "--no-ext-diff", "--find-renames"];
  const changed = parseDiff(
    git(top, [...plainPaths, ...diff, "--src-prefix=a/", "--dst-prefix=b/", ref, "--"]),
  );
  const untracked = ["ls-files", "--others", "--exclude-standard"];
  for (const file of git(top, [...plainPaths, ...untracked]).split("\n"))
    if (file !== "") changed.set(file, [[1, Number.MAX_SAFE_INTEGER]]);
  return findings.filter((finding) => {
    const ranges = changed.get(prefix === "" ? finding.file : `${prefix}/${finding.file}`);
    return ranges?.some(([from, to]) => finding.line <= to && finding.endLine >= from) ?? false;
  });
}

/** Changed line ranges of the new side, by file. */
export function parseDiff(text: string): Map<string, [number, number][]> {
  const changed = new Map<string, [number, number][]>();
  let file: string | null = null;
  for (const line of text.split("\n")) {
    const header = /^\+\+\+ (?:b\/(.*)|\/dev\/null)$/.exec(line);
    if (header !== null) {
      file = header[1] ?? null;
      continue;
    }
    const hunk = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk === null || file === null) continue;
    const from = Number(hunk[1]);
    const size = hunk[2] === undefined ? 1 : Number(hunk[2]);
    const list = changed.get(file) ?? [];
    list.push(size === 0 ? [from, from + 1] : [from, from + size - 1]);
    changed.set(file, list);
  }
  return changed;
}
