// Small projects for tests: files in a temporary folder that is gone afterwards.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Read } from "../src/model/model.ts";
import { reportProject, type FolderReport } from "../src/project/report.ts";
import type { Finding } from "../src/rules/finding.ts";

/** Writes files into a new folder, removed when the test ends. */
export function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "data-engineer-test-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  write(root, files);
  return root;
}

export function write(root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export async function folderOf(root: string, execute = true): Promise<FolderReport> {
  const { report } = await reportProject(root, { execute, cache: false });
  const [folder] = report.folders;
  if (folder === undefined) throw new Error("no folder was reported");
  return folder;
}

export async function readsOf(files: Record<string, string>): Promise<Read[]> {
  return (await folderOf(project(files))).model.reads;
}

export async function findingsOf(files: Record<string, string>): Promise<Finding[]> {
  return (await folderOf(project(files))).findings;
}

/** A schema file with these tables. */
export function schemaFile(tables: string): string {
  return `import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ ${tables} });
`;
}
