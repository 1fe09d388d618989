import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countDownEffects,
  effectsAfterFocusLoss,
  effectsAfterMinutes,
  effectsAfterRest,
  type TimedEffect,
} from "./effects.ts";

const blinded: TimedEffect = { name: "Blinded", duration: { kind: "rounds", roundsLeft: 2 } };
const held: TimedEffect = { name: "Held", duration: { kind: "focus", casterId: "mage" } };
const drained: TimedEffect = { name: "Drained", duration: { kind: "untilRest" } };
const cursed: TimedEffect = { name: "Cursed", duration: { kind: "open" } };
const all = [blinded, held, drained, cursed];

test("an effect of n rounds is over at the start of the bearer's n-th turn", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), (rounds) => {
      let effects: TimedEffect[] = [
        { name: "X", duration: { kind: "rounds", roundsLeft: rounds } },
      ];
      let turns = 0;
      while (effects.length > 0) {
        effects = countDownEffects(effects).active;
        turns += 1;
      }
      expect(turns).toBe(rounds);
    }),
  );
});

test("only effects in rounds are counted down, and what expired is named", () => {
  const once = countDownEffects(all);
  expect(once.expired).toEqual([]);
  const twice = countDownEffects(once.active);
  expect(twice).toEqual({
    active: [held, drained, cursed],
    expired: [{ ...blinded, duration: { kind: "rounds", roundsLeft: 1 } }],
  });
});

test("minutes end rounds, a rest ends all but the open ones, lost focus its caster's", () => {
  expect(effectsAfterMinutes(all)).toEqual([held, drained, cursed]);
  expect(effectsAfterRest(all)).toEqual([cursed]);
  expect(effectsAfterFocusLoss(all, "mage")).toEqual([blinded, drained, cursed]);
  expect(effectsAfterFocusLoss(all, "other")).toEqual(all);
});
