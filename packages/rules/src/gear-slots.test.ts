import fc from "fast-check";
import { expect, test } from "vitest";
import { coinSlots, gearSlotCapacity, gemSlots, itemSlots, usedGearSlots } from "./gear-slots.ts";

const capacities: [Parameters<typeof gearSlotCapacity>[0], number][] = [
  [{ strength: 7, constitution: 10, className: "Wizard" }, 10],
  [{ strength: 16, constitution: 10, className: "Thief" }, 16],
  [{ strength: 16, constitution: 16, className: "Fighter" }, 19],
  [{ strength: 16, constitution: 4, className: "Fighter" }, 16],
  [{ strength: 16, constitution: 16, className: "Priest" }, 16],
  [{ strength: 8, constitution: 16, className: "Fighter", bonus: 2 }, 15],
  [{ strength: 12, constitution: 12, className: null }, 12],
];

test.each(capacities)("%j can carry %i slots", (character, slots) => {
  expect(gearSlotCapacity(character)).toBe(slots);
});

test("refuses a Strength outside 0 to 30", () => {
  expect(() => gearSlotCapacity({ strength: 31, constitution: 10, className: null })).toThrow(
    RangeError,
  );
});

const lines: [Parameters<typeof itemSlots>[0], number][] = [
  [{ quantity: 1 }, 1],
  [{ quantity: 3 }, 3],
  [{ quantity: 20, perSlot: 20 }, 1],
  [{ quantity: 21, perSlot: 20 }, 2],
  [{ quantity: 4, perSlot: 3 }, 2],
  [{ quantity: 1, slots: 3 }, 3],
  [{ quantity: 2, slots: 2 }, 4],
  [{ quantity: 1, freeCount: 1 }, 0],
  [{ quantity: 3, freeCount: 1 }, 2],
  [{ quantity: 0 }, 0],
];

test.each(lines)("%j fills %i slots", (item, slots) => {
  expect(itemSlots(item)).toBe(slots);
});

test.each([
  [0, 0, 0, 0],
  [100, 0, 0, 0],
  [100, 1, 0, 1],
  [150, 50, 0, 1],
  [0, 150, 51, 2],
  [1000, 0, 0, 9],
])("%i gold, %i silver and %i copper fill %i slots", (gold, silver, copper, slots) => {
  expect(coinSlots({ gold, silver, copper })).toBe(slots);
});

test("gems fill a slot per started ten", () => {
  expect([0, 1, 10, 11].map(gemSlots)).toEqual([0, 1, 1, 2]);
});

test("everything carried is the sum of its parts, and more never fills less", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ quantity: fc.nat(60), perSlot: fc.integer({ min: 1, max: 20 }) })),
      fc.nat(900),
      (items, gold) => {
        const coins = { gold, silver: 0, copper: 0 };
        const used = usedGearSlots({ items, coins });
        const sum = items.reduce((total, item) => total + itemSlots(item), 0);
        expect(used).toBe(sum + coinSlots(coins));
        expect(usedGearSlots({ items: [...items, { quantity: 1 }], coins })).toBe(used + 1);
      },
    ),
  );
});
