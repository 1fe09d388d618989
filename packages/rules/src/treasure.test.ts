import { expect, test } from "vitest";
import { encounterGold, rollMagicItemPrice } from "./treasure.ts";

test.each([
  [0, 20],
  [1, 20],
  [3.4, 20],
  [3.5, 50],
  [6, 50],
  [9, 80],
  [10, 100],
])("an encounter at average level %d is worth %i gold", (level, gold) => {
  expect(encounterGold(level)).toBe(gold);
});

test("a strong magic item sells for a die more than a weak one", () => {
  expect(rollMagicItemPrice("weak", () => 0.99)).toBe(600);
  expect(rollMagicItemPrice("strong", () => 0.99)).toBe(1_200);
});
