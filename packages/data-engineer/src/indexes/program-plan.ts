// The indexes to add, to change and to remove for the program as a whole, gathered from the findings.
import type { Edit, Finding } from "../rules/finding.ts";
import { jsonVersion } from "../version.ts";

export interface ProgramPlan {
  version: number;
  add: { table: string; name: string; fields: string[]; readers: string[]; code: string }[];
  /** Readers that should use an index that is there. */
  use: { table: string; index: string; at: string; function: string | null }[];
  remove: { table: string; name: string; because: string; use: string | null }[];
  rename: { table: string; from: string; to: string; fields: string[] }[];
}

const adding = new Set([
  "read/missing-index",
  "read/extend-index",
  "read/paginate-filter",
  "read/paginate-post-filter",
  "read/sort-in-js",
  "schema/missing-reverse-index",
]);

export function programPlan(findings: readonly Finding[]): ProgramPlan {
  const plan: ProgramPlan = { version: jsonVersion, add: [], use: [], remove: [], rename: [] };
  for (const finding of findings) {
    const { index } = finding;
    if (index === undefined) continue;
    const at = `${finding.file}:${finding.line}`;
    if (index.use !== undefined && finding.rule.startsWith("read/")) {
      plan.use.push({ table: index.table, index: index.use, at, function: finding.symbol ?? null });
    } else if (adding.has(finding.rule) && index.fields !== undefined && index.name !== undefined) {
      const known = plan.add.find((item) => item.table === index.table && item.name === index.name);
      const reader = finding.symbol ?? at;
      if (known === undefined)
        plan.add.push({
          table: index.table,
          name: index.name,
          fields: index.fields,
          readers: [reader],
          code: `.index(${JSON.stringify(index.name)}, [${index.fields.map((field) => JSON.stringify(field)).join(", ")}])`,
        });
      else if (!known.readers.includes(reader)) known.readers.push(reader);
      const { replaces } = index;
      if (
        replaces !== undefined &&
        !plan.remove.some((item) => item.table === index.table && item.name === replaces)
      )
        plan.remove.push({
          table: index.table,
          name: replaces,
          because: "extended",
          use: index.name,
        });
    } else if (
      /unused-index|redundant-index|duplicate-index/.test(finding.rule) &&
      index.name !== undefined
    ) {
      plan.remove.push({
        table: index.table,
        name: index.name,
        because: finding.rule.replace(/^schema\//, "").replace(/-index$/, ""),
        use: index.use ?? null,
      });
    } else if (
      finding.rule === "schema/index-name" &&
      finding.fix !== undefined &&
      index.name !== undefined
    ) {
      const from = (finding.symbol ?? "").split(".").slice(1).join(".");
      plan.rename.push({ table: index.table, from, to: index.name, fields: index.fields ?? [] });
    }
  }
  for (const item of plan.use) {
    const longer = plan.remove.find(
      (gone) => gone.table === item.table && gone.name === item.index && gone.use !== null,
    );
    if (longer?.use != null) item.index = longer.use;
  }
  const goes = new Set(plan.remove.map((item) => `${item.table}.${item.name}`));
  plan.rename = plan.rename.filter((item) => !goes.has(`${item.table}.${item.from}`));
  return plan;
}

/** Edits that declare the indexes to add; the readers are moved by `audit --fix` afterwards. */
export function addEdits(findings: readonly Finding[]): Edit[] {
  const edits: Edit[] = [];
  for (const finding of findings) {
    if (!adding.has(finding.rule) || finding.index === undefined || finding.index.use !== undefined)
      continue;
    for (const edit of finding.fix?.edits ?? []) {
      const isDeclaration = edit.start === edit.end && /^\s*\.index\(/.test(edit.text);
      if (!isDeclaration) continue;
      const known = edits.some(
        (other) =>
          other.file === edit.file && other.start === edit.start && other.text === edit.text,
      );
      if (!known) edits.push(edit);
    }
  }
  return edits;
}

export function planText(plan: ProgramPlan): string {
  const lines: string[] = [];
  const section = (title: string, items: string[]) => {
    if (items.length > 0) lines.push(title, ...items.map((item) => `  ${item}`), "");
  };
  section(
    "Add",
    plan.add.map((item) => `${item.table}  ${item.code}  for ${item.readers.join(", ")}`),
  );
  section(
    "Use what is there",
    plan.use.map((item) => `${item.table}.${item.index}  in ${item.function ?? ""} (${item.at})`),
  );
  section(
    "Remove",
    plan.remove.map(
      (item) =>
        `${item.table}.${item.name}  ${item.because}${item.use === null ? "" : `, use ${item.use}`}`,
    ),
  );
  section(
    "Rename",
    plan.rename.map((item) => `${item.table}.${item.from}  to ${item.to}`),
  );
  return lines.length === 0
    ? "Every read is served, and every index is read."
    : lines.join("\n").trimEnd();
}
