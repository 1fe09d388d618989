// Pairs of schemas with the changes an outsider would write down for them: variants of unions, and the fields of a table.
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import {
  changeLines,
  circle,
  field,
  labelledCircle,
  line,
  lit,
  namedCircle,
  square,
  table,
  type AnyField,
  type Fields,
} from "../../test/schema-pairs.ts";

describe("unions of objects", () => {
  test.each<[string, AnyField, AnyField, string[]]>([
    [
      "a variant is added",
      v.union(circle, square),
      v.union(circle, square, line),
      ["variant-added t.f<line> safe"],
    ],
    [
      "a variant is removed",
      v.union(circle, square, line),
      v.union(circle, square),
      ["variant-removed t.f<line> breaking"],
    ],
    [
      "one goes, one comes",
      v.union(circle, square),
      v.union(circle, line),
      ["variant-added t.f<line> safe", "variant-removed t.f<square> breaking"],
    ],
    [
      "a variant gets a required field",
      v.union(circle, square),
      v.union(namedCircle, square),
      ["required-field-added t.f<circle>.name breaking"],
    ],
    [
      "a variant gets an optional field",
      v.union(circle, square),
      v.union(labelledCircle, square),
      ["optional-field-added t.f<circle>.label safe"],
    ],
    [
      "a variant loses a field",
      v.union(namedCircle, square),
      v.union(circle, square),
      ["field-removed t.f<circle>.name breaking"],
    ],
    [
      "a second variant beside the only one",
      circle,
      v.union(circle, square),
      ["variant-added t.f<square> safe"],
    ],
    [
      "the only one is left",
      v.union(circle, square),
      circle,
      ["variant-removed t.f<square> breaking"],
    ],
    ["variants in another order", v.union(circle, square), v.union(square, circle), []],
    [
      "variants beside null",
      v.union(circle, square, v.null()),
      v.union(circle, square, line, v.null()),
      ["variant-added t.f<line> safe"],
    ],
    [
      "null goes, a variant comes",
      v.union(circle, square, v.null()),
      v.union(circle, square, line),
      ["type-narrowed t.f breaking", "variant-added t.f<line> safe"],
    ],
    ["all variants are others", v.union(circle, square), line, ["type-replaced t.f breaking"]],
    [
      "variants of a list",
      v.array(v.union(circle, square)),
      v.array(v.union(circle, square, line)),
      ["variant-added t.f[]<line> safe"],
    ],
    [
      "objects that nothing tells apart",
      v.union(v.object({ a: v.string() }), v.object({ b: v.string() })),
      v.union(
        v.object({ a: v.string() }),
        v.object({ b: v.string() }),
        v.object({ c: v.string() }),
      ),
      ["type-widened t.f safe"],
    ],
    [
      "one of them goes",
      v.union(v.object({ a: v.string() }), v.object({ b: v.string() })),
      v.object({ a: v.string() }),
      ["type-narrowed t.f breaking"],
    ],
    [
      "one of them gets a field",
      v.union(v.object({ a: v.string() }), v.object({ b: v.string() })),
      v.union(v.object({ a: v.string(), x: v.number() }), v.object({ b: v.string() })),
      ["type-narrowed t.f breaking"],
    ],
    [
      "a number literal tells them apart",
      v.union(v.object({ v: lit(1), a: v.string() }), v.object({ v: lit(2), b: v.string() })),
      v.union(
        v.object({ v: lit(1), a: v.string() }),
        v.object({ v: lit(2), b: v.string(), c: v.string() }),
      ),
      ["required-field-added t.f<2>.c breaking"],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changeLines(field(before), field(after))).toEqual(expected);
  });
});

describe("fields of a table", () => {
  const base = { name: v.string(), n: v.number() };
  test.each<[string, Fields, Fields, string[]]>([
    [
      "an optional field comes",
      base,
      { ...base, x: v.optional(v.string()) },
      ["optional-field-added t.x safe"],
    ],
    [
      "a required field comes",
      base,
      { ...base, x: v.boolean() },
      ["required-field-added t.x breaking"],
    ],
    [
      "a field that takes any value comes",
      base,
      { ...base, x: v.any() },
      ["required-field-added t.x breaking"],
    ],
    [
      "a field that may be null comes",
      base,
      { ...base, x: v.union(v.string(), v.null()) },
      ["required-field-added t.x breaking"],
    ],
    ["a field goes", { ...base, x: v.boolean() }, base, ["field-removed t.x breaking"]],
    [
      "an optional field goes",
      { ...base, x: v.optional(v.boolean()) },
      base,
      ["field-removed t.x breaking"],
    ],
    [
      "a field is renamed",
      { ...base, x: v.boolean() },
      { ...base, y: v.boolean() },
      ["field-renamed t.x breaking"],
    ],
    [
      "an optional field is renamed",
      { ...base, x: v.optional(v.boolean()) },
      { ...base, y: v.optional(v.boolean()) },
      ["field-renamed t.x breaking"],
    ],
    [
      "two are renamed, of different types",
      { a: v.string(), b: v.number() },
      { c: v.string(), d: v.number() },
      ["field-renamed t.a breaking", "field-renamed t.b breaking"],
    ],
    [
      "two of one type are renamed, as the names tell",
      { firstName: v.string(), lastName: v.string() },
      { first_name: v.string(), last_name: v.string() },
      ["field-renamed t.firstName breaking", "field-renamed t.lastName breaking"],
    ],
    [
      "two of one type, and the names do not tell",
      { a: v.string(), b: v.string() },
      { x: v.string(), y: v.string() },
      [
        "field-removed t.a breaking",
        "field-removed t.b breaking",
        "required-field-added t.x breaking",
        "required-field-added t.y breaking",
      ],
    ],
    [
      "one goes, two of its type come",
      { a: v.string() },
      { x: v.string(), y: v.string() },
      [
        "field-removed t.a breaking",
        "required-field-added t.x breaking",
        "required-field-added t.y breaking",
      ],
    ],
    [
      "one of two candidates sounds alike",
      { userName: v.string() },
      { username: v.string(), city: v.string() },
      ["field-renamed t.userName breaking", "required-field-added t.city breaking"],
    ],
    [
      "another name and another type",
      { ...base, x: v.boolean() },
      { ...base, y: v.string() },
      ["field-removed t.x breaking", "required-field-added t.y breaking"],
    ],
    [
      "another name, and optional",
      { ...base, x: v.boolean() },
      { ...base, y: v.optional(v.boolean()) },
      ["field-removed t.x breaking", "optional-field-added t.y safe"],
    ],
    [
      "a field moves into an object",
      { ...base, city: v.string() },
      { ...base, address: v.object({ city: v.string() }) },
      ["field-removed t.city breaking", "required-field-added t.address breaking"],
    ],
    [
      "several at once",
      { ...base, x: v.boolean(), o: v.object({ a: v.string() }) },
      {
        name: v.optional(v.string()),
        n: v.string(),
        o: v.object({ a: v.string(), b: v.optional(v.string()) }),
      },
      [
        "field-made-optional t.name safe",
        "field-removed t.x breaking",
        "optional-field-added t.o.b safe",
        "type-replaced t.n breaking",
      ],
    ],
    [
      "only the order of fields",
      { a: v.string(), b: v.number() },
      { b: v.number(), a: v.string() },
      [],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changeLines(table(before), table(after))).toEqual(expected);
  });
});
