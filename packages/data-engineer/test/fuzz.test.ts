// Mangled programs: whatever tokens are lost, doubled or out of place, the analysis ends, and says the same twice.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { documentationHtml } from "../src/docs/html.ts";
import { documentationMarkdown } from "../src/docs/markdown.ts";
import { planText, programPlan } from "../src/indexes/program-plan.ts";
import { analyseFolder } from "../src/model/analysis.ts";
import { boundnessOf } from "../src/model/boundness.ts";
import { defaultConfig } from "../src/project/config.ts";
import { discoverFolders, type ConvexFolder } from "../src/project/discover.ts";
import type { FolderReport } from "../src/project/report.ts";
import { explain, explainText } from "../src/report/explain.ts";
import { formatAudit, formats } from "../src/report/formats.ts";
import { summarise } from "../src/report/summary.ts";
import { auditAnalysis } from "../src/rules/audit.ts";
import { project, write } from "./project.ts";

/** More rounds than in the suite: `FUZZ_ROUNDS=5000 npx vitest run …`. */
const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 60);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_240_817);

const corpus = fileURLToPath(new URL("corpus", import.meta.url));
const projects = readdirSync(corpus).map((name) => {
  const root = join(corpus, name);
  const folder = discoverFolders(root)[0];
  if (folder === undefined) throw new Error(`${name} has no Convex folder`);
  return { root, folder };
});

type Change = { kind: "delete" | "double" | "swap" | "replace"; at: number; other: number };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom("delete", "double", "swap", "replace"),
  at: fc.nat(),
  other: fc.nat(),
});

/** Names, strings, numbers and signs; what lies between stays where it is. */
const tokens = /[A-Za-z_$][\w$]*|"[^"\n]*"|`[^`]*`|\d+|=>|[^\s\w]/g;

function mangle(text: string, changes: readonly Change[]): string {
  let result = text;
  for (const { kind, at, other } of changes) {
    const found = [...result.matchAll(tokens)];
    const first = found[at % Math.max(1, found.length)];
    const second = found[other % Math.max(1, found.length)];
    if (first === undefined || second === undefined) return result;
    const put = (match: RegExpMatchArray, by: string) => {
      const index = match.index ?? 0;
      result = result.slice(0, index) + by + result.slice(index + match[0].length);
    };
    if (kind === "delete") put(first, "");
    else if (kind === "double") put(first, `${first[0]} ${first[0]}`);
    else if (kind === "replace") put(first, second[0]);
    else {
      // From the back, so that the place of the other stays right.
      const [front, back] =
        (first.index ?? 0) < (second.index ?? 0) ? [first, second] : [second, first];
      if (front === back) continue;
      put(back, front[0]);
      put(front, back[0]);
    }
  }
  return result;
}

interface Mangled {
  root: string;
  folder: ConvexFolder;
  overrides: Map<string, string>;
}

const mangled: fc.Arbitrary<Mangled> = fc
  .record({
    which: fc.nat(projects.length - 1),
    changes: fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 12 }),
  })
  .map(({ which, changes }) => {
    const found = projects[which];
    if (found === undefined) throw new Error("no such project");
    const overrides = new Map<string, string>();
    for (const [number, item] of changes) {
      const file = found.folder.sourceFiles[number % found.folder.sourceFiles.length] ?? "";
      overrides.set(file, mangle(overrides.get(file) ?? readFileSync(file, "utf8"), [item]));
    }
    return { ...found, overrides };
  });

async function everythingSaid({ root, folder, overrides }: Mangled, execute = false) {
  const config = defaultConfig();
  const analysis = await analyseFolder(root, folder, {
    config,
    execute,
    ...(execute ? {} : { overrides }),
  });
  const findings = auditAnalysis(analysis);
  const boundness = boundnessOf(analysis.model, config);
  const report: FolderReport = {
    path: folder.path,
    model: analysis.model,
    findings,
    boundness: [...boundness],
  };
  const summary = summarise({ root, folders: [report] }, findings);
  // A notice of our own failure is a failure.
  expect(summary.notes.filter((note) => note.includes("could not be followed ("))).toEqual([]);
  for (const { at, rule } of findings.map((item) => ({ at: item, rule: item.rule }))) {
    expect(at.line, rule).toBeGreaterThan(0);
    expect(at.endLine, rule).toBeGreaterThanOrEqual(at.line);
  }
  return [
    ...formats.map((format) => formatAudit({ summary, findings, hidden: 0 }, format)),
    documentationMarkdown([report]),
    documentationHtml([report]),
    planText(programPlan(findings)),
    ...analysis.model.functions.map((item) =>
      explainText(explain(analysis.model, item, boundness, findings)),
    ),
  ].join("\n");
}

test("a mangled program is read to the end, twice the same", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(mangled, async (item) => {
      expect(await everythingSaid(item)).toBe(await everythingSaid(item));
    }),
    { numRuns: rounds, seed, endOnFailure: true },
  );
});

test("a mangled program is run to the end, twice the same", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(mangled, async (item) => {
      const root = project({});
      for (const file of item.folder.sourceFiles)
        write(root, {
          [relative(item.root, file)]: item.overrides.get(file) ?? readFileSync(file, "utf8"),
        });
      const [folder] = discoverFolders(root);
      if (folder === undefined) return;
      const copy = { ...item, root, folder };
      expect(await everythingSaid(copy, true)).toBe(await everythingSaid(copy, true));
    }),
    { numRuns: Math.ceil(rounds / 10), seed, endOnFailure: true },
  );
});
