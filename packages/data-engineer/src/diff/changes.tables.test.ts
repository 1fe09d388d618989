// Pairs of schemas with the changes an outsider would write down for them: whole tables, validation, staged validators, indexes.
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { describe, expect, test } from "vitest";
import {
  changeLines,
  circle,
  line,
  namedCircle,
  square,
  type Schema,
} from "../../test/schema-pairs.ts";

describe("whole tables", () => {
  const user = { name: v.string(), email: v.string() };
  const post = { title: v.string(), authorId: v.id("users") };
  test.each<[string, Schema, Schema, string[]]>([
    [
      "a table comes",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ a: defineTable(user), b: defineTable({ x: v.string() }) }),
      ["table-added b safe"],
    ],
    [
      "a table goes",
      defineSchema({ a: defineTable(user), b: defineTable({ x: v.string() }) }),
      defineSchema({ a: defineTable(user) }),
      ["table-removed b data-left-behind"],
    ],
    [
      "a table is renamed",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ b: defineTable(user) }),
      ["table-renamed a to b breaking"],
    ],
    [
      "a table with one field is renamed",
      defineSchema({ tasks: defineTable({ text: v.string() }) }),
      defineSchema({ todos: defineTable({ text: v.string() }) }),
      ["table-renamed tasks to todos breaking"],
    ],
    [
      "a table is renamed, and references follow",
      defineSchema({ users: defineTable(user), posts: defineTable(post) }),
      defineSchema({
        people: defineTable(user),
        posts: defineTable({ ...post, authorId: v.id("people") }),
      }),
      ["id-target-changed posts.authorId breaking", "table-renamed users to people breaking"],
    ],
    [
      "two that refer to each other are renamed",
      defineSchema({ users: defineTable(user), posts: defineTable(post) }),
      defineSchema({
        people: defineTable(user),
        articles: defineTable({ ...post, authorId: v.id("people") }),
      }),
      ["table-renamed posts to articles breaking", "table-renamed users to people breaking"],
    ],
    [
      "a table that refers to itself is renamed",
      defineSchema({
        nodes: defineTable({ name: v.string(), parentId: v.optional(v.id("nodes")) }),
      }),
      defineSchema({
        items: defineTable({ name: v.string(), parentId: v.optional(v.id("items")) }),
      }),
      ["table-renamed nodes to items breaking"],
    ],
    [
      "two of one shape go, two come, as the names tell",
      defineSchema({ userNotes: defineTable(user), teamNotes: defineTable(user) }),
      defineSchema({ user_notes: defineTable(user), team_notes: defineTable(user) }),
      [
        "table-renamed teamNotes to team_notes breaking",
        "table-renamed userNotes to user_notes breaking",
      ],
    ],
    [
      "two of one shape go, two come, and the names do not tell",
      defineSchema({ a: defineTable(user), b: defineTable(user) }),
      defineSchema({ x: defineTable(user), y: defineTable(user) }),
      [
        "table-added x safe",
        "table-added y safe",
        "table-removed a data-left-behind",
        "table-removed b data-left-behind",
      ],
    ],
    [
      "another shape under another name",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ b: defineTable({ ...user, age: v.number() }) }),
      ["table-added b safe", "table-removed a data-left-behind"],
    ],
    [
      "any becomes a shape",
      defineSchema({ t: defineTable(v.any()) }),
      defineSchema({ t: defineTable(user) }),
      ["type-narrowed t breaking"],
    ],
    [
      "a shape becomes any",
      defineSchema({ t: defineTable(user) }),
      defineSchema({ t: defineTable(v.any()) }),
      ["type-widened t safe"],
    ],
    [
      "a table of variants gets one",
      defineSchema({ t: defineTable(v.union(circle, square)) }),
      defineSchema({ t: defineTable(v.union(circle, square, line)) }),
      ["variant-added t<line> safe"],
    ],
    [
      "a table of variants loses one",
      defineSchema({ t: defineTable(v.union(circle, square)) }),
      defineSchema({ t: defineTable(circle) }),
      ["variant-removed t<square> breaking"],
    ],
    [
      "a variant of a table gets a field",
      defineSchema({ t: defineTable(v.union(circle, square)) }),
      defineSchema({ t: defineTable(v.union(namedCircle, square)) }),
      ["required-field-added t<circle>.name breaking"],
    ],
    [
      "tables in another order",
      defineSchema({ a: defineTable(user), b: defineTable(post) }),
      defineSchema({ b: defineTable(post), a: defineTable(user) }),
      [],
    ],
    [
      "validation is switched off",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ a: defineTable(user) }, { schemaValidation: false }),
      ["validation-off schemaValidation unsafe"],
    ],
    [
      "validation is switched on",
      defineSchema({ a: defineTable(user) }, { schemaValidation: false }),
      defineSchema({ a: defineTable(user) }),
      ["validation-on schemaValidation data-check"],
    ],
    [
      "a field goes while validation is off",
      defineSchema({ a: defineTable(user) }, { schemaValidation: false }),
      defineSchema({ a: defineTable({ name: v.string() }) }, { schemaValidation: false }),
      ["field-removed a.email unsafe"],
    ],
    [
      "a field goes as validation is switched off",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ a: defineTable({ name: v.string() }) }, { schemaValidation: false }),
      ["field-removed a.email unsafe", "validation-off schemaValidation unsafe"],
    ],
    [
      "a field goes as validation is switched on",
      defineSchema({ a: defineTable(user) }, { schemaValidation: false }),
      defineSchema({ a: defineTable({ name: v.string() }) }),
      ["field-removed a.email breaking", "validation-on schemaValidation data-check"],
    ],
    [
      "strict table names only",
      defineSchema({ a: defineTable(user) }),
      defineSchema({ a: defineTable(user) }, { strictTableNameTypes: false }),
      [],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changeLines(before, after)).toEqual(expected);
  });
});

describe("staged validators", () => {
  const wide = v.object({ name: v.string(), tier: v.optional(v.number()) });
  const narrow = v.object({ name: v.string(), tier: v.number() });
  const plain = defineSchema({ t: defineTable(wide) });
  const staged = defineSchema({ t: defineTable(wide).staged(narrow) });
  const done = defineSchema({ t: defineTable(narrow) });
  test.each<[string, Schema, Schema, string[]]>([
    ["one is added", plain, staged, ["staged-validator-added t safe"]],
    ["it is dropped", staged, plain, ["staged-validator-removed t safe"]],
    ["it takes over", staged, done, ["staged-validator-enforced t safe"]],
    ["without one the same step breaks", plain, done, ["field-made-required t.tier breaking"]],
    ["it is there on both sides", staged, staged, []],
    [
      "it takes over, and more is optional",
      staged,
      defineSchema({
        t: defineTable({ name: v.string(), tier: v.number(), x: v.optional(v.string()) }),
      }),
      ["optional-field-added t.x safe", "staged-validator-enforced t safe"],
    ],
    [
      "something else is narrowed",
      staged,
      defineSchema({ t: defineTable({ name: v.literal("x"), tier: v.number() }) }),
      [
        "field-made-required t.tier breaking",
        "staged-validator-removed t safe",
        "type-narrowed t.name breaking",
      ],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changeLines(before, after)).toEqual(expected);
  });
});

describe("indexes", () => {
  const t = () =>
    defineTable({ a: v.string(), b: v.number(), c: v.string(), e: v.array(v.float64()) });
  const one = (definition: ReturnType<typeof t>) => defineSchema({ t: definition });
  test.each<[string, Schema, Schema, string[]]>([
    ["one is added", one(t()), one(t().index("by_a", ["a"])), ["index-added t.by_a build"]],
    [
      "one is added, staged",
      one(t()),
      one(t().index("by_a", { fields: ["a"], staged: true })),
      ["index-added t.by_a safe"],
    ],
    [
      "staged is taken away",
      one(t().index("by_a", { fields: ["a"], staged: true })),
      one(t().index("by_a", ["a"])),
      ["index-enabled t.by_a safe"],
    ],
    [
      "staged is put on",
      one(t().index("by_a", ["a"])),
      one(t().index("by_a", { fields: ["a"], staged: true })),
      ["index-disabled t.by_a drop"],
    ],
    ["one is removed", one(t().index("by_a", ["a"])), one(t()), ["index-removed t.by_a drop"]],
    [
      "fields are added",
      one(t().index("by_a", ["a"])),
      one(t().index("by_a", ["a", "b"])),
      ["index-changed t.by_a rebuild"],
    ],
    [
      "fields in another order",
      one(t().index("by_a", ["a", "b"])),
      one(t().index("by_a", ["b", "a"])),
      ["index-changed t.by_a rebuild"],
    ],
    [
      "one is renamed",
      one(t().index("a", ["a"])),
      one(t().index("by_a", ["a"])),
      ["index-renamed t.a to by_a rebuild"],
    ],
    [
      "two are renamed",
      one(t().index("a", ["a"]).index("b", ["b"])),
      one(t().index("by_a", ["a"]).index("by_b", ["b"])),
      ["index-renamed t.a to by_a rebuild", "index-renamed t.b to by_b rebuild"],
    ],
    [
      "two exchange their fields",
      one(t().index("x", ["a"]).index("y", ["b"])),
      one(t().index("x", ["b"]).index("y", ["a"])),
      ["index-changed t.x rebuild", "index-changed t.y rebuild"],
    ],
    [
      "another name and other fields",
      one(t().index("by_a", ["a"])),
      one(t().index("by_b", ["b"])),
      ["index-added t.by_b build", "index-removed t.by_a drop"],
    ],
    [
      "indexes in another order",
      one(t().index("by_a", ["a"]).index("by_b", ["b"])),
      one(t().index("by_b", ["b"]).index("by_a", ["a"])),
      [],
    ],
    [
      "a search index is added",
      one(t()),
      one(t().searchIndex("s", { searchField: "a" })),
      ["search-index-added t.s build"],
    ],
    [
      "a search index is added, staged",
      one(t()),
      one(t().searchIndex("s", { searchField: "a", staged: true })),
      ["search-index-added t.s safe"],
    ],
    [
      "a search index is enabled",
      one(t().searchIndex("s", { searchField: "a", staged: true })),
      one(t().searchIndex("s", { searchField: "a" })),
      ["search-index-enabled t.s safe"],
    ],
    [
      "a search index gets a filter field",
      one(t().searchIndex("s", { searchField: "a" })),
      one(t().searchIndex("s", { searchField: "a", filterFields: ["c"] })),
      ["search-index-changed t.s rebuild"],
    ],
    [
      "a search index searches another field",
      one(t().searchIndex("s", { searchField: "a" })),
      one(t().searchIndex("s", { searchField: "c" })),
      ["search-index-changed t.s rebuild"],
    ],
    [
      "filter fields in another order",
      one(t().searchIndex("s", { searchField: "a", filterFields: ["b", "c"] })),
      one(t().searchIndex("s", { searchField: "a", filterFields: ["c", "b"] })),
      [],
    ],
    [
      "a search index is renamed",
      one(t().searchIndex("s", { searchField: "a" })),
      one(t().searchIndex("search_a", { searchField: "a" })),
      ["search-index-renamed t.s to search_a rebuild"],
    ],
    [
      "a search index is removed",
      one(t().searchIndex("s", { searchField: "a" })),
      one(t()),
      ["search-index-removed t.s drop"],
    ],
    [
      "a vector index is added",
      one(t()),
      one(t().vectorIndex("v", { vectorField: "e", dimensions: 4 })),
      ["vector-index-added t.v build"],
    ],
    [
      "a vector index gets other dimensions",
      one(t().vectorIndex("v", { vectorField: "e", dimensions: 4 })),
      one(t().vectorIndex("v", { vectorField: "e", dimensions: 8 })),
      ["vector-index-changed t.v rebuild"],
    ],
    [
      "a vector index is removed",
      one(t().vectorIndex("v", { vectorField: "e", dimensions: 4 })),
      one(t()),
      ["vector-index-removed t.v drop"],
    ],
    [
      "an index becomes a search index of the same name",
      one(t().index("x", ["a"])),
      one(t().searchIndex("x", { searchField: "a" })),
      ["index-removed t.x drop", "search-index-added t.x build"],
    ],
    [
      "a field of an index is renamed",
      defineSchema({ t: defineTable({ a: v.string() }).index("by_a", ["a"]) }),
      defineSchema({ t: defineTable({ b: v.string() }).index("by_b", ["b"]) }),
      ["field-renamed t.a breaking", "index-added t.by_b build", "index-removed t.by_a drop"],
    ],
  ])("%s", (_name, before, after, expected) => {
    expect(changeLines(before, after)).toEqual(expected);
  });
});
