import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { clockTime } from "./clock-time";
import { DiceLine, rollSentence, type TableRoll } from "./dice-line";

afterEach(cleanup);

function roll(changes: Partial<TableRoll> = {}): TableRoll {
  return {
    _id: "r1",
    at: 0,
    who: "Mira",
    label: "attack",
    expression: "1d20+3",
    dice: [{ sides: 20, value: 14, sign: 1, kept: true }],
    total: 17,
    isPrivate: false,
    ...changes,
  };
}

test.each<[Partial<TableRoll>, string]>([
  [{}, "Mira, attack: 14 + 3 = 17"],
  [
    {
      label: null,
      dice: [
        { sides: 6, value: 2, sign: 1, kept: true },
        { sides: 6, value: 5, sign: 1, kept: true },
      ],
      total: 6,
    },
    "Mira: 2 + 5 − 1 = 6",
  ],
  [
    {
      dice: [
        { sides: 20, value: 20, sign: 1, kept: true },
        { sides: 20, value: 4, sign: 1, kept: false },
      ],
      total: 20,
    },
    "Mira, attack: 20 (and 4 dropped) = 20, natural 20",
  ],
  [
    { dice: [{ sides: 20, value: 1, sign: 1, kept: true }], total: 4, isPrivate: true },
    "Mira, attack: 1 + 3 = 4, natural 1, only you see this",
  ],
  [
    {
      dice: [
        { sides: 8, value: 7, sign: 1, kept: true },
        { sides: 4, value: 3, sign: -1, kept: true },
      ],
      total: 4,
    },
    "Mira, attack: 7 − 3 = 4",
  ],
])("a roll reads as a sentence: case %#", (changes, sentence) => {
  expect(rollSentence(roll(changes))).toBe(sentence);
});

test("each die is drawn with its face", () => {
  const { container } = render(<DiceLine roll={roll()} />);
  expect([...container.querySelectorAll(".die text")].map((face) => face.textContent)).toEqual([
    "14",
  ]);
});

test("a fistful of dice is drawn up to twelve and counted beyond", () => {
  const dice = Array.from({ length: 15 }, () => ({
    sides: 6,
    value: 3,
    sign: 1 as const,
    kept: true,
  }));
  const { container } = render(<DiceLine roll={roll({ dice, total: 45 })} />);
  expect(container.querySelectorAll(".die")).toHaveLength(12);
  expect(container.textContent).toContain("and 3 more");
});

test("an instant is printed as hours and minutes of this device", () => {
  expect(clockTime(new Date(2026, 0, 2, 9, 5).getTime())).toBe("09:05");
});
