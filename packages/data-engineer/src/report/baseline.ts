// A baseline: fingerprints of findings a project has accepted for now. Only what is not in it is reported.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ToolFailure } from "../project/failure.ts";
import type { Finding } from "../rules/finding.ts";
import { isRecord } from "../schema/validator.ts";

/** Findings that are not in the baseline. Each fingerprint hides as many findings as it was counted. */
export function withoutBaseline(file: string, findings: readonly Finding[]): Finding[] {
  const left = readBaseline(file);
  return findings.filter((finding) => {
    const count = left.get(finding.fingerprint) ?? 0;
    if (count === 0) return true;
    left.set(finding.fingerprint, count - 1);
    return false;
  });
}

function readBaseline(file: string): Map<string, number> {
  if (!existsSync(file))
    throw new ToolFailure(
      "not-found",
      `There is no baseline "${file}". Write it with \`audit --write-baseline ${file}\`.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ToolFailure(
      "bad-config",
      `"${file}" is not JSON. Write it again with \`audit --write-baseline\`.`,
      {
        cause,
      },
    );
  }
  const counts = isRecord(json) && isRecord(json["fingerprints"]) ? json["fingerprints"] : null;
  if (counts === null)
    throw new ToolFailure(
      "bad-config",
      `"${file}" is no baseline: expected \`{ version, fingerprints }\`.`,
    );
  return new Map(Object.entries(counts).map(([print, count]) => [print, Number(count)]));
}

export function writeBaseline(file: string, findings: readonly Finding[]): void {
  const counts = new Map<string, number>();
  for (const { fingerprint } of findings)
    counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  const fingerprints = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ version: 1, fingerprints }, null, 2)}\n`);
}
