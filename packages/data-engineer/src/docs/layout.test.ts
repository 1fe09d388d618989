import fc from "fast-check";
import { expect, test } from "vitest";
import { layOut, type Placed } from "./layout.ts";

const names = ["a", "b", "c", "d", "e", "f", "g"];
const name = fc.constantFrom(...names);
const sizes = fc.tuple(
  ...names.map((item) =>
    fc.record({
      name: fc.constant(item),
      width: fc.integer({ min: 60, max: 300 }),
      height: fc.integer({ min: 60, max: 200 }),
    }),
  ),
);
const links = fc.array(
  fc.record({ from: name, to: name, offset: fc.integer({ min: 32, max: 58 }) }),
  { maxLength: 16 },
);

function overlap(a: Placed, b: Placed): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test("no box lies on another, no line runs through one, and each line ends at its field", () => {
  fc.assert(
    fc.property(sizes, links, (boxes, lines) => {
      const layout = layOut(boxes, lines);
      const placed = [...layout.boxes.values()];
      expect(placed).toHaveLength(boxes.length);
      placed.forEach((a, index) => {
        for (const b of placed.slice(index + 1)) expect(overlap(a, b)).toBe(false);
        expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
        expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
      });
      const segments = [...layout.trunks, ...layout.branches.filter((item) => item !== null)];
      for (const { points } of segments)
        points.slice(1).forEach(([x, y], index) => {
          const [fromX, fromY] = points[index] ?? [x, y];
          // Straight across or straight down, and at most along an edge.
          expect(x === fromX || y === fromY).toBe(true);
          for (const box of placed) {
            const crosses =
              Math.max(x, fromX) > box.x + 0.5 &&
              Math.min(x, fromX) < box.x + box.width - 0.5 &&
              Math.max(y, fromY) > box.y + 0.5 &&
              Math.min(y, fromY) < box.y + box.height - 0.5;
            expect(crosses, `${box.name} is crossed`).toBe(false);
          }
        });
      lines.forEach((line, index) => {
        const end = layout.branches[index]?.points.at(-1);
        const box = layout.boxes.get(line.from);
        if (end === undefined || box === undefined) throw new Error("a line is not drawn");
        expect([box.x, box.x + box.width]).toContain(end[0]);
        expect(end[1]).toBe(box.y + line.offset);
      });
    }),
    { numRuns: 300 },
  );
});
