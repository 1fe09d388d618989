import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  averageOf,
  describeRoll,
  doubleDice,
  formatDice,
  parseDice,
  resultFromValues,
  rollDice,
  type DiceExpression,
  type DiceTerm,
} from "./dice.ts";

/** Gives faces of known dice in order, as a source of chance would. */
function faces(...values: [face: number, sides: number][]): () => number {
  const chances = values.map(([face, sides]) => (face - 0.5) / sides);
  return () => chances.shift() ?? 0;
}

const notations: [text: string, printed: string][] = [
  ["d20", "1d20"],
  ["D20", "1d20"],
  ["2d6+3", "2d6+3"],
  ["1d8 + 1d4 - 1", "1d8+1d4-1"],
  ["d%", "1d100"],
  ["7", "7"],
  ["-1d4+10", "-1d4+10"],
  ["adv", "1d20 adv"],
  ["dis", "1d20 dis"],
  ["d20+3 adv", "1d20+3 adv"],
  ["d20 - 2 disadvantage", "1d20-2 dis"],
  ["1d20+5 (adv)", "1d20+5 adv"],
  ["adv+3", "1d20+3 adv"],
  ["d20adv - 1", "1d20-1 adv"],
  ["dis d20", "1d20 dis"],
  ["2d8\u22121", "2d8-1"],
];

test.each(notations)("reads %j as %j", (text, printed) => {
  expect(formatDice(parseDice(text))).toBe(printed);
});

const badNotations = [
  "",
  "  ",
  "d",
  "2d",
  "dd6",
  "2x6",
  "d1",
  "0d6",
  "1d0",
  "d1001",
  "201d6",
  "100d6+101d6",
  "1d6++2",
  "1d6+",
  "100001",
  "2d20 adv",
  "adv dis",
  "d20 adv adv",
  "adventure",
  "d6 dis",
  "1d20+1d20 adv",
  "-1d20 adv",
  "hello",
  "1d6 fire",
  "9999999999d6",
  Array(21).fill("1").join("+"),
];

test.each(badNotations)("refuses %j and names it", (text) => {
  expect(() => parseDice(text)).toThrow(RangeError);
  expect(() => parseDice(text)).toThrow(`\`${text.slice(0, 60)}\``);
});

const sign = fc.constantFrom<1 | -1>(1, -1);
const term: fc.Arbitrary<DiceTerm> = fc.oneof(
  fc.record({
    kind: fc.constant("dice" as const),
    sign,
    count: fc.integer({ min: 1, max: 10 }),
    sides: fc.integer({ min: 2, max: 1000 }),
  }),
  fc.record({
    kind: fc.constant("constant" as const),
    sign,
    value: fc.integer({ min: 0, max: 99 }),
  }),
);
const plain: fc.Arbitrary<DiceExpression> = fc.record({
  terms: fc.array(term, { minLength: 1, maxLength: 8 }),
  mode: fc.constant("plain" as const),
});

describe("laws", () => {
  test("what is printed reads back the same", () => {
    fc.assert(
      fc.property(plain, (expression) => {
        expect(parseDice(formatDice(expression))).toEqual(expression);
      }),
    );
  });

  test("the total is the sum of kept dice and constants, whatever fell", () => {
    fc.assert(
      fc.property(plain, fc.double({ min: 0, max: 0.9999, noNaN: true }), (expression, chance) => {
        const result = rollDice(expression, () => chance);
        const sum = result.dice.reduce(
          (total, die) => total + (die.kept ? die.sign * die.value : 0),
          result.constant,
        );
        expect(result.total).toBe(sum);
      }),
    );
  });

  test("the mean of many rolls is near the average", () => {
    const expression = parseDice("2d6+1d8-2");
    let total = 0;
    let seed = 1;
    const rng = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let rolled = 0; rolled < 4_000; rolled += 1) total += rollDice(expression, rng).total;
    expect(total / 4_000).toBeCloseTo(averageOf(expression), 0);
  });
});

test("advantage keeps the better of two dice and shows both", () => {
  const result = rollDice(parseDice("d20+3 adv"), faces([4, 20], [17, 20]));
  expect(result.dice.map((die) => [die.value, die.kept])).toEqual([
    [4, false],
    [17, true],
  ]);
  expect(result).toMatchObject({ total: 20, natural: 17 });
});

test("disadvantage keeps the worse, and of two equal dice only one counts", () => {
  expect(rollDice(parseDice("d20 dis"), faces([4, 20], [17, 20])).total).toBe(4);
  const equal = rollDice(parseDice("d20 dis"), faces([9, 20], [9, 20]));
  expect(equal.dice.filter((die) => die.kept)).toHaveLength(1);
  expect(equal.total).toBe(9);
});

test("only a roll with exactly one d20 has a natural face", () => {
  expect(rollDice(parseDice("1d20+1d4"), () => 0).natural).toBeNull();
  expect(rollDice(parseDice("2d20"), () => 0).natural).toBeNull();
  expect(rollDice(parseDice("1d20-1"), () => 0).natural).toBe(1);
});

test("faces read off real dice count like rolled ones", () => {
  const result = resultFromValues(parseDice("2d6+2"), [6, 3]);
  expect(result.total).toBe(11);
  expect(() => resultFromValues(parseDice("2d6"), [6])).toThrow(/needs 2 dice; 1 came/);
  expect(() => resultFromValues(parseDice("2d6"), [6, 7])).toThrow(/d6 shows 1 to 6; 7 came/);
});

test("a critical doubles the dice, not the constants", () => {
  expect(formatDice(doubleDice(parseDice("1d8+2")))).toBe("2d8+2");
});

test("exploding dice roll again on their highest face and stop at another", () => {
  const result = rollDice(parseDice("1d6+1"), faces([6, 6], [6, 6], [2, 6]), { explode: true });
  expect(result.dice.map((die) => die.value)).toEqual([6, 6, 2]);
  expect(result.total).toBe(15);
});

test("exploding dice end even if every face is the highest", () => {
  expect(rollDice(parseDice("1d2"), () => 0.99, { explode: true }).dice).toHaveLength(21);
});

const described: [text: string, values: number[], line: string][] = [
  ["1d20+3 adv", [17, 4], "1d20+3 adv: 17 (dropped 4) + 3 = 20"],
  ["2d6-1", [2, 5], "2d6-1: 2 + 5 - 1 = 6"],
  ["7", [], "7: 7 = 7"],
  ["-1d4+10", [3], "-1d4+10: -3 + 10 = 7"],
  ["1d20", [1], "1d20: 1 = 1"],
];

test.each(described)("describes %j with %j as %j", (text, values, line) => {
  expect(describeRoll(resultFromValues(parseDice(text), values))).toBe(line);
});
