// The law of index advice, on the real engine: through the advised index a query gives the same rows, in the same order where
// one was asked for, and reads no more than them; what `--fix` writes by itself never changes rows or order.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { applyFixes } from "../src/fix/apply.ts";
import type { JsonObject } from "../src/measure/json.ts";
import { MeasuringSession } from "../src/measure/session.ts";
import type { Finding } from "../src/rules/finding.ts";
import { officialIndexName } from "../src/schema/schema.ts";
import {
  argumentsOf,
  documents,
  indexLists,
  isServed,
  originals,
  rewritten,
  schemaFields,
  shapesOver,
  type Shape,
} from "./advice-programs.ts";
import { folderOf, project, schemaFile, write } from "./project.ts";

const adviceRules = /^read\/(missing-index|extend-index|index-available|sort-in-js)$/;

interface Row {
  _id: string;
  _creationTime: number;
}

const programs = indexLists.chain((indexes) =>
  fc.record({
    indexes: fc.constant(indexes),
    shapes: fc.array(shapesOver(indexes), { minLength: 24, maxLength: 24 }),
    rows: documents,
    calls: fc.array(argumentsOf, { minLength: 2, maxLength: 2 }),
  }),
);

test("the advised index gives the same rows and reads no more; automatic fixes change nothing", async () => {
  await fc.assert(
    fc.asyncProperty(programs, async ({ indexes, shapes, rows, calls }) => {
      const root = project({
        "convex/schema.ts": schemaOf(indexes.map((list) => [officialIndexName(list), list])),
        "convex/asked.ts": originals(shapes, officialIndexName),
      });
      const { findings } = await folderOf(root);
      const advice = adviceOf(findings);
      const asked = readFileSync(join(root, "convex/asked.ts"), "utf8");
      applyFixes(root, findings);
      const fixed = readFileSync(join(root, "convex/asked.ts"), "utf8");
      const added = [...advice.values()].flatMap(({ index }) =>
        index?.use === undefined && index?.name !== undefined && index.fields !== undefined
          ? [[index.name, index.fields] as const]
          : [],
      );
      write(root, {
        "convex/asked.ts": asked,
        "convex/fixed.ts": fixed,
        "convex/advised.ts": rewritten(shapes, advice),
        "convex/schema.ts": schemaOf([
          ...indexes.map((list) => [officialIndexName(list), list] as const),
          ...new Map(added.map((item) => [item[0], item])).values(),
        ]),
      });
      await compare(join(root, "convex"), { shapes, rows, calls, advice });
    }),
    { numRuns: Number(process.env["ADVICE_RUNS"] ?? 2), endOnFailure: true },
  );
}, 120_000);

function schemaOf(indexes: readonly (readonly [string, readonly string[]])[]): string {
  const chain = indexes.map(([name, list]) => `.index("${name}", ${JSON.stringify(list)})`);
  return schemaFile(`rows: defineTable({ ${schemaFields} })${chain.join("")}`);
}

/** The first advice on each query of the module, which has one read. */
function adviceOf(findings: readonly Finding[]): Map<number, Finding> {
  const advice = new Map<number, Finding>();
  for (const finding of findings) {
    const number = /^asked:q(\d+)$/.exec(finding.symbol ?? "")?.[1];
    if (number === undefined || !adviceRules.test(finding.rule) || finding.index === undefined)
      continue;
    if (!advice.has(Number(number))) advice.set(Number(number), finding);
  }
  return advice;
}

interface Case {
  shapes: readonly Shape[];
  rows: JsonObject[];
  calls: readonly JsonObject[];
  advice: ReadonlyMap<number, Finding>;
}

async function compare(folder: string, { shapes, rows, calls, advice }: Case): Promise<void> {
  const session = await MeasuringSession.start({ folder, actionModules: [], environment: {} });
  onTestFinished(() => session.close());
  await session.insert("rows", rows);
  for (const [i, shape] of shapes.entries()) {
    for (const args of calls) {
      const before = await read(session, `asked:q${i}`, args);
      const about = () => JSON.stringify({ shape, args, finding: advice.get(i) }, null, 1);
      const byFix = await read(session, `fixed:q${i}`, args);
      checkFixed(shape, before.rows, byFix.rows, about);
      const finding = advice.get(i);
      if (finding === undefined) continue;
      const after = await read(session, `advised:q${i}`, args);
      checkAdvised(shape, finding, before.rows, after, about);
    }
  }
  await session.close();
}

function checkFixed(shape: Shape, before: Row[], after: Row[], about: () => string): void {
  const isOrdered = shape.order !== null || shape.consumer !== "collect";
  if (isOrdered && shape.sort === null) expect(ids(after), about()).toEqual(ids(before));
  else if (shape.sort === null) expect(ids(after).sort(), about()).toEqual(ids(before).sort());
  else expect(keys(shape, after), about()).toEqual(keys(shape, before));
}

function checkAdvised(
  shape: Shape,
  finding: Finding,
  before: Row[],
  after: { rows: Row[]; documents: number },
  about: () => string,
): void {
  if (shape.sort !== null) expect(keys(shape, after.rows), about()).toEqual(keys(shape, before));
  else if (shape.consumer === "collect")
    expect(ids(after.rows).sort(), about()).toEqual(ids(before).sort());
  else if (shape.order === null && /it may be other rows/.test(finding.message))
    expect(after.rows.length, about()).toBe(before.length);
  else expect(ids(after.rows), about()).toEqual(ids(before));
  const code = finding.fix?.code ?? "";
  // A range brings its own order; all rows are there to be sorted again, and the finding says so.
  const isSortedAgain = /\.(gt|gte|lt|lte)\(/.test(code) && shape.consumer === "collect";
  if (shape.order !== null && shape.sort === null && !isSortedAgain)
    expect(ids(after.rows), about()).toEqual(ids(before));
  const isWhole = shape.conditions.every(
    // An upper bound in the index has the rows without the field too, which JavaScript leaves out.
    (item) => isServed(item, code) && !(item.by === "js" && /^l/.test(item.comparison)),
  );
  if (isWhole && shape.sort === null && shape.conditions.length > 0)
    expect(after.documents, about()).toBeLessThanOrEqual(before.length + 1);
}

function ids(rows: readonly Row[]): string[] {
  return rows.map((row) => row._id);
}

/** What the sort compares: rows that are alike may come either way. */
function keys(shape: Shape, rows: readonly Row[]): unknown[] {
  return rows.map(
    (row) =>
      (shape.sort?.field ?? "")
        .split(".")
        .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), row) ?? 0,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function read(
  session: MeasuringSession,
  name: string,
  args: JsonObject,
): Promise<{ rows: Row[]; documents: number }> {
  session.observe();
  const result: unknown = await session.run(name, args, null);
  const documents = session.observed()[0]?.result.documents ?? Infinity;
  return { rows: (Array.isArray(result) ? result : [result]).filter(isRow), documents };
}

function isRow(value: unknown): value is Row {
  return isObject(value) && typeof value["_id"] === "string";
}
