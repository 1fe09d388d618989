import { expect, test } from "vitest";
import { tokenise } from "./tokenise.ts";

test.each([
  ["The goblin-king's 3rd HOARD", ["the", "goblin", "king", "s", "3rd", "hoard"]],
  ["  …!? ", []],
  ["", []],
  ["Crème brûlée", ["crème", "brûlée"]],
  ["ÄRGER über_Straße", ["ärger", "über", "straße"]],
  ["龍と dungeon", ["龍と", "dungeon"]],
  [`${"a".repeat(31)} ${"b".repeat(32)} c`, ["a".repeat(31), "c"]],
  [`${"é".repeat(15)} ${"é".repeat(16)}`, ["é".repeat(15)]],
  ['x\u0000y"z*', ["x", "y", "z"]],
])("the words of %j", (text, words) => {
  expect(tokenise(text)).toEqual(words);
});
