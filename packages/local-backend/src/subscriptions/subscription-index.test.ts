import fc from "fast-check";
import { expect, test } from "vitest";
import type { Commit, ReadSet } from "../database/read-set.ts";
import { isTouched } from "../database/read-set-matching.ts";
import { mergeIntervals } from "../database/read-recorder.ts";
import { IntervalTree } from "./interval-tree.ts";
import { SubscriptionIndex } from "./subscription-index.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 });
const word = fc.string({ unit: fc.constantFrom("x", "y"), minLength: 1, maxLength: 3 });

const readSet: fc.Arbitrary<ReadSet> = fc.record({
  intervals: fc
    .array(fc.record({ start: key, end: key }), { maxLength: 4 })
    .map((intervals) => mergeIntervals(intervals)),
  points: fc.array(key, { maxLength: 3 }),
  searches: fc.array(
    fc.record({
      index: fc.constantFrom(1, 2),
      tokens: fc.array(fc.record({ text: word, prefix: fc.boolean() }), { maxLength: 2 }),
      filters: fc.array(fc.record({ field: fc.constantFrom(0, 1), value: key }), { maxLength: 1 }),
    }),
    { maxLength: 2 },
  ),
});

const commit: fc.Arbitrary<Commit> = fc.record({
  timestamp: fc.constant(1n),
  keys: fc.array(key, { maxLength: 4 }),
  changes: fc.array(
    fc
      .array(
        fc.record({
          index: fc.constantFrom(1, 2),
          tokens: fc.array(word, { maxLength: 3 }).map((words) => new Set(words)),
          filters: fc.array(key, { minLength: 2, maxLength: 2 }),
        }),
        { maxLength: 2 },
      )
      .map((entries) => ({
        component: "",
        table: "things",
        id: "",
        before: null,
        after: null,
        searchEntries: () => entries,
      })),
    { maxLength: 2 },
  ),
});

test("the index finds exactly the read sets that a commit touches, also after some were removed or replaced", () => {
  fc.assert(
    fc.property(
      fc.array(readSet, { maxLength: 12 }),
      fc.array(readSet, { maxLength: 4 }),
      fc.array(fc.nat(11), { maxLength: 4 }),
      commit,
      (first, replacements, removed, change) => {
        const index = new SubscriptionIndex();
        const tokens = first.map((reads, number) => ({ number, reads }));
        for (const token of tokens) index.add(token, token.reads);
        for (const [number, reads] of replacements.entries()) {
          const token = tokens[number];
          if (token === undefined) continue;
          token.reads = reads;
          index.add(token, reads);
        }
        for (const number of removed) {
          const token = tokens[number];
          if (token !== undefined) index.remove(token);
        }
        const expected = tokens.filter(
          ({ number, reads }) => !removed.includes(number) && isTouched(reads, change),
        );
        expect(new Set(index.touchedBy(change))).toEqual(new Set(expected));
      },
    ),
  );
});

test("an empty tree is left when all intervals are removed", () => {
  const tree = new IntervalTree<number>();
  for (let owner = 0; owner < 100; owner++)
    tree.add(`k${owner % 10}`, `k${(owner % 10) + 1}`, owner);
  expect(tree.size).toBe(10);
  for (let owner = 0; owner < 100; owner++)
    tree.remove(`k${owner % 10}`, `k${(owner % 10) + 1}`, owner);
  expect(tree.size).toBe(0);
});
