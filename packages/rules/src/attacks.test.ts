import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attackKind,
  attackRanges,
  formatAttackPart,
  formatAttacks,
  leadingAttack,
  leadingFigures,
  parseAttacks,
  reachOf,
  traitNamesOf,
  type AttackPart,
} from "./attacks.ts";

const parts: [text: string, part: AttackPart][] = [
  [
    "2 claw +3 (1d6)",
    {
      count: "2",
      name: "claw",
      ranges: [],
      bonus: 3,
      damage: { dice: "1d6", bonus: null, riders: [] },
    },
  ],
  [
    "1 spear (close/near) +2 (1d6 + 1)",
    {
      count: "1",
      name: "spear",
      ranges: ["close", "near"],
      bonus: 2,
      damage: { dice: "1d6", bonus: 1, riders: [] },
    },
  ],
  [
    "4 +3 vorpal bastard sword +9 (1d10 + lop)",
    {
      count: "4",
      name: "+3 vorpal bastard sword",
      ranges: [],
      bonus: 9,
      damage: { dice: "1d10", bonus: null, riders: [{ separator: " + ", text: "lop" }] },
    },
  ],
  [
    "2 flaming warhammer +3 (1d10, ignites flammables)",
    {
      count: "2",
      name: "flaming warhammer",
      ranges: [],
      bonus: 3,
      damage: {
        dice: "1d10",
        bonus: null,
        riders: [{ separator: ", ", text: "ignites flammables" }],
      },
    },
  ],
  [
    "4 greatsword (near) +11 (1d12 + 2 + Moonbite properties)",
    {
      count: "4",
      name: "greatsword",
      ranges: ["near"],
      bonus: 11,
      damage: {
        dice: "1d12",
        bonus: 2,
        riders: [{ separator: " + ", text: "Moonbite properties" }],
      },
    },
  ],
  [
    "2d4 eyestalk ray",
    { count: "2d4", name: "eyestalk ray", ranges: [], bonus: null, damage: null },
  ],
  [
    "1 constrict (near)",
    { count: "1", name: "constrict", ranges: ["near"], bonus: null, damage: null },
  ],
  ["1 spell +2", { count: "1", name: "spell", ranges: [], bonus: 2, damage: null }],
  [
    "1 bite +0 (1 + disease)",
    {
      count: "1",
      name: "bite",
      ranges: [],
      bonus: 0,
      damage: { dice: "1", bonus: null, riders: [{ separator: " + ", text: "disease" }] },
    },
  ],
  [
    "1 staff -1 (1d4)",
    {
      count: "1",
      name: "staff",
      ranges: [],
      bonus: -1,
      damage: { dice: "1d4", bonus: null, riders: [] },
    },
  ],
];

test.each(parts)("reads %j and prints it back", (text, part) => {
  expect(parseAttacks(text)).toEqual([[part]]);
  expect(formatAttackPart(part)).toBe(text);
});

describe("options", () => {
  test("`or` separates choices, `and` what is done together, and `and` binds tighter", () => {
    const options = parseAttacks("1 grab and 3 bite +6 (2d8) or 1 roar");
    expect(options.map((option) => option.map((part) => part.name))).toEqual([
      ["grab", "bite"],
      ["roar"],
    ]);
  });

  test("neither splits inside parentheses", () => {
    const line = "1 bite +2 (1d6 + burn or freeze and shake) or 1 claw +1 (1d4)";
    expect(parseAttacks(line)).toHaveLength(2);
    expect(formatAttacks(parseAttacks(line))).toBe(line);
  });

  test("an empty line has none", () => {
    expect(parseAttacks("  ")).toEqual([]);
    expect(formatAttacks([])).toBe("");
  });
});

test("typographic minus signs and a blank after a slash are understood", () => {
  expect(formatAttacks(parseAttacks("1 staff \u22121 (1d4)"))).toBe("1 staff -1 (1d4)");
  expect(formatAttacks(parseAttacks("1 dagger (close/ near) +1 (1d4)"))).toBe(
    "1 dagger (close/near) +1 (1d4)",
  );
});

const badLines = ["claw +3 (1d6)", "2 claw +3 (1d6", "2 claw +3 ()", "2", "1 bite +2 (lots)", "or"];

test.each(badLines)("refuses %j and shows what an attack looks like", (line) => {
  expect(() => parseAttacks(line)).toThrow(/Cannot read the (attack|damage) `/);
  expect(() => parseAttacks(line)).toThrow(/expected/);
});

const word = fc.constantFrom("claw", "bite", "fire breath", "longsword", "+1 axe", "rot touch");
const damage = fc.record({
  dice: fc.constantFrom("1", "1d4", "2d8", "10d10"),
  bonus: fc.option(fc.nat(9)),
  riders: fc.array(
    fc.record({
      separator: fc.constantFrom<" + " | ", ">(" + ", ", "),
      text: fc.constantFrom("poison", "life drain", "ignites flammables"),
    }),
    { maxLength: 3 },
  ),
});
const part = fc.record({
  count: fc.constantFrom("1", "3", "2d4"),
  name: word,
  ranges: fc.uniqueArray(fc.constantFrom(...attackRanges), { maxLength: 3 }),
  bonus: fc.option(fc.integer({ min: -5, max: 15 })),
  damage: fc.option(damage),
});

test("whatever is printed reads back the same", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(part, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      (options) => {
        expect(parseAttacks(formatAttacks(options))).toEqual(options);
      },
    ),
  );
});

test("a part is a blow, a spell or something its trait explains", () => {
  const kinds = parseAttacks("1 mace +1 (1d6) or 1 spell +2 or 1 life drain +3 or 1 roar");
  expect(kinds.map(([first]) => first && attackKind(first))).toEqual([
    "blow",
    "spell",
    "special",
    "special",
  ]);
});

test("a part without a printed range reaches close", () => {
  const [[near] = [], [close] = []] = parseAttacks("1 whip (near) +1 (1d4) or 1 fist +1 (1d4)");
  expect([near && reachOf(near), close && reachOf(close)]).toEqual([["near"], ["close"]]);
});

test("traits are named by riders, or by the part itself when it does no damage", () => {
  const [[touch] = [], [engulf] = []] = parseAttacks("1 touch +4 (1d8 + toxin + engulf) or 1 gas");
  expect(touch && traitNamesOf(touch)).toEqual(["toxin", "engulf"]);
  expect(engulf && traitNamesOf(engulf)).toEqual(["gas"]);
});

test.each([
  ["1 shortsword +1 (1d6) or 1 shortbow (far) +0 (1d4)", { attackBonus: 1, damage: "1d6" }],
  ["1 tongue and 1 bite +2 (1d6)", { attackBonus: 2, damage: "1d6" }],
  ["1 spear +2 (1d6 + 1)", { attackBonus: 2, damage: "1d6+1" }],
  ["2 spell +7", { attackBonus: 7, damage: "" }],
  ["2d4 eyestalk ray", { attackBonus: 0, damage: "" }],
  ["", { attackBonus: 0, damage: "" }],
])("the leading figures of %j are %j", (line, figures) => {
  expect(leadingFigures(parseAttacks(line))).toEqual(figures);
});

test("without options there is no leading attack", () => {
  expect(leadingAttack([])).toBeNull();
});

test("a long hostile line is refused, not chewed on for minutes", () => {
  expect(() => parseAttacks(`1 ${"a ".repeat(5_000)}(`)).toThrow(RangeError);
});
