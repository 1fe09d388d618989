// Runs axe in a page against WCAG 2.2 AA and gives what it found as short lines, for assertions that read well.
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

interface AxeFinding {
  id: string;
  impact?: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe holds against the page as it stands; an empty list when it is clean. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const findings = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: unknown, options: unknown): Promise<{ violations: AxeFinding[] }> };
    };
    const result = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      // Experimental in axe: it takes figures set apart by layout ("1" beside "club +0") for a missing label.
      rules: { "label-content-name-mismatch": { enabled: false } },
    });
    return result.violations;
  });
  return findings.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target }) => `${id} (${impact ?? "unknown"}): ${target.join(" ")}`),
  );
}
