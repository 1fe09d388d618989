// Made-up queries of one table, and the same queries written through the index that the audit advises.
import fc from "fast-check";
import type { Finding } from "../src/rules/finding.ts";
import type { JsonObject } from "../src/measure/json.ts";

type Comparison = "eq" | "gt" | "gte" | "lt" | "lte";

export interface Condition {
  field: string;
  comparison: Comparison;
  /** Name of the argument compared with, or the text of a constant. */
  value: string;
  by: "db" | "js";
}

export interface Shape {
  conditions: Condition[];
  /** Reads through this index now, with its first field fixed. */
  through: string[] | null;
  order: "asc" | "desc" | null;
  consumer: "collect" | "first" | "take";
  /** Rows are sorted in JavaScript and the first two used. */
  sort: { field: string; order: "asc" | "desc" } | null;
}

export const fields = ["a", "b", "s", "n", "m.p", "t"];
const ranged = ["a", "b", "n", "m.p"];

export const schemaFields = `a: v.number(), b: v.optional(v.number()), s: v.string(), n: v.union(v.number(), v.null()),
    m: v.object({ p: v.number() }), t: v.boolean()`;

const small = fc.integer({ min: 0, max: 2 });
const word = fc.constantFrom("x", "y");

export const documents: fc.Arbitrary<JsonObject[]> = fc.array(
  fc
    .record({
      a: small,
      b: fc.option(small, { nil: undefined }),
      s: word,
      n: fc.option(small, { nil: null }),
      p: small,
      t: fc.boolean(),
    })
    .map(({ b, p, ...rest }) => ({ ...rest, m: { p }, ...(b === undefined ? {} : { b }) })),
  { minLength: 10, maxLength: 40 },
);

/** What the argument of each field's name may be. */
export const argumentsOf: fc.Arbitrary<JsonObject> = fc.record({
  a: small,
  b: small,
  s: word,
  n: small,
  mp: small,
  t: fc.boolean(),
});

/** Indexes with and without common prefixes. */
export const indexLists = fc.uniqueArray(
  fc.shuffledSubarray(fields, { minLength: 1, maxLength: 3 }),
  { maxLength: 4, selector: (list) => list.join() },
);

const condition: fc.Arbitrary<Condition> = fc
  .record({
    field: fc.constantFrom(...fields),
    comparison: fc.constantFrom<Comparison>("eq", "eq", "gt", "gte", "lt", "lte"),
    by: fc.constantFrom("db" as const, "js" as const),
    isConstant: fc.boolean(),
    number: small,
    word,
    isTrue: fc.boolean(),
  })
  .map(({ field, comparison, by, isConstant, ...constants }) => {
    // `null < 1` is true in JavaScript and false in Convex's order.
    const canRange = ranged.includes(field) && !(field === "n" && by === "js");
    const text =
      field === "s"
        ? JSON.stringify(constants.word)
        : String(field === "t" ? constants.isTrue : constants.number);
    return {
      field,
      comparison: canRange ? comparison : "eq",
      by,
      value: isConstant ? text : `args.${field.replace(".", "")}`,
    };
  });

export function shapesOver(indexes: readonly string[][]): fc.Arbitrary<Shape> {
  return fc
    .record({
      conditions: fc.oneof(
        fc.uniqueArray(condition, { maxLength: 3, selector: (item) => item.field }),
        beginningOf(indexes),
      ),
      through: fc.option(fc.constantFrom(null, ...indexes)),
      order: fc.option(fc.constantFrom("asc" as const, "desc" as const)),
      consumer: fc.constantFrom(
        "collect" as const,
        "collect" as const,
        "first" as const,
        "take" as const,
      ),
      sort: fc.option(
        fc.record({
          field: fc.constantFrom("a", "b", "m.p"),
          order: fc.constantFrom("asc" as const, "desc" as const),
        }),
        { freq: 3 },
      ),
    })
    .map((shape) => {
      // Conditions in JavaScript and a sort need all rows.
      const isWhole = shape.sort !== null || shape.conditions.some((item) => item.by === "js");
      return { ...shape, consumer: isWhole ? "collect" : shape.consumer };
    });
}

/** Equalities that the beginning of an index serves. */
function beginningOf(indexes: readonly string[][]): fc.Arbitrary<Condition[]> {
  return fc
    .tuple(fc.constantFrom(["a"], ...indexes), fc.integer({ min: 1, max: 3 }))
    .map(([list, length]) =>
      list.slice(0, length).map((field) => ({
        field,
        comparison: "eq" as const,
        by: "db" as const,
        value: `args.${field.replace(".", "")}`,
      })),
    );
}

/** A module with one query per shape. */
export function originals(
  shapes: readonly Shape[],
  nameOf: (fields: readonly string[]) => string,
): string {
  const queries = shapes.map((shape, i) => {
    const [first = ""] = shape.through ?? [];
    const range =
      shape.through === null
        ? ""
        : `.withIndex("${nameOf(shape.through)}", (q) => q.eq("${first}", args.${first.replace(".", "")}))`;
    return query(`q${i}`, shape, range, dbFilter(shape));
  });
  return header + queries.join("");
}

/** The queries that have advice, through the index it names; database filters stay where the index leaves some over. */
export function rewritten(shapes: readonly Shape[], advice: ReadonlyMap<number, Finding>): string {
  const queries = [...advice].map(([i, finding]) => {
    const shape = shapes[i];
    if (shape === undefined) return "";
    const code = finding.fix?.code ?? `.withIndex("${finding.index?.name ?? ""}")`;
    return query(`q${i}`, shape, rangeCode(shape, finding, code), dbFilter(shape, code));
  });
  return header + queries.join("");
}

const header = `import { query } from "./_generated/server";
import { v } from "convex/values";
const args = { a: v.number(), b: v.number(), s: v.string(), n: v.number(), mp: v.number(), t: v.boolean() };
`;

/** A sort through an index comes without code for its range: the equalities of the read stay. */
function rangeCode(shape: Shape, finding: Finding, code: string): string {
  if (finding.rule !== "read/sort-in-js") return code;
  const [first = ""] = shape.through ?? [];
  const name = finding.index?.name ?? "";
  if (name === "by_creation_time" || shape.through === null) return `.withIndex("${name}")`;
  return `.withIndex("${name}", (q) => q.eq("${first}", args.${first.replace(".", "")}))`;
}

function dbFilter(shape: Shape, served = ""): string {
  return shape.conditions
    .filter((item) => item.by === "db" && !isServed(item, served))
    .map((item) => `.filter((q) => q.${item.comparison}(q.field("${item.field}"), ${item.value}))`)
    .join("");
}

/** The code of a range has the condition. */
export function isServed(item: Condition, code: string): boolean {
  return code.includes(`.${item.comparison}("${item.field}", ${item.value})`);
}

function query(name: string, shape: Shape, range: string, filter: string): string {
  const order = shape.order === null ? "" : `.order("${shape.order}")`;
  const end = { collect: ".collect()", first: ".first()", take: ".take(2)" }[shape.consumer];
  const inCode = shape.conditions
    .filter((item) => item.by === "js")
    .map(
      (item) => `.filter((row) => row.${item.field} ${operators[item.comparison]} ${item.value})`,
    )
    .join("");
  const { sort } = shape;
  const compare = (field: string) => `(one.${field} ?? 0) - (other.${field} ?? 0)`;
  const sorted =
    sort === null
      ? ""
      : `.sort((one, other) => ${sort.order === "asc" ? compare(sort.field) : compare(sort.field).replace("one", "z").replace("other", "one").replace("z", "other")}).slice(0, 2)`;
  return `export const ${name} = query({
  args,
  handler: async (ctx, args) => {
    const found = await ctx.db.query("rows")${range}${filter}${order}${end};
    return ${shape.consumer === "first" ? "found === null ? [] : [found]" : `found${inCode}${sorted}`};
  },
});
`;
}

const operators: Record<Comparison, string> = { eq: "===", gt: ">", gte: ">=", lt: "<", lte: "<=" };
