import { describe, expect, test } from "vitest";
import {
  attackOutcome,
  averageDamage,
  bestAverageDamage,
  d20Expression,
  damageExpression,
  rollAttackPart,
} from "./attack-rolls.ts";
import { parseAttacks, type AttackPart } from "./attacks.ts";
import { formatDice } from "./dice.ts";

function partOf(line: string): AttackPart {
  const part = parseAttacks(line)[0]?.[0];
  if (part === undefined) throw new Error(`no part in ${line}`);
  return part;
}

test.each([
  [20, 5, 30, "critical hit"],
  [1, 25, 10, "critical miss"],
  [10, 13, 13, "hit"],
  [10, 12, 13, "miss"],
])("a natural %i for %i against %i is a %s", (natural, total, armorClass, outcome) => {
  expect(attackOutcome(natural, total, armorClass)).toBe(outcome);
});

test("a d20 prints with its bonus and mode", () => {
  expect(formatDice(d20Expression(0))).toBe("1d20");
  expect(formatDice(d20Expression(-2, "disadvantage"))).toBe("1d20-2 dis");
});

test("damage is the dice and the number beside them; a critical doubles the dice only", () => {
  const part = partOf("1 spear +2 (1d6 + 1 + poison)");
  const normal = damageExpression(part);
  const critical = damageExpression(part, true);
  expect(normal && formatDice(normal)).toBe("1d6+1");
  expect(critical && formatDice(critical)).toBe("2d6+1");
  expect(damageExpression(partOf("1 spell +2"))).toBeNull();
});

describe("rolling a part", () => {
  test("rolls each of its swings to hit, and damage for those that hit", () => {
    const chances = [0.5, 0.99, 0.5, 0.5, 0];
    const swings = rollAttackPart(partOf("3 claw +3 (1d6)"), () => chances.shift() ?? 0, {
      armorClass: 14,
    });
    expect(swings.map((swing) => [swing.toHit.total, swing.outcome, swing.damage?.total])).toEqual([
      [14, "hit", 6],
      [14, "hit", 4],
      [4, "critical miss", undefined],
    ]);
  });

  test("a natural 20 rolls the damage dice twice", () => {
    const [swing] = rollAttackPart(partOf("1 claw +3 (1d6)"), () => 0.99, { armorClass: 30 });
    expect(swing?.outcome).toBe("critical hit");
    expect(swing?.damage?.dice).toHaveLength(2);
  });

  test("without an armor class damage is rolled and the table decides", () => {
    const [swing] = rollAttackPart(partOf("1 claw +3 (1d6)"), () => 0.1);
    expect(swing?.outcome).toBeNull();
    expect(swing?.damage?.total).toBe(1);
  });

  test("a count in dice is rolled first", () => {
    expect(rollAttackPart(partOf("2d4 ray +1 (1d4)"), () => 0.99)).toHaveLength(8);
  });

  test("a part without a bonus has nothing to roll", () => {
    expect(() => rollAttackPart(partOf("1 fire breath"), () => 0)).toThrow(/its trait says/);
  });
});

test("mean damage adds what is done together and takes the better choice", () => {
  expect(averageDamage(parseAttacks("2 claw +4 (1d6) and 1 bite +4 (1d10)")[0] ?? [])).toBe(12.5);
  expect(bestAverageDamage("1 dagger +2 (1d4) or 2 axe +1 (1d8 + 1)")).toBe(11);
  expect(bestAverageDamage("1 spell +2")).toBe(0);
});
