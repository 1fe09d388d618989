import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCopper, fromCopper, pay, splitCopper, toCopper } from "./coins.ts";

const purse = fc.record({ gold: fc.nat(50), silver: fc.nat(50), copper: fc.nat(50) });

test("copper to coins and back is the same sum", () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (copper) => {
      expect(toCopper(fromCopper(copper))).toBe(copper);
    }),
  );
});

test.each([
  [0, "0 gp"],
  [5, "5 cp"],
  [50, "5 sp"],
  [1_255, "12 gp 5 sp 5 cp"],
])("%i copper is said as %j", (copper, text) => {
  expect(formatCopper(copper)).toBe(text);
});

test("refuses a sum that isn't whole copper", () => {
  expect(() => fromCopper(1.5)).toThrow(RangeError);
  expect(() => fromCopper(-1)).toThrow(RangeError);
});

test("paying takes the price and nothing else, or says no", () => {
  fc.assert(
    fc.property(purse, fc.nat(6_000), (coins, price) => {
      const left = pay(coins, price);
      if (toCopper(coins) < price) expect(left).toBeNull();
      else {
        expect(left).not.toBeNull();
        expect(toCopper(left!)).toBe(toCopper(coins) - price);
        expect(Math.min(left!.gold, left!.silver, left!.copper)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("exact coins are paid without changing others", () => {
  expect(pay({ gold: 3, silver: 2, copper: 0 }, 120)).toEqual({ gold: 2, silver: 0, copper: 0 });
});

test("shares differ by a copper at most and lose none", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 8 }), (copper, people) => {
      const shares = splitCopper(copper, people);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(copper);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
  expect(() => splitCopper(10, 0)).toThrow(RangeError);
});
