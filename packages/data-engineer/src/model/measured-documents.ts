// Numbers that `measure` took, by read, for the access-pattern matrix.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ToolFailure } from "../project/failure.ts";

/** Documents one read takes in one call: the middle and the most over the functions that make it. */
export interface MeasuredDocuments {
  p50: number;
  max: number;
}

const pair = z.tuple([z.number(), z.number()]);
const measurementFile = z.looseObject({
  version: z.literal(2),
  functions: z.array(
    z.looseObject({
      reads: z.array(
        z.looseObject({
          readId: z.string().nullable(),
          documents: pair,
        }),
      ),
    }),
  ),
});

/** Keyed by the id of the read. */
export type MeasuredReads = ReadonlyMap<string, MeasuredDocuments>;

/**
 * Reads what `measure --format json` wrote: documents in the larger tables, by read.
 *
 * @throws ToolFailure when the file is missing or is something else
 */
export function loadMeasurement(file: string): MeasuredReads {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ToolFailure("bad-argument", `"${file}" cannot be read as JSON.`, { cause });
  }
  const parsed = measurementFile.safeParse(json);
  if (!parsed.success)
    throw new ToolFailure(
      "bad-argument",
      `"${file}" is not what \`measure --format json\` writes. Measure again: \`convex-data-engineer measure --format json > ${file}\`.`,
    );
  const values = new Map<string, number[]>();
  for (const { reads } of parsed.data.functions)
    for (const read of reads) {
      if (read.readId === null) continue;
      values.set(read.readId, [...(values.get(read.readId) ?? []), read.documents[1]]);
    }
  return new Map(
    [...values].map(([id, numbers]) => {
      const sorted = [...numbers].sort((a, b) => a - b);
      return [
        id,
        { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, max: sorted.at(-1) ?? 0 },
      ];
    }),
  );
}
