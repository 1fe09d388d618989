// Applies the edits of fixes to files, without letting two of them touch the same text.
import { readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Edit, Finding } from "../rules/finding.ts";

export interface Applied {
  findings: Finding[];
  /** Fixes left for the next round because they overlap with an applied one. */
  postponed: number;
  files: string[];
}

/** Applies the automatic fixes among `findings` to the files below `root`. */
export function applyFixes(root: string, findings: readonly Finding[]): Applied {
  const chosen: Edit[] = [];
  const applied: Finding[] = [];
  let postponed = 0;
  for (const finding of findings) {
    if (finding.fix?.automatic !== true || finding.fix.edits.length === 0) continue;
    if (!finding.fix.edits.every((edit) => isOurs(edit.file))) continue;
    const fresh = finding.fix.edits.filter(
      (edit) => !chosen.some((other) => sameEdit(other, edit)),
    );
    if (fresh.some((edit) => chosen.some((other) => overlaps(other, edit)))) {
      postponed++;
      continue;
    }
    chosen.push(...fresh);
    applied.push(finding);
  }
  const files = [...new Set(chosen.map((edit) => edit.file))].sort();
  for (const file of files) {
    const path = join(root, file);
    const edits = chosen.filter((edit) => edit.file === file);
    writeFileSync(path, applyEdits(readFileSync(path, "utf8"), edits));
  }
  return { findings: applied, postponed, files };
}

/** Edits must not overlap. New lines are written as the text writes its own. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    const written = edit.text.replace(/\r?\n/g, lineEnd);
    result = result.slice(0, edit.start) + written + result.slice(edit.end);
  }
  return result;
}

/** Inside the project, and written by people. */
function isOurs(file: string): boolean {
  const parts = file.split("/");
  return !isAbsolute(file) && !parts.some((part) => notOurs.has(part));
}

const notOurs = new Set(["..", "_generated", "node_modules"]);

function sameEdit(a: Edit, b: Edit): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end && a.text === b.text;
}

function overlaps(a: Edit, b: Edit): boolean {
  if (a.file !== b.file) return false;
  if (a.start === a.end && b.start === b.end) return a.start === b.start;
  return a.start < b.end && b.start < a.end;
}
