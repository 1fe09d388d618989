import fc from "fast-check";
import { expect, test } from "vitest";
import type { TableCombatant } from "./combatant";
import { changedBy, setTo, withCharacterHitPoints, withHitPoints } from "./optimistic-hit-points";

const goblin: TableCombatant = {
  _id: "g1",
  kind: "monster",
  name: "Goblin 1",
  monsterId: "m",
  characterId: null,
  initiative: 10,
  isCurrent: false,
  isDefeated: false,
  isHidden: false,
  health: "unhurt",
  hitPoints: 5,
  maxHitPoints: 5,
  armorClass: 11,
};
const veiled: TableCombatant = { ...goblin, _id: "g2", hitPoints: null, maxHitPoints: null };

test("only the one that was hit changes, with its health word", () => {
  const [hit, other] = withHitPoints([goblin, veiled], "g1", changedBy(-3));
  expect(hit).toEqual({ ...goblin, hitPoints: 2, health: "bloodied" });
  expect(other).toBe(veiled);
});

test("a monster at 0 is defeated, a character is not", () => {
  expect(withHitPoints([goblin], "g1", setTo(0))[0]?.isDefeated).toBe(true);
  const mira: TableCombatant = { ...goblin, kind: "character" };
  expect(withHitPoints([mira], "g1", setTo(0))[0]?.isDefeated).toBe(false);
});

test("figures that this reader may not know are not made up", () => {
  expect(withHitPoints([veiled], "g2", changedBy(-3))).toEqual([veiled]);
});

test("whatever is typed or tapped, hit points stay between 0 and the most", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: -99, max: 99 }), (now, delta) => {
      const after = changedBy(delta)(now, 50);
      expect(after).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(50);
      expect(setTo(Math.abs(delta))(now, 50)).toBeLessThanOrEqual(50);
    }),
  );
});

test("in the party strip the same change shows", () => {
  const party = [
    { _id: "c1", hitPoints: 6, maxHitPoints: 9 },
    { _id: "c2", hitPoints: 3, maxHitPoints: 3 },
  ];
  expect(withCharacterHitPoints(party, "c1", changedBy(9))).toEqual([
    { _id: "c1", hitPoints: 9, maxHitPoints: 9 },
    { _id: "c2", hitPoints: 3, maxHitPoints: 3 },
  ]);
});
