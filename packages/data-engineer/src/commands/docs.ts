// `docs`: writes the data model page, or checks that it is up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { documentationHtml } from "../docs/html.ts";
import { documentationMarkdown } from "../docs/markdown.ts";
import { loadMeasurement } from "../model/measured-documents.ts";
import { reportProject } from "../project/report.ts";
import type { Output } from "./output.ts";
import { reportOptions, type CommonFlags } from "./report-options.ts";

export interface DocsFlags extends CommonFlags {
  out?: string;
  html?: string;
  measured?: string;
  check: boolean;
}

export const defaultDocumentation = "docs/data-model.md";

/** @returns 1 with --check when a page is missing or differs from what would be written */
export async function docs(directory: string, flags: DocsFlags, output: Output): Promise<number> {
  const { report } = await reportProject(directory, reportOptions(flags));
  const measured = flags.measured === undefined ? undefined : loadMeasurement(flags.measured);
  const root = resolve(directory);
  const pages: { path: string; text: string }[] = [];
  if (flags.out !== undefined || flags.html === undefined)
    pages.push({
      path: flags.out === undefined ? resolve(root, defaultDocumentation) : resolve(flags.out),
      text: documentationMarkdown(report.folders, measured),
    });
  if (flags.html !== undefined)
    pages.push({ path: resolve(flags.html), text: documentationHtml(report.folders, measured) });
  let code = 0;
  for (const { path, text } of pages) {
    const current = existsSync(path) ? readFileSync(path, "utf8") : null;
    if (flags.check) {
      if (current === text) continue;
      code = 1;
      output.error(
        current === null
          ? `${path} is missing; write it with \`convex-data-engineer docs\`\n`
          : `${path} is out of date; write it again with \`convex-data-engineer docs\`\n`,
      );
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    output.write(`wrote ${path}\n`);
  }
  return code;
}
