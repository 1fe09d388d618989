import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  gameMasterInitiativeModifier,
  nextTurn,
  previousTurn,
  rollInitiative,
  seatOrder,
  turnOrder,
  type TurnPlace,
} from "./turn-order.ts";

const entries = [
  { id: "ana", roll: 12, dexterityModifier: 1 },
  { id: "gm", roll: 17, dexterityModifier: 0 },
  { id: "bo", roll: 12, dexterityModifier: 3 },
  { id: "cy", roll: 12, dexterityModifier: 1 },
];

test("the highest roll begins; ties go to Dexterity, then to who was listed first", () => {
  expect(turnOrder(entries)).toEqual(["gm", "bo", "ana", "cy"]);
});

test("by seat, the highest begins and the rest follow clockwise", () => {
  expect(seatOrder(["ana", "bo", "cy", "gm"], entries)).toEqual(["gm", "ana", "bo", "cy"]);
  expect(seatOrder(["ana", "bo"], [])).toEqual(["ana", "bo"]);
  expect(seatOrder(["ana", "bo"], entries.slice(1, 2))).toEqual(["ana", "bo"]);
});

test("initiative is a d20 plus Dexterity, the better of two with advantage", () => {
  expect(rollInitiative(2, () => 0.5)).toBe(13);
  const chances = [0.1, 0.9];
  expect(rollInitiative(0, () => chances.shift() ?? 0, true)).toBe(19);
});

test("the GM rolls with the best Dexterity among the monsters", () => {
  expect(gameMasterInitiativeModifier([-1, 3, 0])).toBe(3);
  expect(gameMasterInitiativeModifier([])).toBe(0);
});

const order: TurnPlace[] = [{ id: "a" }, { id: "b" }, { id: "c" }];

describe("next turn", () => {
  test("goes down the order and wraps into a new round", () => {
    expect(nextTurn({ order, currentId: "a", round: 1 })).toEqual({ currentId: "b", round: 1 });
    expect(nextTurn({ order, currentId: "c", round: 1 })).toEqual({ currentId: "a", round: 2 });
  });

  test("begins with the first place when there is no current one", () => {
    expect(nextTurn({ order, currentId: null, round: 1 })).toEqual({ currentId: "a", round: 1 });
  });

  test("skips whoever is out", () => {
    const fallen = [{ id: "a" }, { id: "b", isOut: true }, { id: "c", isOut: true }];
    expect(nextTurn({ order: fallen, currentId: "a", round: 3 })).toEqual({
      currentId: "a",
      round: 4,
    });
  });

  test("somebody that goes out on their own turn hands it to the next", () => {
    const fallen = [{ id: "a" }, { id: "b", isOut: true }, { id: "c" }];
    expect(nextTurn({ order: fallen, currentId: "b", round: 1 })).toEqual({
      currentId: "c",
      round: 1,
    });
  });

  test("is nobody's when all are out or nobody is there", () => {
    const fallen = order.map((place) => ({ ...place, isOut: true }));
    expect(nextTurn({ order: fallen, currentId: "a", round: 1 })).toBeNull();
    expect(nextTurn({ order: [], currentId: null, round: 1 })).toBeNull();
  });
});

describe("previous turn", () => {
  test("goes back, into the round before at the top of the order", () => {
    expect(previousTurn({ order, currentId: "a", round: 2 })).toEqual({ currentId: "c", round: 1 });
  });

  test("there is none before the first turn of round 1", () => {
    expect(previousTurn({ order, currentId: "a", round: 1 })).toBeNull();
    expect(previousTurn({ order, currentId: null, round: 1 })).toBeNull();
  });

  test("undoes the next turn, whoever is out", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.integer({ min: 1, max: 50 }),
        (outs, at, round) => {
          const places = outs.map((isOut, index) => ({ id: `p${index}`, isOut }));
          const current = places[at % places.length];
          fc.pre(current !== undefined && !current.isOut);
          const state = { order: places, currentId: current.id, round };
          const next = nextTurn(state);
          expect(next).not.toBeNull();
          expect(previousTurn({ order: places, ...next! })).toEqual({
            currentId: state.currentId,
            round,
          });
        },
      ),
    );
  });

  test("a full round visits everybody in once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (count) => {
        const places = Array.from({ length: count }, (_, index) => ({ id: `p${index}` }));
        const seen: string[] = [];
        let state = { order: places, currentId: null as string | null, round: 1 };
        for (let turn = 0; turn < count; turn += 1) {
          const next = nextTurn(state)!;
          seen.push(next.currentId);
          state = { order: places, ...next };
        }
        expect(new Set(seen).size).toBe(count);
        expect(state.round).toBe(1);
      }),
    );
  });
});
