import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderedMap } from "./ordered-map.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "c", "\xff"), maxLength: 4 });
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("set" as const), key, value: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), key }) },
);

test("it holds what a plain map holds, in order, both ways, whatever the size of its chunks", () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 900, size: "max" }),
      key,
      key,
      (changes, start, end) => {
        const map = new OrderedMap<number>();
        const model = new Map<string, number>();
        for (const step of changes) {
          if (step.kind === "set") {
            map.set(step.key, step.value);
            model.set(step.key, step.value);
          } else {
            expect(map.delete(step.key)).toBe(model.delete(step.key));
          }
        }
        const sorted = [...model].sort(([left], [right]) => (left < right ? -1 : 1));
        expect([...map.entries()]).toEqual(sorted);
        expect(map.size).toBe(model.size);
        const inside = sorted.filter(([at]) => at >= start && at < end);
        expect([...map.range(start, end)]).toEqual(inside);
        expect([...map.range(start, end, "desc")]).toEqual([...inside].reverse());
        expect(map.get(start)).toBe(model.get(start));
        expect(map.has(end)).toBe(model.has(end));
      },
    ),
    { numRuns: 60 },
  );
});

test("many keys in growing, falling and mixed order split into chunks that stay sorted", () => {
  const map = new OrderedMap<number>();
  const keyOf = (number: number) => String(number).padStart(6, "0");
  for (let n = 0; n < 2_000; n++) map.set(keyOf(n), n);
  for (let n = 9_999; n > 8_000; n--) map.set(keyOf(n), n);
  for (let n = 0; n < 6_000; n++) map.set(keyOf(2_000 + ((n * 3_571) % 6_001)), n);
  const keys = [...map.entries()].map(([at]) => at);
  expect(keys).toEqual([...keys].sort());
  expect(new Set(keys).size).toBe(map.size);
  for (const at of keys) expect(map.delete(at)).toBe(true);
  expect(map.size).toBe(0);
  expect([...map.range("", "~")]).toEqual([]);
});
