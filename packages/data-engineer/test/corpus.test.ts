// The corpus: small projects in which every true case is marked and traps are not. All and only the marks are reported.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { reportProject } from "../src/project/report.ts";
import type { Finding } from "../src/rules/finding.ts";

const corpus = fileURLToPath(new URL("./corpus/", import.meta.url));

interface Mark {
  where: string;
  rule: string;
  isInfo: boolean;
  index: { table: string; fields: string } | null;
  use: string | null;
}

/** A comment `// expect[-info] rule… [index=table:a,b] [use=name]` speaks of the next line that is no comment. */
function marksOf(file: string, text: string): Mark[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    const match = /\/\/ (expect|expect-info) (.+)$/.exec(line);
    if (match === null) return [];
    let target = at + 1;
    while (/^\s*\/\//.test(lines[target] ?? "")) target++;
    const words = (match[2] ?? "").split(/\s+/);
    const option = (name: string) =>
      words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
    const [table = "", fields = ""] = option("index")?.split(":") ?? [];
    return words
      .filter((word) => !word.includes("="))
      .map((rule) => ({
        where: `${file}:${target + 1}`,
        rule,
        isInfo: match[1] === "expect-info",
        index: option("index") === null ? null : { table, fields },
        use: option("use"),
      }));
  });
}

function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, path);
    return /\.[jt]s$/.test(entry.name) ? [path] : [];
  });
}

const name = (item: { where: string; rule: string }) => `${item.where} ${item.rule}`;
const whereOf = (finding: Finding) => ({
  where: `${finding.file}:${finding.line}`,
  rule: finding.rule,
});

describe.each(readdirSync(corpus))("%s", (project) => {
  const root = join(corpus, project);
  const marks = filesBelow(root).flatMap((file) =>
    marksOf(file, readFileSync(join(root, file), "utf8")),
  );

  test("all marks and nothing else is reported", async () => {
    const { report } = await reportProject(root, { execute: true, cache: false });
    const findings = report.folders.flatMap((folder) => folder.findings);
    const grave = findings.filter((finding) => finding.severity !== "info").map(whereOf);
    expect([...new Set(grave.map(name))].sort()).toEqual(
      [...new Set(marks.filter((mark) => !mark.isInfo).map(name))].sort(),
    );
    const hints = new Set(
      findings.filter((item) => item.severity === "info").map((item) => name(whereOf(item))),
    );
    for (const mark of marks.filter((item) => item.isInfo)) expect(hints).toContain(name(mark));
  });

  test("without running the modules nothing false is reported", async () => {
    const { report } = await reportProject(root, { execute: false, cache: false });
    const grave = report.folders
      .flatMap((folder) => folder.findings)
      .filter((finding) => finding.severity !== "info");
    const known = new Set(marks.map(name));
    expect(grave.map((item) => name(whereOf(item))).filter((item) => !known.has(item))).toEqual([]);
  });

  test("the advice names the index", async () => {
    const { report } = await reportProject(root, { execute: true, cache: false });
    const findings = report.folders.flatMap((folder) => folder.findings);
    for (const mark of marks) {
      const found = findings.filter((item) => name(whereOf(item)) === name(mark));
      if (mark.index !== null)
        expect(
          found.map((item) => `${item.index?.table ?? ""}:${item.index?.fields?.join(",") ?? ""}`),
        ).toContain(`${mark.index.table}:${mark.index.fields}`);
      if (mark.use !== null) expect(found.map((item) => item.index?.use)).toContain(mark.use);
    }
  });
});
