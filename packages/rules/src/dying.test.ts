import { describe, expect, test } from "vitest";
import {
  afterHealing,
  deathTimerRounds,
  dyingTurn,
  needsDeathRoll,
  stabilise,
  startDying,
  type LifeState,
} from "./dying.ts";

test.each([
  [1, -4, 1],
  [1, 0, 1],
  [4, 0, 4],
  [3, 2, 5],
  [2, -1, 1],
])("a d4 of %i with Constitution %i gives %i rounds", (roll, modifier, rounds) => {
  expect(deathTimerRounds(roll, modifier)).toBe(rounds);
});

test("the timer is rolled at once and runs from the next own turn", () => {
  const state = startDying(1, () => 0.5);
  expect(state).toEqual({ kind: "dying", roundsLeft: 4, isRunning: false });
  expect(needsDeathRoll(state)).toBe(false);
  const first = dyingTurn(state, null);
  expect(first).toEqual({
    state: { kind: "dying", roundsLeft: 4, isRunning: true },
    hitPoints: 0,
  });
  expect(needsDeathRoll(first.state)).toBe(true);
});

describe("a turn with the timer running", () => {
  const running: LifeState = { kind: "dying", roundsLeft: 2, isRunning: true };

  test("a natural 20 brings the character up with 1 hit point", () => {
    expect(dyingTurn(running, 20)).toEqual({ state: { kind: "up" }, hitPoints: 1 });
  });

  test("anything else takes a round off, and the last one is death", () => {
    const once = dyingTurn(running, 19).state;
    expect(once).toEqual({ kind: "dying", roundsLeft: 1, isRunning: true });
    expect(dyingTurn(once, 1)).toEqual({ state: { kind: "dead" }, hitPoints: 0 });
  });

  test("a roll is needed, of a d20", () => {
    expect(() => dyingTurn(running, null)).toThrow(/expected the d20's face/);
    expect(() => dyingTurn(running, 21)).toThrow(RangeError);
  });
});

const states: LifeState[] = [
  { kind: "up" },
  { kind: "dying", roundsLeft: 3, isRunning: true },
  { kind: "stable" },
  { kind: "dead" },
];

test("stabilising stops the timer of the dying and changes nobody else", () => {
  expect(states.map((state) => stabilise(state).kind)).toEqual(["up", "stable", "stable", "dead"]);
});

test("healing above 0 raises the dying and the stable, never the dead", () => {
  expect(states.map((state) => afterHealing(state, 1).kind)).toEqual(["up", "up", "up", "dead"]);
  expect(states.map((state) => afterHealing(state, 0))).toEqual(states);
});

test("a turn of somebody not dying changes nothing", () => {
  expect(dyingTurn({ kind: "stable" }, null)).toEqual({
    state: { kind: "stable" },
    hitPoints: null,
  });
});
